import { bars } from '../charts/bars.js';
import { beside, button, presets, row, select, sliders } from '../kit/controls.js';
import { BASES, code, fixed, py } from '../kit/format.js';
import { equations, joined, m, tfrac, tone } from '../kit/mathml.js';
import { byView } from '../kit/views.js';
import { divergenceTerms, jensenShannon, klDivergence } from '../math/information.js';
import { sum } from '../math/numeric.js';

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
  const mixture = p.map((x, i) => (x + q[i]) / 2);
  return {
    kl_divergence: klDivergence(p, q) / log,
    reverse_kl_divergence: klDivergence(q, p) / log,
    jensen_shannon_divergence: jensenShannon(p, q) / log,
    mixture,
    parts: parts(p, q),
    reverse_parts: parts(q, p),
    mixture_parts: [parts(p, mixture), parts(q, mixture)],
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

const script = ({ p, q, unit }, imports, prints) => py`
from lib.information import ${code(imports)}

p = ${p}
q = ${q}
base = ${BASES[unit].base}  # ${{ code: unit }}
${code(prints)}`;

/** The probabilities, and what is drawn beside P and Q. */
function probabilities(ui, of, ...others) {
  bars(ui, {
    label: `The probabilities of ${of}`,
    labels: ui.schema.p.labels,
    height: () => 176,
    margin: { top: 36, right: 8, bottom: 24, left: 38 },
    y: { domain: [0, 1], ticks: [0, 0.5, 1], label: 'probability', lift: 22 },
    series: [
      { name: 'p', trait: 'p', tone: 'p', letter: 'P' },
      { name: 'q', trait: 'q', tone: 'q', letter: 'Q' },
      ...others,
    ],
  });
}

/** Two charts, of each class's part of a divergence and of their sum. */
function contributions(ui, ...directions) {
  const { labels } = ui.schema.p;
  beside(ui, () => {
    for (const [name, tone, parts] of directions) {
      bars(ui, {
        label: `Each class's part of ${name}, and their sum`,
        labels: [...labels, 'sum'],
        height: (_, stacked) => (stacked ? 128 : 170),
        margin: { top: 38, right: 2, bottom: 24, left: 2 },
        y: ({ unit }) => ({
          domain: RANGE.map((x) => x / BASES[unit].log),
          ticks: [],
          label: `parts of ${name}, ${unit}`,
          lift: 22,
        }),
        series: [
          {
            name: 'part',
            among: labels.length,
            tone,
            values: (_, d) => [...parts(d), sum(parts(d))],
            outline: (index) => index < labels.length,
          },
        ],
      });
    }
  });
}

const both = {
  formula(state, d, narrow) {
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
  },

  python: (state) =>
    script(
      state,
      'kl_divergence',
      `print("kl_divergence", kl_divergence(p, q, base=base))
print("reverse_kl_divergence", kl_divergence(q, p, base=base))`,
    ),

  solved({ p, q }) {
    const [there, back] = [klDivergence(p, q), klDivergence(q, p)];
    return there >= FAR && back >= FAR && Math.abs(there - back) < EQUAL;
  },

  summary: ({ unit }, d) =>
    `D(P‖Q) is ${fixed(d.kl_divergence, 3)} ${unit}, made of ${d.parts.map((x) => fixed(x, 3)).join(', ')}; ` +
    `D(Q‖P) is ${fixed(d.reverse_kl_divergence, 3)} ${unit}.`,

  build(ui) {
    probabilities(ui, 'P and Q');
    contributions(ui, ['D(P‖Q)', 'd', (d) => d.parts], ['D(Q‖P)', 'ink', (d) => d.reverse_parts]);
  },
};

const mixture = {
  formula(_, d, narrow) {
    const halves = d.mixture_parts.map((parts) => fixed(sum(parts), 3));
    const whole = tone.d(fixed(d.jensen_shannon_divergence, 3));
    const [p, q] = [tone.p('P'), tone.q('Q')];
    const head = [
      m`${tfrac(1, 2)} D(${p} ‖ M) + ${tfrac(1, 2)} D(${q} ‖ M)`,
      m`= ${tfrac(1, 2)} ⋅ ${halves[0]} + ${tfrac(1, 2)} ⋅ ${halves[1]} = ${whole}`,
    ];
    const shares = d.mixture.map((x) => fixed(x, 2));
    return equations(
      ['M', m`= ${tfrac(1, 2)} (${p} + ${q}) = (${joined(shares, ',')})`],
      [m`JS`, ...(narrow ? [m`= ${head[0]}`, head[1]] : [m`= ${head[0]} ${head[1]}`])],
    );
  },

  python: (state) =>
    script(
      state,
      'jensen_shannon_divergence',
      'print("jensen_shannon_divergence", jensen_shannon_divergence(p, q, base=base))',
    ),

  solved: ({ p, q }) => jensenShannon(p, q) > Math.LN2 - 1e-9 && p.filter((x) => x > 0).length > 1,

  summary: ({ unit }, d) =>
    `The Jensen–Shannon divergence is ${fixed(d.jensen_shannon_divergence, 3)} ${unit}, half of each ` +
    `of ${d.mixture_parts.map((parts) => fixed(sum(parts), 3)).join(' and ')}.`,

  build(ui) {
    const m = { name: 'm', values: (_, d) => d.mixture, tone: 'ink', letter: 'M', outline: true };
    probabilities(ui, 'P, Q and their mixture M', m);
    contributions(
      ui,
      ['D(P‖M)', 'd', (d) => d.mixture_parts[0]],
      ['D(Q‖M)', 'ink', (d) => d.mixture_parts[1]],
    );
  },
};

const faces = byView({ both, mixture });

/** @satisfies {View} */
export default {
  name: 'kl',
  derive,
  ...faces,

  build(ui) {
    faces.build(ui);
    row(ui, () => {
      presets(ui, 'Example', EXAMPLES);
      select(ui, 'view');
    });
    sliders(ui, 'p', { tone: 'p' });
    sliders(ui, 'q', { tone: 'q' });
    row(ui, () => {
      button(ui, 'Swap P and Q', () => {
        const { p, q } = ui.state();
        ui.set({ p: q, q: p });
      });
      select(ui, 'unit');
    });
  },
};
