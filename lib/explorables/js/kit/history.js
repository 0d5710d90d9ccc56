// What a reader has done and may take back. A step is one gesture: all that a drag changed, or keys
// that follow each other on one control.

const PAUSE = 1000; // milliseconds after which a key on the same control begins another step

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const pick = (state, keys) => Object.fromEntries(keys.map((key) => [key, state[key]]));

export class History {
  #past = [];
  #future = [];
  #open = false; // whether what comes next belongs to the last step
  #last = 0;
  held = false; // by a finger that may rest on its way

  /** What comes next begins a step. */
  part() {
    this.#open = false;
  }

  /** Note a change; a gesture that ends where it began is none. */
  note(before, after) {
    const keys = Object.keys(after).filter((key) => !same(before[key], after[key]));
    if (!keys.length) return;
    const late = performance.now() - this.#last > PAUSE && !this.held;
    if (!this.#open || late) this.#past.push({ before: {}, after: {} });
    const step = this.#past.at(-1);
    step.before = { ...pick(before, keys), ...step.before };
    Object.assign(step.after, pick(after, keys));
    this.#future = [];
    this.#open = !same(pick(step.before, Object.keys(step.after)), step.after);
    if (!this.#open) this.#past.pop();
    this.#last = performance.now();
  }

  get empty() {
    return !this.#past.length;
  }

  /** The patch that takes the last step back, or null. */
  undo() {
    return this.#move(this.#past, this.#future)?.before ?? null;
  }

  /** The patch that takes the last undoing back, or null. */
  redo() {
    return this.#move(this.#future, this.#past)?.after ?? null;
  }

  #move(from, to) {
    this.#open = false;
    const step = from.pop();
    if (step) to.push(step);
    return step;
  }
}
