import { bars } from '../charts/bars.js';
import { bricks } from '../charts/bricks.js';
import { panes } from '../charts/panes.js';
import { curve, plot } from '../charts/plot.js';
import { centred, triangle, triangleData, triangleMesh, turnedHeight } from '../charts/triangle.js';
import { heightsOf, turntable } from '../charts/turntable.js';
import { presets, row, select, sliders } from '../kit/controls.js';
import { BASES, fixed, py } from '../kit/format.js';
import { below, equations, joined, m, quad, tone, words } from '../kit/mathml.js';
import { expectedLength, kraftSum, prefixCode } from '../math/coding.js';
import { binaryEntropy, entropy, perplexity, selfInformation } from '../math/information.js';
import { moveBoundary, withProbability } from '../math/simplex.js';

const TOP = 3.5; // nats: where the tiles' axis ends
const MOST = Math.log(3);
const TICKS = {
  nats: { tall: [0, 1, 2, 3], low: [0, 0.2, 0.4, 0.6], ramp: [0, 0.25, 0.5, 0.75, 1] },
  bits: { tall: [0, 1, 2, 3, 4, 5], low: [0, 0.25, 0.5, 0.75, 1], ramp: [0, 0.5, 1, 1.5] },
  bans: { tall: [0, 0.5, 1, 1.5], low: [0, 0.1, 0.2, 0.3], ramp: [0, 0.1, 0.2, 0.3, 0.4] },
};
const LEVELS = [0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1, 1.05];
const BOXES = [
  { label: '5 : 3 : 2', patch: { p: [0.5, 0.3, 0.2] } },
  { label: '1 : 1 : 1', patch: { p: [1 / 3, 1 / 3, 1 / 3] } },
  { label: '45 : 4 : 1', patch: { p: [0.9, 0.08, 0.02] } },
  { label: '1 : 1 : 0', patch: { p: [0.5, 0.5, 0] } },
  { label: '1 : 0 : 0', patch: { p: [1, 0, 0] } },
];

const clamp = (x, lo, hi) => Math.min(hi, Math.max(lo, x));
const round = (t) => String(Math.round(t * 100) / 100);
const axisOf =
  (ticks) =>
  ({ unit }) => ({
    ticks: TICKS[unit][ticks].map((t) => t * BASES[unit].log),
    format: (t) => round(t / BASES[unit].log),
    words: (t) => fixed(t / BASES[unit].log, 3),
  });

function derive({ p, lengths, unit }) {
  const { log } = BASES[unit];
  return {
    entropy: entropy(p) / log,
    perplexity: perplexity(p),
    binary_entropy: binaryEntropy(p[0]) / log,
    average_length: expectedLength(p, lengths),
    kraft_sum: kraftSum(lengths),
  };
}

const inBits = (p) => entropy(p) / Math.LN2;

// ---- formulas, one for each view ------------------------------------------------------------------

function expectation(p, value, head, { unit }, narrow) {
  const log = BASES[unit].name;
  const terms = p.map((x) => m`${tone.p(fixed(x, 2))} ${log} ${tone.p(fixed(x, 2))}`);
  const end = m`${tone.h(fixed(value, 4))}${words(` ${unit}`)}`;
  return narrow
    ? equations([head, ...terms.map((one, i) => m`${i ? below : '='} − ${one}`), m`= ${end}`])
    : m`${head} = − ${joined(terms, '−')} = ${end}`;
}

function codeLength({ p, lengths }, d, narrow) {
  const terms = p.map((x, i) => m`${tone.p(fixed(x, 2))} ⋅ ${lengths[i]}`);
  const bound = m`${tone.h(m`H(${tone.p('P')}) = ${fixed(inBits(p), 4)}`)}${words(' bits')}`;
  const length = m`= ${joined(terms, '+')} = ${fixed(d.average_length, 2)}${words(' bits')}`;
  const shares = lengths.map((l) => m`2^${`−${l}`}`);
  const kraft = m`= ${joined(shares, '+')} = ${fixed(d.kraft_sum, 3)} ${d.kraft_sum > 1 ? '>' : '≤'} 1`;
  return equations(['L', ...(narrow ? [length, bound] : [m`${length}, ${quad} ${bound}`])], ['K', kraft]);
}

// ---- the tiles -------------------------------------------------------------------------------------

/** One tile an outcome: [left, right] wide and its information content tall, in nats. */
function tilesOf(p) {
  let right = 0;
  return p.map((x, i) => {
    const left = right;
    right += x;
    return { i, x, left, right, middle: (left + right) / 2, height: selfInformation(x) };
  });
}

/** Where words that stand on `y` are not struck through by a line at `line`. */
const clearOf = (line, y) => (line > y && line < y + 0.45 ? line : y);

