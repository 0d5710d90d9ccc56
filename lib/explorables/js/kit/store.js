import { coerce } from './schema.js';

const same = (a, b) =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((x, i) => Object.is(x, b[i]))
    : Object.is(a, b);

/**
 * Keep of `patch` what is valid and known; the rest is dropped.
 * @param {Schema} schema
 * @param {State} patch
 */
export function sanitize(schema, patch) {
  const clean = {};
  for (const key of Object.keys(schema)) {
    if (!Object.hasOwn(patch, key)) continue;
    const value = coerce(schema[key], patch[key]);
    if (value !== undefined) clean[key] = value;
  }
  return clean;
}

/** State without a kernel. */
export class LocalStore {
  #state;
  #listeners = new Set();

  constructor(schema, state) {
    this.schema = schema;
    this.#state = { ...state };
  }

  get() {
    return this.#state;
  }

  /** Apply the valid part of `patch`; returns whether anything changed. */
  set(patch) {
    const clean = sanitize(this.schema, patch);
    const changed = Object.keys(clean).filter((key) => !same(clean[key], this.#state[key]));
    if (!changed.length) return false;
    this.#state = { ...this.#state, ...clean };
    for (const listener of this.#listeners) listener(this.#state);
    return true;
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/**
 * State shared with a kernel: the same interface over an anywidget model. What the model holds may
 * be another's, or an older notebook's: where it is not valid, `home` stands in.
 */
export class WidgetStore {
  #model;
  #home;

  constructor(schema, model, home) {
    this.schema = schema;
    this.#model = model;
    this.#home = home;
  }

  get() {
    const held = Object.keys(this.schema).map((key) => [key, this.#model.get(key)]);
    return { ...this.#home, ...sanitize(this.schema, Object.fromEntries(held)) };
  }

  set(patch) {
    const clean = sanitize(this.schema, patch);
    const changed = Object.keys(clean).filter((key) => !same(clean[key], this.#model.get(key)));
    if (!changed.length) return false;
    for (const key of changed) this.#model.set(key, clean[key]);
    this.#model.save_changes();
    return true;
  }

  subscribe(listener) {
    const events = Object.keys(this.schema).map((key) => `change:${key}`);
    const handler = () => listener(this.get());
    for (const event of events) this.#model.on(event, handler);
    return () => events.forEach((event) => this.#model.off(event, handler));
  }
}
