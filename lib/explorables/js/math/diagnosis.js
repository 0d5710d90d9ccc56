// The mirror of lib/diagnosis.py. A run trains epoch by epoch, only as far as it is asked, and keeps
// what it printed. Weights are rounded to a grid in each step: a run that is chaotic, as one with too
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

function samples(count, fault, source) {
  return centres(fault).flatMap((centre, label) =>
    Array.from({ length: count / CLASSES }, () => ({
      at: centre.map((m) => m + SPREAD * source.normal()),
      label,
    })),
  );
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

export class FaultyRun {
  #epoch;
  #rows = [];

  /** @param {string} fault @param {number} number of the case */
  constructor(fault, number) {
    const source = new PortableRandom(number);
    const count = fault === 'overfitting' ? 24 : SAMPLES;
    const rate = RATES[fault] ?? RATE;
    const training = samples(count, fault, source);
    const validation = samples(JUDGED, fault, source);
    if (fault === 'shuffled_labels') {
      const labels = training.map(({ label }) => label);
      for (const [i, j] of source.permutation(count).entries()) training[i].label = labels[j];
    }
    const draw = (rows, columns) =>
      Array.from({ length: rows }, () =>
        Float64Array.from({ length: columns }, () => source.normal() / Math.sqrt(rows)),
      );
    // The last row of each layer is its bias.
    const layers = [
      [...draw(FEATURES, HIDDEN), new Float64Array(HIDDEN)],
      [...draw(HIDDEN, CLASSES), new Float64Array(CLASSES)],
    ];
    for (const layer of layers) {
      for (const row of layer.slice(0, -1)) {
        for (let k = 0; k < row.length; k++) {
          row[k] = rounded(fault === 'equal_weights' ? 0.5 : row[k]);
        }
      }
    }
    const [inner, outer] = layers;
    const [units, z] = [new Float64Array(HIDDEN), new Float64Array(CLASSES)];

    function scores(at) {
      for (let k = 0; k < HIDDEN; k++) {
        let total = inner[FEATURES][k];
        for (let d = 0; d < FEATURES; d++) total += at[d] * inner[d][k];
        units[k] = Math.tanh(total);
      }
    }
    function answers(kept) {
      for (let c = 0; c < CLASSES; c++) {
        let total = outer[HIDDEN][c];
        for (let k = 0; k < HIDDEN; k++) total += units[k] * kept[k] * outer[k][c];
        z[c] = total;
      }
    }
    const all = new Float64Array(HIDDEN).fill(1);
    function judge(points) {
      let [loss, right] = [0, 0];
      for (const { at, label } of points) {
        scores(at);
        answers(all);
        right += Number(largest(z) === label);
        if (fault === 'softmax_twice') softmax(z, label);
        loss += softmax(z, label);
      }
      return [loss / points.length, right / points.length];
    }
    /** Turn scores into the slope of the loss by them; returns the loss. */
    function slope(label) {
      if (fault !== 'softmax_twice') {
        const loss = softmax(z, label);
        z[label] -= 1;
        return loss;
      }
      softmax(z, label);
      const p = z.slice();
      const loss = softmax(z, label);
      z[label] -= 1;
      const mean = z.reduce((total, d, c) => total + d * p[c], 0);
      for (let c = 0; c < CLASSES; c++) z[c] = p[c] * (z[c] - mean);
      return loss;
    }

    const slopes = layers.map((layer) => layer.map((row) => new Float64Array(row.length)));
    const [byInner, byOuter] = slopes;
    function update(batch, kept) {
      for (const layer of slopes) for (const row of layer) row.fill(0);
      let [loss, right] = [0, 0];
      batch.forEach((i, place) => {
        const { at, label } = training[i];
        scores(at);
        answers(kept[place]);
        right += Number(largest(z) === label);
        loss += slope(label);
        for (let c = 0; c < CLASSES; c++) {
          z[c] /= batch.length;
          byOuter[HIDDEN][c] += z[c];
        }
        for (let k = 0; k < HIDDEN; k++) {
          let back = 0;
          for (let c = 0; c < CLASSES; c++) {
            byOuter[k][c] += units[k] * kept[place][k] * z[c];
            back += z[c] * outer[k][c];
          }
          back *= kept[place][k] * (1 - units[k] ** 2);
          for (let d = 0; d < FEATURES; d++) byInner[d][k] += at[d] * back;
          byInner[FEATURES][k] += back;
        }
      });
      layers.forEach((layer, l) => {
        layer.forEach((row, r) => {
          for (let k = 0; k < row.length; k++) row[k] = rounded(row[k] - rate * slopes[l][r][k]);
        });
      });
      return [loss / batch.length, right];
    }

    /** @param {number[]} printed */
    const keep = ([loss, accuracy]) => {
      const [validationLoss, validationAccuracy] = judge(validation);
      this.#rows.push({ loss, accuracy, validationLoss, validationAccuracy });
    };
    keep(judge(training));
    this.#epoch = () => {
      const passes = Array.from({ length: (BATCH * UPDATES) / count }, () => source.permutation(count));
      const order = passes.flat();
      let [loss, right] = [0, 0];
      for (let start = 0; start < order.length; start += BATCH) {
        const kept = Array.from({ length: BATCH }, () =>
          fault === 'dropout'
            ? Array.from({ length: HIDDEN }, () => Number(source.random() < KEPT) / KEPT)
            : all,
        );
        const [mean, hits] = update(order.slice(start, start + BATCH), kept);
        loss += mean;
        right += hits;
      }
      keep([loss / UPDATES, right / order.length]);
    };

    const middles = centres('').map((centre) => centre.slice(0, 2));
    const attainable = validation.map(({ at, label }) => {
      const far = middles.map(([x, y]) => -((at[0] - x) ** 2 + (at[1] - y) ** 2) / (2 * SPREAD ** 2));
      return softmax(far, label);
    });
    /** What the true probabilities of the classes would cost. */
    this.attainable = attainable.reduce((total, loss) => total + loss, 0) / JUDGED;
  }

  /** The start and each epoch: {loss, accuracy, validationLoss, validationAccuracy}. */
  upTo(epochs) {
    while (this.#rows.length <= epochs) this.#epoch();
    return this.#rows.slice(0, epochs + 1);
  }
}
