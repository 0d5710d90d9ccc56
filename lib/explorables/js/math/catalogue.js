// Each loss of lib as a function of one number x, with its slope: the mirror of loss_zoo.py.
//
// A specimen: family (losses of one can be compared), symbol (TeX) and words for x, domain, start,
// step, uses (traits it depends on), value(x, s), grad(x, s) and args(x, s), the arguments of lib's
// function as Python prints them.

import { sigmoid } from './activations.js';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  binaryCrossEntropyWithLogitsGrad,
  softplus,
  squaredError,
  squaredErrorGrad,
} from './losses.js';
import {
  hinge,
  hingeGrad,
  multiMargin,
  multiMarginGrad,
  softmaxCrossEntropy,
  softmaxCrossEntropyGrad,
} from './scores.js';

export const bit = (s) => (s.label === 'positive' ? 1 : 0);
export const sign = (s) => 2 * bit(s) - 1;
/** w · x, where a weight of 0 counts nothing, even of an infinity. */
const weighted = (w, x) => (w === 0 ? 0 : w * x);
const COSINE_EPS = Math.fround(1e-12); // PyTorch's, in 32 bits
/** At a margin of 1 the cosine loss of an unlike pair is 0 everywhere. */
export const COSINE_MARGIN = 0.9;
const TRIPLET_EPS = 1e-6;
const POISSON_EPS = 1e-8;

const number = (more) => ({
  family: 'number',
  words: 'prediction ŷ',
  symbol: '\\hat y',
  domain: () => [-4, 4],
  start: 2,
  step: 0.05,
  range: { loss: [-1, 6], gradient: [-5, 5] },
  args: (x, s) => ({ args: [[x], [s.target]], options: {} }),
  ...more,
  uses: ['target', ...(more.uses ?? [])],
});

const score = (more) => ({
  family: 'score',
  words: 'score z',
  symbol: 'z',
  domain: () => [-6, 6],
  start: -1,
  step: 0.05,
  range: { loss: [0, 6], gradient: [-2.4, 1.2] },
  uses: [],
  ...more,
});

const logProbability = (more) => ({
  family: 'log',
  words: 'log-probability',
  symbol: '\\log q',
  domain: () => [-5, 0],
  start: -1.5,
  step: 0.05,
  range: { loss: [-0.5, 5], gradient: [-1.5, 0.5] },
  uses: [],
  ...more,
});

const threeScores = (x) => [x, 0, -1];

/** Cosine of (x, 1) and (1, 0), and the product of their lengths. */
function cosine(x) {
  const [square1, square2] = [x ** 2 + 1 + COSINE_EPS, 1 + COSINE_EPS];
  const length = Math.sqrt(square1 * square2);
  return { cos: x / length, length, square1 };
}

/** Distances of x from 0, the positive, and from 2, the negative; and the signs of both. */
function triplet(x) {
  const [near, far] = [x + TRIPLET_EPS, x - 2 + TRIPLET_EPS];
  return { near: Math.abs(near), far: Math.abs(far), slope: Math.sign(near) - Math.sign(far) };
}

/** Chances of the six ways to write "a" in three frames, by how many frames say "a". */
function spellings(x) {
  const [p, b] = [sigmoid(x), sigmoid(-x)];
  return [3 * p * b * b, 2 * p * p * b, p * p * p];
}

