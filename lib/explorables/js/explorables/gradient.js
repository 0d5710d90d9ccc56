import { curve, plot, remembered } from '../charts/plot.js';
import { relief } from '../charts/relief.js';
import { beside, part, presets, row, select, slider } from '../kit/controls.js';
import { h } from '../kit/dom.js';
import { compact, fixed, py } from '../kit/format.js';
import { equations, frac, inline, joined, m, quad, tfrac, tone, words } from '../kit/mathml.js';
import { player } from '../kit/player.js';
import { sigmoid } from '../math/activations.js';
import { descend, INPUTS, LABELS, LOSSES, overLogit, overWeights } from '../math/neuron.js';

const KEYS = ['cross_entropy', 'squared_error'];
const LOOKS = {
  cross_entropy: {
    tone: 'd',
    short: 'CE',
    nameAt: 0.7,
    title: 'cross-entropy, nats',
    axis: { domain: [0, 10], ticks: [0, 5, 10] },
    range: [0.47, 4], // the lowest point of the surface is at 0.479
    levels: [0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5],
    ticks: [1, 2, 3, 4],
  },
  squared_error: {
    tone: 'ink',
    dash: '5 3',
    short: 'SE',
    nameAt: 0.04,
    title: '½ squared error',
    axis: { domain: [0, 0.6], ticks: [0, 0.25, 0.5] },
    range: [0.08, 0.5], // and here at 0.0817
    levels: [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4],
    ticks: [0.1, 0.3, 0.5],
  },
};
const Y_PRESETS = [
  { label: 'y = 0', patch: { y: 0 } },
  { label: 'y = 1', patch: { y: 1 } },
];
const RATE_PRESETS = [
  { label: 'the same', patch: { squared_error_factor: 1 } },
  { label: 'the same longest step', patch: { squared_error_factor: 6.75 } },
];
const MARGIN = { top: 24, right: 9, bottom: 38, left: 34 };
const LIMIT = 6; // of weight and bias
const MOST_STEPS = 300;
const OVER_WEIGHTS = Object.fromEntries(KEYS.map((key) => [key, overWeights(LOSSES[key])]));

const isNeuron = ({ view }) => view === 'neuron';
const lossOf = (state, key) => (isNeuron(state) ? overLogit(LOSSES[key], state.y) : OVER_WEIGHTS[key]);
const rateOf = (state, key) =>
  state.learning_rate * (key === 'squared_error' ? state.squared_error_factor : 1);
const startOf = (state) => (isNeuron(state) ? [state.z] : [state.weight, state.bias]);

/** Every k-th point and the last: no more of them than a curve can show. */
function thin(points, most = 100) {
  const k = Math.ceil(points.length / most);
  return points.filter((_, i) => i % k === 0 || i === points.length - 1);
}

function derive(state) {
  const d = { paths: {}, gradients: {}, distances: {} };
  for (const key of KEYS) {
    const loss = lossOf(state, key);
    const path = descend(loss.gradient, startOf(state), rateOf(state, key), state.steps);
    const end = path.at(-1);
    d.paths[key] = path;
    d.gradients[key] = loss.gradient(end);
    d.distances[key] = path.map(loss.distance);
    d[key] = loss.value(end);
    d[`${key}_slope`] = Math.hypot(...d.gradients[key]);
    d[`${key}_distance`] = d.distances[key].at(-1);
  }
  return d;
}

const SCRIPT_HEAD = py`
import numpy as np
from lib.activations import sigmoid, sigmoid_grad
from lib.losses import binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_grad
from lib.losses import l1_loss, mse_loss, mse_loss_grad
from lib.schedules import constant
from lib.training import gradient_descent
`;
const SCRIPT_TAIL = py`
def ce_slope(v):
    return chain(binary_cross_entropy_with_logits_grad(logits(v), y))

def se_slope(v):
    z = logits(v)
    return chain(0.5 * mse_loss_grad(sigmoid(z), y) * sigmoid_grad(z))

ce = gradient_descent(ce_slope, start, schedule=constant(rate), steps=steps)[-1]
se = gradient_descent(se_slope, start, schedule=constant(rate * factor), steps=steps)[-1]
print("cross_entropy", binary_cross_entropy_with_logits(logits(ce), y))
print("squared_error", 0.5 * mse_loss(sigmoid(logits(se)), y))
print("cross_entropy_slope", np.linalg.norm(ce_slope(ce)))
print("squared_error_slope", np.linalg.norm(se_slope(se)))
print("cross_entropy_distance", l1_loss(sigmoid(logits(ce)), y))
print("squared_error_distance", l1_loss(sigmoid(logits(se)), y))
`;