function boundary(i, labels) {
  const at = (p) => p.slice(0, i + 1).reduce((a, x) => a + x, 0);
  return {
    name: `edge${i}`,
    tone: 'p',
    letter: '↔',
    label: `Boundary between ${labels[i]} and ${labels[i + 1]}`,
    get: ({ p }) => [at(p), 0.3],
    set: ([x], { p }) => ({ p: moveBoundary(p, i, x) }),
    key: ([dx, dy], { p }) => ({ p: moveBoundary(p, i, at(p) + (dx - dy) * 0.01) }),
    slider: ({ p }) => ({
      min: 0,
      max: 1,
      now: at(p),
      text: `${labels[i]} ${fixed(p[i], 2)}, ${labels[i + 1]} ${fixed(p[i + 1], 2)}`,
    }),
  };
}

function tilesChart(ui, labels) {
  const gap = 0.003;
  return plot(ui, {
    label: 'Tiles: probability wide, information content tall',
    height: (width) => clamp(width * 0.72, 230, 300),
    x: ({ p }) => {
      const wide = tilesOf(p).filter((t) => t.x > 0.11);
      return {
        domain: [0, 1],
        ticks: wide.map((t) => t.middle),
        format: (at) => labels[wide.find((t) => t.middle === at).i],
        label: 'each tile is p wide',
      };
    },
    y: (state) => ({
      domain: [0, TOP],
      label: `−log p tall, ${state.unit}`,
      ...axisOf('tall')(state),
    }),
    areas: ({ p }) =>
      tilesOf(p)
        .filter((t) => t.x > 0 && t.height > 0)
        .map((t) => {
          const [l, r] = t.x > 3 * gap ? [t.left + gap, t.right - gap] : [t.left, t.right];
          return {
            key: t.i,
            points: [
              [l, 0],
              [l, t.height],
              [r, t.height],
              [r, 0],
            ],
            tone: 'h',
            opacity: 0.55,
          };
        }),
    rules: ({ p }) => [{ key: 'mean', y: entropy(p), tone: 'h' }],
    marks: ({ p, unit }, d) => [
      {
        key: 'mean',
        x: 1,
        y: TOP * 0.96,
        r: 0,
        tone: 'h',
        anchor: 'end',
        label: `mean height = H(P) = ${fixed(d.entropy, 3)} ${unit}`,
      },
      ...tilesOf(p)
        .filter((t) => t.x > 0.11 && t.height > 0)
        .map((t) => ({
          key: t.i,
          x: t.middle,
          // Inside the tile where there is room between the handles, else on top, clear of the mean.
          y: t.x > 0.22 && t.height > 0.3 ? 0.08 : clearOf(entropy(p), Math.min(t.height, TOP)),
          r: 0,
          tone: 'ink',
          anchor: 'middle',
          label: fixed((t.x * t.height) / BASES[unit].log, 3),
        })),
      // A tile that ends at the frame and not at its height says so.
      ...tilesOf(p)
        .filter((t) => t.x > 0 && t.height > TOP)
        .map((t) => ({
          key: `beyond${t.i}`,
          x: t.middle,
          y: TOP,
          r: 0,
          tone: 'h',
          anchor: 'middle',
          dy: -7,
          label: '↑',
        })),
    ],
    drags: [boundary(0, labels), boundary(1, labels)],
  });
}

// ---- the other views -------------------------------------------------------------------------------

function lengthsChart(ui, labels) {
  return bars(ui, {
    label: 'Codeword lengths against information content',
    height: () => 176,
    margin: { top: 34, right: 8, bottom: 24, left: 38 },
    labels,
    y: {
      domain: [0, 7],
      ticks: [0, 2, 4, 6],
      label: 'bits: codeword (filled), −log₂ p (outlined)',
      lift: 20,
    },
    series: [
      { name: 'length', trait: 'lengths', tone: 'ink', label: 'Codeword length of', decimals: 0 },
      {
        name: 'ideal',
        values: ({ p }) => p.map((x) => selfInformation(x) / Math.LN2),
        tone: 'h',
        outline: true,
        decimals: 2,
      },
    ],
  });
}

function budgetChart(ui) {
  return bricks(ui, {
    label: 'What the codewords take of the Kraft budget',
    count: 1,
    rows: ({ lengths }, d) => {
      const words = prefixCode(lengths);
      const order = lengths.map((_, i) => i).sort((a, b) => lengths[a] - lengths[b] || a - b);
      return [
        {
          name: `Kraft sum ${fixed(d.kraft_sum, 3)}${words ? '' : ': no such code'}`,
          tone: words ? 'ink' : 'd',
          parts: order.map((i) => ({
            value: 2 ** -lengths[i],
            tone: words ? 'ink' : 'd',
            text: words?.[i] ?? '',
          })),
        },
      ];
    },
    axis: () => ({ max: 1.5, ticks: [0, 0.5, 1, 1.5] }),
    limit: () => ({ value: 1, tone: 'q', label: 'budget' }),
  });
}

