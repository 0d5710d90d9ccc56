// The mirror of lib/calibration.py, over typed arrays: a reader may bring a hundred thousand predictions.

import { binaryEntropy } from './information.js';
import { sum } from './numeric.js';

const BLOCK = 255; // sums are made of sums of so many and one: fast, and exact as NumPy's are

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
  let [loss, brier, someLoss, someBrier, agreeing] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const z = logits[i] / temperature;
    const y = labels[i];
    const e = Math.exp(-Math.abs(z));
    const p = (z >= 0 ? 1 : e) / (1 + e);
    confidence[i] = p;
    someLoss += Math.max(y ? -z : z, 0) + Math.log1p(e);
    someBrier += (p - y) * (p - y);
    if (p > 0.5 === (y === 1)) agreeing += 1;
    if ((i & BLOCK) === BLOCK) {
      loss += someLoss;
      brier += someBrier;
      someLoss = someBrier = 0;
    }
  }
  const [mean, square] = [(loss + someLoss) / n, (brier + someBrier) / n];
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
  let [loss, brier, someLoss, someBrier, agreeing] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [p, y] = [probs[i], labels[i]];
    someLoss -= Math.log(y ? p : 1 - p);
    someBrier += (p - y) * (p - y);
    if (p > 0.5 === (y === 1)) agreeing += 1;
    if ((i & BLOCK) === BLOCK) {
      loss += someLoss;
      brier += someBrier;
      someLoss = someBrier = 0;
    }
  }
  const [mean, square] = [(loss + someLoss) / n, (brier + someBrier) / n];
  const means = { loss: mean, ofTop: mean, among: 0, brier: square, accuracy: agreeing / n };
  return { confidence: probs, right: labels, ...means };
}

/** The loss of events alone, for curves. */
export function lossOfEvents(logits, labels, temperature) {
  let total = 0;
  let product = 1; // of 1 + exp(−|z|), each at most 2: one logarithm does for many
  for (let i = 0; i < logits.length; i++) {
    const z = (labels[i] ? -logits[i] : logits[i]) / temperature;
    if (z > 0) total += z;
    product *= 1 + Math.exp(-Math.abs(z));
    if ((i & BLOCK) === BLOCK) {
      total += Math.log(product);
      product = 1;
    }
  }
  return (total + Math.log(product)) / logits.length;
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
  const sums = new Float64Array(4); // of the loss, its two parts and the squares
  const some = new Float64Array(4);
  let agreeing = 0;
  const row = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    const [from, top, label] = [i * classes, tops[i] - i * classes, labels[i]];
    const most = rows[tops[i]];
    let others = 0;
    for (let c = 0; c < classes; c++) {
      row[c] = given ? rows[from + c] : Math.exp((rows[from + c] - most) / temperature);
      if (c !== top) others += row[c];
    }
    const all = given ? 1 : 1 + others;
    const ok = top === label;
    confidence[i] = row[top] / all;
    right[i] = ok ? 1 : 0;
    agreeing += right[i];
    some[0] += given ? -Math.log(row[label]) : Math.log1p(others) - (rows[from + label] - most) / temperature;
    some[1] -= Math.log((ok ? row[top] : others) / all);
    if (!ok && others > 0) some[2] -= Math.log(row[label] / others);
    for (let c = 0; c < classes; c++) {
      const away = row[c] / all - (c === label ? 1 : 0);
      some[3] += away * away;
    }
    if ((i & BLOCK) === BLOCK || i === n - 1) {
      for (let k = 0; k < 4; k++) sums[k] += some[k];
      some.fill(0);
    }
  }
  const [loss, ofTop, among, brier] = sums.map((sum) => sum / n);
  return { confidence, right, loss, ofTop, among, brier, accuracy: agreeing / n };
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
  const inner = Float64Array.from(edges.slice(1, -1));
  const last = bins - 1;
  const count = new Float64Array(bins);
  const total = new Float64Array(bins);
  const hits = new Float64Array(bins);
  for (let i = 0; i < confidence.length; i++) {
    const p = confidence[i];
    let b = even ? Math.min(last, (p * bins) | 0) : place(inner, p);
    if (even) {
      while (b > 0 && p <= inner[b - 1]) b -= 1;
      while (b < last && p > inner[b]) b += 1;
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

const overBins = (bins, f) =>
  sum(bins.map((bin) => bin.count * f(bin))) / sum(bins.map(({ count }) => count));
export const calibrationError = (bins) =>
  overBins(bins, ({ accuracy, confidence }) => Math.abs(accuracy - confidence));
/** The loss of the bins' frequencies. */
export const binsLoss = (bins) => overBins(bins, ({ accuracy }) => binaryEntropy(accuracy));

/** The slope of the loss of events, and its derivative, at 1/T. */
function slopeOfEvents(logits, labels, beta) {
  let [slope, curvature, someSlope, someCurvature] = [0, 0, 0, 0];
  const n = logits.length;
  for (let i = 0; i < n; i++) {
    const z = labels[i] ? -logits[i] : logits[i]; // of the other class, less the label's
    const e = Math.exp(-Math.abs(beta * z));
    const p = (z >= 0 ? 1 : e) / (1 + e);
    someSlope += p * z;
    someCurvature += p * (1 - p) * z * z;
    if ((i & BLOCK) === BLOCK) {
      slope += someSlope;
      curvature += someCurvature;
      someSlope = someCurvature = 0;
    }
  }
  return [(slope + someSlope) / n, (curvature + someCurvature) / n];
}

/** The same of rows. */
function slopeOfRows(rows, tops, labels, classes, beta) {
  let [slope, curvature, someSlope, someCurvature] = [0, 0, 0, 0];
  const n = tops.length;
  const e = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    const from = i * classes;
    const [top, own] = [rows[tops[i]], rows[from + labels[i]]];
    let [all, first, second] = [0, 0, 0];
    for (let c = 0; c < classes; c++) {
      e[c] = Math.exp(beta * (rows[from + c] - top));
      all += e[c];
      first += e[c] * (rows[from + c] - own);
    }
    const mean = first / all;
    for (let c = 0; c < classes; c++) second += e[c] * (rows[from + c] - own - mean) ** 2;
    someSlope += mean;
    someCurvature += second / all;
    if ((i & BLOCK) === BLOCK) {
      slope += someSlope;
      curvature += someCurvature;
      someSlope = someCurvature = 0;
    }
  }
  return [(slope + someSlope) / n, (curvature + someCurvature) / n];
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
    const near = (there) => Math.abs(there - beta) <= 1e-13 * beta;
    if (near(step) || near(next)) break; // a step so small may lead out of the interval, by its rounding
    beta = next;
  }
  return beta;
}

const largest = (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

/** The temperature of the least loss of events: 0 or infinite where no other is the best, NaN where all are. */
export function bestTemperatureOfEvents(logits, labels) {
  const far = largest(logits);
  if (!far) return Number.NaN;
  if (logits.every((z, i) => (labels[i] ? z >= 0 : z <= 0))) return 0;
  const slope = (beta) => slopeOfEvents(logits, labels, beta);
  return slope(0)[0] >= 0 ? Infinity : 1 / zeroOf(slope, 1 / far);
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
  if (!far) return Number.NaN;
  if (!behind) return 0;
  const slope = (beta) => slopeOfRows(rows, tops, labels, classes, beta);
  return slope(0)[0] >= 0 ? Infinity : 1 / zeroOf(slope, 1 / far);
}
