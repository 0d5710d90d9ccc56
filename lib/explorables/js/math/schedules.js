// The mirror of lib/schedules.py, and of lib.training.gradient_descent with its noise.

import { PortableRandom } from './randomness.js';

export const constant = (init) => () => init;
export const stepDecay = (init, stepSize, gamma) => (t) => init * gamma ** Math.floor(t / stepSize);
export const exponentialDecay = (init, k) => (t) => init * Math.exp(-k * t);
export const inverseTimeDecay = (init, k) => (t) => init / (1 + k * t);
export const cosineDecay =
  (init, decaySteps, final = 0) =>
  (t) =>
    final + ((init - final) * (1 + Math.cos(Math.PI * Math.min(t / decaySteps, 1)))) / 2;
export const withLinearWarmup = (schedule, warmupSteps) => (t) =>
  (warmupSteps ? Math.min(t / warmupSteps, 1) : 1) * schedule(Math.max(t - warmupSteps, 0));

/** The same schedule, counting every `unit` iterations once. */
export const every = (unit, schedule) => (t) => schedule(Math.floor(t / unit));

/**
 * All points of a descent, the start first; the noise is drawn coordinate by coordinate, in the
 * order in which lib draws it.
 */
export function gradientDescent(grad, start, schedule, steps, noise, seed) {
  const source = new PortableRandom(seed);
  const path = [start];
  for (let t = 0; t < steps; t++) {
    const at = path[t];
    const rate = schedule(t);
    const slope = grad(at);
    path.push(at.map((x, i) => x - rate * (noise ? slope[i] + noise * source.normal() : slope[i])));
  }
  return path;
}
