// The mirror of lib/imbalance.py: a score that speaks of a rare class, weights and focus. The loss is
// computed thousands of times for a surface, so its loop is plain.

import { sigmoid } from './activations.js';
import { softplus } from './losses.js';
import { sum } from './numeric.js';

export const SEPARATION = 1.5;
export const SCORES = Array.from({ length: 16 }, (_, i) => (2 * i - 15) / 4);

const SHARES = [-1, 1].map((side) => {
  const all = SCORES.map((x) => Math.exp(-((x - (side * SEPARATION) / 2) ** 2) / 2));
  const total = sum(all);
  return all.map((s) => s / total);
});

/** How many samples of each class are expected at each score. */
export const expectedCounts = (counts) => SHARES.map((all, y) => all.map((s) => counts[y] * s));

/** Each score's share of the weights, by class. */
function weightShares(counts, w) {
  const all = expectedCounts(counts).map((list, y) => list.map((n) => (y ? n * w : n)));
  const total = sum(all.flat());
  return all.map((list) => list.map((n) => n / total));
}

const power = (q, gamma) => (gamma === 0 ? 1 : q ** gamma);

/** The focal loss of a margin, which is z for the label 1 and −z for 0. */
const focal = (margin, gamma) => power(sigmoid(-margin), gamma) * softplus(-margin);

/**
 * The weighted mean loss of the logit a x + b as a function of a and b.
 * @param {number[]} counts
 */
export function lineLoss(counts, w, gamma) {
  const [common, rare] = weightShares(counts, w);
  return (a, b) => {
    let total = 0;
    for (let i = 0; i < SCORES.length; i++) {
      const z = a * SCORES[i] + b;
      if (gamma === 0) {
        const log = Math.log1p(Math.exp(-Math.abs(z)));
        total += common[i] * (log + Math.max(z, 0)) + rare[i] * (log + Math.max(-z, 0));
      } else total += common[i] * focal(-z, gamma) + rare[i] * focal(z, gamma);
    }
    return total;
  };
}

/** Each sample's part of the slope over the logit, and of its curvature: see `_at` in lib. */
function derivatives(shares, a, b, gamma) {
  const slopes = [];
  const curvatures = [];
  for (let y = 0; y < 2; y++) {
    for (let i = 0; i < SCORES.length; i++) {
      const sign = y ? 1 : -1;
      const margin = sign * (a * SCORES[i] + b);
      const [p, q, nats] = [sigmoid(margin), sigmoid(-margin), softplus(-margin)];
      const focus = shares[y][i] * power(q, gamma);
      slopes.push(-sign * focus * (q + gamma * p * nats));
      curvatures.push(focus * p * (q * (2 * gamma + 1 - gamma * nats) + gamma ** 2 * p * nats));
    }
  }
  return { slopes, curvatures };
}

const BOTH = [...SCORES, ...SCORES];
const moment = (list, k) => sum(list.map((v, i) => v * BOTH[i] ** k));

/** The loss's slopes over a and b as a function of both: of arrows and paths there are many. */
export function lineGradient(counts, w, gamma) {
  const shares = weightShares(counts, w);
  return (a, b) => {
    let [g, h] = [0, 0];
    for (let y = 0; y < 2; y++) {
      for (let i = 0; i < SCORES.length; i++) {
        const sign = y ? 1 : -1;
        const margin = sign * (a * SCORES[i] + b);
        const q = sigmoid(-margin);
        const steep = gamma === 0 ? q : power(q, gamma) * (q + gamma * (1 - q) * softplus(-margin));
        h -= sign * shares[y][i] * steep;
        g -= sign * shares[y][i] * steep * SCORES[i];
      }
    }
    return [g, h];
  };
}

function newton(curvatures, g, h) {
  const [xx, x1, ones] = [2, 1, 0].map((k) => moment(curvatures, k));
  const determinant = xx * ones - x1 ** 2;
  if (!(determinant > 1e-12 * xx * ones && ones > 0)) return null;
  return [(ones * g - x1 * h) / determinant, (xx * h - x1 * g) / determinant];
}

/** Slope and bias of the least loss: Newton's steps, halved until they do not climb. */
export function fitScores(counts, w, gamma) {
  const shares = weightShares(counts, w);
  const at = lineLoss(counts, w, gamma);
  let [a, b, loss] = [0, 0, at(0, 0)];
  for (let step = 0; step < 200; step++) {
    const { slopes, curvatures } = derivatives(shares, a, b, gamma);
    const [g, h] = [moment(slopes, 1), moment(slopes, 0)];
    let [da, db] = newton(curvatures, g, h) ?? newton(curvatures.map(Math.abs), g, h) ?? [0, 0];
    let following = at(a - da, b - db);
    for (let i = 0; i < 60 && following > loss * (1 + 1e-14); i++) {
      [da, db] = [da / 2, db / 2];
      following = at(a - da, b - db);
    }
    [a, b, loss] = [a - da, b - db, following];
    if (Math.abs(da) + Math.abs(db) < 1e-13) break;
  }
  return [a, b];
}

/** Minus the slope of the focal loss over the logit, at a label that got q. */
function steepness(q, rest, gamma) {
  const log = q === 0 ? 0 : rest < 0.5 ? Math.log1p(-rest) : Math.log(q);
  return power(rest, gamma) * (rest - gamma * q * log);
}

/** The probability meant by a model that was trained with the focal loss and says q = 1 − rest. */
export function undoFocal(q, gamma, rest = 1 - q) {
  const [rise, fall] = [steepness(rest, q, gamma), steepness(q, rest, gamma)];
  return rise / (rise + fall);
}

/** The logit z of a model once weight and focus are taken back. */
export function undone(z, w, gamma) {
  if (gamma === 0) return z - Math.log(w);
  const [q, rest] = [sigmoid(z), sigmoid(-z)];
  return Math.log(steepness(rest, q, gamma) / steepness(q, rest, gamma)) - Math.log(w);
}

/** The share of class 1 in the weights. */
export const weightedShare = (prior, w) => (w * prior) / (w * prior + (1 - prior));

/** The constant answer that costs least. */
export function bestConstant(prior, w, gamma) {
  const share = weightedShare(prior, w);
  if (gamma === 0 || share === 0 || share === 1) return share;
  let [low, high] = [-800, 800];
  for (let i = 0; i < 70; i++) {
    const middle = (low + high) / 2;
    if (undoFocal(sigmoid(middle), gamma, sigmoid(-middle)) < share) low = middle;
    else high = middle;
  }
  return sigmoid((low + high) / 2);
}

/** What a constant answer q costs in the weighted mean. */
export function constantLoss(share, gamma) {
  return (q) => {
    const z = Math.log(q) - Math.log1p(-q);
    return share * focal(z, gamma) + (1 - share) * focal(-z, gamma);
  };
}
