// The mirror of lib/language.py's CharacterModel: a state for each character, read once.

const OTHER = '\ufffd';

const NUMBERS = {
  '|i1': Int8Array,
  '<f4': Float32Array,
};

/**
 * The network from what describes it, the JSON beside the weights, and their bytes. A character is
 * a code point, as in Python.
 */
export function characterModel({ alphabet, arrays }, buffer) {
  const found = {};
  let start = 0;
  for (const { name, shape, dtype } of arrays) {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = new NUMBERS[dtype](buffer, start, size);
    start += values.byteLength;
    found[name] = { values, shape };
  }
  const weights = (name) => {
    const { values, shape } = found[name];
    const factor = found[`${name}_factor`]?.values;
    if (!factor) return Float64Array.from(values);
    return Float64Array.from(values, (v, i) => v * factor[Math.floor(i / shape[1])]);
  };
  const symbols = Array.from(alphabet);
  const units = found.reset.shape[0];
  return {
    symbols,
    units,
    places: new Map(symbols.map((symbol, place) => [symbol, place])),
    given: transposed(weights('input'), 3 * units, symbols.length),
    state: weights('state'),
    reset: weights('reset'),
    output: weights('output'),
    bias: weights('bias'),
  };
}

function transposed(matrix, rows, columns) {
  const turned = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = matrix[i * columns + j];
  }
  return turned;
}

/** Each character's place in the alphabet, whose last symbol stands for all others. */
export function codesOf(model, text) {
  const other = model.places.get(OTHER);
  return Array.from(text, (symbol) => model.places.get(symbol) ?? other);
}

/** A row of a matrix times a vector. */
function product(matrix, row, vector) {
  const columns = vector.length;
  const start = row * columns;
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += matrix[start + j] * vector[j];
  return sum;
}

const sigmoid = (x) => 0.5 + 0.5 * Math.tanh(0.5 * x);

/** The state before a text. */
export const begin = (model) => new Float64Array(model.units);

/** The state after one more character. */
export function step(model, h, code) {
  const { units, given, state, reset } = model;
  const next = new Float64Array(units);
  const x = 3 * units * code;
  for (let i = 0; i < units; i++) {
    const r = sigmoid(given[x + i] + product(state, i, h));
    const z = sigmoid(given[x + units + i] + product(state, units + i, h));
    const recalled = product(state, 2 * units + i, h) + reset[i];
    const n = Math.tanh(given[x + 2 * units + i] + r * recalled);
    next[i] = n + z * (h[i] - n);
  }
  return next;
}

/** What each symbol costs after a state, in nats; a temperature above 1 makes the model less sure. */
export function costs(model, h, temperature = 1) {
  const scores = Array.from(model.bias, (b, place) => (product(model.output, place, h) + b) / temperature);
  const most = Math.max(...scores);
  const total = Math.log(scores.reduce((sum, s) => sum + Math.exp(s - most), 0)) + most;
  return scores.map((s) => Math.max(total - s, 0));
}

/** The probability of each symbol after a state. */
export const nextProbs = (model, h, temperature) =>
  costs(model, h, temperature).map((cost) => Math.exp(-cost));

/**
 * A text that has been read: its codes, the states before each character and after the last, and
 * what each character costs. Of the reading before it, what stands before the first change is kept.
 * @param {ReturnType<typeof characterModel>} model
 * @param {string} text
 * @param {{ codes: number[], states: Float64Array[], surprisals: number[] } | null} before
 */
export function read(model, text, before = null) {
  const codes = codesOf(model, text);
  let same = 0;
  if (before) while (same < codes.length && codes[same] === before.codes[same]) same++;
  const states = before ? before.states.slice(0, same + 1) : [begin(model)];
  const surprisals = before ? before.surprisals.slice(0, same) : [];
  for (let i = same; i < codes.length; i++) {
    surprisals.push(costs(model, states[i])[codes[i]]);
    states.push(step(model, states[i], codes[i]));
  }
  return { codes, states, surprisals };
}
