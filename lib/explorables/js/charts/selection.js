// D3's selections, but what is already so is not written again: the browser lays a text out anew
// for every attribute it is given, the same value included.

import { select, selection } from 'd3-selection';

const { attr, text } = selection.prototype;

const valueOf = (value, node, args) => (typeof value === 'function' ? value.apply(node, args) : value);

selection.prototype.attr = function (name, value) {
  if (arguments.length < 2) return attr.call(this, name);
  return this.each(function (...args) {
    const next = valueOf(value, this, args);
    if (next === null || next === undefined) this.removeAttribute(name);
    else if (this.getAttribute(name) !== String(next)) this.setAttribute(name, next);
  });
};

selection.prototype.text = function (value) {
  if (arguments.length < 1) return text.call(this);
  return this.each(function (...args) {
    const next = String(valueOf(value, this, args) ?? '');
    if (this.textContent !== next) this.textContent = next;
  });
};

export { select };