/** @satisfies {View} */
export default {
  name: 'gradient',
  derive,

  formula(state, d, narrow) {
    const number = (x) => compact(x, 3);
    /** What is left of the slope of a loss, and its lines on the right. */
    const slope = (head, name, ...right) => [
      head(m`L_${words(name)}`),
      ...(narrow ? right : [right.reduce((line, more) => m`${line} ${more}`)]),
    ];
    if (!isNeuron(state)) {
      const pair = (key) => m`(${joined(d.gradients[key].map(number), ',')})`;
      const head = (loss) => m`${narrow ? '∇' : m`∇_${'w,b'}`} ${loss}`;
      const mean = (term) => m`= ${tfrac(1, 6)} ${inline('∑', 'i')} ${term} ~ (x_i, 1)`;
      const [error, indent] = [m`(p_i − y_i)`, narrow ? quad : ''];
      const [ce, se] = KEYS.map((key) => pair(key));
      return equations(
        slope(head, 'CE', mean(error), m`${indent} = ${tone.d(ce)}`),
        slope(head, 'SE', mean(m`${error} ~ p_i (1 − p_i)`), m`${indent} = ${se}`),
      );
    }
    const [ce, se] = KEYS.map((key) => sigmoid(d.paths[key].at(-1)[0]));
    const off = (p) => m`(${tone.q(fixed(p, 3))} − ${tone.p(state.y)})`;
    const pq = m`${tone.q(fixed(se, 3))} ⋅ ${fixed(1 - se, 3)}`;
    const [slopeCe, slopeSe] = KEYS.map((key) => number(d.gradients[key][0]));
    const head = (loss) => frac(m`∂ ${loss}`, '∂z');
    return equations(
      slope(head, 'CE', m`= p − y`, m`= ${off(ce)} = ${tone.d(slopeCe)}`),
      slope(head, 'SE', m`= (p − y) ~ p (1 − p)`, m`= ${off(se)} ⋅ ${pq}`, m`= ${slopeSe}`),
    );
  },

  python(state) {
    const { y, z, weight, bias, learning_rate, squared_error_factor, steps } = state;
    const model = isNeuron(state)
      ? py`
y = ${y}
start = ${z}  # the logit itself

def logits(v):
    return v

def chain(dz):
    return dz`
      : py`
x = np.array(${INPUTS})
y = np.array(${LABELS})
start = [${weight}, ${bias}]  # weight and bias

def logits(v):
    return v[0] * x + v[1]

def chain(dz):
    return np.array([dz @ x, dz.sum()])`;
    return py`
${{ code: SCRIPT_HEAD }}
rate, factor, steps = ${learning_rate}, ${squared_error_factor}, ${steps}
${{ code: model }}
${{ code: SCRIPT_TAIL }}`;
  },

  // The steepest slope of the squared error is 4/27, where the output is 2/3 away from the label.
  // Only before the first step: on its way down, a neuron that plays passes there by itself.
  solved: (state, d) => isNeuron(state) && state.steps === 0 && d.squared_error_slope > 0.999 * (4 / 27),

  summary: (state, d) =>
    `After ${state.steps} steps the output is ${compact(d.cross_entropy_distance, 3)} from the ` +
    `label with cross-entropy and ${compact(d.squared_error_distance, 3)} with squared error.`,

  build(ui) {
    row(ui, () => {
      select(ui, 'view');
      part(ui, isNeuron, () => presets(ui, 'Label', Y_PRESETS, { own: null }));
      presets(ui, 'Rate of SE', RATE_PRESETS);
    });
    part(ui, isNeuron, () => {
      beside(ui, () => {
        KEYS.forEach((key) => lossPlot(ui, key));
        slopePlot(ui);
        learningPlot(ui, quarter);
      });
      slider(ui, 'z', { tone: 'q', label: 'start z' });
    });
    part(
      ui,
      (state) => !isNeuron(state),
      () => {
        const angles = { yaw: 2.4, pitch: 0.75 };
        beside(ui, () => {
          KEYS.forEach((key, i) => ui.onStage(h('div'), () => weightMap(ui, key, angles, i === 0)));
        });
        learningPlot(ui, () => 130);
        slider(ui, 'weight', { tone: 'q', label: 'start w' });
        slider(ui, 'bias', { tone: 'q', label: 'start b' });
      },
    );
    slider(ui, 'learning_rate', { label: 'rate α' });
    slider(ui, 'squared_error_factor', { label: 'SE rate ÷ α' });
    slider(ui, 'steps', { label: 'steps' });
    player(ui, 'steps', { perSecond: 30 });
  },
};

