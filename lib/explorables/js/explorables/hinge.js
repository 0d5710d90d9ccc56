import { relief } from '../charts/relief.js';
import { beside, presets, row, select, slider, sliders } from '../kit/controls.js';
import { h } from '../kit/dom.js';
import { code, compact, fixed, py } from '../kit/format.js';
import { big, frac, joined, lines, m, quad, tfrac, tone } from '../kit/mathml.js';
import {
  descentPath,
  hinge,
  hingeGrad,
  softmaxCrossEntropy,
  softmaxCrossEntropyGrad,
  softmaxOf,
} from '../math/scores.js';

const DOMAIN = [-4, 12];
const RANGE = [0, 10];
const LEVELS = [0.01, 0.5, 1, 2, 4, 6, 8];
const TICKS = [0, 5, 10];
const MARGIN = { top: 24, right: 8, bottom: 38, left: 28 };
const LEGEND = 40;
const EXAMPLES = [
  {
    label: '3.2, 5.1, −1.7: the dog wins',
    patch: { right_score: 3.2, wrong_scores: [5.1, -1.7], margin: 1 },
  },
  { label: '10, 2, 2: the cat wins', patch: { right_score: 10, wrong_scores: [2, 2], margin: 1 } },
  { label: '0, 0, 0: nothing learned', patch: { right_score: 0, wrong_scores: [0, 0], margin: 1 } },
];

const lengthOf = ([, a, b]) => Math.sqrt(a * a + b * b);
const scoresOf = ({ right_score: right, wrong_scores: wrong }) => [right, ...wrong];

function derive(state) {
  const scores = scoresOf(state);
  const { margin, variant } = state;
  return {
    hinge: hinge(scores, 0, margin, variant),
    cross_entropy: softmaxCrossEntropy(scores, 0),
    hinge_slope: lengthOf(hingeGrad(scores, 0, margin, variant)),
    cross_entropy_slope: lengthOf(softmaxCrossEntropyGrad(scores, 0)),
    probability: softmaxOf(scores)[0],
  };
}

/** The height that makes the plane a square, up to a limit; on a phone both fit above a thumb. */
const squareHeight = (width, stacked) =>
  Math.min(width - MARGIN.left - MARGIN.right, stacked ? 138 : 330) + MARGIN.top + MARGIN.bottom + LEGEND;

/** Both losses as functions of the two wrong scores. */
const LOSSES = [
  {
    key: 'hinge',
    title: 'hinge loss',
    depends: ({ right_score, margin, variant }) => [right_score, margin, variant],
    value: (s) => (a, b) => hinge([s.right_score, a, b], 0, s.margin, s.variant),
    grad: (s) => (a, b) => hingeGrad([s.right_score, a, b], 0, s.margin, s.variant).slice(1),
  },
  {
    key: 'cross_entropy',
    title: 'cross-entropy, nats',
    depends: ({ right_score }) => [right_score],
    value: (s) => (a, b) => softmaxCrossEntropy([s.right_score, a, b], 0),
    grad: (s) => (a, b) => softmaxCrossEntropyGrad([s.right_score, a, b], 0).slice(1),
  },
];

const SCRIPTS = {
  multi_margin: { loss: 'multi_margin_loss', options: ({ margin }) => py`margin=${margin}`.trim() },
  weston_watkins: {
    loss: 'multiclass_hinge_loss',
    options: ({ margin, variant }) => py`margin=${margin}, variant=${variant}`.trim(),
  },
};
SCRIPTS.crammer_singer = SCRIPTS.weston_watkins;

