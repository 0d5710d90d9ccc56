import {
  centred,
  triangle as chart,
  triangleData,
  triangleMesh,
  turnedHeight,
} from '../../charts/triangle.js';
import { heightsOf, turntable } from '../../charts/turntable.js';
import { BASES, fixed, py } from '../../kit/format.js';
import { entropy } from '../../math/information.js';
import { axisOf, entropyFormula, inBits } from './units.js';

const MOST = Math.log(3);
const LEVELS = [0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1, 1.05];

const mixture = {
  formula: entropyFormula,

  python: ({ p, unit }) => py`
from lib.information import entropy, perplexity

p = ${p}
print("entropy", entropy(p, base=${BASES[unit].base}))  # ${{ code: unit }}
print("perplexity", perplexity(p))`,

  solved: ({ p }) => Math.min(...p) > 0 && Math.abs(inBits(p) - 1) < 0.002,

  summary: ({ unit }, d) =>
    `Entropy ${fixed(d.entropy, 3)} ${unit}, as of ${fixed(d.perplexity, 2)} equally likely outcomes.`,
};

const surfaceOf = (state) => ({
  key: state.unit,
  f: entropy,
  domain: [0, MOST],
  levels: LEVELS,
  ...axisOf('ramp', state),
  name: 'H(P)',
  title: `H(P) at each P, ${state.unit}`,
});

export const triangle = {
  ...mixture,
  build(ui) {
    chart(ui, {
      label: 'Triangle of distributions over their entropy',
      labels: ui.schema.p.labels,
      surface: surfaceOf,
      // ∂H/∂p = −log p − 1: the arrows climb towards the even mixture.
      arrows: () => (p) => p.map((x) => -Math.log(x)),
      points: [{ trait: 'p', tone: 'p', letter: 'P', label: 'Distribution P' }],
    });
  },
};

export const surface = {
  ...mixture,
  build(ui) {
    const { labels } = ui.schema.p;
    turntable(ui, {
      label: 'Entropy as a surface in three dimensions',
      height: turnedHeight,
      heights: (state) => heightsOf(surfaceOf(state)),
      data: (state) => triangleData('Entropy', labels, [['Distribution P', state.p]], surfaceOf(state)),
      visible: ({ view }) => view === 'surface',
      facets: () => ({ key: 'entropy', mesh: (share) => triangleMesh(entropy, [0, MOST], share) }),
      pins: ({ p }) => [{ at: [...centred(p), (entropy(p) / MOST) * 0.6], tone: 'p', letter: 'P' }],
      posts: labels.map((text, i) => ({
        at: [...centred(labels.map((_, k) => (k === i ? 1 : 0))), 0],
        text,
      })),
    });
  },
};
