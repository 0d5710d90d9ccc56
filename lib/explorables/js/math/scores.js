// The mirror of lib's multi-class losses, for one row of scores and its label. Plain loops, because
// surfaces evaluate them thousands of times a frame; sums run from first to last, as NumPy's do.

import { setToMinusTheRest } from './activations.js';

function largestOf(scores) {
  let largest = -Infinity;
  for (const s of scores) if (s > largest) largest = s;
  return largest;
}

export function softmaxOf(scores) {
  const largest = largestOf(scores);
  const e = scores.map((s) => Math.exp(s - largest));
  let total = 0;
  for (const x of e) total += x;
  return e.map((x) => x / total);
}

/** The largest exponential, 1, stays out of the sum: log(1 + s) has the digits of a small s. */
export function softmaxCrossEntropy(scores, label) {
  const largest = scores.indexOf(largestOf(scores));
  let others = 0;
  for (let j = 0; j < scores.length; j++) if (j !== largest) others += Math.exp(scores[j] - scores[largest]);
  return Math.log1p(others) - (scores[label] - scores[largest]);
}

/** ∂L/∂z: softmax less the label. They sum to 0, which gives the label's, whose digits p − 1 loses. */
export const softmaxCrossEntropyGrad = (scores, label) => setToMinusTheRest(softmaxOf(scores), label);

/** By how much each wrong class breaks the margin; −∞ for the right one. */
export const violations = (scores, label, margin) =>
  scores.map((s, j) => (j === label ? -Infinity : margin - scores[label] + s));

/** The hinge loss; `multi_margin` is PyTorch's, Weston–Watkins divided by the number of classes. */
export function hinge(scores, label, margin, variant) {
  let [total, worst] = [0, 0];
  for (let j = 0; j < scores.length; j++) {
    if (j === label) continue;
    const violation = Math.max(margin - scores[label] + scores[j], 0);
    total += violation;
    if (violation > worst) worst = violation;
  }
  if (variant === 'crammer_singer') return worst;
  return variant === 'multi_margin' ? total / scores.length : total;
}

/** Its gradient; the first of the worst classes counts in Crammer–Singer's variant. */
export function hingeGrad(scores, label, margin, variant) {
  const v = violations(scores, label, margin);
  const worst = v.indexOf(largestOf(v));
  const slope = variant === 'multi_margin' ? 1 / v.length : 1;
  const counts = (x, j) => x > 0 && (variant !== 'crammer_singer' || j === worst);
  return setToMinusTheRest(
    v.map((x, j) => (counts(x, j) ? slope : 0)),
    label,
  );
}

/**
 * Where gradient descent leads two numbers: the points on the way. `grad(x, y)` gives both slopes;
 * the path ends where they are 0.
 */
export function descentPath(grad, start, { rate = 0.2, steps = 200 } = {}) {
  const path = [start];
  for (let t = 0; t < steps; t++) {
    const [x, y] = path.at(-1);
    const [dx, dy] = grad(x, y);
    if (dx === 0 && dy === 0) break;
    path.push([x - rate * dx, y - rate * dy]);
  }
  return path;
}
