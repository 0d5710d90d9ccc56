import { curve, curveAt, plot, pointsOf, remembered } from '../charts/plot.js';
import { along } from '../charts/points.js';
import { stack } from '../charts/stack.js';
import { part, presets, row, select, slider, sliders, switches } from '../kit/controls.js';
import { compact, counted, fixed, py, raised } from '../kit/format.js';
import { equations, frac, joined, m, tfrac, tone, words } from '../kit/mathml.js';
import { byView } from '../kit/views.js';
import { sigmoid } from '../math/activations.js';
import {
  coinFlips,
  coinLoss,
  factorsOf,
  likelihood,
  likelihoodShare,
  runningProduct,
  totalLogLoss,
} from '../math/likelihood.js';
import { binaryCrossEntropy } from '../math/losses.js';

const TOP = 5; // nats: where the loss axis ends
const FLOOR = -600; // the power of ten where the axis of the product ends
// Values of θ, dense at both ends, where the loss grows without bound.
const THETAS = Array.from({ length: 401 }, (_, i) => sigmoid((i - 200) / 12));
const SMALLEST = { float64: 2 ** -1074, float32: 2 ** -149 };
const HAPPENED = curve((p) => binaryCrossEntropy(p, 1), [0.001, 1], 300);
const DID_NOT = curve((p) => binaryCrossEntropy(p, 0), [0, 0.999], 300);
const EVENT_PRESETS = [
  { label: 'good predictions', patch: { labels: [1, 1, 0], probs: [0.8, 0.7, 0.1] } },
  { label: 'the same, all wrong', patch: { labels: [0, 0, 1], probs: [0.8, 0.7, 0.1] } },
  { label: 'one confident mistake', patch: { labels: [1, 1, 0], probs: [0.99, 0.99, 0.99] } },
];

function dataOf({ view, labels, probs, theta, heads, repeats }) {
  if (view === 'events') return { labels, probs };
  return { labels: coinFlips(heads, repeats), probs: new Array(10 * repeats).fill(theta) };
}

function derive(state) {
  const { labels, probs } = dataOf(state);
  const total = totalLogLoss(probs, labels);
  return {
    likelihood: likelihood(factorsOf(probs, labels), state.precision),
    log_likelihood: 0 - total,
    total_loss: total,
    mean_loss: total / labels.length,
  };
}

const clip = (x, lo, hi) => Math.min(hi, Math.max(lo, x));
const hundredth = (x) => clip(Math.round(x * 100) / 100, 0, 1);

/** The Python of a view: its data, and the quantities it shows. */
const script = (data, precision, ...keys) => py`
import numpy as np
from lib.losses import binary_cross_entropy

${{ code: data.trim() }}
of_what_happened = np.where(labels == 1, probs, 1 - probs).astype(${precision})
${{ code: keys.map((key) => PRINTS[key]).join('\n') }}`;
const PRINTS = {
  likelihood: 'print("likelihood", float(np.cumprod(of_what_happened)[-1]))',
  log_likelihood: 'print("log_likelihood", 0 - binary_cross_entropy(probs, labels, reduction="sum"))',
  total_loss: 'print("total_loss", binary_cross_entropy(probs, labels, reduction="sum"))',
  mean_loss: 'print("mean_loss", binary_cross_entropy(probs, labels))',
};

const events = {
  formula({ labels, probs }, d) {
    const all = words('likelihood');
    const factors = probs.map((p, i) => tone.q(labels[i] === 1 ? fixed(p, 2) : `(1 − ${fixed(p, 2)})`));
    return equations(
      [all, m`= ${joined(factors, '⋅')} = ${compact(d.likelihood, 4)}`],
      ['L', m`= − ${tfrac(1, 3)} ln(${all}) = ${tone.q(fixed(d.mean_loss, 3))}`],
    );
  },

  python: ({ labels, probs, precision }) =>
    script(
      py`
labels = np.array(${labels})
probs = np.array(${probs})`,
      precision,
      'likelihood',
      'log_likelihood',
      'total_loss',
      'mean_loss',
    ),

  solved({ labels, probs }, d) {
    const losses = probs.map((p, i) => binaryCrossEntropy(p, labels[i]));
    const largest = Math.max(...losses);
    return Number.isFinite(largest) && largest >= 0.9 * d.total_loss && Math.min(...losses) >= 0.1;
  },

  summary: (_, d) =>
    `Likelihood ${compact(d.likelihood, 4)}, total loss ${fixed(d.total_loss, 3)}, ` +
    `mean loss ${fixed(d.mean_loss, 3)} nats.`,

  build: buildEvents,
};

