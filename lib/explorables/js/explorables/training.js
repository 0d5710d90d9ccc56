import { plot } from '../charts/plot.js';
import { beside, fold, part, row, select, slider, sliders } from '../kit/controls.js';
import { h, write } from '../kit/dom.js';
import { code, compact, counted, fixed, py } from '../kit/format.js';
import { equations, frac, inline, large, m, quad, tfrac, tone, within } from '../kit/mathml.js';
import { player } from '../kit/player.js';
import { SCHEDULES, scheduleCode, scheduleSliders } from '../kit/schedules.js';
import { TOYS } from '../math/datasets.js';
import { predict, Run, region } from '../math/training.js';

const MOST_EPOCHS = 100;
const LIMITS = [4, 3.3];
const STYLES = [
  { tone: 'p', shape: 'circle' },
  { tone: 'q', shape: 'square' },
  { tone: 'h', shape: 'triangle' },
];
const LOSSES = {
  cross_entropy: {
    name: 'cross-entropy',
    fit: 'fit_softmax_regression',
    scores: 'logits',
    lead: Math.log(9),
    darker: 'odds of 9 to 1 or more',
    start: (classes) => Math.log(classes),
    axis: { domain: [0, 1.5], ticks: [0, 0.5, 1, 1.5] },
    formula: m`− ln p_${'y_i'}`,
  },
  hinge: {
    name: 'hinge loss',
    fit: 'fit_multiclass_svm',
    scores: 'scores',
    lead: 1,
    darker: 'leads by 1 or more',
    start: (classes) => classes - 1,
    axis: { domain: [0, 3], ticks: [0, 1, 2, 3] },
    formula: m`${inline('∑', 'j ≠ y_i')} max(0, 1 − s_${'y_i'} + s_j)`,
  },
};

const hasPoint = ({ data }) => data === 'separable';
const rateOf = (s) => SCHEDULES[s.schedule].make(s, MOST_EPOCHS);

function pointsOf(s) {
  const { points } = TOYS[s.data];
  return hasPoint(s) ? [...points, { at: s.point, label: 0 }] : points;
}

// A run does not depend on how far it has come: the last few are kept, and go on from there.
const KEPT = 4;
const runs = new Map();

function runOf(s) {
  const { epochs, ...rest } = s;
  const key = JSON.stringify(rest);
  const run =
    runs.get(key) ??
    new Run({
      points: pointsOf(s),
      classes: TOYS[s.data].classes,
      loss: s.loss,
      schedule: rateOf(s),
      batchSize: s.batch === 'all' ? null : Number(s.batch),
      l2: s.l2,
      seed: s.seed,
    });
  runs.delete(key);
  runs.set(key, run);
  if (runs.size > KEPT) runs.delete(runs.keys().next().value);
  return run;
}

function derive(s) {
  const history = runOf(s).upTo(s.epochs);
  const { model, cross_entropy, hinge, accuracy } = history.at(-1);
  const squares = [...model[0], ...model[1]].reduce((total, w) => total + w * w, 0);
  return {
    history,
    model,
    cross_entropy,
    hinge,
    accuracy,
    weight_norm: Math.sqrt(squares),
    learning_rate: rateOf(s)(s.epochs),
  };
}

/** @satisfies {View} */
export default {
  name: 'training',
  wide: true,
  derive,

  formula(s, d, narrow) {
    const mean = m`= ${frac('1', pointsOf(s).length)} ${large('∑', 'i')} ${LOSSES[s.loss].formula}`;
    const size = m`${within('W', '‖‖')}²`;
    const penalty = s.l2 ? m`${quad} (+ ${tfrac(fixed(s.l2, 3), '2')} ${size})` : '';
    const value = m`= ${tone.d(compact(d[s.loss], 4))} ${penalty}`;
    const rate = m`= ${SCHEDULES[s.schedule].formula(s, MOST_EPOCHS)}`;
    const [at, now] = [m`α(${s.epochs})`, m`= ${compact(d.learning_rate, 4)}`];
    return narrow
      ? equations(['L', mean, value], ['α(t)', rate], [at, now])
      : equations(['L', m`${mean} ${value}`], ['α(t)', m`${rate}, ${quad} ${at} ${now}`]);
  },

  python(s) {
    const { fit, scores } = LOSSES[s.loss];
    const { text, factory } = scheduleCode(s, MOST_EPOCHS);
    const own = hasPoint(s)
      ? py`
X, y = np.vstack([X, ${s.point}]), np.append(y, 0)  # your own point`.trimEnd()
      : '';
    return py`
import numpy as np
from lib.datasets import toy_dataset
from lib.losses import multiclass_hinge_loss, softmax_cross_entropy
from lib.randomness import PortableRandom
from lib.schedules import ${code(factory)}
from lib.training import ${code(fit)}

X, y = toy_dataset(${s.data})
${code(own)}
schedule = ${code(text)}
model, history = ${code(fit)}(
    X, y, schedule=schedule, epochs=${s.epochs}, batch_size=${s.batch === 'all' ? null : Number(s.batch)},
    l2=${s.l2}, rng=PortableRandom(${s.seed}),
)
scores = model.${code(scores)}(X)
print("cross_entropy", softmax_cross_entropy(scores, y))
print("hinge", multiclass_hinge_loss(scores, y))
print("accuracy", np.mean(model.predict(X) == y))
print("weight_norm", np.linalg.norm(model.weights))
print("learning_rate", schedule(${s.epochs}))`;
  },

  solved: (s, d) =>
    s.data === 'overlapping' &&
    s.batch === '4' &&
    s.init_value >= 1 &&
    s.l2 === 0 &&
    s.epochs === MOST_EPOCHS &&
    d.cross_entropy < 0.4324,

  summary: (s, d) =>
    `After ${counted(s.epochs, 'epoch')}: cross-entropy ${compact(d.cross_entropy, 4)} nats, hinge loss ` +
    `${compact(d.hinge, 4)}, ${fixed(100 * d.accuracy, 1)} percent right.`,

  build(ui) {
    beside(ui, () => {
      ui.onStage(h('div'), () => {
        regionPlot(ui);
        const key = h('p', { class: 'ex-key' });
        ui.stage.append(key);
        ui.onUpdate((s) => write(key, `Strong colour: ${LOSSES[s.loss].darker}.`), key);
      });
      ui.onStage(h('div'), () => {
        lossPlot(ui);
        accuracyPlot(ui);
      });
    });
    row(ui, () => {
      select(ui, 'data');
      select(ui, 'loss');
    });
    row(ui, () => {
      select(ui, 'schedule');
      select(ui, 'batch');
    });
    slider(ui, 'init_value', { label: 'rate α₀' });
    scheduleSliders(ui);
    slider(ui, 'epochs', { label: 'epochs' });
    player(ui, 'epochs', { perSecond: 20 });
    fold(ui, 'Penalty, order and your point', () => {
      slider(ui, 'l2', { label: 'penalty λ' });
      slider(ui, 'seed', { label: 'seed' });
      part(ui, hasPoint, () => sliders(ui, 'point', { tone: 'p' }));
    });
  },
};

