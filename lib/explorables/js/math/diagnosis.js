// The mirror of lib/diagnosis.py. A run trains epoch by epoch, only as far as it is asked, and keeps
// what it printed; what an epoch is worth on other samples is computed when it is asked for. Weights are rounded to a grid in each step: a run that is chaotic, as one with too
// large a rate is, then comes out as in Python, whose sums end in other digits.

import { entropy } from './information.js';
import { PortableRandom } from './randomness.js';

const RULER_SCALE = 0.25;
const ROUNDING = [0.0005, 0.005]; // of what is printed with three decimals; and at most, as a share
/** Where a number stands on a scale that is straight around 0 and logarithmic beyond, and back. */
export const toRuler = (x) => Math.asinh(x / RULER_SCALE);
export const fromRuler = (u) => RULER_SCALE * Math.sinh(u);

/** The entropy of some classes' shares, the others sharing the rest alike. */
function sharedEntropy(shares, classes) {
  const rest = Math.max(0, 1 - shares.reduce((total, share) => total + share, 0));
  return entropy([...shares, rest]) + rest * Math.log(classes - shares.length);
}

/**
 * The numbers at which a mean cross-entropy stands for a reason, by name.
 * @param {number} classes
 * @param {{smoothing?: number, batch?: number, shares?: number[] | null}} [options]
 * @returns {Record<string, number>}
 */
export function landmarks(classes, { smoothing = 0, batch = 1, shares = null } = {}) {
  const chance = Math.log(classes);
  return {
    zero: 0,
    softmax_twice: Math.log(Math.E + classes - 1) - 1,
    uniform: chance,
    base_10: chance / Math.LN10,
    base_2: chance / Math.LN2,
    probabilities: -1 / classes,
    sure: -1,
    single_unit: -Math.log(2 ** -23) / 2,
    'below_2e-7': -Math.log(2e-7),
    'below_1e-7': -Math.log(1e-7),
    below_eps_float32: -Math.log(2 ** -23),
    'below_1e-12': -Math.log(1e-12),
    'below_1e-15': -Math.log(1e-15),
    below_eps: -Math.log(2 ** -52),
    below_tiny: 126 * Math.LN2,
    below_100: 100,
    ...(classes > 2 && { half: Math.LN2 }),
    ...(batch > 1 && { sum: batch * chance }),
    ...(smoothing && { smoothing: sharedEntropy([1 - smoothing + smoothing / classes], classes) }),
    ...(shares && { frequencies: sharedEntropy(shares, classes) }),
  };
}

const COMMON = [2, 3, 4, 5, 10, 20, 50, 100, 1000, 10_000, 30_522, 32_000, 50_257, 100_277, 128_256, 151_936];

const SINGLE = 1e-6; // what a loss in 32 bits is known to, however many digits are printed

/** The last digit's unit of a loss as it is written, 1 if that is not known. */
const unitOf = (loss) => 10 ** -(String(loss).match(/^\d+\.(\d+)$/)?.[1].length ?? 0);

/** Which of some numbers has a logarithm that a loss is near: by half a percent, or rounded to tenths or less. */
export function logarithmAt(loss, numbers) {
  const unit = unitOf(loss);
  const off = (n) => Math.abs(loss - Math.log(n));
  const near = numbers.filter((n) => off(n) <= Math.max(0.005 * Math.log(n), unit < 1 ? unit / 2 : 0));
  return near.sort((a, b) => off(a) - off(b))[0] ?? null;
}

/** How many classes have a logarithm near a loss: a common number, or one that is hardly met by chance; else null. */
export function classesAt(loss) {
  const [n, unit] = [Math.round(Math.exp(loss)), Math.max(unitOf(loss), SINGLE)];
  const met = n > 1 && n * unit <= 0.1 && Math.abs(loss - Math.log(n)) <= unit / 2;
  return logarithmAt(loss, COMMON) ?? (met ? n : null);
}

/** The names of all landmarks, those nearest to a loss first. */
export function nearest(loss, marks) {
  const off = (name) => Math.abs(toRuler(marks[name]) - toRuler(loss));
  return Object.keys(marks).sort((a, b) => off(a) - off(b));
}

/** Whether a loss differs from a landmark by no more than a share of it, or by the rounding of its last decimal. */
export function isNear(loss, mark, within) {
  const [least, most] = ROUNDING;
  const rounding = Math.min((unitOf(Math.abs(loss)) % 1) / 2, most * Math.abs(loss));
  return Math.abs(loss - mark) <= Math.max(within * Math.abs(mark), least, rounding);
}

