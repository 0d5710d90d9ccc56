// The mirror of lib/calibration.py, over typed arrays: a reader may bring a hundred thousand predictions.

import { binaryEntropy } from './information.js';

/** A sum whose lost digits are kept (Neumaier), to add to in a loop. */
class Sum {
  #total = 0;
  #lost = 0;

  add(x) {
    const next = this.#total + x;
    if (Number.isFinite(next)) {
      const [large, small] = Math.abs(this.#total) >= Math.abs(x) ? [this.#total, x] : [x, this.#total];
      this.#lost += large - next + small;
    }
    this.#total = next;
  }

  get value() {
    return this.#total + this.#lost;
  }
}

const LEAST = 1e-30; // stands for a probability of 0 where a temperature is applied
const log = (p) => Math.log(Math.max(p, LEAST));
/** The log-odds of a probability, finite. */
export const logOdds = (p) => log(p) - log(1 - p);
/** The logarithms of probabilities, finite. */
export const logsOf = (probs) => probs.map(log);

/**
 * What is judged of predictions: the probability `confidence` that was given to what is `right` or not,
 * and what all samples give in the mean. Of the `loss`, `ofTop` is paid for what is judged, and `among` for
 * the label among the other classes.
 * @typedef {{confidence: Float64Array, right: Uint8Array, loss: number, ofTop: number, among: number,
 * brier: number, accuracy: number}} Judged
 */

/**
 * Events of which a model has the log-odds.
 * @param {Float64Array} logits
 * @param {Uint8Array} labels
 * @returns {Judged}
 */
export function judgeEvents(logits, labels, temperature) {
  const n = logits.length;
  const confidence = new Float64Array(n);
  const [loss, brier] = [new Sum(), new Sum()];
  let agreeing = 0;
  for (let i = 0; i < n; i++) {
    const z = logits[i] / temperature;
    const y = labels[i];
    const e = Math.exp(-Math.abs(z));
    const p = (z >= 0 ? 1 : e) / (1 + e);
    confidence[i] = p;
    loss.add(Math.max(y ? -z : z, 0) + Math.log1p(e));
    brier.add((p - y) ** 2);
    agreeing += Number(p > 0.5 === (y === 1));
  }
  const [mean, square] = [loss.value / n, brier.value / n];
  return {
    confidence,
    right: labels,
    loss: mean,
    ofTop: mean,
    among: 0,
    brier: square,
    accuracy: agreeing / n,
  };
}

/**
 * Events whose probabilities are as they were given.
 * @param {Float64Array} probs
 * @param {Uint8Array} labels
 * @returns {Judged}
 */
export function judgeGivenEvents(probs, labels) {
  const n = probs.length;
  const [loss, brier] = [new Sum(), new Sum()];
  let agreeing = 0;
  for (let i = 0; i < n; i++) {
    const y = labels[i];
    loss.add(-Math.log(y ? probs[i] : 1 - probs[i]));
    brier.add((probs[i] - y) ** 2);
    agreeing += Number(probs[i] > 0.5 === (y === 1));
  }
  const [mean, square] = [loss.value / n, brier.value / n];
  const means = { loss: mean, ofTop: mean, among: 0, brier: square, accuracy: agreeing / n };
  return { confidence: probs, right: labels, ...means };
}

/** The loss of events alone, for curves. */
export function lossOfEvents(logits, labels, temperature) {
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    const z = (labels[i] ? -logits[i] : logits[i]) / temperature;
    total += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }
  return total / logits.length;
}

/** Which entry of each row is the largest. */
export function topsOf(rows, classes) {
  const tops = new Int32Array(rows.length / classes);
  for (let i = 0; i < tops.length; i++) {
    let best = i * classes;
    for (let c = best + 1; c < (i + 1) * classes; c++) if (rows[c] > rows[best]) best = c;
    tops[i] = best;
  }
  return tops;
}

/**
 * Rows of C probabilities, by their logarithms, or `given` as they are. Their most probable classes are judged.
 * @param {Float64Array} rows
 * @param {Int32Array} tops the index of each row's largest
 * @param {Uint8Array | Int32Array} labels
 * @param {{classes: number, temperature: number, given: boolean}} options
 * @returns {Judged}
 */
export function judgeRows(rows, tops, labels, { classes, temperature, given }) {
  const n = tops.length;
  const confidence = new Float64Array(n);
  const right = new Uint8Array(n);
  const [loss, brier, ofTop, among] = [new Sum(), new Sum(), new Sum(), new Sum()];
  let agreeing = 0;
  const row = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    const [from, top] = [i * classes, tops[i] - i * classes];
    const label = labels[i];
    let others = 0;
    for (let c = 0; c < classes; c++) {
      row[c] = given ? rows[from + c] : Math.exp((rows[from + c] - rows[tops[i]]) / temperature);
      if (c !== top) others += row[c];
    }
    const all = given ? 1 : 1 + others;
    confidence[i] = row[top] / all;
    right[i] = Number(top === label);
    agreeing += right[i];
    const ofLabel = given
      ? -Math.log(row[label])
      : Math.log1p(others) - (rows[from + label] - rows[tops[i]]) / temperature;
    loss.add(ofLabel);
    ofTop.add(-Math.log((right[i] ? row[top] : others) / all));
    if (!right[i] && others > 0) among.add(-Math.log(row[label] / others));
    let square = 0;
    for (let c = 0; c < classes; c++) square += (row[c] / all - Number(c === label)) ** 2;
    brier.add(square);
  }
  const [mean, square] = [loss.value / n, brier.value / n];
  const parts = { ofTop: ofTop.value / n, among: among.value / n };
  return { confidence, right, loss: mean, ...parts, brier: square, accuracy: agreeing / n };
}

