// One sigmoid neuron and two losses of its output: the mirror of lib/explorables/gradient.py.

import { sigmoid, sigmoidGrad } from './activations.js';
import { binaryCrossEntropyWithLogits, binaryCrossEntropyWithLogitsGrad } from './losses.js';

/** Six samples that no line separates, so that both losses have a lowest point. */
export const INPUTS = [-3, -2, -1, 1, 2, 3];
export const LABELS = [0, 0, 1, 0, 1, 1];

/** Losses of one logit and their derivatives. */
export const LOSSES = {
  cross_entropy: { value: binaryCrossEntropyWithLogits, slope: binaryCrossEntropyWithLogitsGrad },
  squared_error: {
    value: (z, y) => 0.5 * (sigmoid(z) - y) ** 2,
    slope: (z, y) => (sigmoid(z) - y) * sigmoidGrad(z),
  },
};

/** A loss as a function of the parameters [z]: one logit is all there is. */
export const overLogit = ({ value, slope }, y) => ({
  value: ([z]) => value(z, y),
  gradient: ([z]) => [slope(z, y)],
  distance: ([z]) => Math.abs(sigmoid(z) - y),
});

/**
 * The mean of f(logit, label) over the six samples, each times its `weight`, if any.
 * @param {number[]} parameters
 * @param {(z: number, y: number) => number} f
 * @param {number[] | null} [weights]
 */
function mean([w, b], f, weights = null) {
  let total = 0;
  for (let i = 0; i < INPUTS.length; i++) {
    total += f(w * INPUTS[i] + b, LABELS[i]) * (weights ? weights[i] : 1);
  }
  return total / INPUTS.length;
}

/** The mean loss of the six samples as a function of the parameters [weight, bias]. */
export const overWeights = ({ value, slope }) => ({
  value: (v) => mean(v, value),
  gradient: (v) => [mean(v, slope, INPUTS), mean(v, slope)],
  distance: (v) => mean(v, (z, y) => Math.abs(sigmoid(z) - y)),
});

/** Every point of gradient descent from `start`, the start first. */
export function descend(gradient, start, learningRate, steps) {
  const path = [start];
  for (let t = 0; t < steps; t++) {
    const slope = gradient(path[t]);
    path.push(path[t].map((x, i) => x - learningRate * slope[i]));
  }
  return path;
}
