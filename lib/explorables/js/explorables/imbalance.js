import { clearNames } from '../charts/names.js';
import { curve, plot, pointsOf, remembered } from '../charts/plot.js';
import { relief } from '../charts/relief.js';
import { beside, button, part, row, select, slider, sliders } from '../kit/controls.js';
import { h } from '../kit/dom.js';
import { code, compact, fixed, py } from '../kit/format.js';
import { equations, frac, large, lines, m, quad, tone } from '../kit/mathml.js';
import { byView } from '../kit/views.js';
import { sigmoid } from '../math/activations.js';
import {
  bestConstant,
  constantLoss,
  expectedCounts,
  fitScores,
  lineGradient,
  lineLoss,
  SCORES,
  SEPARATION,
  undoFocal,
  undone,
  weightedShare,
} from '../math/imbalance.js';
import { softplus } from '../math/losses.js';
import { sum } from '../math/numeric.js';
import { descentPath } from '../math/scores.js';

const CAP = 2; // nats: where the colours end
const LEVELS = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5];
const BIAS = [-7, 10]; // at each setting of the sliders the least loss is on the map
const SLOPE = [-2, 4];
const ROUNDING = 1e-9; // what a logit may miss of the threshold's
const BAR = 0.16; // half the width of a bar
const TALLEST = 0.42; // of the bars, as a share of the plot
const MARGIN = { top: 24, right: 10, bottom: 38, left: 30 };
const isLine = ({ view }) => view !== 'constant';

const priorOf = ([common, rare]) => rare / (common + rare);
const logit = (p) => Math.log(p) - Math.log1p(-p);
const loss = remembered(lineLoss);
const gradient = remembered(lineGradient);
const fit = remembered(fitScores);

const lineOf = ({ model, slope, bias, counts, weight, gamma }) =>
  model === 'hand' ? [slope, bias] : fit(counts, weight, gamma);

/** The log loss of logits, all samples alike. */
function logLoss(z, counts) {
  const [common, rare] = expectedCounts(counts);
  const parts = SCORES.map((x, i) => common[i] * softplus(z(x)) + rare[i] * softplus(-z(x)));
  return sum(parts) / sum([...common, ...rare]);
}

/** Which scores have at least the threshold's probability. */
function called([a, b], threshold) {
  const bar = logit(threshold) - ROUNDING;
  return SCORES.map((x) => a * x + b >= bar);
}

function derive(state) {
  const { counts, weight, gamma, at, threshold } = state;
  const line = lineOf(state);
  const [a, b] = line;
  const z = (x) => a * x + b;
  const back = (x) => undone(z(x), weight, gamma);
  const rare = called(line, threshold);
  const [false_alarms, found] = expectedCounts(counts).map((list) => sum(list.filter((_, i) => rare[i])));
  const share = priorOf(counts);
  const constant = bestConstant(share, weight, gamma);
  return {
    line,
    loss: loss(counts, weight, gamma)(a, b),
    log_loss: logLoss(z, counts),
    corrected_log_loss: logLoss(back, counts),
    said: sigmoid(z(at)),
    corrected: sigmoid(back(at)),
    truth: sigmoid(SEPARATION * at + Math.log(counts[1] / counts[0])),
    found,
    false_alarms,
    share,
    constant,
    error: constant - share,
  };
}

const focusOf = (gamma, p) => (gamma === 0 ? '' : m`(1 − ${p})^${fixed(gamma, 2)}`);
/** A number that is added or subtracted, by the sign that it has once it is rounded. */
const signed = (x, same, other) => {
  const text = fixed(x, 2);
  return text.startsWith('−') ? m`${other} ${text.slice(1)}` : m`${same} ${text}`;
};
const plus = (x) => signed(x, '+', '−');
const minus = (x) => signed(x, '−', '+');