/** Of both views of the coin; each has `keys`, what it shows. */
const flips = (keys, own) => ({
  formula({ theta, heads, repeats }, d) {
    // What the product comes out as is not what it is, once it is too small for a float.
    const lost = d.likelihood === 0 && Number.isFinite(d.total_loss);
    const [p, q] = [tone.q(fixed(theta, 2)), tone.q(fixed(1 - theta, 2))];
    const product = m`${p}^${heads * repeats} ⋅ ${q}^${(10 - heads) * repeats}`;
    const mean = tone.q(fixed(d.mean_loss, 3));
    return equations(
      [words('likelihood'), m`= ${product} ${lost ? '→' : '='} ${compact(d.likelihood, 4)}`],
      ['L', m`= − ${frac(m`${heads} ln ${p} + ${10 - heads} ln ${q}`, '10')} = ${mean}`],
    );
  },

  python: ({ theta, heads, repeats, precision }) =>
    script(
      py`
labels = np.tile([1] * ${heads} + [0] * ${10 - heads}, ${repeats})
probs = np.full(len(labels), ${theta})`,
      precision,
      ...keys,
    ),

  summary: (_, d) =>
    `Likelihood ${compact(d.likelihood, 4)}, log-likelihood ${fixed(d.log_likelihood, 3)} nats, ` +
    `mean loss ${fixed(d.mean_loss, 3)} nats.`,

  ...own,
});

const coin = flips(['likelihood', 'mean_loss'], {
  solved: ({ heads }, d) => heads > 0 && heads < 10 && d.mean_loss < 0.35,
  build: buildCoin,
});

const product = flips(['likelihood', 'log_likelihood', 'mean_loss'], {
  solved: (_, d) => d.likelihood === 0 && d.mean_loss < 0.7,
  build: buildProduct,
});

const faces = byView({ events, coin, product });

/** @satisfies {View} */
export default {
  name: 'log_loss',
  derive,
  ...faces,

  build(ui) {
    row(ui, () => select(ui, 'view'));
    faces.build(ui);
    const isOfCoin = ({ view }) => view !== 'events';
    part(ui, isOfCoin, () => {
      slider(ui, 'theta', { tone: 'q', label: 'θ' });
      slider(ui, 'heads', { tone: 'p', label: 'heads of 10' });
      slider(ui, 'repeats', { label: 'repeats' });
      row(ui, () => select(ui, 'precision'));
    });
  },
};