export const CLASSES = 4;
const [FEATURES, HIDDEN, BATCH, UPDATES, JUDGED] = [4, 10, 12, 20, 240];
const [RATE, SAMPLES, KEPT, GRID] = [0.15, 240, 0.35, 2 ** 16];
const [RADIUS, SPREAD, LEAK] = [1.8, 0.9, 2.5];
// Where a network's weights are, row by row: the last row of each of the two layers is its bias.
const [INNER_BIAS, OUTER] = [FEATURES * HIDDEN, (FEATURES + 1) * HIDDEN];
const OUTER_BIAS = OUTER + HIDDEN * CLASSES;
const WEIGHTS = OUTER_BIAS + CLASSES;
const RATES = { rate_too_large: 20, rate_too_small: 0.0015 };
const FAULTS = [
  'healthy',
  'rate_too_large',
  'rate_too_small',
  'shuffled_labels',
  'leak',
  'softmax_twice',
  'equal_weights',
  'overfitting',
  'dropout',
];

/** The fault of a numbered case. */
export function hiddenFault(number) {
  const nine = Math.floor((number - 1) / FAULTS.length);
  return FAULTS[new PortableRandom(nine).permutation(FAULTS.length)[(number - 1) % FAULTS.length]];
}

function centres(fault) {
  return [1, 3, 5, 7].map((k, c) => {
    const turn = (Math.PI / 4) * k;
    return [RADIUS * Math.cos(turn), RADIUS * Math.sin(turn), fault === 'leak' ? LEAK * (c - 1.5) : 0, 0];
  });
}

/** Samples, one after another: their features, and their labels. */
function samples(count, fault, source) {
  const each = count / CLASSES;
  const middles = centres(fault);
  const at = new Float64Array(count * FEATURES);
  for (let j = 0; j < at.length; j++) {
    at[j] = middles[Math.floor(j / FEATURES / each)][j % FEATURES] + SPREAD * source.normal();
  }
  return { at, labels: Uint8Array.from({ length: count }, (_, i) => Math.floor(i / each)) };
}

const rounded = (w) => Math.floor(w * GRID + 0.5) / GRID;

function largest(z) {
  let best = 0;
  for (let c = 1; c < z.length; c++) if (z[c] > z[best]) best = c;
  return best;
}

/** Turn scores into probabilities in place; returns −log of the label's. */
function softmax(z, label) {
  const top = z[largest(z)];
  const lead = z[label] - top;
  let total = 0;
  for (let c = 0; c < z.length; c++) total += z[c] = Math.exp(z[c] - top);
  for (let c = 0; c < z.length; c++) z[c] /= total;
  return Math.log(total) - lead;
}

/** `f`, called when its value is first asked for. */
function once(f) {
  let value;
  return () => (value ??= f());
}

export class FaultyRun {
  #epoch;
  #rows = [];
  #attainable;

