// The state in the page's address: `<name>.<trait>=…`, `<name>-2.<trait>=…` for the second of its
// kind on a page. Whatever does not parse is ignored, so that no address can break the page.

import { parse, print } from './schema.js';

const HIDEABLE = ['controls', 'challenge', 'numbers', 'formula', 'python', 'prompt', 'actions'];

function query() {
  try {
    return new URLSearchParams(globalThis.location.search);
  } catch {
    return new URLSearchParams();
  }
}

const KNOWN = ['hide'];

/**
 * The address's parameters of one explorable: [trait, text] by their place. A link may come with
 * `&amp;` for `&`, as copied from a page's source, and with capitals, as mailers and phones put them.
 */
function parametersOf(prefix) {
  return [...query()]
    .map(([key, text]) => [key.toLowerCase().replace(/^(amp;)+/, ''), text])
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), text]);
}

export class Permalink {
  constructor(name, ordinal, schema) {
    this.prefix = ordinal > 1 ? `${name}-${ordinal}.` : `${name}.`;
    this.schema = schema;
    this.refused = [];
  }

  /** The valid part of the address, as a patch of the state; `refused` keeps the names of the rest. */
  read() {
    const patch = {};
    for (const [key, text] of parametersOf(this.prefix)) {
      if (KNOWN.includes(key)) continue;
      const schema = Object.hasOwn(this.schema, key) ? this.schema[key] : null;
      const value = schema ? parse(schema, text) : undefined;
      if (value === undefined) this.refused.push(schema?.label ?? key);
      else patch[key] = value;
    }
    return patch;
  }

  /** The parts that the link asks to hide. */
  hidden() {
    const parameters = Object.fromEntries(parametersOf(this.prefix));
    const asked = (parameters.hide ?? '').toLowerCase().split(',');
    return HIDEABLE.filter((part) => asked.includes(part));
  }

  /** The address of `state`, or the address without one for null. Others' parameters stay. */
  url(state) {
    const params = query();
    for (const [key, schema] of Object.entries(this.schema)) {
      if (state) params.set(this.prefix + key, print(schema, state[key]));
      else params.delete(this.prefix + key);
    }
    const url = new URL(globalThis.location.href);
    url.search = params.toString().replaceAll('%2C', ',');
    return url.href;
  }

  write(state) {
    try {
      globalThis.history.replaceState(globalThis.history.state, '', this.url(state));
    } catch {
      // Some browsers refuse this for file:// pages; "Copy link" still works.
    }
  }
}