/** The height of one of four plots. */
const quarter = (width, stacked) => (stacked ? 118 : Math.max(135, width * 0.75));

/** One loss against the logit: where the neuron starts, where it has come to, and the slope there. */
function lossPlot(ui, key) {
  const look = LOOKS[key];
  const { min, max, step } = ui.schema.z;
  const snap = (z) => Math.round(Math.min(max, Math.max(min, z)) / step) * step;
  const clean = (z) => ({ z: Number(snap(z).toFixed(2)) });
  const value = (state, z) => LOSSES[key].value(z, state.y);
  const whole = remembered((y) => curve((z) => LOSSES[key].value(z, y), [-10, 10], 160));
  plot(ui, {
    label: `${look.title} against the logit z`,
    height: quarter,
    margin: MARGIN,
    x: { domain: [-10, 10], label: 'z', ticks: [-10, -5, 0, 5, 10] },
    y: { ...look.axis, label: look.title },
    curves(state, d) {
      const end = d.paths[key].at(-1)[0];
      const height = value(state, end);
      const slope = d.gradients[key][0];
      const f = (z) => value(state, z);
      return [
        { key: 'loss', points: whole(state.y), tone: look.tone, dash: look.dash },
        { key: 'way', points: curve(f, [state.z, end], 40), tone: 'q', width: 5, opacity: 0.5 },
        {
          key: 'tangent',
          points: [-4, 4].map((dz) => [end + dz, height + slope * dz]),
          tone: 'ink',
          width: 1.2,
        },
      ];
    },
    marks(state, d) {
      const end = d.paths[key].at(-1)[0];
      return [{ key: 'end', x: end, y: value(state, end), tone: 'q', r: 5 }];
    },
    drags: [
      {
        name: `start-${key}`,
        tone: 'q',
        letter: 'z',
        label: `Start, logit z, on the ${look.title}`,
        get: (state) => [state.z, value(state, state.z)],
        set: ([z]) => clean(z),
        key: ([dx, dy], state) => clean(state.z + (dx - dy) * step),
        slider: (state) => ({ min, max, now: state.z, text: fixed(state.z, 2) }),
      },
    ],
  });
}

/** The size of both slopes against the logit, and of those that the two neurons feel. */
function slopePlot(ui) {
  const size = (key, y) => (z) => Math.abs(LOSSES[key].slope(z, y));
  const slopes = remembered((key, y) => curve(size(key, y), [-10, 10], 160));
  plot(ui, {
    label: 'Size of the slope of both losses against the logit',
    height: quarter,
    margin: MARGIN,
    x: { domain: [-10, 10], label: 'z', ticks: [-10, -5, 0, 5, 10] },
    y: { domain: [0, 1.05], label: 'size of the slope', ticks: [0, 0.5, 1] },
    curves: (state) =>
      KEYS.map((key) => ({
        key,
        points: slopes(key, state.y),
        tone: LOOKS[key].tone,
        dash: LOOKS[key].dash,
        label: LOOKS[key].short,
        // Both names stand on the side where the neuron is wrong, below their curves or on them.
        labelAt: [state.y === 1 ? -9 : 9, LOOKS[key].nameAt],
      })),
    marks: (state, d) =>
      KEYS.map((key) => {
        const end = d.paths[key].at(-1)[0];
        return { key, x: end, y: size(key, state.y)(end), tone: 'q', r: 5 };
      }),
  });
}

