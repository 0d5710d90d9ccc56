// The mirror of lib/losses: one number a sample; `sum` and divide for a batch.

import { sigmoid } from './activations.js';

/** w · x, where a weight of 0 counts nothing, even of an infinity. */
const weighted = (w, x) => (w === 0 ? 0 : w * x);

/** log(1 + e^x), without overflow. */
export const softplus = (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

/** The log loss of a probability. */
export const binaryCrossEntropy = (p, y) => -weighted(y, Math.log(p)) - weighted(1 - y, Math.log1p(-p)) + 0;

/** The log loss of a logit, and its slope. */
export const binaryCrossEntropyWithLogits = (z, y) =>
  weighted(y, softplus(-z)) + weighted(1 - y, softplus(z));
export const binaryCrossEntropyWithLogitsGrad = (z, y) => (1 - y) * sigmoid(z) - y * sigmoid(-z);
