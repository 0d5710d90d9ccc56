// What both views of the gradient show: how the two losses look, and how far each has come.

import { plot, pointsOf } from '../../charts/plot.js';
import { compact, counted, py } from '../../kit/format.js';
import { m, words } from '../../kit/mathml.js';

export const KEYS = ['cross_entropy', 'squared_error'];
export const LOOKS = {
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
export const MARGIN = { top: 24, right: 9, bottom: 38, left: 34 };
const MOST_STEPS = 300;

/** Every k-th point and the last: no more of them than a curve can show. */
export function thin(points, most = 100) {
  const k = Math.ceil(points.length / most);
  return points.filter((_, i) => i % k === 0 || i === points.length - 1);
}

/** What is left of the slope of a loss, and its lines on the right. */
export const slopeRow = (head, name, narrow, ...right) => [
  head(m`L_${words(name)}`),
  ...(narrow ? right : [right.reduce((line, more) => m`${line} ${more}`)]),
];

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

/** The Python of a view, around that of its model. */
export const script = (model, { learning_rate, squared_error_factor, steps }) => py`
${{ code: SCRIPT_HEAD }}
rate, factor, steps = ${learning_rate}, ${squared_error_factor}, ${steps}
${{ code: model }}
${{ code: SCRIPT_TAIL }}`;

/** One sentence; `output` says whose distance from the label it is. */
export const summaryOf = (output) => (state, d) =>
  `After ${counted(state.steps, 'step')} ${output} ${compact(d.cross_entropy_distance, 3)} from the ` +
  `label with cross-entropy and ${compact(d.squared_error_distance, 3)} with squared error.`;

/** How far the output is from the label after each step: `label`, on the axis. */
export function learningPlot(ui, label, height) {
  plot(ui, {
    label: 'Distance of output and label after each step',
    height,
    margin: MARGIN,
    x: { domain: [0, MOST_STEPS], label: 'step', ticks: [0, 100, 200, 300] },
    y: { domain: [0, 1.05], label, ticks: [0, 0.5, 1] },
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
        points: pointsOf(
          thin(d.distances[key].map((y, step) => [step, y])),
          (step) => d.distances[key][step] ?? Number.NaN,
        ),
        tone: LOOKS[key].tone,
        dash: LOOKS[key].dash,
        label: apart ? LOOKS[key].short : null,
        labelAt: places[key],
      }));
    },
    marks: (state, d) =>
      KEYS.map((key) => ({ key, x: state.steps, y: d[`${key}_distance`], tone: LOOKS[key].tone, r: 3 })),
  });
}

/** The first point that is half-way from the first value to the last, or nearer to the last. */
function halfWay(values) {
  const [first, last] = [values[0], values.at(-1)];
  const near = (v) => Math.abs(v - last) <= Math.abs(first - last) / 2;
  const step = values.findIndex(near);
  return [step, values[step]];
}
