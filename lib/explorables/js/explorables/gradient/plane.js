import { across, relief } from '../../charts/relief.js';
import { beside, slider } from '../../kit/controls.js';
import { h } from '../../kit/dom.js';
import { compact, py } from '../../kit/format.js';
import { equations, inline, joined, m, quad, tfrac, tone } from '../../kit/mathml.js';
import { INPUTS, LABELS, LOSSES, overWeights } from '../../math/neuron.js';
import { KEYS, LOOKS, learningPlot, MARGIN, script, slopeRow, summaryOf, thin } from './both.js';

const LIMIT = 6; // of weight and bias
export const OVER_WEIGHTS = Object.fromEntries(KEYS.map((key) => [key, overWeights(LOSSES[key])]));

/** A weight and a bias, from above or in three dimensions. */
export const plane = {
  formula(_, d, narrow) {
    const parts = (key) => d.gradients[key].map((x) => compact(x, 3));
    const [ce, se] = KEYS.map((key) => m`(${joined(parts(key), ',')})`);
    const head = (loss) => m`${narrow ? '∇' : m`∇_${'w,b'}`} ${loss}`;
    const mean = (term) => m`= ${tfrac(1, 6)} ${inline('∑', 'i')} ${term} ~ (x_i, 1)`;
    const [error, indent] = [m`(p_i − y_i)`, narrow ? quad : ''];
    return equations(
      slopeRow(head, 'CE', narrow, mean(error), m`${indent} = ${tone.d(ce)}`),
      slopeRow(head, 'SE', narrow, mean(m`${error} ~ p_i (1 − p_i)`), m`${indent} = ${se}`),
    );
  },

  python: (state) =>
    script(
      py`
x = np.array(${INPUTS})
y = np.array(${LABELS})
start = [${state.weight}, ${state.bias}]  # weight and bias

def logits(v):
    return v[0] * x + v[1]

def chain(dz):
    return np.array([dz @ x, dz.sum()])`,
      state,
    ),

  solved: ({ weight }, d) => weight <= -3 && d.squared_error < 0.082,

  summary: summaryOf('the outputs are on average'),

  build(ui) {
    const angles = { yaw: 2.4, pitch: 0.75 };
    beside(ui, () => {
      KEYS.forEach((key, i) => ui.onStage(h('div'), () => weightMap(ui, key, angles, i === 0)));
    });
    learningPlot(ui, 'mean |p − y|', () => 130);
    slider(ui, 'weight', { tone: 'q', label: 'start w' });
    slider(ui, 'bias', { tone: 'q', label: 'start b' });
  },
};

/** One loss over weight and bias, from above or in three dimensions. */
function weightMap(ui, key, angles, dials) {
  const look = LOOKS[key];
  const { value, gradient } = OVER_WEIGHTS[key];
  const axis = { domain: [-LIMIT, LIMIT], ticks: [-6, -3, 0, 3, 6] };
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
    }),
    arrows: () => (w, b) => gradient([w, b]).map((g) => -g),
    paths: (_, d) => [{ key: 'descent', points: thin(d.paths[key]), tone: 'q' }],
    marks: (_, d) => {
      const [x, y] = d.paths[key].at(-1);
      return [{ key: 'end', x, y, tone: 'q', r: 5 }];
    },
    points: [
      across(ui, 'weight', 'bias', {
        name: `start-${key}`,
        tone: 'q',
        label: `Start of weight and bias, over the ${look.title}`,
      }),
    ],
  });
}