/** Three events, each a handle on the loss curve of what happened. */
function buildEvents(ui) {
  const loss = ({ labels, probs }, i) => binaryCrossEntropy(probs[i], labels[i]);
  const withProb = (probs, i, p) => ({ probs: probs.map((x, k) => (k === i ? hundredth(p) : x)) });
  plot(ui, {
    label: 'Loss of a prediction when the event happened, and when it did not',
    height: (width) => clip(width * 0.66, 190, 270),
    x: { domain: [0, 1], label: 'predicted probability p', ticks: [0, 0.25, 0.5, 0.75, 1] },
    y: { domain: [0, TOP], label: 'loss, nats', ticks: [0, 1, 2, 3, 4, 5] },
    curves: () => [
      { key: 'yes', tone: 'p', points: HAPPENED, label: 'it happened: −ln p', labelAt: [0.07, 4.2] },
      {
        key: 'no',
        tone: 'p',
        dash: '6 4',
        points: DID_NOT,
        label: 'it did not: −ln(1 − p)',
        labelAt: [0.93, 3.2],
      },
    ],
    drags: [0, 1, 2].map((i) => ({
      name: `event-${i}`,
      tone: 'q',
      letter: String(i + 1),
      label: `Event ${i + 1}, predicted probability`,
      get: (state) => [state.probs[i], Math.min(TOP, loss(state, i))],
      set: ([p], { probs }) => withProb(probs, i, p),
      key: ([dx, dy], { probs }) => withProb(probs, i, probs[i] + (dx - dy) / 100),
      slider: (state) => ({
        min: 0,
        max: 1,
        now: state.probs[i],
        text: `${fixed(state.probs[i], 2)}, loss ${fixed(loss(state, i), 2)} nats`,
      }),
    })),
  });
  stack(ui, {
    label: 'The losses of the three events add up',
    above: true,
    axis: () => ({ max: 6, ticks: [0, 1, 2, 3, 4, 5, 6], unit: 'nats' }),
    parts: (state) => [0, 1, 2].map((i) => ({ label: String(i + 1), value: loss(state, i), tone: 'q' })),
    total: (_, d) => `total loss ${fixed(d.total_loss, 3)}`,
  });
  row(ui, () => presets(ui, 'Start from', EVENT_PRESETS));
  switches(ui, 'labels');
  sliders(ui, 'probs', { tone: 'q' });
}

/** One θ: its likelihood above, its mean loss below, their optimum in the same place. */
function buildCoin(ui) {
  const theta = { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1] };
  const handle = (name, label, height) => ({
    ...along(ui, 'theta', (_, state) => height(state), { tone: 'q', letter: 'θ' }),
    name,
    label,
  });
  const best = (state) => [{ key: 'best', x: state.heads / 10, tone: 'p' }];
  const lost = (state) => share(state)(state.heads / 10) === 0;
  const share = ({ heads, repeats, precision }) => likelihoodShare(heads, repeats, precision);
  // A narrow peak needs points of its own, beside the even ones.
  const grid = (heads, repeats) => {
    const width = 3 / Math.sqrt(10 * repeats);
    const near = Array.from({ length: 81 }, (_, i) => heads / 10 + ((i - 40) / 40) * width);
    const even = Array.from({ length: 101 }, (_, i) => i / 100);
    return [...even, ...near.filter((x) => x > 0 && x < 1)].sort((a, b) => a - b);
  };
  const likelihoodOf = remembered((heads, repeats, precision) => {
    return curveAt(likelihoodShare(heads, repeats, precision), grid(heads, repeats));
  });
  const lossOf = remembered((heads) => curveAt((x) => coinLoss(x, heads), THETAS));
  const centre = { key: 'lost', x: 0.5, y: 0.5, r: 0, tone: 'ink', anchor: 'middle' };
  plot(ui, {
    label: 'Likelihood of θ as a share of its maximum',
    height: (width) => clip(width * 0.42, 140, 190),
    x: { ...theta, label: '', name: 'θ' },
    y: { domain: [0, 1.05], label: 'likelihood, share of its maximum', ticks: [0, 0.5, 1] },
    rules: (state) => (lost(state) ? [] : best(state)),
    curves: ({ heads, repeats, precision }) => [
      { key: 'likelihood', tone: 'q', points: likelihoodOf(heads, repeats, precision) },
    ],
    marks: (state) =>
      lost(state) ? [{ ...centre, label: 'every product is 0: nothing left to maximise' }] : [],
    drags: [handle('likelihood', 'θ on the likelihood', (s) => share(s)(s.theta))],
  });
  plot(ui, {
    label: 'Mean log loss of θ',
    height: (width) => clip(width * 0.46, 150, 200),
    x: { ...theta, label: 'θ' },
    y: { domain: [0, 3], label: 'mean loss, nats', ticks: [0, 1, 2, 3] },
    rules: best,
    curves: ({ heads }) => [{ key: 'loss', tone: 'q', points: lossOf(heads) }],
    marks: ({ heads }) => {
      const x = heads / 10;
      const anchor = heads > 5 ? 'end' : 'start'; // where there is room
      return [
        { key: 'best', x, y: coinLoss(x, heads), tone: 'p', r: 3 },
        { key: 'share', x, y: 2.8, r: 0, tone: 'p', anchor, label: `share of heads, ${x}` },
      ];
    },
    drags: [handle('loss', 'θ on the mean loss', (s) => Math.min(3, coinLoss(s.theta, s.heads)))],
  });
}