const onMap = {
  formula({ weight, gamma, at }, d, narrow) {
    const [a, b] = d.line;
    const terms = m`w_${'y'} ${focusOf(gamma, m`p_${'y'}`)} (− ln p_${'y'})`;
    const mean = m`= ${frac(m`${large('∑', 'i')} ${terms}`, m`${large('∑', 'i')} w_${'y'}`)} = ${tone.d(compact(d.loss, 3))}`;
    const z = m`${fixed(a, 2)} ⋅ ${at < 0 ? m`(${fixed(at, 1)})` : fixed(at, 1)} ${plus(b)}`;
    const said = m`= σ(${z}) = ${tone.q(compact(d.said, 3))}`;
    const value = m`= ${compact(d.corrected, 3)}`;
    const less = m`σ(a x + b − ln w) = σ(${fixed(a * at + b, 2)} ${minus(Math.log(weight))})`;
    const g = fixed(gamma, 2);
    const undoing =
      gamma === 0
        ? [less, value]
        : [
            m`s(p) = (1 − p)^${g} (1 − p − ${g} ~ p ln p)`,
            m`p → ${frac(m`s(1 − p)`, m`s(1 − p) + ${fixed(weight, 1)} ~ s(p)`)} ${value}`,
          ];
    return narrow
      ? lines(m`L ${mean}`, m`p ${said}`, undoing[0], m`${quad} ${undoing[1]}`)
      : lines(
          m`L ${mean}, ${quad} p = σ(a x + b) ${said}`,
          gamma === 0 ? m`${less} ${value}` : m`${undoing[0]}, ${quad} ${undoing[1]}`,
        );
  },

  python: ({ counts, weight, gamma, model, slope, bias, threshold, at }) => py`
import numpy as np

from lib.activations import sigmoid
from lib.imbalance import expected_counts, fit_scores${code(gamma === 0 ? '' : ', undo_focal')}
from lib.losses import binary_cross_entropy_with_logits, sigmoid_focal_loss

w, gamma, t, x = ${weight}, ${gamma}, ${threshold}, ${at}
scores, counts = expected_counts(${counts})  # a row for each class
${code(
  model === 'hand'
    ? `a, b = ${slope}, ${bias}`
    : 'a, b = fit_scores(scores, counts, class_weight=w, gamma=gamma)',
)}


def undone(z):
${code(
  gamma === 0
    ? '    return z - np.log(w)'
    : `    p = undo_focal(sigmoid(np.stack([z, -z])), gamma=gamma)
    return np.log(p[0] / p[1]) - np.log(w)`,
)}


z = np.tile(a * scores + b, (2, 1))
y = np.repeat([[0.0], [1.0]], len(scores), axis=1)
focal = sigmoid_focal_loss(z, y, gamma=gamma, reduction="none")
print("loss", np.average(focal, weights=counts * [[1], [w]]))
for name, logits in (("log_loss", z), ("corrected_log_loss", undone(z))):
    nats = binary_cross_entropy_with_logits(logits, y, reduction="none")
    print(name, np.average(nats, weights=counts))
print("said", sigmoid(a * x + b))
print("corrected", sigmoid(undone(a * x + b)))
print("truth", sigmoid(1.5 * x + np.log(${counts[1]} / ${counts[0]})))
called = z[0] >= np.log(t / (1 - t)) - 1e-9
print("found", counts[1][called].sum())
print("false_alarms", counts[0][called].sum())`,

  /** Without a weight, the decisions of the weight that makes both classes count alike. */
  solved({ counts, weight, gamma, model, threshold }, d) {
    const [common, rare] = counts;
    if (weight !== 1 || gamma !== 0 || model !== 'trained' || common < 3 * rare) return false;
    const wanted = called(fit(counts, common / rare, 0), 0.5);
    return called(d.line, threshold).every((is, i) => is === wanted[i]);
  },

  summary: ({ at, threshold }, d) =>
    `Loss ${compact(d.loss, 3)} nats. At x ${fixed(at, 1)} the model says ${compact(d.said, 3)}, undone ` +
    `${compact(d.corrected, 3)}; true is ${compact(d.truth, 3)}. From ${fixed(threshold, 3)} on ${compact(d.found, 1)} of the rare are ` +
    `found, with ${compact(d.false_alarms, 1)} false alarms.`,

  build(ui) {
    beside(ui, () => {
      ui.onStage(h('div'), () => surfacePlot(ui));
      ui.onStage(h('div'), () => answerPlot(ui));
    });
  },
};

const round = (x) => Number(x.toFixed(2));