/** Who wins where, and the points: those on the wrong side are hollow. */
function regionPlot(ui) {
  const { min, max } = ui.schema.point;
  const snap = (x) => Math.round(Math.min(max, Math.max(min, x)) * 10) / 10;
  plot(ui, {
    label: 'The points, and the regions of their classes',
    margin: { top: 24, right: 8, bottom: 34, left: 28 },
    height: (width) => (width - 36) * (LIMITS[1] / LIMITS[0]) + 58,
    x: { domain: [-LIMITS[0], LIMITS[0]], ticks: [-4, -2, 0, 2, 4], label: 'x₁' },
    y: { domain: [-LIMITS[1], LIMITS[1]], ticks: [-2, 0, 2], label: 'x₂' },
    areas: (s, { model }) =>
      STYLES.slice(0, model[2].length).flatMap(({ tone }, c) =>
        [0, LOSSES[s.loss].lead].map((lead, i) => ({
          key: `${tone}${i}`,
          points: region(model, c, lead, LIMITS),
          tone,
          opacity: 0.16,
        })),
      ),
    marks: (s, { model }) =>
      TOYS[s.data].points.map(({ at, label }, i) => {
        const hollow = predict(model, at) !== label;
        return { key: i, x: at[0], y: at[1], r: hollow ? 4.5 : 4, hollow, ...STYLES[label] };
      }),
    drags: [
      {
        name: 'own',
        tone: 'p',
        letter: '',
        label: 'Your own point, of the first class',
        get: (s) => (hasPoint(s) ? s.point : null),
        hollow: ({ point }, { model }) => predict(model, point) !== 0,
        set: (at) => ({ point: at.map(snap) }),
        step: [0.1, 0.1],
        slider: ({ point: [x, y] }) => ({ min, max, now: x, text: `x₁ ${fixed(x, 1)}, x₂ ${fixed(y, 1)}` }),
      },
    ],
  });
}

const CURVE = {
  margin: { top: 24, right: 10, bottom: 34, left: 34 },
  height: (width, stacked) => (stacked ? 112 : Math.max(120, Math.min(width * 0.6, 165))),
  x: { domain: [0, MOST_EPOCHS], ticks: [0, 50, 100], label: 'epoch' },
};
const curveOf = (history, key) => history.map((entry, epoch) => [epoch, entry[key]]);

function lossPlot(ui) {
  plot(ui, {
    ...CURVE,
    label: 'Mean loss before each epoch',
    y: ({ loss }) => ({ ...LOSSES[loss].axis, label: LOSSES[loss].name }),
    rules: ({ loss, data }) => [
      {
        key: 'start',
        y: LOSSES[loss].start(TOYS[data].classes),
        tone: 'muted',
        label: loss === 'hinge' ? 'C − 1' : 'ln C',
      },
    ],
    curves: ({ loss }, { history }) => [{ key: 'loss', points: curveOf(history, loss), tone: 'd' }],
    marks: ({ loss, epochs }, d) => [{ key: 'now', x: epochs, y: d[loss], tone: 'd' }],
  });
}

function accuracyPlot(ui) {
  plot(ui, {
    ...CURVE,
    label: 'Share of the points that are right, before each epoch',
    y: { domain: [0, 1.05], ticks: [0, 0.5, 1], label: 'share right' },
    curves: (_, { history }) => [{ key: 'accuracy', points: curveOf(history, 'accuracy'), tone: 'ink' }],
    marks: ({ epochs }, d) => [{ key: 'now', x: epochs, y: d.accuracy, tone: 'ink' }],
  });
}