/** The product of all probabilities against the sum of their logarithms, flip by flip. */
function buildProduct(ui) {
  const powers = (state) => (rounds) => (-10 * rounds * coinLoss(state.theta, state.heads)) / Math.LN10;
  const plain = (t) => (t === 0 ? '1' : `10${raised(t)}`);
  const zero = { key: 'zero', y: FLOOR, tone: 'q', r: 0, anchor: 'middle', label: 'product = 0' };
  plot(ui, {
    label: 'Running product and running sum of logarithms over the flips',
    height: (width) => clip(width * 0.8, 240, 320),
    margin: { top: 24, right: 14, bottom: 38, left: 50 },
    x: { domain: [0, 2000], label: 'flips multiplied', ticks: [0, 500, 1000, 1500, 2000] },
    y: { domain: [FLOOR, 0], label: 'likelihood', ticks: [0, -150, -300, -450, -600], format: plain },
    rules: ({ precision }) => [
      { key: 'smallest', y: Math.log10(SMALLEST[precision]), tone: 'muted', label: `smallest ${precision}` },
    ],
    curves(state) {
      const power = powers(state);
      const { labels, probs } = dataOf(state);
      const products = runningProduct(factorsOf(probs, labels), state.precision);
      const lost = products.indexOf(0);
      const kept = lost < 0 ? products.length : lost;
      const product = [[0, 0]];
      for (let n = 10; n <= kept; n += 10) product.push([n, Math.log10(products[n - 1])]);
      if (lost > 0) product.push([lost, Math.log10(products[lost - 1])]);
      if (lost >= 0) product.push([lost + 1, FLOOR], [products.length, FLOOR]);
      const sums = [0];
      for (const x of factorsOf(probs, labels)) sums.push(sums[sums.length - 1] + Math.log10(x));
      const log = (n) => Math.max(FLOOR, Math.log10(products[n - 1] ?? Number.NaN));
      return [
        {
          key: 'sum',
          name: 'sum of logarithms in nats',
          words: (t) => fixed(t * Math.LN10, 3),
          tone: 'h',
          dash: '5 4',
          points: pointsOf(
            [0, state.repeats].map((r) => [10 * r, Math.max(power(r), -1e6)]),
            (n) => sums[n] ?? Number.NaN,
          ),
        },
        {
          key: 'product',
          tone: 'q',
          width: 3.5,
          opacity: 0.75,
          words: (t) => compact(10 ** t, 3),
          points: pointsOf(product, (n) => (n === 0 ? 0 : log(n))),
        },
      ];
    },
    marks: (state, d) => [
      {
        key: 'product',
        x: 10 * state.repeats,
        y: d.likelihood === 0 ? FLOOR : Math.max(FLOOR, Math.log10(d.likelihood)),
        tone: 'q',
        r: 5,
      },
      ...(d.likelihood === 0 ? [{ ...zero, x: Math.min(5 * state.repeats + 400, 1450) }] : []),
    ],
    drags: [
      {
        name: 'count',
        tone: 'h',
        letter: 'Σ',
        label: 'Repeats of the ten flips',
        get: (state) => [10 * state.repeats, Math.max(FLOOR, powers(state)(state.repeats))],
        set: ([x]) => ({ repeats: clip(Math.round(x / 10), 1, 200) }),
        key: ([dx, dy], state) => ({ repeats: clip(state.repeats + dx - dy, 1, 200) }),
        slider: (state, d) => ({
          min: 1,
          max: 200,
          now: state.repeats,
          text: `${counted(state.repeats, 'repeat')}, sum ${fixed(d.log_likelihood, 1)} nats`,
        }),
      },
    ],
  });
}
