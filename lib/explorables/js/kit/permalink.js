// The state in the page's address: `<name>.<trait>=…`, `<name>-2.<trait>=…` for the second of its
// kind on a page. Whatever does not parse is ignored, so that no address can break the page.

import { parse, print } from './schema.js';
import { sanitize } from './store.js';

const HIDEABLE = ['controls', 'challenge', 'numbers', 'formula', 'python', 'prompt', 'actions'];

function query() {
  try {
    return new URLSearchParams(globalThis.location.search);
  } catch {
    return new URLSearchParams();
  }
}

const KNOWN = ['hide'];
const LONGEST = 2000; // characters of a value, as an address writes them

/**
 * A parameter's name as it was meant. A link may come with `&amp;` for `&`, as copied from a page's
 * source, and with capitals, as mailers and phones put them.
 */
const meant = (key) => key.toLowerCase().replace(/^(amp;)+/, '');

/** The address's parameters of one explorable: [trait, text] by their place. */
function parametersOf(prefix) {
  return [...query()]
    .map(([key, text]) => [meant(key), text])
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), text]);
}

const tooLong = (text) => encodeURIComponent(text).length > LONGEST;

export class Permalink {
  /**
   * @param {string} name
   * @param {number} ordinal of its kind on the page
   * @param {Schema} schema
   * @param {State} home the state that the page gives it
   * @param {string} [fragment] where on the page it is
   * @param {(state: State) => State} [shared] what of a state others get
   */
  constructor(name, ordinal, schema, home, fragment = '', shared = (state) => state) {
    this.shared = shared;
    this.prefix = ordinal > 1 ? `${name}-${ordinal}.` : `${name}.`;
    this.schema = schema;
    this.home = home;
    this.fragment = fragment;
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
    return { ...patch, ...sanitize(this.schema, globalThis.history?.state?.[this.prefix] ?? {}) };
  }

  /** The parts that the link asks to hide. */
  hidden() {
    const parameters = Object.fromEntries(parametersOf(this.prefix));
    const asked = (parameters.hide ?? '').toLowerCase().split(',');
    return HIDEABLE.filter((part) => asked.includes(part));
  }

  /** The parameters by which a state differs from the figure's own, which a link need not carry. */
  #differing(state) {
    return Object.entries(this.schema)
      .filter(([key, schema]) => print(schema, state[key]) !== print(schema, this.home[key]))
      .filter(([key, schema]) => !tooLong(print(schema, state[key])))
      .map(([key, schema]) => [this.prefix + key, print(schema, state[key])]);
  }

  #address(parameters) {
    const url = new URL(globalThis.location.href);
    url.search = new URLSearchParams(parameters).toString().replaceAll('%2C', ',');
    return url;
  }

  /**
   * A link to this figure in `state`, and to nothing else on the page. `say` is told what it goes without, as
   * too long: servers refuse long addresses.
   * @param {State} state
   * @param {Ui['say']} [say]
   */
  url(state, say) {
    state = this.shared(state);
    const long = Object.entries(this.schema).filter(([key, schema]) => tooLong(print(schema, state[key])));
    const lacks = long.map(([, { label }]) => label).join(', ');
    if (lacks) say?.(`Too long for a link, which goes without it: ${lacks}.`, true);
    const kept = [...query()].filter(([key]) => meant(key) === `${this.prefix}hide` || !key.includes('.'));
    const url = this.#address([...kept, ...this.#differing(state)]);
    if (this.fragment) url.hash = this.fragment;
    return url.href;
  }

  /**
   * Put `state` into the page's own address, beside those of other figures: a browser shares that too. What is
   * the reader's alone stays with the browser's history, so that a page that is loaded again goes on.
   */
  write(state) {
    try {
      const { history } = globalThis;
      const link = this.shared(state);
      const kept = link === state ? history.state : { ...history.state, [this.prefix]: state };
      const own = (key) => key.startsWith(this.prefix) && key !== `${this.prefix}hide`;
      const others = [...query()].filter(([key]) => !own(meant(key)));
      const url = this.#address([...others, ...this.#differing(link)]);
      history.replaceState(kept, '', url.href);
    } catch {
      // Some browsers refuse this for file:// pages; "Copy link" still works.
    }
  }
}