  /** @param {string} fault @param {number} number of the case */
  constructor(fault, number) {
    const source = new PortableRandom(number);
    const count = fault === 'overfitting' ? 24 : SAMPLES;
    const rate = RATES[fault] ?? RATE;
    const training = samples(count, fault, source);
    const validation = samples(JUDGED, fault, source);
    if (fault === 'shuffled_labels') {
      const labels = training.labels.slice();
      for (const [i, j] of source.permutation(count).entries()) training.labels[i] = labels[j];
    }
    const weights = new Float64Array(WEIGHTS);
    const draw = (start, rows, end) => {
      for (let j = start; j < end; j++) {
        const drawn = source.normal() / Math.sqrt(rows);
        weights[j] = rounded(fault === 'equal_weights' ? 0.5 : drawn);
      }
    };
    draw(0, FEATURES, INNER_BIAS);
    draw(OUTER, HIDDEN, OUTER_BIAS);

    const ones = new Float64Array(BATCH * HIDDEN).fill(1);
    const [units, passed] = [new Float64Array(HIDDEN), new Float64Array(HIDDEN)];
    const [z, p] = [new Float64Array(CLASSES), new Float64Array(CLASSES)];

    /** Put the hidden units and the scores of sample `i` in their places; `kept` says from `first` on which units are. */
    function answer(w, at, i, kept, first) {
      for (let k = 0; k < HIDDEN; k++) {
        let total = w[INNER_BIAS + k];
        for (let d = 0; d < FEATURES; d++) total += at[i * FEATURES + d] * w[d * HIDDEN + k];
        units[k] = Math.tanh(total);
        passed[k] = units[k] * kept[first + k];
      }
      for (let c = 0; c < CLASSES; c++) {
        let total = w[OUTER_BIAS + c];
        for (let k = 0; k < HIDDEN; k++) total += passed[k] * w[OUTER + k * CLASSES + c];
        z[c] = total;
      }
    }
    function judge(w, { at, labels }) {
      let [loss, right] = [0, 0];
      for (let i = 0; i < labels.length; i++) {
        answer(w, at, i, ones, 0);
        right += Number(largest(z) === labels[i]);
        if (fault === 'softmax_twice') softmax(z, labels[i]);
        loss += softmax(z, labels[i]);
      }
      return [loss / labels.length, right / labels.length];
    }
    /** Turn scores into the slope of the loss by them; returns the loss. */
    function slope(label) {
      if (fault !== 'softmax_twice') {
        const loss = softmax(z, label);
        z[label] -= 1;
        return loss;
      }
      softmax(z, label);
      p.set(z);
      const loss = softmax(z, label);
      z[label] -= 1;
      let mean = 0;
      for (let c = 0; c < CLASSES; c++) mean += z[c] * p[c];
      for (let c = 0; c < CLASSES; c++) z[c] = p[c] * (z[c] - mean);
      return loss;
    }

    const slopes = new Float64Array(WEIGHTS);
    /** Learn from the samples of `order` from `start` on; returns their mean loss and how many were right. */
    function update(order, start, kept) {
      const { at, labels } = training;
      slopes.fill(0);
      let [loss, right] = [0, 0];
      for (let place = 0; place < BATCH; place++) {
        const [i, first] = [order[start + place], place * HIDDEN];
        answer(weights, at, i, kept, first);
        right += Number(largest(z) === labels[i]);
        loss += slope(labels[i]);
        for (let c = 0; c < CLASSES; c++) {
          z[c] /= BATCH;
          slopes[OUTER_BIAS + c] += z[c];
        }
        for (let k = 0; k < HIDDEN; k++) {
          let back = 0;
          for (let c = 0; c < CLASSES; c++) {
            const j = OUTER + k * CLASSES + c;
            slopes[j] += passed[k] * z[c];
            back += z[c] * weights[j];
          }
          back *= kept[first + k] * (1 - units[k] ** 2);
          for (let d = 0; d < FEATURES; d++) slopes[d * HIDDEN + k] += at[i * FEATURES + d] * back;
          slopes[INNER_BIAS + k] += back;
        }
      }
      for (let j = 0; j < WEIGHTS; j++) weights[j] = rounded(weights[j] - rate * slopes[j]);
      return [loss / BATCH, right];
    }

    /** Keep what is printed: pairs of loss and share right, computed when the first of them is asked for. */
    const keep = (trained, judged) => {
      this.#rows.push({
        get loss() {
          return trained()[0];
        },
        get accuracy() {
          return trained()[1];
        },
        get validationLoss() {
          return judged()[0];
        },
        get validationAccuracy() {
          return judged()[1];
        },
      });
    };
    const judged = (points) => {
      const w = weights.slice();
      return once(() => judge(w, points));
    };
    keep(judged(training), judged(validation));
    this.#epoch = () => {
      const passes = Array.from({ length: (BATCH * UPDATES) / count }, () => source.permutation(count));
      const order = passes.flat();
      const kept = ones.slice();
      let [loss, right] = [0, 0];
      for (let start = 0; start < order.length; start += BATCH) {
        if (fault === 'dropout') {
          for (let j = 0; j < kept.length; j++) kept[j] = Number(source.random() < KEPT) / KEPT;
        }
        const [mean, hits] = update(order, start, kept);
        loss += mean;
        right += hits;
      }
      const printed = [loss / UPDATES, right / order.length];
      keep(() => printed, judged(validation));
    };

    this.#attainable = once(() => {
      const { at, labels } = validation;
      const middles = centres('');
      let total = 0;
      for (let i = 0; i < JUDGED; i++) {
        middles.forEach(([x, y], c) => {
          const [u, v] = [at[i * FEATURES] - x, at[i * FEATURES + 1] - y];
          z[c] = -(u ** 2 + v ** 2) / (2 * SPREAD ** 2);
        });
        total += softmax(z, labels[i]);
      }
      return total / JUDGED;
    });
  }

  /** What the true probabilities of the classes would cost. */
  get attainable() {
    return this.#attainable();
  }

  /** The start and each epoch: {loss, accuracy, validationLoss, validationAccuracy}. */
  upTo(epochs) {
    while (this.#rows.length <= epochs) this.#epoch();
    return this.#rows.slice(0, epochs + 1);
  }
}