function surfacePlot(ui) {
  const descent = ({ counts, weight, gamma }) => {
    const grad = gradient(counts, weight, gamma);
    return (b, a) => grad(a, b).reverse();
  };
  relief(ui, {
    label: 'The loss over slope and bias, with arrows of descent',
    title: 'loss, nats',
    corners: ['bias', 'slope'],
    angles: { yaw: -2.85, pitch: 0.72 },
    margin: { ...MARGIN, left: 34 },
    height: (width, stacked) =>
      Math.min(width - MARGIN.left - MARGIN.right, stacked ? 130 : 300) + MARGIN.top + MARGIN.bottom + 40,
    arrowCount: 8,
    grid: 48,
    x: { domain: BIAS, label: 'bias b (ring: the truth)', ticks: [-6, -3, 0, 3, 6, 9] },
    y: { domain: SLOPE, label: 'slope a', ticks: [-2, 0, 2, 4] },
    surface: ({ counts, weight, gamma }) => {
      const f = loss(counts, weight, gamma);
      return {
        key: [counts, weight, gamma],
        f: (b, a) => f(a, b),
        domain: [0, CAP],
        levels: LEVELS,
        ticks: [0, 0.5, 1, 1.5, CAP],
        format: (t) => (t === CAP ? `≥ ${t}` : String(t)),
      };
    },
    arrows: (state) => {
      const slopes = descent(state);
      return (b, a) => slopes(b, a).map((g) => -g);
    },
    paths: (state, { line: [a, b] }) =>
      state.model === 'hand'
        ? [
            {
              key: 'descent',
              points: descentPath(descent(state), [b, a], { rate: 2, steps: 80 }),
              tone: 'ink',
            },
          ]
        : [],
    marks: ({ counts }) => [
      {
        key: 'true',
        x: Math.log(counts[1] / counts[0]),
        y: SEPARATION,
        tone: 'p',
        r: 5,
        hollow: true,
      },
    ],
    points: [
      {
        name: 'line',
        tone: 'q',
        letter: '',
        label: 'Bias and slope of the model, over the loss',
        get: (_, { line: [a, b] }) => [b, a],
        set: ([b, a]) => ({ model: 'hand', bias: within(ui, 'bias', b), slope: within(ui, 'slope', a) }),
        step: [0.1, 0.1],
        slider: (_, { line: [a, b] }) => ({
          min: BIAS[0],
          max: BIAS[1],
          now: b,
          text: `bias ${fixed(b, 2)}, slope ${fixed(a, 2)}`,
        }),
      },
    ],
  });
}

const within = (ui, trait, x) => {
  const { min, max } = ui.schema[trait];
  return round(Math.min(max, Math.max(min, x)));
};

/** Bars of one class as a line that breaks between them: their heights are square roots. */
const barsOf = remembered((counts, y) => {
  const all = expectedCounts(counts);
  const unit = TALLEST / Math.sqrt(Math.max(...all.flat()));
  return SCORES.flatMap((x, i) => {
    const [from, to, top] = [x - BAR * (1 - y), x + BAR * y, unit * Math.sqrt(all[y][i])];
    return [
      [from, 0],
      [from, top],
      [to, top],
      [to, 0],
      [to, Number.NaN],
    ];
  });
});

const said = remembered((a, b) => curve((x) => sigmoid(a * x + b), [-4, 4], 160));
const undoneCurve = remembered((a, b, w, gamma) =>
  curve((x) => sigmoid(undone(a * x + b, w, gamma)), [-4, 4], 160),
);
const trueCurve = ([common, rare]) => said(SEPARATION, Math.log(rare / common));

/** The bars of one class as boxes [left, bottom, right, top]. */
const boxesOf = remembered((counts, y) =>
  SCORES.map((_, i) => {
    const [[left, bottom], , [right, top]] = barsOf(counts, y).slice(5 * i);
    return [left, bottom, right, top];
  }),
);

const fartherThan = (height) => (p, q) => Math.abs(p[1] - height) - Math.abs(q[1] - height);
/** Where a curve's name may stand: from a height on, upwards and downwards. */
const around = (points, height) => points.filter((_, i) => i % 2 === 0).sort(fartherThan(height));
/** Where the bars' name may stand: over their tops, from one of them on. */
const overBars = (counts, y, first) =>
  boxesOf(counts, y)
    .map(([left, , right, top], i) => ({ at: [(left + right) / 2, top], far: Math.abs(i - first) }))
    .filter(({ far }) => far <= 4)
    .sort((a, b) => a.far - b.far)
    .map(({ at }) => at);

const inside = (width, height, { left, right, top, bottom }) => [width - left - right, height - top - bottom];