/** @satisfies {View} */
export default {
  name: 'hinge',
  wide: true,
  derive,

  formula(state, d, narrow) {
    const { right_score: right, wrong_scores: wrong, margin, variant } = state;
    const signed = (x, tone, plus, minus) => m`${x < 0 ? minus : plus} ${tone(fixed(Math.abs(x), 1))}`;
    const terms = wrong.map(
      (s) => m`${fixed(margin, 1)} ${signed(right, tone.p, '−', '+')} ${signed(s, tone.q, '+', '−')}`,
    );
    const value = m`= ${fixed(d.hinge, 3)}`;
    const one = (s, color) => m`e^${color(fixed(s, 1))}`;
    const all = [one(right, tone.p), ...wrong.map((s) => one(s, tone.q))];
    const entropy = m`− ln ${frac(all[0], joined(all, '+'))} = ${compact(d.cross_entropy, 3)}`;
    const [a, b] = terms.map((each) => m`max(0, ${each})`);
    const whole = {
      multi_margin: [m`${tfrac(1, 3)} ${big('[')} ${a}`, m`+ ${b} ${big(']')}`],
      weston_watkins: [a, m`+ ${b}`],
      crammer_singer: [m`max(0, ${terms[0]},`, m`${terms[1]})`],
    }[variant];
    return narrow
      ? lines(whole[0], m`${quad} ${whole[1]}`, value, entropy)
      : lines(m`${whole[0]} ${whole[1]} ${value}`, entropy);
  },

  python(state) {
    const { loss, options } = SCRIPTS[state.variant];
    const [name, grad, more] = [loss, `${loss}_grad`, options(state)].map(code);
    const names = [`    ${loss},`, `    ${loss}_grad,`].map(code);
    return py`
import numpy as np

from lib.activations import softmax
from lib.losses import (
${names[0]}
${names[1]}
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)

scores = ${scoresOf(state)}  # cat, dog, horse; the cat, class 0, is right
print("hinge", ${name}(scores, 0, ${more}))
print("cross_entropy", softmax_cross_entropy(scores, 0))
hinge_grad = ${grad}(scores, 0, ${more})
print("hinge_slope", np.linalg.norm(hinge_grad[1:]))
print("cross_entropy_slope", np.linalg.norm(softmax_cross_entropy_grad(scores, 0)[1:]))
print("probability", softmax(scores)[0])`;
  },

  solved: ({ margin }, d) => margin >= 1 && d.hinge < 1e-9 && d.cross_entropy > 0.5,

  summary: (_, d) =>
    `Hinge loss ${fixed(d.hinge, 3)}, slope ${fixed(d.hinge_slope, 3)}. ` +
    `Cross-entropy ${compact(d.cross_entropy, 3)} nats, slope ${compact(d.cross_entropy_slope, 3)}.`,

  build(ui) {
    const { min, max } = ui.schema.wrong_scores;
    const snap = (x) => Math.round(Math.min(max, Math.max(min, x)) * 10) / 10;
    const angles = { yaw: -0.75, pitch: 0.7 }; // of both; the flat region in front

    beside(ui, () => {
      for (const [i, loss] of LOSSES.entries()) {
        ui.onStage(h('div'), () => {
          relief(ui, {
            label: `Plane of the wrong scores over the ${loss.title}`,
            title: loss.title,
            corners: ui.schema.wrong_scores.labels,
            angles,
            dials: i === 0,
            margin: MARGIN,
            height: squareHeight,
            arrowCount: 8,
            grid: 48,
            x: { domain: DOMAIN, label: 'score of the dog', ticks: [-4, 0, 4, 8, 12] },
            y: { domain: DOMAIN, label: 'score of the horse', ticks: [-4, 0, 4, 8, 12] },
            surface: (state) => ({
              key: loss.depends(state),
              f: loss.value(state),
              domain: RANGE,
              levels: LEVELS,
              ticks: TICKS,
            }),
            arrows: (state) => {
              const grad = loss.grad(state);
              return (a, b) => grad(a, b).map((g) => -g);
            },
            paths: (state) => [
              { key: 'descent', points: descentPath(loss.grad(state), state.wrong_scores), tone: 'ink' },
            ],
            points: [
              {
                name: 'wrong',
                tone: 'q',
                letter: '',
                label: `Wrong scores, over the ${loss.title}`,
                get: ({ wrong_scores }) => wrong_scores,
                set: (xy) => ({ wrong_scores: xy.map(snap) }),
                step: [0.1, 0.1],
                slider: ({ wrong_scores: [a, b] }) => ({
                  min,
                  max,
                  now: a,
                  text: `dog ${fixed(a, 1)}, horse ${fixed(b, 1)}`,
                }),
              },
            ],
          });
        });
      }
    });

    slider(ui, 'right_score', { tone: 'p' });
    sliders(ui, 'wrong_scores', { tone: 'q' });
    slider(ui, 'margin');
    presets(ui, 'Scores', EXAMPLES);
    row(ui, () => {
      select(ui, 'variant');
      select(ui, 'view');
    });
  },
};