/** The edges of bins that are equally full, as NumPy's quantiles of `values` are. */
function quantiles(values, bins) {
  const sorted = Float64Array.from(values).sort();
  const step = 1 / bins;
  return Array.from({ length: bins + 1 }, (_, i) => {
    const place = (sorted.length - 1) * (i === bins ? 1 : i * step);
    const k = Math.min(Math.floor(place), sorted.length - 1);
    const [a, b] = [sorted[k], sorted[Math.min(k + 1, sorted.length - 1)]];
    const t = place - k;
    return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
  });
}

/**
 * Sort predictions into bins: of each that is not empty its mean `confidence`, its `accuracy`, its `count`
 * and its edges.
 */
export function reliability(confidence, right, bins, strategy) {
  const step = 1 / bins;
  const even = strategy === 'uniform';
  const edges = even
    ? Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * step))
    : quantiles(confidence, bins);
  const inner = edges.slice(1, -1);
  const count = new Float64Array(bins);
  const total = new Float64Array(bins);
  const hits = new Float64Array(bins);
  for (let i = 0; i < confidence.length; i++) {
    const p = confidence[i];
    let b = even ? Math.max(0, Math.min(bins - 1, Math.ceil(p * bins) - 1)) : place(inner, p);
    if (even) {
      while (b > 0 && p <= inner[b - 1]) b -= 1;
      while (b < bins - 1 && p > inner[b]) b += 1;
    }
    count[b] += 1;
    total[b] += p;
    hits[b] += right[i];
  }
  return Array.from(count, (n, b) => ({
    count: n,
    confidence: total[b] / n,
    accuracy: hits[b] / n,
    edges: [edges[b], edges[b + 1]],
  })).filter((bin) => bin.count);
}

/** How many of sorted numbers are less than x. */
function place(sorted, x) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

const overBins = (bins, f) => {
  const total = new Sum();
  let n = 0;
  for (const bin of bins) {
    n += bin.count;
    total.add(bin.count * f(bin));
  }
  return total.value / n;
};
export const calibrationError = (bins) =>
  overBins(bins, ({ accuracy, confidence }) => Math.abs(accuracy - confidence));
/** The loss of the bins' frequencies. */
export const binsLoss = (bins) => overBins(bins, ({ accuracy }) => binaryEntropy(accuracy));

/** The slope of the loss of events, and its derivative, at 1/T. */
function slopeOfEvents(logits, labels, beta) {
  const [slope, curvature] = [new Sum(), new Sum()];
  for (let i = 0; i < logits.length; i++) {
    const z = labels[i] ? -logits[i] : logits[i]; // of the other class, less the label's
    const e = Math.exp(-Math.abs(beta * z));
    const p = (z >= 0 ? 1 : e) / (1 + e);
    slope.add(p * z);
    curvature.add(p * (1 - p) * z * z);
  }
  return [slope.value / logits.length, curvature.value / logits.length];
}

/** The same of rows. */
function slopeOfRows(rows, tops, labels, classes, beta) {
  const [slope, curvature] = [new Sum(), new Sum()];
  for (let i = 0; i < tops.length; i++) {
    const from = i * classes;
    const [top, own] = [rows[tops[i]], rows[from + labels[i]]];
    let [all, first] = [0, 0];
    for (let c = from; c < from + classes; c++) {
      const e = Math.exp(beta * (rows[c] - top));
      all += e;
      first += e * (rows[c] - own);
    }
    const mean = first / all;
    let second = 0;
    for (let c = from; c < from + classes; c++) {
      second += Math.exp(beta * (rows[c] - top)) * (rows[c] - own - mean) ** 2;
    }
    slope.add(mean);
    curvature.add(second / all);
  }
  return [slope.value / tops.length, curvature.value / tops.length];
}

/** Where a rising function that is below 0 at 0 becomes 0, by Newton's steps within a bracket. */
function zeroOf(slopeAt, start) {
  let [low, high, beta] = [0, Infinity, start];
  for (let i = 0; i < 200; i++) {
    const [slope, curvature] = slopeAt(beta);
    if (slope < 0) low = beta;
    else high = beta;
    const step = curvature > 0 ? beta - slope / curvature : Infinity;
    const middle = high === Infinity ? 2 * beta : (low + high) / 2;
    const next = low < step && step < Math.min(high, 4 * beta) ? step : middle;
    const near = Math.abs(next - beta) <= 1e-13 * beta;
    if (slope === 0) return beta;
    beta = next;
    if (near) break;
  }
  return beta;
}

const largest = (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

/** The temperature of the least loss of events: 0 or infinite where no other is the best. */
export function bestTemperatureOfEvents(logits, labels) {
  if (logits.every((z, i) => (labels[i] ? z >= 0 : z <= 0)) && largest(logits) > 0) return 0;
  const slope = (beta) => slopeOfEvents(logits, labels, beta);
  return slope(0)[0] >= 0 ? Infinity : 1 / zeroOf(slope, 1 / largest(logits));
}

/** The same of rows, by the logarithms of their probabilities. */
export function bestTemperatureOfRows(rows, tops, labels, classes) {
  let far = 0; // the largest difference from a label's
  let behind = false; // whether any label has not the largest
  for (let i = 0; i < rows.length; i++) {
    const n = Math.floor(i / classes);
    const z = rows[i] - rows[n * classes + labels[n]];
    if (z > 0) behind = true;
    far = Math.max(far, Math.abs(z));
  }
  if (!behind) return far > 0 ? 0 : Infinity;
  const slope = (beta) => slopeOfRows(rows, tops, labels, classes, beta);
  return slope(0)[0] >= 0 ? Infinity : 1 / zeroOf(slope, 1 / far);
}
