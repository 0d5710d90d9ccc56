import { curve, plot } from '../../charts/plot.js';
import { BASES, fixed, py } from '../../kit/format.js';
import { m, tone } from '../../kit/mathml.js';
import { binaryEntropy } from '../../math/information.js';
import { withProbability } from '../../math/simplex.js';
import { axisOf, expectation } from './units.js';

const CURVE = curve(binaryEntropy, [0, 1], 200);
const first = (p, x) => ({ p: withProbability(p, 0, Math.min(1, Math.max(0, Math.round(x * 100) / 100))) });

export const binary = {
  formula(state, d, narrow) {
    const p = state.p[0];
    return expectation([p, 1 - p], d.binary_entropy, m`H(${tone.p(fixed(p, 2))})`, state, narrow);
  },

  python: ({ p, unit }) => py`
from lib.information import binary_entropy

print("binary_entropy", binary_entropy(${p[0]}, base=${BASES[unit].base}))  # ${{ code: unit }}`,

  solved: ({ p }) => Math.abs(binaryEntropy(p[0]) / Math.LN2 - 0.5) < 0.001,

  summary: ({ p, unit }, d) =>
    `A question whose answer is yes with probability ${fixed(p[0], 2)} is worth ` +
    `${fixed(d.binary_entropy, 3)} ${unit}.`,

  build(ui) {
    const name = ui.schema.p.labels[0];
    plot(ui, {
      label: 'Entropy of a question with two answers',
      height: (width) => Math.min(300, Math.max(230, width * 0.72)),
      x: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], label: `P(${name}) = 1 − P(not ${name})` },
      y: (state) => ({
        domain: [0, 0.75],
        label: `H(${name} or not), ${state.unit}`,
        ...axisOf('low', state),
      }),
      curves: ({ p: [p] }) => {
        const y = binaryEntropy(p);
        const guide = [
          [0, y],
          [p, y],
          [p, 0],
        ];
        return [
          { key: 'curve', points: CURVE, tone: 'h' },
          { key: 'guide', points: guide, tone: 'p', dash: '4 3', width: 1.2 },
        ];
      },
      drags: [
        {
          name: 'coin',
          tone: 'p',
          letter: 'p',
          label: `Probability of ${name}`,
          get: ({ p }) => [p[0], binaryEntropy(p[0])],
          set: ([x], { p }) => first(p, x),
          key: ([dx, dy], { p }) => first(p, p[0] + (dx - dy) * 0.01),
          slider: ({ p, unit }, d) => ({
            min: 0,
            max: 1,
            now: p[0],
            text: `${fixed(p[0], 2)}, entropy ${fixed(d.binary_entropy, 3)} ${unit}`,
          }),
        },
      ],
    });
  },
};