const HANDLE = 12; // pixels that a handle takes on either side
export const namesOfAnswers = ({ counts, weight, gamma, at, threshold }, d, size) => {
  const place = (p) => [((p[0] + 4) / 8) * size[0], (1 - p[1]) * size[1]];
  const [truth, undoing] = [trueCurve(counts), undoneCurve(...d.line, weight, gamma)];
  const handles = [
    [3.7, threshold],
    [at, d.said],
    [at, d.corrected],
    [at, d.truth],
  ].map((p) => {
    const [x, y] = place(p);
    return [x - HANDLE, y - HANDLE, x + HANDLE, y + HANDLE];
  });
  const bars = [0, 1].flatMap((y) => boxesOf(counts, y));
  const boxes = bars.map(([left, bottom, right, top]) => [...place([left, top]), ...place([right, bottom])]);
  const [x, y] = place([at, threshold]);
  const rules = [
    [x, 0, x, size[1]],
    [0, y, size[0], y],
  ];
  return clearNames(
    [
      { key: 'P', points: around(truth, 0.36), tone: 'p', label: 'true P' },
      { key: 'p', points: around(undoing, 0.2), tone: 'q', label: 'p undone' },
      { key: 'rare', points: overBars(counts, 1, 12), tone: 'ink', label: 'rare' },
      { key: 'common', points: overBars(counts, 0, 3), tone: 'muted', label: 'common' },
    ],
    { lines: [truth, undoing, said(...d.line)], boxes: [...boxes, ...handles, ...rules], at: place, size },
  );
};

function answerPlot(ui) {
  const { min, max, step } = ui.schema.at;
  const places = (x) => Number((Math.round(Math.min(max, Math.max(min, x)) / step) * step).toFixed(1));
  const margin = { ...MARGIN, right: 16 };
  let size = [0, 0]; // of the plot within its margins
  plot(ui, {
    label: 'The probability of the rare class over the score',
    margin,
    height: (width, stacked) => {
      const height = stacked ? 190 : Math.min(width, 300) + 62;
      size = inside(width, height, margin);
      return height;
    },
    x: {
      domain: [-4, 4],
      label: 'score x (bars: √ counts; shaded: called rare)',
      ticks: [-4, -2, 0, 2, 4],
    },
    y: { domain: [0, 1], label: 'probability of the rare class', ticks: [0, 0.5, 1] },
    areas: ({ counts, threshold }, { line: [a, b] }) => [
      { key: 'called', points: calledArea(a, b, threshold), tone: 'q', opacity: 0.07 },
      { key: 'common', points: barsOf(counts, 0), tone: 'muted', opacity: 0.55 },
      { key: 'rare', points: barsOf(counts, 1), tone: 'ink', opacity: 0.9 },
    ],
    rules: ({ threshold, at }) => [
      { key: 'threshold', y: threshold, tone: 'muted' },
      { key: 'at', x: at, tone: 'muted', dash: '1 3' },
    ],
    curves: ({ counts, weight, gamma }, { line: [a, b] }) => [
      { key: 'truth', name: 'true P', points: trueCurve(counts), tone: 'p', width: 4.5 },
      { key: 'said', name: 'p', points: said(a, b), tone: 'q' },
      { key: 'undone', name: 'p undone', points: undoneCurve(a, b, weight, gamma), tone: 'q', dash: '5 4' },
    ],
    marks: (state, d) => [
      { key: 'truth', x: state.at, y: d.truth, tone: 'p', r: 4 },
      { key: 'undone', x: state.at, y: d.corrected, tone: 'q', hollow: true, r: 4 },
      ...namesOfAnswers(state, d, size),
    ],
    drags: [
      {
        name: 'threshold',
        tone: 'ink',
        letter: 't',
        label: 'Threshold t',
        get: ({ threshold }) => [3.7, threshold],
        set: ([, y]) => ({ threshold: Number(Math.min(0.999, Math.max(0.001, y)).toFixed(3)) }),
        key: ([dx, dy], { threshold }) => ({
          threshold: Number(Math.min(0.999, Math.max(0.001, threshold + (dx - dy) * 0.01)).toFixed(3)),
        }),
        slider: ({ threshold }) => ({ min: 0.001, max: 0.999, now: threshold, text: fixed(threshold, 3) }),
      },
      {
        name: 'at',
        tone: 'q',
        letter: 'p',
        label: 'Where the probability is read off',
        get: ({ at }, d) => [at, d.said],
        set: ([x]) => ({ at: places(x) }),
        key: ([dx, dy], { at }) => ({ at: places(at + (dx - dy) * step) }),
        slider: ({ at }, d) => ({ min, max, now: at, text: `x ${fixed(at, 1)}, p ${compact(d.said, 3)}` }),
      },
    ],
  });
}

