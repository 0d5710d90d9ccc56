// The mirror of lib's contrastive loss, for directions in the plane: angles in degrees, and the cosine
// of the angle between two as their similarity.

import { softmaxCrossEntropyGrad, softmaxOf } from './scores.js';

const DEGREE = Math.PI / 180;
const TIE = 1e-9; // similarities that are nearer to each other than this are equal
const RATE = 0.25; // a step of descent: times N τ, in radians for a slope of 1
const STILL = 1e-3; // a slope, times N τ, at which descent has come to rest
const ROUNDED = 5; // times that: the slope at rest where the angles have been rounded to hundredths of a degree
const PATIENCE = 2000; // steps that a descent takes at most

const differences = (rows, columns) => rows.map((a) => columns.map((b) => a * DEGREE - b * DEGREE));
const transposed = (s) => s[0].map((_, j) => s.map((row) => row[j]));
const scaled = (s, temperature) => s.map((row) => row.map((x) => x / temperature));

/** The similarity of each of N things with each of N candidates: those on the diagonal belong together. */
export const similarities = (rows, columns) =>
  differences(rows, columns).map((row) => row.map((angle) => Math.cos(angle)));

/** The mean over i of −ln softmax(zᵢ)ᵢ, where `at(i, j)` over the temperature is zᵢⱼ; the largest stays out of the sum. */
function meanLoss(n, at, temperature) {
  let total = 0;
  for (let i = 0; i < n; i++) {
    let [top, others] = [0, 0];
    for (let j = 1; j < n; j++) if (at(i, j) > at(i, top)) top = j;
    const largest = at(i, top);
    for (let j = 0; j < n; j++) if (j !== top) others += Math.exp((at(i, j) - largest) / temperature);
    total += Math.log1p(others) + (largest - at(i, i)) / temperature;
  }
  return total / n;
}

/**
 * The mean cross-entropy of finding one's partner: `rows` look for columns, and `columns` for rows. Plain
 * loops, because a curve over the temperature asks for it at every point while a hand moves.
 */
export function contrastiveLosses(s, temperature) {
  const rows = meanLoss(s.length, (i, j) => s[i][j], temperature);
  const columns = meanLoss(s.length, (i, j) => s[j][i], temperature);
  return { rows, columns, both: (rows + columns) / 2 };
}

/** The probability that each row, or each column, gives to each of its candidates. */
export const matchedRows = (s, temperature) => scaled(s, temperature).map(softmaxOf);
export const matchedColumns = (s, temperature) => transposed(matchedRows(transposed(s), temperature));

/** The derivative of the symmetric loss with respect to each similarity. */
export function contrastiveGrad(s, temperature) {
  const grad = (scores) => scores.map((row, i) => softmaxCrossEntropyGrad(row, i));
  const rows = grad(scaled(s, temperature));
  const columns = transposed(grad(scaled(transposed(s), temperature)));
  return rows.map((row, i) => row.map((x, j) => (x + columns[i][j]) / 2 / temperature / s.length));
}

/** The same with respect to the angles, in nats per radian: of the rows' things and of the columns'. */
export function angleGrads(rows, columns, temperature) {
  const grad = contrastiveGrad(similarities(rows, columns), temperature);
  const pull = differences(rows, columns).map((row, i) => row.map((x, j) => -Math.sin(x) * grad[i][j]));
  const sum = (list) => list.reduce((total, x) => total + x, 0);
  return [pull.map(sum), transposed(pull).map((column) => -sum(column))];
}

/** How many things have their own candidate nearer than every other. */
export const found = (s) => s.filter((row, i) => row.every((x, j) => j === i || row[i] > x + TIE)).length;

/** Angles in degrees that divide the circle evenly. */
export const even = (n) => Array.from({ length: n }, (_, i) => (360 * i) / n);

/** Whether the loss hardly slopes at these angles, of rows' things and columns'. */
export const atRest = ([rows, columns], temperature) =>
  Math.hypot(...angleGrads(rows, columns, temperature).flat()) * rows.length * temperature < STILL;

/** Where a descent of N pairs is by the slope that is shown: 'going', at the 'floor', or 'stuck' above it. */
export const stageOf = (pairs, temperature, { slope, loss, floor }) => {
  if (slope * pairs * temperature >= ROUNDED * STILL) return 'going';
  return loss < floor + STILL ? 'floor' : 'stuck';
};

/** Angles in degrees after `steps` steps of gradient descent, or fewer where it comes to rest. */
export function descended(angles, temperature, steps) {
  let now = angles;
  const rate = (RATE * now[0].length * temperature) / DEGREE;
  for (let t = 0; t < Math.min(steps, PATIENCE) && !atRest(now, temperature); t++) {
    const grads = angleGrads(now[0], now[1], temperature);
    now = now.map((list, k) => list.map((x, i) => x - rate * grads[k][i]));
  }
  return now;
}