export const SPECIMENS = {
  mse_loss: number({
    value: (x, s) => squaredError(x, s.target),
    grad: (x, s) => squaredErrorGrad(x, s.target),
  }),
  l1_loss: number({
    value: (x, s) => Math.abs(x - s.target),
    grad: (x, s) => Math.sign(x - s.target),
  }),
  smooth_l1_loss: number({
    uses: ['beta'],
    value(x, { target, beta }) {
      const d = Math.abs(x - target);
      return d < beta ? d ** 2 / (2 * beta) : d - beta / 2;
    },
    grad(x, { target, beta }) {
      const d = x - target;
      return Math.abs(d) < beta ? d / beta : Math.sign(d);
    },
    args: (x, s) => ({ args: [[x], [s.target]], options: { beta: s.beta } }),
  }),
  huber_loss: number({
    uses: ['delta'],
    value(x, { target, delta }) {
      const d = Math.abs(x - target);
      return d <= delta ? d ** 2 / 2 : delta * (d - delta / 2);
    },
    grad: (x, { target, delta }) => Math.min(delta, Math.max(-delta, x - target)),
    args: (x, s) => ({ args: [[x], [s.target]], options: { delta: s.delta } }),
  }),
  gaussian_nll_loss: number({
    uses: ['variance'],
    value: (x, { target, variance }) => (Math.log(variance) + (x - target) ** 2 / variance) / 2,
    grad: (x, { target, variance }) => (x - target) / variance,
    args: (x, s) => ({ args: [[x], [s.target], [s.variance]], options: {} }),
  }),
  poisson_nll_loss: {
    family: 'count',
    words: 'prediction',
    symbol: 'x',
    domain: (s) => (s.log_input ? [-3, 3] : [0, 6]),
    start: 1,
    step: 0.05,
    range: { loss: [-5, 15], gradient: [-7, 12] },
    uses: ['count', 'log_input'],
    value: (x, { count, log_input }) =>
      log_input ? Math.exp(x) - weighted(count, x) : x - weighted(count, Math.log(x + POISSON_EPS)),
    grad: (x, { count, log_input }) =>
      log_input ? Math.exp(x) - count : 1 - weighted(count, 1 / (x + POISSON_EPS)),
    args: (x, s) => ({ args: [[x], [s.count]], options: { log_input: s.log_input } }),
  },
  binary_cross_entropy: {
    family: 'probability',
    words: 'probability p',
    symbol: 'p',
    domain: () => [0, 1],
    start: 0.3,
    step: 0.01,
    range: { loss: [0, 5], gradient: [-8, 8] },
    uses: ['label'],
    value: (x, s) => binaryCrossEntropy(x, bit(s)),
    grad: (x, s) => weighted(1 - bit(s), 1 / (1 - x)) - weighted(bit(s), 1 / x),
    args: (x, s) => ({ args: [[x], [bit(s)]], options: {} }),
  },
  nll_loss: logProbability({
    value: (x) => 0 - x,
    grad: () => -1,
    args: (x) => ({
      args: [[[x, x < 0 ? Math.log1p(-Math.exp(x)) : -Infinity]], [0]],
      options: {},
      index: '0, 0',
    }),
  }),
  kl_div_loss: logProbability({
    uses: ['share'],
    value: (x, { share }) => weighted(share, Math.log(share)) - weighted(share, x),
    grad: (_, { share }) => -share,
    args: (x, s) => ({ args: [[x], [s.share]], options: { reduction: 'sum' } }),
  }),
  binary_cross_entropy_with_logits: score({
    uses: ['label'],
    value: (x, s) => binaryCrossEntropyWithLogits(x, bit(s)),
    grad: (x, s) => binaryCrossEntropyWithLogitsGrad(x, bit(s)),
    args: (x, s) => ({ args: [[x], [bit(s)]], options: {} }),
  }),
  soft_margin_loss: score({
    uses: ['label'],
    value: (x, s) => softplus(-sign(s) * x),
    grad: (x, s) => -sign(s) * sigmoid(-sign(s) * x),
    args: (x, s) => ({ args: [[x], [sign(s)]], options: {} }),
  }),
  softmax_cross_entropy: score({
    uses: ['smoothing'],
    value: (x, s) => softmaxCrossEntropy(threeScores(x), 0, s.smoothing),
    grad: (x, s) => softmaxCrossEntropyGrad(threeScores(x), 0, s.smoothing)[0],
    args: (x, s) => ({
      args: [[threeScores(x)], [0]],
      options: { label_smoothing: s.smoothing },
      index: '0, 0',
    }),
  }),
  multiclass_hinge_loss: score({
    uses: ['margin'],
    value: (x, s) => hinge(threeScores(x), 0, s.margin, 'weston_watkins'),
    grad: (x, s) => hingeGrad(threeScores(x), 0, s.margin, 'weston_watkins')[0],
    args: (x, s) => ({
      args: [[threeScores(x)], [0]],
      options: { margin: s.margin },
      index: '0, 0',
    }),
  }),
  multi_margin_loss: score({
    uses: ['margin', 'power'],
    value: (x, s) => multiMargin(threeScores(x), 0, s.margin, Number(s.power)),
    grad: (x, s) => multiMarginGrad(threeScores(x), 0, s.margin, Number(s.power))[0],
    args: (x, s) => ({
      args: [[threeScores(x)], [0]],
      options: { p: Number(s.power), margin: s.margin },
      index: '0, 0',
    }),
  }),
  multilabel_margin_loss: score({
    value: (x) => (Math.max(0, 1 - x + 0) + Math.max(0, 1 - x - 1)) / 4,
    grad: (x) => -(Number(1 - x + 0 > 0) + Number(1 - x - 1 > 0)) / 4,
    args: (x) => ({ args: [[[x, 1, 0, -1]], [[0, 1, -1, -1]]], options: {}, index: '0, 0' }),
  }),
  multilabel_soft_margin_loss: score({
    uses: ['label'],
    value: (x, s) => (binaryCrossEntropyWithLogits(x, bit(s)) + softplus(-0) + softplus(-1)) / 3,
    grad: (x, s) => binaryCrossEntropyWithLogitsGrad(x, bit(s)) / 3,
    args: (x, s) => ({ args: [[threeScores(x)], [[bit(s), 1, 0]]], options: {}, index: '0, 0' }),
  }),
  ctc_loss: score({
    value(x) {
      const [one, two, three] = spellings(x);
      return -Math.log(one + two + three);
    },
    grad(x) {
      const [one, two, three] = spellings(x);
      return 3 * sigmoid(x) - (one + 2 * two + 3 * three) / (one + two + three);
    },
  }),
  hinge_embedding_loss: {
    family: 'distance',
    words: 'distance x',
    symbol: 'x',
    domain: () => [0, 4],
    start: 0.5,
    step: 0.05,
    range: { loss: [0, 4], gradient: [-1.5, 1.5] },
    uses: ['label', 'margin'],
    value: (x, s) => (bit(s) ? x : Math.max(s.margin - x, 0)),
    grad: (x, s) => (bit(s) ? 1 : x <= s.margin ? -1 : 0),
    args: (x, s) => ({ args: [[x], [sign(s)]], options: { margin: s.margin } }),
  },
  margin_ranking_loss: {
    family: 'ranking',
    words: 'first score x₁',
    symbol: 'x_1',
    domain: () => [-4, 4],
    start: -1,
    step: 0.05,
    range: { loss: [0, 7], gradient: [-1.5, 1.5] },
    uses: ['target', 'label', 'margin'],
    value: (x, s) => Math.max(s.margin - sign(s) * (x - s.target), 0),
    grad: (x, s) => (s.margin - sign(s) * (x - s.target) >= 0 ? -sign(s) : 0),
    args: (x, s) => ({ args: [[x], [s.target], [sign(s)]], options: { margin: s.margin } }),
  },
  cosine_embedding_loss: {
    family: 'cosine',
    words: 'coordinate x of (x, 1)',
    symbol: 'x',
    domain: () => [-4, 4],
    start: -1,
    step: 0.05,
    range: { loss: [0, 2.2], gradient: [-1.2, 1.2] },
    uses: ['label', 'margin'],
    value(x, s) {
      const { cos } = cosine(x);
      return bit(s) ? 1 - cos : Math.max(cos - s.margin, 0);
    },
    grad(x, s) {
      const { cos, length, square1 } = cosine(x);
      const slope = bit(s) ? -1 : cos >= s.margin ? 1 : 0;
      return slope * (1 / length - (cos * x) / square1);
    },
    args: (x, s) => ({
      args: [[[x, 1]], [[1, 0]], [sign(s)]],
      options: { margin: s.margin },
      index: '0, 0',
    }),
  },
  triplet_margin_loss: {
    family: 'triplet',
    words: 'anchor a; positive 0, negative 2',
    symbol: 'a',
    domain: () => [-4, 4],
    start: 0.8,
    step: 0.05,
    range: { loss: [0, 6], gradient: [-0.5, 2.5] },
    uses: ['margin'],
    value(x, s) {
      const { near, far } = triplet(x);
      return Math.max(s.margin + near - far, 0);
    },
    grad(x, s) {
      const { near, far, slope } = triplet(x);
      return s.margin + near - far >= 0 ? slope : 0;
    },
    args: (x, s) => ({ args: [[[x]], [[0]], [[2]]], options: { margin: s.margin }, index: '0, 0' }),
  },
};

