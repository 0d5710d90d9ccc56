// D3's selections for drawings that change many times a second: what is already so is not written
// again, since the browser lays a text out anew for every attribute it is given, the same value
// included; and what was found within a node is not looked for again.

import { select, selection } from 'd3-selection';

import { write } from '../kit/dom.js';

const d3 = { ...selection.prototype };
const KEPT = Symbol('kept'); // on a node: what the selections wrote there, and found

/** What is kept on a node: made at the first call. */
function keptOn(node) {
  if (!node[KEPT]) node[KEPT] = new Map();
  return node[KEPT];
}

/** Call `put(node, value)` for the nodes where `value` is not what was put under `key` before. */
function renew(nodes, key, value, put) {
  return nodes.each(function (...args) {
    const next = typeof value === 'function' ? value.apply(this, args) : value;
    const kept = keptOn(this);
    if (kept.has(key) && kept.get(key) === next) return;
    kept.set(key, next);
    put(this, next);
  });
}

selection.prototype.attr = function (name, ...given) {
  if (!given.length) return d3.attr.call(this, name);
  return renew(this, name, given[0], (node, next) => {
    if (next === null || next === undefined) node.removeAttribute(name);
    else node.setAttribute(name, next);
  });
};

selection.prototype.style = function (name, ...given) {
  if (!given.length) return d3.style.call(this, name);
  return renew(this, `style ${name}`, given[0], (node, next) => node.style.setProperty(name, next ?? ''));
};

selection.prototype.text = function (...given) {
  if (!given.length) return d3.text.call(this);
  return renew(this, 'text', given[0], (node, next) => write(node, String(next ?? '')));
};

selection.prototype.select = function (wanted) {
  if (typeof wanted === 'function') return d3.select.call(this, wanted);
  return d3.select.call(this, function () {
    const kept = keptOn(this);
    const key = `find ${wanted}`;
    if (!kept.get(key)?.parentNode) kept.set(key, this.querySelector(wanted));
    return kept.get(key);
  });
};

export { select };
