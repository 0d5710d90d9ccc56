// The mirror of lib/language.py's models: the network, with a state for each character that is read once, and
// the tables of n-grams.

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
    given: weights('input'),
    state: woven(weights('state'), units),
    reset: weights('reset'),
    output: woven(weights('output'), units),
    bias: weights('bias'),
    past: new Float64Array(3 * units), // for the products of a step
  };
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
  const { symbols, units, given, state, reset, past } = model;
  const x = (row) => given[row * symbols.length + code];
  multiply(state, h, past);
  return h.map((old, i) => {
    const [update, fresh] = [units + i, 2 * units + i];
    const r = sigmoid(x(i) + past[i]);
    const z = sigmoid(x(update) + past[update]);
    const n = Math.tanh(x(fresh) + r * (past[fresh] + reset[i]));
    return n + z * (old - n);
  });
}

/** The score of each symbol after a state. */
export function scores(model, h) {
  const { output, bias } = model;
  const found = multiply(output, h, new Float64Array(bias.length));
  for (let i = 0; i < found.length; i++) found[i] += bias[i];
  return found;
}

/** log Σ exp of scores divided by a temperature. */
function total(list, temperature) {
  let most = -Infinity;
  for (const score of list) most = Math.max(most, score);
  let sum = 0;
  for (const score of list) sum += Math.exp((score - most) / temperature);
  return Math.log(sum) + most / temperature;
}

/** What a symbol costs by its and all others' scores, in nats; above 1 a temperature makes the model less sure. */
export const costOf = (list, code, temperature = 1) =>
  Math.max(total(list, temperature) - list[code] / temperature, 0);

/** The probability of each symbol by the scores. */
export function probsOf(list, temperature = 1) {
  const whole = total(list, temperature);
  return Array.from(list, (score) => Math.exp(Math.min(score / temperature - whole, 0)));
}

/** What each symbol costs after a state, in nats. */
export function costs(model, h, temperature = 1) {
  const list = scores(model, h);
  return Array.from(list, (_, code) => costOf(list, code, temperature));
}

/** The probability of each symbol after a state. */
export const nextProbs = (model, h, temperature) => probsOf(scores(model, h), temperature);

/**
 * How many items two lists have in common at their beginning, and how many of the others at their end.
 * @param {any[]} a
 * @param {any[]} b
 */
export function common(a, b) {
  const least = Math.min(a.length, b.length);
  let [first, last] = [0, 0];
  while (first < least && a[first] === b[first]) first++;
  while (last < least - first && a[a.length - 1 - last] === b[b.length - 1 - last]) last++;
  return [first, last];
}

/** How far two states are from each other. */
function distance(a, b) {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

/**
 * A text that is being read, as far as it has come: its codes, the states before each character and after the
 * last, and what comes of them: the scores of each character and what it costs. What stands behind `sure`
 * characters may have been taken over from the text before an edit: it is off by no more than what `FAINT`
 * leaves of the edit. Behind `at` characters it may be missing, or older still.
 * @typedef {{ codes: number[], states: Float64Array[], scores: Float64Array[], surprisals: number[], at: number,
 * sure: number, tail: number, old: Reading | null }} Reading `old`: the last one that was at its end, which
 * from `tail` on goes on as this one does
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
  /** @type {Reading} */
  const reading = {
    codes,
    states: [begin(model)],
    scores: [],
    surprisals: [],
    at: 0,
    sure: 0,
    tail: codes.length,
    old: null,
  };
  if (!before) return reading;
  const same = Math.min(common(codes, before.codes)[0], before.at);
  const old = before.at === before.codes.length ? before : before.old;
  const shift = old ? old.codes.length - codes.length : 0;
  const tail = codes.length - (old ? Math.min(common(codes, old.codes)[1], codes.length - same) : 0);
  Object.assign(reading, { at: same, sure: Math.min(same, before.sure), tail, old });
  reading.states = before.states.slice(0, same + 1);
  reading.scores = before.scores.slice(0, same);
  reading.surprisals = before.surprisals.slice(0, same);
  for (let i = tail; old && i < codes.length; i++) takeOver(reading, i, shift);
  return reading;
}

function takeOver({ states, scores, surprisals, old }, i, shift) {
  scores[i] = old.scores[i + shift];
  surprisals[i] = old.surprisals[i + shift];
  states[i + 1] = old.states[i + 1 + shift];
}

/**
 * Read on, until `late()` says so or the text is at its end; returns whether it is. Behind an edit the rest is
 * taken over from the text before once the change has died out.
 * @param {ReturnType<typeof characterModel>} model
 * @param {Reading} reading
 * @param {() => boolean} [late]
 */
export function goOn(model, reading, late = () => false) {
  const { codes, states, tail, old } = reading;
  const shift = old ? old.codes.length - codes.length : 0;
  while (reading.at < codes.length) {
    const i = reading.at;
    reading.scores[i] = scores(model, states[i]);
    reading.surprisals[i] = costOf(reading.scores[i], codes[i]);
    if (late()) return false;
    reading.at++;
    states[i + 1] = step(model, states[i], codes[i]);
    if (reading.sure === i) reading.sure++;
    if (old && i + 1 >= tail && distance(states[i + 1], old.states[i + 1 + shift]) < FAINT) {
      for (let k = i + 1; k < codes.length; k++) takeOver(reading, k, shift);
      reading.at = codes.length;
    }
  }
  Object.assign(reading, { tail: codes.length, old: null });
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
  Object.assign(reading, { tail: reading.codes.length, old: null });
  return goOn(model, reading, late);
}