/** How far the output is from the label, on average, after each step. */
function learningPlot(ui, height) {
  plot(ui, {
    label: 'Mean distance of output and label after each step',
    height,
    margin: MARGIN,
    x: { domain: [0, MOST_STEPS], label: 'step', ticks: [0, 100, 200, 300] },
    y: { domain: [0, 1.05], label: 'mean |p − y|', ticks: [0, 0.5, 1] },
    curves(state, d) {
      // The two meet at the end, so one of them has its name further up; both, where there is room.
      const places = {
        cross_entropy: halfWay(d.distances.cross_entropy),
        squared_error: [state.steps, d.squared_error_distance],
      };
      const [a, b] = Object.values(places);
      const apart = Math.abs(a[0] - b[0]) > 60 || Math.abs(a[1] - b[1]) > 0.15;
      return KEYS.map((key) => ({
        key,
        points: thin(d.distances[key].map((y, step) => [step, y])),
        tone: LOOKS[key].tone,
        dash: LOOKS[key].dash,
        label: apart ? LOOKS[key].short : null,
        labelAt: places[key],
      }));
    },
    marks: (state, d) =>
      KEYS.map((key) => ({
        key,
        x: state.steps,
        y: d[`${key}_distance`],
        tone: LOOKS[key].tone,
        r: 3,
      })),
  });
}

/** The first point that is half-way from the first value to the last, or nearer to the last. */
function halfWay(values) {
  const [first, last] = [values[0], values.at(-1)];
  const near = (v) => Math.abs(v - last) <= Math.abs(first - last) / 2;
  const step = values.findIndex(near);
  return [step, values[step]];
}

/** One loss over weight and bias, from above or in three dimensions. */
function weightMap(ui, key, angles, dials) {
  const look = LOOKS[key];
  const { value, gradient } = OVER_WEIGHTS[key];
  const axis = { domain: [-LIMIT, LIMIT], ticks: [-6, -3, 0, 3, 6] };
  const tenth = (x) => Math.round(Math.min(LIMIT, Math.max(-LIMIT, x)) * 10) / 10;
  relief(ui, {
    label: `Plane of weight and bias over the ${look.title}`,
    title: look.title,
    corners: ['w', 'b'],
    angles,
    dials,
    margin: { ...MARGIN, left: 28 },
    height: (width, stacked) => (stacked ? 96 : width - 28 - 9) + 24 + 38 + 40,
    arrowCount: 9,
    x: { ...axis, label: 'weight w' },
    y: { ...axis, label: 'bias b' },
    surface: () => ({
      key,
      f: (w, b) => value([w, b]),
      domain: look.range,
      levels: look.levels,
      ticks: look.ticks,
      format: (t) => (t === look.range[1] ? `${t}+` : String(t)),
    }),
    arrows: () => (w, b) => gradient([w, b]).map((g) => -g),
    paths: (_, d) => [{ key: 'descent', points: thin(d.paths[key]), tone: 'q' }],
    marks: (_, d) => {
      const [x, y] = d.paths[key].at(-1);
      return [{ key: 'end', x, y, tone: 'q', r: 5 }];
    },
    points: [
      {
        name: `start-${key}`,
        tone: 'q',
        letter: '',
        label: `Start of weight and bias, over the ${look.title}`,
        get: ({ weight, bias }) => [weight, bias],
        set: ([w, b]) => ({ weight: tenth(w), bias: tenth(b) }),
        step: [0.1, 0.1],
        slider: ({ weight, bias }) => ({
          min: -LIMIT,
          max: LIMIT,
          now: weight,
          text: `weight ${fixed(weight, 1)}, bias ${fixed(bias, 1)}`,
        }),
      },
    ],
  });
}
