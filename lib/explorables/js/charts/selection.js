// Selections as those of D3, as far as the charts use them, for drawings that change many times a
// second: what is already so is not written again, since the browser lays a text out anew for every
// attribute it is given, the same value included; and what was found within a node is not looked for
// again.

import { write } from '../kit/dom.js';

const SVG = 'http://www.w3.org/2000/svg';
const KEPT = Symbol('kept'); // on a node: what the selections wrote there, and found
const DATUM = Symbol('datum'); // on a node: what it shows

/** What is kept on a node: made at the first call. */
function keptOn(node) {
  if (!node[KEPT]) node[KEPT] = new Map();
  return node[KEPT];
}

function make(parent, name) {
  const node = document.createElementNS(name === 'svg' ? SVG : parent.namespaceURI, name);
  if (DATUM in parent) node[DATUM] = parent[DATUM];
  return parent.appendChild(node);
}

/** Have nodes stand in their order; of two, it is the earlier one that moves. */
function order(nodes) {
  for (let i = nodes.length - 2; i >= 0; i--) {
    const follows = nodes[i].compareDocumentPosition(nodes[i + 1]) & Node.DOCUMENT_POSITION_PRECEDING;
    if (follows) nodes[i + 1].before(nodes[i]);
  }
}

/**
 * Nodes and what is done to all of them. A value may be a function of a node's datum and place.
 */
class Selection {
  /**
   * @param {any[]} nodes
   * @param {any} [parent] where `join` puts new ones
   */
  constructor(nodes, parent = null) {
    this.nodes = nodes;
    this.parent = parent;
  }

  node() {
    return this.nodes[0] ?? null;
  }

  each(f) {
    this.nodes.forEach((node, i) => f.call(node, node[DATUM], i));
    return this;
  }

  filter(f) {
    return new Selection(this.nodes.filter((node, i) => f.call(node, node[DATUM], i)));
  }

  /** Call `put(node, value)` for the nodes where `value` is not what was put under `key` before. */
  #renew(key, value, put) {
    return this.each(function (datum, i) {
      const next = typeof value === 'function' ? value.call(this, datum, i) : value;
      const kept = keptOn(this);
      if (kept.has(key) && kept.get(key) === next) return;
      kept.set(key, next);
      put(this, next);
    });
  }

  /** @returns {any} the attribute where no value is given, else the selection */
  attr(name, ...given) {
    if (!given.length) return this.node().getAttribute(name);
    return this.#renew(name, given[0], (node, next) => {
      if (next === null || next === undefined) node.removeAttribute(name);
      else node.setAttribute(name, next);
    });
  }

  style(name, value) {
    return this.#renew(`style ${name}`, value, (node, next) => node.style.setProperty(name, next ?? ''));
  }

  text(value) {
    return this.#renew('text', value, (node, next) => write(node, String(next ?? '')));
  }

  classed(name, on) {
    return this.each(function () {
      this.classList.toggle(name, on);
    });
  }

  on(types, listener, options) {
    return this.each(function () {
      for (const type of types.split(' ')) this.addEventListener(type, listener, options);
    });
  }

  /** Put the nodes above their siblings. */
  raise() {
    return this.each(function () {
      this.parentNode.append(this);
    });
  }

  append(name) {
    return new Selection(this.nodes.map((node) => make(node, name)));
  }

  /** Of each node the first that a selector finds within, which gets its datum; or what a function gives. */
  select(wanted) {
    const found = this.nodes.map((node) => {
      if (typeof wanted === 'function') return wanted.call(node);
      const [kept, key] = [keptOn(node), `find ${wanted}`];
      if (!kept.get(key)?.parentNode) kept.set(key, node.querySelector(wanted));
      const child = kept.get(key);
      if (child && DATUM in node) child[DATUM] = node[DATUM];
      return child;
    });
    return new Selection(found.filter(Boolean));
  }

  selectAll(selector) {
    return new Selection([...this.node().querySelectorAll(selector)], this.node());
  }

  /**
   * Give each of `list` a node, by its place or by what `key` says of it: `join(enter)` then makes those
   * that are missing, of a name or by a function of what can `append`, removes those that are too many,
   * and selects all in their order.
   * @param {any[]} list
   * @param {(datum: any, i: number) => any} [key]
   */
  data(list, key = (_, i) => i) {
    const free = new Map();
    const surplus = [];
    this.nodes.forEach((node, i) => {
      const name = key(node[DATUM], i);
      if (free.has(name)) surplus.push(node);
      else free.set(name, node);
    });
    const all = list.map((datum, i) => {
      const name = key(datum, i);
      const node = free.get(name);
      free.delete(name);
      if (node) node[DATUM] = datum;
      return node;
    });
    const { parent } = this;
    const missing = list.filter((_, i) => !all[i]);
    const append = (name) =>
      new Selection(missing.map((datum) => Object.assign(make(parent, name), { [DATUM]: datum })));
    return {
      /** @param {string | ((enter: {append: (name: string) => Selection}) => Selection)} enter */
      join(enter) {
        for (const node of [...surplus, ...free.values()]) node.remove();
        const made = [...(typeof enter === 'string' ? append(enter) : enter({ append })).nodes];
        const nodes = all.map((node) => node ?? made.shift());
        order(nodes);
        return new Selection(nodes);
      },
    };
  }
}

/** @param {Element} node */
export const selectionOf = (node) => new Selection([node]);
