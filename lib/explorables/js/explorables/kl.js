import { bars } from '../charts/bars.js';
import { button, columns, presets, row, select, sliders } from '../kit/controls.js';
import { BASES, fixed, py } from '../kit/format.js';
import { equations, joined, m, tfrac, tone } from '../kit/mathml.js';
import { divergenceTerms, jensenShannon, klDivergence } from '../math/information.js';

const RANGE = [-0.75, 1.6]; // nats: the parts' axis, which stays
const FAR = 0.05; // nats: what counts as different in the challenge
const EQUAL = 0.0005;
const EXAMPLES = [
  { label: 'two opinions', patch: { p: [0.6, 0.3, 0.1], q: [0.3, 0.2, 0.5] } },
  { label: 'picture of a cat', patch: { p: [1, 0, 0], q: [0.7, 0.2, 0.1] } },
  { label: 'a zero in Q', patch: { p: [0.6, 0.3, 0.1], q: [0.6, 0.4, 0] } },
  { label: 'the same', patch: { p: [0.6, 0.3, 0.1], q: [0.6, 0.3, 0.1] } },
];

function derive({ p, q, unit }) {
  const { log } = BASES[unit];
  const parts = (a, b) => divergenceTerms(a, b).map((x) => x / log);
  return {
    kl_divergence: klDivergence(p, q) / log,
    reverse_kl_divergence: klDivergence(q, p) / log,
    jensen_shannon_divergence: jensenShannon(p, q) / log,
    parts: parts(p, q),
    reverse_parts: parts(q, p),
  };
}

/** Numbers with their signs, as a sum. */
const summed = (values) =>
  values.map((x) => fixed(x, 3)).reduce((sum, x) => sum + (x[0] === '−' ? x : `+${x}`));

/** One direction: the terms where there is room, and their values. */
function direction(head, first, second, parts, total, { unit }, narrow) {
  const [[one, a], [two, b]] = [first, second];
  const terms = a.map((value, i) => {
    const [x, y] = [one(fixed(value, 2)), two(fixed(b[i], 2))];
    return m`${x} ${BASES[unit].name} ${tfrac(x, y)}`;
  });
  return [head, m`${narrow ? '' : m`= ${joined(terms, '+')}`} = ${summed(parts)} = ${total}`];
}

function formula(state, d, narrow) {
  const [p, q] = [
    [tone.p, state.p],
    [tone.q, state.q],
  ];
  const value = tone.d(fixed(d.kl_divergence, 3));
  const back = fixed(d.reverse_kl_divergence, 3);
  return equations(
    direction(tone.d('D(P ‖ Q)'), p, q, d.parts, value, state, narrow),
    direction(m`D(${tone.q('Q')} ‖ ${tone.p('P')})`, q, p, d.reverse_parts, back, state, narrow),
  );
}

/** @satisfies {View} */
export default {
  name: 'kl',
  derive,
  formula,

  python: ({ p, q, unit }) => py`
from lib.information import jensen_shannon_divergence, kl_divergence

p = ${p}
q = ${q}
base = ${BASES[unit].base}  # ${{ code: unit }}
print("kl_divergence", kl_divergence(p, q, base=base))
print("reverse_kl_divergence", kl_divergence(q, p, base=base))
print("jensen_shannon_divergence", jensen_shannon_divergence(p, q, base=base))`,

  solved({ p, q }) {
    const [there, back] = [klDivergence(p, q), klDivergence(q, p)];
    return there >= FAR && back >= FAR && Math.abs(there - back) < EQUAL;
  },

  summary: ({ unit }, d) =>
    `D(P‖Q) is ${fixed(d.kl_divergence, 3)} ${unit}, made of ${d.parts.map((x) => fixed(x, 3)).join(', ')}; ` +
    `D(Q‖P) is ${fixed(d.reverse_kl_divergence, 3)} ${unit}.`,

  build(ui) {
    const labels = ui.schema.p.labels;
    bars(ui, {
      label: 'The probabilities of P and Q',
      labels,
      height: () => 176,
      margin: { top: 36, right: 8, bottom: 24, left: 38 },
      y: { domain: [0, 1], ticks: [0, 0.5, 1], label: 'probability', lift: 22 },
      series: [
        { name: 'p', trait: 'p', tone: 'p', letter: 'P' },
        { name: 'q', trait: 'q', tone: 'q', letter: 'Q' },
      ],
    });
    const contributions = (words, tone, values) =>
      bars(ui, {
        label: `Each class's part of ${words}, and their sum`,
        labels: [...labels, 'sum'],
        height: () => 170,
        margin: { top: 38, right: 2, bottom: 24, left: 2 },
        y: ({ unit }) => ({
          domain: RANGE.map((x) => x / BASES[unit].log),
          ticks: [],
          label: `parts of ${words}, ${unit}`,
          lift: 22,
        }),
        series: [{ name: 'parts', tone, values, outline: (index) => index < labels.length }],
      });
    columns(ui, () => {
      contributions('D(P‖Q)', 'd', (_, d) => [...d.parts, d.kl_divergence]);
      contributions('D(Q‖P)', 'ink', (_, d) => [...d.reverse_parts, d.reverse_kl_divergence]);
    });

    row(ui, () => {
      presets(ui, 'Example', EXAMPLES);
      select(ui, 'unit');
    });
    sliders(ui, 'p', { tone: 'p' });
    sliders(ui, 'q', { tone: 'q' });
    row(ui, () => {
      button(ui, 'Swap P and Q', () => {
        const { p, q } = ui.state();
        ui.set({ p: q, q: p });
      });
    });
  },
};