/** Where the model calls a sample rare. */
function calledArea(a, b, threshold) {
  const bar = logit(threshold);
  const edge = Math.min(4, Math.max(-4, (bar - b) / a));
  if (a === 0) return b >= bar ? strip(-4, 4) : strip(4, 4);
  return a > 0 ? strip(edge, 4) : strip(-4, edge);
}
const strip = (from, to) => [
  [from, 0],
  [from, 1],
  [to, 1],
  [to, 0],
];

const constantCurve = remembered((share, gamma) => curve(constantLoss(share, gamma), [0.002, 0.998], 199));
/** The best constant over the true share, from the answers back: the ends are steep. */
const shareCurve = remembered((weight, gamma) =>
  pointsOf(
    Array.from({ length: 101 }, (_, i) => {
      const share = undoFocal(i / 100, gamma);
      return [share / (share + weight * (1 - share)), i / 100];
    }),
    (prior) => bestConstant(prior, weight, gamma),
  ),
);
const DIAGONAL = curve((x) => x, [0, 1], 60);

/** Where the name of an upright line may stand: from a height on. */
const upright = (x, height) =>
  around(
    curve(() => x, [0.05, 1.45], 84).map(([y]) => [x, y]),
    height,
  );

export const namesOfLosses = ({ weight, gamma }, d, size) => {
  const place = (p) => [p[0] * size[0], (1 - p[1] / 1.5) * size[1]];
  const [log, own] = [constantCurve(d.share, 0), constantCurve(weightedShare(d.share, weight), gamma)];
  const label = weight !== 1 ? 'no weight' : 'log loss';
  const both = [d.share, d.constant].map((x) => upright(x, 1));
  return clearNames(
    [
      {
        key: 'share',
        points: [...upright(d.share, 1.43), ...upright(d.constant, 1.43)],
        tone: 'p',
        label: 'true π',
      },
      {
        key: 'constant',
        points: [...upright(d.constant, 1.25), ...upright(d.share, 1.25)],
        tone: 'q',
        label: 'best q',
      },
      { key: 'loss', points: around(own, 1), tone: 'd', label: 'L(q)' },
      ...(weight !== 1 || gamma ? [{ key: 'log', points: around(log, 1.1), tone: 'muted', label }] : []),
    ],
    { lines: [log, own, ...both], at: place, size },
  );
};

const nameOfDiagonal = (best, size) =>
  clearNames([{ key: 'same', points: around(DIAGONAL, 0.56), tone: 'p', label: 'q = π' }], {
    lines: [DIAGONAL, best],
    at: (p) => [p[0] * size[0], (1 - p[1]) * size[1]],
    size,
  });

