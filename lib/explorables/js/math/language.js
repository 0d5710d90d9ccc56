// The mirror of lib/language.py's CharacterModel: a state for each character, read once.

const OTHER = '\ufffd';
const ROWS = 4; // of a matrix, multiplied at once: a processor adds several sums in the time of one

/** Below this a change of a state has died out: what is left of it in a surprisal is less than 0.0001 nats. */
const FAINT = 1e-5;

/**
 * The network from its arrays and facts (kit/data.js). A character is a code point, as in Python.
 * @param {{ arrays: Record<string, { shape: number[], values: any }>, facts: { alphabet: string } }} asset
 */
export function characterModel({ arrays, facts }) {
  const weights = (name) => {
    const { values, shape } = arrays[name];
    const factor = arrays[`${name}_factor`]?.values;
    if (!factor) return Float64Array.from(values);
    const scaled = new Float64Array(values.length);
    for (let i = 0, at = 0; at < scaled.length; i++) {
      for (const end = at + shape[1]; at < end; at++) scaled[at] = values[at] * factor[i];
    }
    return scaled;
  };
  const symbols = Array.from(facts.alphabet);
  const units = arrays.reset.shape[0];
  return {
    symbols,
    units,
    places: new Map(symbols.map((symbol, place) => [symbol, place])),
    given: transposed(weights('input'), 3 * units, symbols.length),
    state: woven(weights('state'), units),
    reset: weights('reset'),
    output: woven(weights('output'), units),
    bias: weights('bias'),
    past: new Float64Array(3 * units), // for the products of a step
  };
}

function transposed(matrix, rows, columns) {
  const turned = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = matrix[i * columns + j];
  }
  return turned;
}

/** A matrix in the order in which `multiply` reads it: of so many rows the first numbers, the second ones … */
function woven(matrix, columns) {
  const block = ROWS * columns;
  const rows = Math.ceil(matrix.length / block) * ROWS;
  const turned = new Float64Array(rows * columns);
  for (let at = 0; at < matrix.length; at++) {
    const [i, j] = [Math.floor(at / columns), at % columns];
    turned[Math.floor(i / ROWS) * block + j * ROWS + (i % ROWS)] = matrix[at];
  }
  return turned;
}

/** A woven matrix times a vector, into `out`; where that is shorter, the rest is left out. */
function multiply(matrix, vector, out) {
  for (let at = 0, row = 0; at < matrix.length; row += ROWS) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let j = 0; j < vector.length; j++, at += ROWS) {
      const x = vector[j];
      a += matrix[at] * x;
      b += matrix[at + 1] * x;
      c += matrix[at + 2] * x;
      d += matrix[at + 3] * x;
    }
    out[row] = a;
    out[row + 1] = b;
    out[row + 2] = c;
    out[row + 3] = d;
  }
  return out;
}

/** Each character's place in the alphabet, whose last symbol stands for all others. */
export function codesOf(model, text) {
  const other = model.places.get(OTHER);
  return Array.from(text, (symbol) => model.places.get(symbol) ?? other);
}

const sigmoid = (x) => 0.5 + 0.5 * Math.tanh(0.5 * x);

/** The state before a text. */
export const begin = (model) => new Float64Array(model.units);

/** The state after one more character. */
export function step(model, h, code) {
  const { units, given, state, reset, past } = model;
  const next = new Float64Array(units);
  const x = 3 * units * code;
  multiply(state, h, past);
  for (let i = 0; i < units; i++) {
    const r = sigmoid(given[x + i] + past[i]);
    const z = sigmoid(given[x + units + i] + past[units + i]);
    const n = Math.tanh(given[x + 2 * units + i] + r * (past[2 * units + i] + reset[i]));
    next[i] = n + z * (h[i] - n);
  }
  return next;
}

