import { curve, plot, remembered } from '../../charts/plot.js';
import { along } from '../../charts/points.js';
import { beside, presets, row, slider } from '../../kit/controls.js';
import { compact, fixed, py } from '../../kit/format.js';
import { equations, frac, m, tone } from '../../kit/mathml.js';
import { sigmoid } from '../../math/activations.js';
import { LOSSES } from '../../math/neuron.js';
import { KEYS, LOOKS, learningPlot, MARGIN, script, slopeRow, summaryOf } from './both.js';

const Y_PRESETS = [
  { label: 'y = 0', patch: { y: 0 } },
  { label: 'y = 1', patch: { y: 1 } },
];
const tall = (width, stacked) => (stacked ? 118 : Math.max(135, width * 0.75));

/** One logit, moved along both losses. */
export const neuron = {
  formula(state, d, narrow) {
    const [ce, se] = KEYS.map((key) => sigmoid(d.paths[key].at(-1)[0]));
    const off = (p) => m`(${tone.q(fixed(p, 3))} − ${tone.p(state.y)})`;
    const pq = m`${tone.q(fixed(se, 3))} ⋅ ${fixed(1 - se, 3)}`;
    const [slopeCe, slopeSe] = KEYS.map((key) => compact(d.gradients[key][0], 3));
    const head = (loss) => frac(m`∂ ${loss}`, '∂z');
    return equations(
      slopeRow(head, 'CE', narrow, m`= p − y`, m`= ${off(ce)} = ${tone.d(slopeCe)}`),
      slopeRow(head, 'SE', narrow, m`= (p − y) ~ p (1 − p)`, m`= ${off(se)} ⋅ ${pq}`, m`= ${slopeSe}`),
    );
  },

  python: (state) =>
    script(
      py`
y = ${state.y}
start = ${state.z}  # the logit itself

def logits(v):
    return v

def chain(dz):
    return dz`,
      state,
    ),

  // The steepest slope of the squared error is 4/27, where the output is 2/3 away from the label.
  // Only before the first step: on its way down, a neuron that plays passes there by itself.
  solved: (state, d) => state.steps === 0 && d.squared_error_slope > 0.999 * (4 / 27),

  summary: summaryOf('the output is'),

  build(ui) {
    beside(ui, () => {
      KEYS.forEach((key) => lossPlot(ui, key));
      slopePlot(ui);
      learningPlot(ui, '|p − y|', tall);
    });
    row(ui, () => presets(ui, 'Label', Y_PRESETS, { own: null }));
    slider(ui, 'z', { tone: 'q', label: 'start z' });
  },
};

/** One loss against the logit: where the neuron starts, where it has come to, and the slope there. */
function lossPlot(ui, key) {
  const look = LOOKS[key];
  const value = (state, z) => LOSSES[key].value(z, state.y);
  const whole = remembered((y) => curve((z) => LOSSES[key].value(z, y), [-10, 10], 160));
  plot(ui, {
    label: `${look.title} against the logit z`,
    height: tall,
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
        ...along(ui, 'z', (z, state) => value(state, z), { tone: 'q', letter: 'z' }),
        name: `start-${key}`,
        label: `Start, logit z, on the ${look.title}`,
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
    height: tall,
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
