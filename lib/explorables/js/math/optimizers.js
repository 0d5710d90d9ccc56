// The mirror of lib/optimizers.py, for points of a few coordinates. What it computes without noise
// is the same to the last bit, since signs, products, quotients and roots are rounded alike.

import { PortableRandom } from './randomness.js';

/** Each factory gives a function of the gradient that returns what to add to the point. */
export function sgd(rate, momentum = 0, nesterov = false) {
  /** @type {number[]} */
  let velocity = [];
  return (grad) => {
    velocity = grad.map((g, i) => momentum * (velocity[i] ?? 0) + g);
    return velocity.map((v, i) => -rate * (nesterov ? grad[i] + momentum * v : v));
  };
}

export function adam(rate, b1 = 0.9, b2 = 0.999, eps = 1e-8) {
  /** @type {number[][]} */
  let [mean, square] = [[], []];
  let [sum1, sum2] = [0, 0]; // of the weights in the means
  return (grad) => {
    mean = grad.map((g, i) => b1 * (mean[i] ?? 0) + (1 - b1) * g);
    square = grad.map((g, i) => b2 * (square[i] ?? 0) + (1 - b2) * (g * g));
    [sum1, sum2] = [b1 * sum1 + (1 - b1), b2 * sum2 + (1 - b2)];
    return mean.map((m, i) => (m === 0 ? 0 : (-rate * (m / sum1)) / (Math.sqrt(square[i] / sum2) + eps)));
  };
}

/**
 * All points of a descent, the start first, as lib.training.gradient_descent has them: the noise is drawn
 * coordinate by coordinate, in the order in which lib draws it.
 */
export function walk(grad, start, update, steps, noise, seed) {
  const source = new PortableRandom(seed);
  const path = [start];
  for (let t = 0; t < steps; t++) {
    const slope = grad(path[t]).map((g) => (noise ? g + noise * source.normal() : g));
    const step = update(slope, t);
    path.push(path[t].map((x, i) => x + step[i]));
  }
  return path;
}