/** The average length, colour by colour, over the least it could be. */
function averageChart(ui) {
  return bricks(ui, {
    label: 'Average codeword length against entropy',
    count: 2,
    rows: ({ p, lengths }, d) => [
      {
        name: `average length ${fixed(d.average_length, 3)} bits`,
        tone: 'ink',
        parts: p.map((x, i) => ({ value: x * lengths[i], tone: 'ink' })),
      },
      {
        name: `H(P) ${fixed(inBits(p), 3)} bits`,
        tone: 'h',
        parts: p.map((x) => ({ value: x > 0 ? (x * selfInformation(x)) / Math.LN2 : 0, tone: 'h' })),
      },
    ],
    axis: () => ({ max: 4, ticks: [0, 1, 2, 3, 4], unit: 'bits' }),
  });
}

function binaryChart(ui, labels) {
  return plot(ui, {
    label: 'Entropy of a question with two answers',
    height: (width) => clamp(width * 0.72, 230, 300),
    x: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], label: `P(${labels[0]}) = 1 − P(not ${labels[0]})` },
    y: (state) => ({
      domain: [0, 0.75],
      label: `H(${labels[0]} or not), ${state.unit}`,
      ...axisOf('low')(state),
    }),
    curves: ({ p }) => {
      const y = binaryEntropy(p[0]);
      return [
        { key: 'curve', points: BINARY, tone: 'h' },
        {
          key: 'guide',
          points: [
            [0, y],
            [p[0], y],
            [p[0], 0],
          ],
          tone: 'p',
          dash: '4 3',
          width: 1.2,
        },
      ];
    },
    drags: [
      {
        name: 'coin',
        tone: 'p',
        letter: 'p',
        label: `Probability of ${labels[0]}`,
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
}
const BINARY = curve(binaryEntropy, [0, 1], 200);
const first = (p, x) => ({ p: withProbability(p, 0, clamp(Math.round(x * 100) / 100, 0, 1)) });

const surfaceOf = (state) => ({
  key: state.unit,
  f: entropy,
  domain: [0, MOST],
  levels: LEVELS,
  ...axisOf('ramp')(state),
  title: `H(P) at each P, ${state.unit}`,
});

function triangleChart(ui, labels) {
  return triangle(ui, {
    label: 'Triangle of distributions over their entropy',
    labels,
    surface: surfaceOf,
    // ∂H/∂p = −log p − 1: the arrows climb towards the even mixture.
    arrows: () => (p) => p.map((x) => -Math.log(x)),
    points: [{ trait: 'p', tone: 'p', letter: 'P', label: 'Distribution P' }],
  });
}

function surfaceChart(ui, labels) {
  return turntable(ui, {
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
}

/** @satisfies {View} */
export default {
  name: 'entropy',
  derive,

  formula(state, d, narrow) {
    const { p, view } = state;
    if (view === 'code') return codeLength(state, d, narrow);
    if (view === 'binary') {
      const head = m`H(${tone.p(fixed(p[0], 2))})`;
      return expectation([p[0], 1 - p[0]], d.binary_entropy, head, state, narrow);
    }
    return expectation(p, d.entropy, m`H(${tone.p('P')})`, state, narrow);
  },

  python: ({ p, lengths, unit }) => py`
from lib.coding import expected_length, kraft_sum
from lib.information import binary_entropy, entropy, perplexity

p = ${p}
lengths = ${lengths}
base = ${BASES[unit].base}  # ${{ code: unit }}
print("entropy", entropy(p, base=base))
print("perplexity", perplexity(p))
print("binary_entropy", binary_entropy(p[0], base=base))
print("average_length", expected_length(p, lengths))
print("kraft_sum", kraft_sum(lengths))`,

  solved: ({ p }, d) =>
    Math.min(...p) > 0 && d.kraft_sum <= 1 && Math.abs(d.average_length - inBits(p)) < 1e-9,

  summary: ({ unit, view }, d) =>
    `Entropy ${fixed(d.entropy, 3)} ${unit}, as of ${fixed(d.perplexity, 2)} equally likely outcomes.` +
    (view === 'code'
      ? ` The code averages ${fixed(d.average_length, 2)} bits; its Kraft sum is ${fixed(d.kraft_sum, 3)}.`
      : ''),

  // A binary code is measured in bits; so is what it is compared with, unless somebody says other.
  constrain: (_, patch) => (patch.view === 'code' && !patch.unit ? { unit: 'bits' } : {}),

  build(ui) {
    const { labels } = ui.schema.p;
    const only = panes(ui, 'view');
    only(tilesChart(ui, labels), 'tiles');
    only(lengthsChart(ui, labels), 'code');
    only(budgetChart(ui), 'code');
    only(averageChart(ui), 'code');
    only(binaryChart(ui, labels), 'binary');
    only(triangleChart(ui, labels), 'triangle');
    surfaceChart(ui, labels);

    row(ui, () => {
      select(ui, 'view');
      presets(ui, 'Box', BOXES);
      select(ui, 'unit');
    });
    sliders(ui, 'p', { tone: 'p' });
    only(sliders(ui, 'lengths'), 'code');
  },
};
