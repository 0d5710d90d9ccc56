// Units in a row, and an output activation followed by a loss: slopes that multiply.

import {
  relu,
  reluGrad,
  sigmoid,
  sigmoidGrad,
  softmax,
  softmaxJacobian,
  tanh,
  tanhGrad,
} from './activations.js';

export const ACTIVATIONS = {
  sigmoid: { f: sigmoid, slope: sigmoidGrad },
  tanh: { f: tanh, slope: tanhGrad },
  relu: { f: relu, slope: reluGrad },
};

/**
 * Send x through `depth` layers h ← f(w h). `slopes` holds one entry a layer; `products` starts with 1:
 * the derivative of the k-th output with respect to x.
 */
export function throughStack(activation, x, weight, depth) {
  const { f, slope } = ACTIVATIONS[activation];
  const slopes = [];
  const products = [1];
  let h = x;
  for (let layer = 0; layer < depth; layer++) {
    slopes.push(weight * slope(weight * h));
    products.push(products[layer] * slopes[layer]);
    h = f(weight * h);
  }
  return { slopes, products };
}

export const OUTPUTS = ['identity', 'sigmoid', 'softmax'];
export const LOSSES = ['mse', 'bce', 'ce'];

/** ∂L/∂p of the summed losses, by lib's formulas, for outputs p and a one-hot target; `mse` is half the square. */
const LOSS_GRADIENTS = {
  mse: (p, t) => p - t,
  bce: (p, t) => (t === 1 ? 0 : (1 - t) / (1 - p)) - (t === 0 ? 0 : t / p),
  ce: (p, t) => (t === 0 ? 0 : -t / p),
};

/**
 * dL/dz of the first of three logits (z, 0, 0), where the first class is right (or the second).
 * NaN where the loss is not defined on the output: no logarithm of what is no probability.
 */
export function pairGradient(output, loss, z, right) {
  const target = right ? [1, 0, 0] : [0, 1, 0];
  if (output === 'identity') {
    if (loss === 'ce' || (loss === 'bce' && !(z > 0 && z < 1))) return NaN;
    return LOSS_GRADIENTS[loss](z, target[0]);
  }
  if (output === 'sigmoid') {
    if (loss === 'bce') return sigmoid(z) - target[0];
    return LOSS_GRADIENTS[loss](sigmoid(z), target[0]) * sigmoidGrad(z);
  }
  const logits = [z, 0, 0];
  const p = softmax(logits);
  if (loss === 'ce') return p[0] - target[0];
  const jacobian = softmaxJacobian(logits);
  return p.reduce((sum, a, i) => sum + LOSS_GRADIENTS[loss](a, target[i]) * jacobian[i][0], 0);
}

/** The prediction that the output activation makes of the logit z. */
export const predict = (output, z) =>
  output === 'identity' ? z : output === 'sigmoid' ? sigmoid(z) : softmax([z, 0, 0])[0];