/** What each symbol costs after a state, in nats; a temperature above 1 makes the model less sure. */
export function costs(model, h, temperature = 1) {
  const { output, bias } = model;
  const scores = multiply(output, h, new Float64Array(bias.length)).map(
    (score, place) => (score + bias[place]) / temperature,
  );
  let most = -Infinity;
  for (const s of scores) most = Math.max(most, s);
  let sum = 0;
  for (const s of scores) sum += Math.exp(s - most);
  const total = Math.log(sum) + most;
  return Array.from(scores, (s) => Math.max(total - s, 0));
}

/** The probability of each symbol after a state. */
export const nextProbs = (model, h, temperature) =>
  costs(model, h, temperature).map((cost) => Math.exp(-cost));

/** How far two states are from each other. */
function distance(a, b) {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

/**
 * A text that is being read: its codes, the states before each character and after the last, and what each
 * character costs, as far as it has come. What stands behind `sure` characters may have been taken over from
 * the text before an edit: it is off by no more than what `FAINT` leaves of the edit.
 * @typedef {{ codes: number[], states: Float64Array[], surprisals: number[], at: number, sure: number,
 * old: Reading | null }} Reading
 */

/**
 * Begin to read a text: `goOn` reads it. What a reading before it knows of the same beginning is kept.
 * @param {ReturnType<typeof characterModel>} model
 * @param {string} text
 * @param {Reading | null} [before]
 * @returns {Reading}
 */
export function open(model, text, before = null) {
  const codes = codesOf(model, text);
  if (!before) return { codes, states: [begin(model)], surprisals: [], at: 0, sure: 0, old: null };
  let same = 0;
  while (same < codes.length && same < before.at && codes[same] === before.codes[same]) same++;
  return {
    codes,
    states: before.states.slice(0, same + 1),
    surprisals: before.surprisals.slice(0, same),
    at: same,
    sure: Math.min(same, before.sure),
    old: before.at === before.codes.length ? before : null,
  };
}

/**
 * Read on, until `late()` says so or the text is at its end; returns whether it is. Behind an edit the rest is
 * taken over from the text before once the change has died out.
 * @param {ReturnType<typeof characterModel>} model
 * @param {Reading} reading
 * @param {() => boolean} [late]
 */
export function goOn(model, reading, late = () => false) {
  const { codes, states, surprisals, old } = reading;
  const shift = old ? old.codes.length - codes.length : 0;
  let tail = codes.length; // from here on the old text goes on as this one does
  while (old && tail > reading.at && codes[tail - 1] === old.codes[tail + shift - 1]) tail--;
  while (reading.at < codes.length) {
    if (late()) return false;
    const i = reading.at++;
    surprisals[i] = costs(model, states[i])[codes[i]];
    states[i + 1] = step(model, states[i], codes[i]);
    if (reading.sure === i) reading.sure++;
    if (!old || i + 1 < tail || distance(states[i + 1], old.states[i + 1 + shift]) > FAINT) continue;
    for (let k = i + 1; k < codes.length; k++) {
      surprisals[k] = old.surprisals[k + shift];
      states[k + 1] = old.states[k + 1 + shift];
    }
    reading.at = codes.length;
  }
  reading.old = null;
  return true;
}

/**
 * Read exactly, what was taken over included: as `goOn`.
 * @param {ReturnType<typeof characterModel>} model
 * @param {Reading} reading
 * @param {() => boolean} [late]
 */
export function settle(model, reading, late) {
  reading.at = Math.min(reading.at, reading.sure);
  reading.old = null;
  return goOn(model, reading, late);
}

/** A text that has been read to its end, exactly. */
export function read(model, text, before = null) {
  const reading = open(model, text, before);
  settle(model, reading);
  return reading;
}

/** What a character costs that is predicted from those before it in `codes`, of which the last `context` count. */
export function costWithin(model, codes, place, context) {
  let h = begin(model);
  for (let i = Math.max(0, place - context); i < place; i++) h = step(model, h, codes[i]);
  return costs(model, h)[codes[place]];
}