/** A text that has been read to its end, exactly. */
export function read(model, text, before = null) {
  const reading = open(model, text, before);
  settle(model, reading);
  return reading;
}

/** Of the windows' contexts the longest. */
export const WIDEST = 16;
const KEPT = 6000; // windows

/**
 * What a network makes of windows: it reads a few characters from the state 0, again for each character that it
 * predicts. `windows(model)` gives `scoresAfter(codes, place, context)`: the scores of the character at a place
 * after so many before it, up to `WIDEST`, or null if `late()` came first. What was read is remembered.
 */
export function windows(model) {
  const runs = new Map(); // by the characters that they read: how far each has come, and what it found

  function runFrom(codes, start) {
    const key = String(codes.slice(start, start + WIDEST));
    if (runs.size > KEPT) runs.clear();
    if (!runs.has(key)) runs.set(key, { h: begin(model), read: 0, scores: [] });
    return runs.get(key);
  }

  return function scoresAfter(codes, place, context, late = () => false) {
    const start = Math.max(0, place - context);
    const length = place - start;
    const run = runFrom(codes, start);
    for (; run.read < length; run.read++) {
      if (late()) return null;
      run.h = step(model, run.h, codes[start + run.read]);
      run.scores[run.read + 1] = null;
      if (run.read + 1 === length || isKept(run.read + 1)) run.scores[run.read + 1] = scores(model, run.h);
    }
    if (length === 0) run.scores[0] ??= scores(model, begin(model));
    return run.scores[length] ?? again(codes, start, length);
  };

  function again(codes, start, length) {
    let h = begin(model);
    for (let i = start; i < start + length; i++) h = step(model, h, codes[i]);
    return scores(model, h);
  }
}

/** Contexts whose scores stay: powers of two. */
const isKept = (length) => (length & (length - 1)) === 0;

// ---- tables of n-grams -------------------------------------------------------------------------

const STEPS = 11; // to a factor of two, of a share at 8 bits
const FLOOR = 1e-4; // what a context passes on at least

/**
 * A table of n-grams from its arrays and facts.
 * @param {{ arrays: Record<string, { shape: number[], values: any }>, facts: { alphabet: string } }} asset
 * @param {number} order
 */
export function ngramModel({ arrays, facts }, order) {
  const symbols = Array.from(facts.alphabet);
  const levels = [];
  let contexts = 1;
  for (let length = 1; length <= order; length++) {
    const level = unpacked(
      arrays[`gaps_${order}_${length}`].values,
      arrays[`codes_${order}_${length}`].values,
      contexts,
      symbols.length,
    );
    contexts = level.shares.length;
    levels.push(level);
  }
  return { symbols, places: new Map(symbols.map((symbol, place) => [symbol, place])), levels };
}

/** What n-grams of one length keep of a prediction, and what their contexts pass on. */
function unpacked(gaps, codes, contexts, symbols) {
  const found = new Map();
  const [sums, rests] = [new Float64Array(contexts), new Float64Array(contexts)];
  const shares = Float64Array.from(codes, (code) => 2 ** (-code / STEPS));
  const of = new Uint32Array(gaps.length); // each one's context
  let key = 0;
  for (let i = 0; i < gaps.length; i++) {
    key += gaps[i];
    found.set(key, i);
    of[i] = Math.floor(key / symbols);
    sums[of[i]] += shares[i];
  }
  for (let i = 0; i < gaps.length; i++) {
    shares[i] *= Math.min(1, (1 - FLOOR) / Math.max(sums[of[i]], FLOOR));
    rests[of[i]] += shares[i];
  }
  return { found, shares, rests: rests.map((sum) => 1 - sum) };
}

/**
 * What each character of a text costs by a table, in nats. Of a text before it that has been read, what an edit
 * has left as it was is taken over: a cost depends on no more characters than the table's order.
 * @param {ReturnType<typeof ngramModel>} model
 * @param {number[]} codes
 * @param {{ codes: number[], costs: number[] } | null} [before]
 */
export function tableCosts(model, codes, before = null) {
  if (!before) return counted(model, codes);
  const reach = model.levels.length - 1;
  const [same, last] = common(codes, before.codes);
  const from = Math.max(0, same - reach);
  const kept = Math.max(0, last - reach);
  const fresh = counted(model, codes.slice(from, codes.length - kept));
  const { costs } = before;
  return [...costs.slice(0, same), ...fresh.slice(same - from), ...costs.slice(costs.length - kept)];
}

function counted({ levels, symbols }, codes) {
  const probs = codes.map(() => 1 / symbols.length);
  let contexts = codes.map(() => 0);
  levels.forEach(({ found, shares, rests }, length) => {
    const grams = codes.map((code, i) => {
      if (i < length) return -1;
      const context = contexts[i];
      const gram = context < 0 ? -1 : (found.get(context * symbols.length + code) ?? -1);
      probs[i] = (context < 0 ? 1 : rests[context]) * probs[i] + (gram < 0 ? 0 : shares[gram]);
      return gram;
    });
    contexts = codes.map((_, i) => (i ? grams[i - 1] : -1));
  });
  return probs.map((p) => 0 - Math.log(Math.min(p, 1)));
}