/** What has to change for the traits to fit the chosen loss: the same rules as in Python. */
export function fit(s) {
  const specimen = SPECIMENS[s.loss];
  const patch = {};
  const [low, high] = specimen.domain(s);
  if (s.x < low || s.x > high) patch.x = specimen.start;
  if (s.loss === 'cosine_embedding_loss' && s.margin > COSINE_MARGIN) patch.margin = 0.5;
  const related = SPECIMENS[s.compare]?.family === specimen.family && s.compare !== s.loss;
  if (!related) patch.compare = 'none';
  return patch;
}

/**
 * Points of f over [low, high], broken where f jumps, so that no line is drawn through the jump.
 * A jump is a difference that stays however near its two sides come.
 */
export function brokenCurve(f, [low, high], n = 200) {
  const points = [];
  let [a, fa] = [low, f(low)];
  points.push([a, fa]);
  for (let i = 1; i <= n; i++) {
    const b = low + ((high - low) * i) / n;
    const fb = f(b);
    if (Math.abs(fb - fa) > 0.05) points.push(...jump(f, a, fa, b, fb));
    points.push([b, fb]);
    [a, fa] = [b, fb];
  }
  return points;
}

function jump(f, a, fa, b, fb) {
  const size = Math.abs(fb - fa);
  for (let k = 0; k < 40; k++) {
    const [m, fm] = [(a + b) / 2, f((a + b) / 2)];
    if (Math.abs(fm - fa) > Math.abs(fb - fm)) [b, fb] = [m, fm];
    else [a, fa] = [m, fm];
  }
  if (!(Math.abs(fb - fa) > size / 4)) return [];
  return [
    [a, fa],
    [b, NaN],
    [b, fb],
  ];
}
