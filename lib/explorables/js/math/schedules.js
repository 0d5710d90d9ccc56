// The mirror of lib/schedules.py, and of lib.training.gradient_descent with its noise.

import { walk } from './optimizers.js';

export const constant = (init) => () => init;
export const stepDecay = (init, stepSize, gamma) => (t) => init * gamma ** Math.floor(t / stepSize);
export const exponentialDecay = (init, k) => (t) => init * Math.exp(-k * t);
export const inverseTimeDecay = (init, k) => (t) => init / (1 + k * t);
export const cosineDecay = (init, decaySteps) => (t) =>
  (init * (1 + Math.cos(Math.PI * Math.min(t / decaySteps, 1)))) / 2;
export const withLinearWarmup = (schedule, warmupSteps) => (t) =>
  (warmupSteps ? Math.min(t / warmupSteps, 1) : 1) * schedule(Math.max(t - warmupSteps, 0));

/** The same schedule, counting every `unit` iterations once. */
export const every = (unit, schedule) => (t) => schedule(Math.floor(t / unit));

/** All points of a plain descent, the start first. */
export const gradientDescent = (grad, start, schedule, steps, noise, seed) =>
  walk(grad, start, (slope, t) => slope.map((g) => -schedule(t) * g), steps, noise, seed);
