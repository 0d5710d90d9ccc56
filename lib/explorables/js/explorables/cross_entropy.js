import { stack } from '../charts/stack.js';
import { centred, triangle, triangleMesh, turnedHeight } from '../charts/triangle.js';
import { heightsOf, turntable } from '../charts/turntable.js';
import { fold, presets, row, select, sliders } from '../kit/controls.js';
import { BASES, compact, fixed, py } from '../kit/format.js';
import { below, equations, joined, m, tone } from '../kit/mathml.js';
import { crossEntropy, entropy, klDivergence } from '../math/information.js';

// The colours go from H(P), the least that any Q can reach, to this many nats above it.
const SPAN = 3;
const LEVELS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 3.5];
const AXES = {
  nats: { max: 3, ticks: [0, 1, 2, 3] },
  bits: { max: 4, ticks: [0, 1, 2, 3, 4] },
  bans: { max: 1.2, ticks: [0, 0.4, 0.8, 1.2] },
};
const RAMP = { nats: 1, bits: 1, bans: 0.5 }; // from tick to tick
const P_PRESETS = [
  { label: 'weather', patch: { p: [0.5, 0.3, 0.2] } },
  { label: 'one-hot', patch: { p: [1, 0, 0] } },
  { label: 'uniform', patch: { p: [1 / 3, 1 / 3, 1 / 3] } },
];

function derive({ p, q, unit }) {
  const { log } = BASES[unit];
  return {
    cross_entropy: crossEntropy(p, q) / log,
    entropy: entropy(p) / log,
    kl_divergence: klDivergence(p, q) / log,
    reverse_kl_divergence: klDivergence(q, p) / log,
  };
}

const domainOf = (p) => [entropy(p), entropy(p) + SPAN];

/** The legend's ticks, in nats: its two ends, and whole steps of the unit where there is room. */
function rampTicks(p, unit) {
  const [low, high] = domainOf(p);
  const step = RAMP[unit] * BASES[unit].log;
  const between = Array.from({ length: 12 }, (_, i) => i * step);
  return [low, ...between.filter((t) => t > low + 0.15 * SPAN && t < high - 0.2 * SPAN), high];
}

/** −∂H/∂q = p/q: where the loss falls fastest. */
const descent = (p) => (q) => p.map((x, i) => x / q[i]);

/** @satisfies {View} */
export default {
  name: 'cross_entropy',
  derive,

  formula({ p, q, unit }, d, narrow) {
    const log = BASES[unit].name;
    const terms = p.map((x, i) => m`${tone.p(fixed(x, 2))} ${log} ${tone.q(fixed(q[i], 2))}`);
    const parts = m`${tone.h(fixed(d.entropy, 3))} + ${tone.d(fixed(d.kl_divergence, 3))}`;
    const value = m`${fixed(d.cross_entropy, 3)} = ${parts}`;
    const head = m`H(${tone.p('P')}, ${tone.q('Q')})`;
    return narrow
      ? equations([head, ...terms.map((one, i) => m`${i ? below : '='} − ${one}`), m`= ${value}`])
      : equations([head, m`= − ${joined(terms, '−')}`, m`= ${value}`]);
  },

  python: ({ p, q, unit }) => py`
from lib.information import cross_entropy, entropy, kl_divergence

p = ${p}
q = ${q}
base = ${BASES[unit].base}  # ${{ code: unit }}
print("cross_entropy", cross_entropy(p, q, base=base))
print("entropy", entropy(p, base=base))
print("kl_divergence", kl_divergence(p, q, base=base))
print("reverse_kl_divergence", kl_divergence(q, p, base=base))`,

  solved: (_, d) => d.cross_entropy < 1e-9,

  summary: ({ unit }, d) =>
    `Cross-entropy ${fixed(d.cross_entropy, 3)} ${unit}: entropy ${fixed(d.entropy, 3)} plus ` +
    `divergence ${fixed(d.kl_divergence, 3)}.`,

  build(ui) {
    const labels = ui.schema.q.labels;
    const surface = ({ p, unit }) => {
      const { log } = BASES[unit];
      const domain = domainOf(p);
      const format = (t) => {
        if (t === domain[0]) return fixed(t / log, 2);
        return `${t === domain[1] ? '≥ ' : ''}${fixed(t / log, t === domain[1] || unit === 'bans' ? 1 : 0)}`;
      };
      return {
        key: [p, unit],
        f: (q) => crossEntropy(p, q),
        domain,
        levels: LEVELS,
        ticks: rampTicks(p, unit),
        format,
        name: 'H(P, Q)',
        title: `H(P, Q) from H(P) up, ${unit}`,
        words: (t) => compact(t / log, 3),
      };
    };
    const map = triangle(ui, {
      label: 'Triangle of predictions Q over the loss surface',
      labels,
      surface,
      arrows: ({ p }) => descent(p),
      points: [
        { trait: 'p', tone: 'p', letter: 'P', label: 'Truth P' },
        { trait: 'q', tone: 'q', letter: 'Q', label: 'Prediction Q' },
      ],
    });
    const heightAt = (p, q) => Math.min(1, klDivergence(p, q) / SPAN) * 0.6;
    turntable(ui, {
      label: 'The loss as a surface in three dimensions',
      height: turnedHeight,
      heights: (state) => heightsOf(surface(state)),
      visible: ({ view }) => view === 'surface',
      other: map,
      facets: ({ p }) => ({
        key: JSON.stringify(p),
        mesh: (share) => triangleMesh((q) => crossEntropy(p, q), domainOf(p), share),
      }),
      pins: ({ p, q }) => [
        { at: [...centred(p), heightAt(p, p)], tone: 'p', letter: 'P' },
        { at: [...centred(q), heightAt(p, q)], tone: 'q', letter: 'Q' },
      ],
      posts: labels.map((text, i) => ({
        at: [...centred(labels.map((_, k) => (k === i ? 1 : 0))), 0],
        text,
      })),
    });
    stack(ui, {
      label: 'Entropy and divergence add up to the cross-entropy',
      axis: ({ unit }) => ({ ...AXES[unit], unit }),
      parts: (_, d) => [
        { label: 'H(P)', value: d.entropy, tone: 'h' },
        { label: 'D(P‖Q)', value: d.kl_divergence, tone: 'd' },
      ],
      total: (_, d) => `H(P, Q) ${fixed(d.cross_entropy, 3)}`,
    });

    row(ui, () => {
      presets(ui, 'Truth P', P_PRESETS, { onOwn: () => (own.open = true) });
      select(ui, 'unit');
      select(ui, 'view');
    });
    sliders(ui, 'q', { tone: 'q' });
    const own = fold(ui, 'Set P yourself', () => sliders(ui, 'p', { tone: 'p' }));
  },
};
