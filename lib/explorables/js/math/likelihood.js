// Likelihoods as a computer multiplies them, and the logarithms that do not vanish.

import { ROUND } from './activations.js';
import { binaryCrossEntropy } from './losses.js';
import { sum } from './numeric.js';

/** The probability that was given to what happened. */
export const factorsOf = (probs, labels) => labels.map((y, i) => (y === 1 ? probs[i] : 1 - probs[i]));

/** The running products of `factors`, each rounded to the precision. */
export function runningProduct(factors, precision) {
  const round = ROUND[precision];
  let product = 1;
  return factors.map((x) => (product = round(product * round(x))));
}

/** The product of all of them, as NumPy multiplies: one after the other. */
export const likelihood = (factors, precision) => runningProduct(factors, precision).at(-1);

export const totalLogLoss = (probs, labels) => sum(labels.map((y, i) => binaryCrossEntropy(probs[i], y)));

/** The flips of a coin: rounds of ten, the heads of each round first. */
export const coinFlips = (heads, repeats) =>
  Array.from({ length: 10 * repeats }, (_, i) => Number(i % 10 < heads));

/** The mean log loss a flip of θ where a share `heads` of ten flips shows heads. */
export const coinLoss = (theta, heads) =>
  sum([
    heads === 0 ? 0 : (-heads * Math.log(theta)) / 10,
    heads === 10 ? 0 : (-(10 - heads) * Math.log1p(-theta)) / 10,
  ]);

/** The likelihood of θ as a share of the largest; 0 everywhere once the largest is lost. */
export function likelihoodShare(heads, repeats, precision) {
  const round = ROUND[precision];
  const at = (theta) => round(Math.exp(-10 * repeats * coinLoss(theta, heads)));
  const top = at(heads / 10);
  return (theta) => (top === 0 ? 0 : at(theta) / top);
}