const oneConstant = {
  formula({ weight, gamma }, d, narrow) {
    const [pi, q] = [fixed(d.share, 3), tone.q(compact(d.constant, 3))];
    const [w, rest] = [fixed(weight, 1), fixed(1 - d.share, 3)];
    if (gamma === 0) {
      const product = m`${w} ⋅ ${tone.p(pi)}`;
      const head = m`= ${frac(m`w π`, m`w π + 1 − π`)}`;
      const value = m`= ${frac(product, m`${product} + ${rest}`)} = ${q}`;
      return narrow ? equations(['q', head, value]) : m`q ${head} ${value}`;
    }
    const g = fixed(gamma, 2);
    const [first, second] = [
      m`${w} ⋅ ${tone.p(pi)} ~ (1 − q)^${g} (− ln q)`,
      m`${rest} ~ q^${g} (− ln (1 − q))`,
    ];
    const all = m`${w} ⋅ ${tone.p(pi)} + ${rest}`;
    return narrow
      ? equations(['L(q)', m`= ${frac(first, all)}`, m`+ ${frac(second, all)}`], ['q', m`= ${q}`])
      : equations(['L(q)', m`= ${frac(m`${first} + ${second}`, all)}`], ['q', m`= ${q}`]);
  },

  python: ({ counts, weight, gamma }) => py`
from lib.imbalance import best_constant

share = ${counts[1]} / ${counts[0] + counts[1]}
constant = best_constant(share, class_weight=${weight}, gamma=${gamma})
print("share", share)
print("constant", constant)
print("error", constant - share)`,

  solved: ({ weight, gamma }, d) => weight === 1 && gamma > 0 && Math.abs(Math.abs(d.error) - 0.1) < 0.002,

  summary: (_, d) =>
    `The constant answer that costs least is ${compact(d.constant, 3)}; the true share is ${compact(d.share, 3)}.`,

  build(ui) {
    let size = [0, 0]; // of each plot within its margins
    const height = (width, stacked) => {
      const tall = stacked ? 180 : Math.min(width, 300) + 50;
      size = inside(width, tall, MARGIN);
      return tall;
    };
    beside(ui, () => {
      ui.onStage(h('div'), () =>
        plot(ui, {
          label: 'What a constant answer costs',
          margin: MARGIN,
          height,
          x: { domain: [0, 1], label: 'constant answer q', ticks: [0, 0.5, 1] },
          y: { domain: [0, 1.5], label: 'mean loss, nats', ticks: [0, 0.5, 1, 1.5] },
          rules: (_, d) => [
            { key: 'share', x: d.share, tone: 'p' },
            { key: 'constant', x: d.constant, tone: 'q', dash: '1 0' },
          ],
          curves: ({ weight, gamma }, d) => [
            {
              key: 'log',
              name: 'log loss, no weight',
              points: constantCurve(d.share, 0),
              tone: 'muted',
              dash: '4 3',
            },
            {
              key: 'loss',
              name: 'loss',
              points: constantCurve(weightedShare(d.share, weight), gamma),
              tone: 'd',
            },
          ],
          marks: (state, d) => [
            {
              key: 'least',
              x: d.constant,
              y: constantLoss(weightedShare(d.share, state.weight), state.gamma)(d.constant),
              tone: 'q',
            },
            ...namesOfLosses(state, d, size),
          ],
        }),
      );
      ui.onStage(h('div'), () =>
        plot(ui, {
          label: 'The best constant over the true share',
          margin: MARGIN,
          height,
          x: { domain: [0, 1], label: 'true share π', ticks: [0, 0.5, 1] },
          y: { domain: [0, 1], label: 'best constant', ticks: [0, 0.5, 1] },
          curves: ({ weight, gamma }) => [
            { key: 'same', name: 'true share', points: DIAGONAL, tone: 'p', dash: '4 3' },
            { key: 'best', name: 'best constant', points: shareCurve(weight, gamma), tone: 'q' },
          ],
          marks: ({ weight, gamma }, d) => [
            { key: 'now', x: d.share, y: d.constant, tone: 'q' },
            ...nameOfDiagonal(shareCurve(weight, gamma), size),
          ],
        }),
      );
    });
  },
};

const faces = byView({ map: onMap, surface: onMap, constant: oneConstant });

const WEIGHTS = {
  to: Math.log10,
  from: (at) => Number((10 ** at).toPrecision(3)),
  step: 0.01,
};

/** @satisfies {View} */
export default {
  name: 'imbalance',
  wide: true,
  derive,
  ...faces,

  build(ui) {
    faces.build(ui);
    row(ui, () => {
      select(ui, 'view');
      part(ui, isLine, () => select(ui, 'model'));
    });
    slider(ui, 'weight', { label: 'weight w', scale: WEIGHTS });
    slider(ui, 'gamma', { label: 'focus γ' });
    part(ui, isLine, () => {
      slider(ui, 'threshold', { label: 'threshold t' });
      slider(ui, 'at', { label: 'read off at x', tone: 'q' });
    });
    part(
      ui,
      (state) => isLine(state) && state.model === 'hand',
      () => {
        slider(ui, 'slope', { label: 'slope a', tone: 'q' });
        slider(ui, 'bias', { label: 'bias b', tone: 'q' });
      },
    );
    sliders(ui, 'counts');
    row(ui, () => {
      button(ui, 'No weight', () => ui.set({ weight: 1 }));
      button(ui, 'w = n₀/n₁', () => {
        const [common, rare] = ui.state().counts;
        ui.set({ weight: Number(Math.min(100, Math.max(0.1, common / rare)).toPrecision(3)) });
      });
      part(
        ui,
        (state) => isLine(state) && state.model === 'hand',
        () => button(ui, 'Train', () => ui.set({ model: 'trained' })),
      );
    });
  },
};
