import { curveAt, plot, pointsOf, remembered } from '../charts/plot.js';
import { beside, row, select, slider } from '../kit/controls.js';
import { code, compact, fixed, py } from '../kit/format.js';
import { equations, m, quad, tfrac, tone, words } from '../kit/mathml.js';
import { binaryCrossEntropyWithLogits, binaryCrossEntropyWithLogitsGrad } from '../math/losses.js';
import { correctDigits, mostDigits, roundedLoss, roundedLossGrad } from '../math/precision.js';

const FORMULAS = ['softmax', 'epsilon', 'logsumexp', 'log_softmax', 'float32', 'softplus'];
const MARGINS = [0.1, 200];
const HUNDREDTHS = 20000; // margins at which it is asked whether anything is left
const POINTS = 480; // of a curve
const NEAR = 8; // neighbouring margins of which the worst is drawn, since chance makes some better
const STEP = 0.01; // of the slider, in powers of ten
const LAST = 150; // where the number of a curve stands that does not fall
const APART = 1.35; // how far apart, as a ratio of margins, two numbers are that do not touch
const [LETTER, ASIDE] = [7, 9]; // pixels that a digit takes, and from a mark to its words
const TOGETHER = 1.2; // and two curves that are said to end together

const signOf = ({ answer }) => (answer === 'right' ? 1 : -1);
const signed = (state) => signOf(state) * state.margin;
const EXACT = {
  loss: (margin) => binaryCrossEntropyWithLogits(margin, 1),
  slope: (margin) => binaryCrossEntropyWithLogitsGrad(margin, 1),
};
const ROUNDED = { loss: roundedLoss, slope: roundedLossGrad };
const isLost = (value) => value === 0 || !Number.isFinite(value);

/** The first margin at which nothing is left of a result; what is lost stays lost. */
function goneFrom(state) {
  const { view, dtype, formula } = state;
  const sign = signOf(state);
  const lost = (k) => isLost(ROUNDED[view]((sign * k) / 100, dtype, formula));
  if (!lost(HUNDREDTHS)) return Infinity;
  let [low, high] = [0, HUNDREDTHS];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lost(middle)) high = middle;
    else low = middle;
  }
  return high / 100;
}

/** What is there in the place of a result that is lost. */
function lostAs(state, margin) {
  const { view, dtype, formula } = state;
  const value = ROUNDED[view](signOf(state) * margin, dtype, formula);
  return Number.isNaN(value) ? 'NaN' : fixed(value, 0);
}

function derive(state) {
  const { view, dtype, formula } = state;
  const exact = EXACT[view](signed(state));
  const all = Object.fromEntries(FORMULAS.map((f) => [f, ROUNDED[view](signed(state), dtype, f)]));
  return { exact, ...all, digits: correctDigits(all[formula], exact, dtype), gone: goneFrom(state) };
}

/** Three digits: as many as a slider of this kind can be set to. */
const settled = (x) => Number(Math.min(MARGINS[1], Math.max(MARGINS[0], x)).toPrecision(3));
const power = (from, to, share) => from * (to / from) ** share;
const GRID = Array.from({ length: POINTS }, (_, i) => power(...MARGINS, i / (POINTS - 1)));

const said = (value) => (Number.isNaN(value) ? 'not a number' : compact(value, 6));
const shown = (value) => (Number.isNaN(value) ? words(' not a number') : m`${compact(value, 6)}`);

const log1p = m`${words('log')}1${words('p')}`;
const sumOf = (own, other) => m`S = e^${own} + e^${other}`;
/**
 * What each formula is, of the score z, t (the larger of z and 0), the margin's length, and z − t and 0 − t,
 * which are exponents: its loss, and its slope.
 * @type {Record<string, Record<string, (z: string, t: string, size: string, own: string, other: string) => any>>}
 */
const WRITTEN = {
  softmax: { loss: () => m`− ln p`, slope: () => m`p (g − g p), g = − ${tfrac('1', 'p')}` },
  epsilon: { loss: () => m`− ln(p + 10⁻⁸)`, slope: () => m`p (g − g p), g = − ${tfrac('1', m`p + 10⁻⁸`)}` },
  logsumexp: {
    loss: (z, t, _size, own, other) => m`(${t} + ln S) − ${bracketed(z)}, ${sumOf(own, other)}`,
    slope: (z, t, _size, own, other) => m`e^${m`${z} − (${t} + ln S)`} − 1, ${sumOf(own, other)}`,
  },
  log_softmax: {
    loss: (z, t, _size, own, other) => m`− ((${z} − ${t}) − ln S), ${sumOf(own, other)}`,
    slope: () => m`e^${m`− L`} − 1`,
  },
  softplus: {
    loss: (z, _t, size) => m`max(− ${bracketed(z)}, 0) + ${log1p}(e^${m`− ${size}`})`,
    slope: (z, _t, size) =>
      m`− ${tfrac(z.startsWith('−') ? '1' : m`e^${m`− ${size}`}`, m`1 + e^${m`− ${size}`}`)}`,
  },
};
WRITTEN.float32 = WRITTEN.log_softmax;
const OF_P = ['softmax', 'epsilon'];
const bracketed = (z) => (z.startsWith('−') ? m`(${z})` : z);

/** @satisfies {View} */
export default {
  name: 'precision',
  wide: true,
  derive,

  formula(state, d, narrow) {
    const { view, formula } = state;
    const [score, top] = [signed(state), Math.max(0, signed(state))];
    const [z, opposite, t, own, other] = [score, -score, top, score - top, -top].map((x) => fixed(x, 2));
    const exact = { loss: m`ln(1 + e^${opposite})`, slope: m`− ${tfrac('1', m`1 + e^${z}`)}` }[view];
    const left = view === 'loss' ? m`L` : m`L′`;
    const written = m`= ${WRITTEN[formula][view](z, t, fixed(state.margin, 2), own, other)}`;
    const above = m`e^${own}`;
    const p = OF_P.includes(formula) ? m`p = ${above} / (${above} + e^${other})` : null;
    const result = m`→ ${tone.q(shown(d[formula]))}`;
    const all = p ? m`${written}, ${p}` : written;
    const lines = p ? [m`${written},`, p, result] : [all, result];
    const computed = narrow ? lines : [m`${all} ${quad} ${result}`];
    return equations([left, m`= ${exact} = ${compact(d.exact, 6)}`], [left, ...computed]);
  },

  python(state) {
    const { view, dtype, formula } = state;
    const ofView = { loss: ['', 'losses'], slope: ['_grad', 'slopes'] }[view];
    const [grad, all] = ofView.map(code);
    const side = code(signOf(state) < 0 ? '-margins' : 'margins');
    return py`
import numpy as np

from lib.losses import binary_cross_entropy_with_logits${grad}
from lib.precision import FORMULAS, correct_digits, rounded_loss${grad}

margin, dtype = ${signed(state)}, ${dtype}  # below 0 where the right class trails
exact = binary_cross_entropy_with_logits${grad}(margin, 1)
print("exact", exact)
for formula in FORMULAS:
    print(formula, rounded_loss${grad}(margin, dtype, formula=formula))

drawn = rounded_loss${grad}(margin, dtype, formula=${formula})
print("digits", correct_digits(drawn, exact, dtype))
margins = np.arange(1, 20_001) / 100
${all} = rounded_loss${grad}(${side}, dtype, formula=${formula})
lost = (${all} == 0) | ~np.isfinite(${all})
print("gone", margins[lost].min(initial=np.inf))`;
  },

  solved: ({ view, answer, formula }, d) =>
    view === 'loss'
      ? d.exact > 0.015 && d[formula] === 0
      : answer === 'wrong' && d.exact < -0.99 && d[formula] === 0,

  summary: ({ view, dtype, formula }, d) =>
    `The exact ${view} is ${said(d.exact)}; as drawn, ${dtype} gives ${said(d[formula])}, ` +
    `with ${fixed(d.digits, 1)} digits right. The ${view} is lost ` +
    `${d.gone === Infinity ? 'at no margin up to 200' : `from a margin of ${fixed(d.gone, 2)} on`}.`,

  build(ui) {
    const nameOf = (formula) => ui.schema.formula.options.find(({ value }) => value === formula)?.label ?? '';
    beside(ui, () => {
      valuePlot(ui, nameOf);
      digitsPlot(ui, nameOf);
    });
    slider(ui, 'margin', {
      label: ({ answer }) => (answer === 'right' ? 'leads by' : 'trails by'),
      decimals: 2,
      scale: { to: Math.log10, from: (u) => settled(10 ** u), step: STEP },
    });
    select(ui, 'formula'); // a row of its own: its words are long
    row(ui, () => {
      select(ui, 'dtype');
      select(ui, 'answer');
      select(ui, 'view');
    });
  },
};

const X = { domain: MARGINS, log: true, ticks: [0.1, 1, 10, 100], label: 'margin' };
const SIZE = {
  margin: { top: 24, right: 12, bottom: 36, left: 46 },
  height: (width, stacked) => (stacked ? 148 : Math.min(280, Math.max(220, width * 0.62))),
};
const SMALL = [1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1];
/** The axis of values: the square stands at its lower end for what is less or 0, and at `highest` for ∞.
 * Above the curves there is room for a rule's name. */
const HEIGHTS = {
  small: { domain: [1e-10, 1e4], ticks: SMALL, highest: 1e4 },
  slope: { domain: [1e-10, 1e4], ticks: SMALL, highest: 1e4 },
  large: { domain: [0.5, 1e5], ticks: [1, 10, 100, 5e3], highest: 5e3 },
};
const OF_LOSS = { right: 'small', wrong: 'large' };
const heightsOf = ({ view, answer }) => HEIGHTS[view === 'loss' ? OF_LOSS[answer] : 'slope'];
function tickOf(t, { domain, highest }) {
  if (t === domain[0]) return 'smaller';
  if (t === highest) return '∞';
  return t >= 0.01 ? String(t) : compact(t, 0, 1).replace('1.0 × ', '');
}

const exactCurve = remembered((view, sign) => curveAt((x) => Math.abs(EXACT[view](sign * x)), GRID));
const roundedCurve = remembered((view, sign, dtype, formula, highest) => {
  const f = (x) => Math.abs(ROUNDED[view](sign * x, dtype, formula));
  const drawn = (value) => (value === Infinity ? highest : value);
  return pointsOf(
    GRID.map((x) => [x, drawn(f(x))]),
    f,
  );
});
const digitsCurve = remembered((view, sign, dtype, formula) => {
  const f = (x) => correctDigits(ROUNDED[view](sign * x, dtype, formula), EXACT[view](sign * x), dtype);
  const digits = GRID.map(f);
  return GRID.filter((_, i) => i % NEAR === 0).map((x, k) => [
    x,
    Math.min(...digits.slice(Math.max(0, (k - 0.5) * NEAR), (k + 0.5) * NEAR)),
  ]);
});

const mostCurve = remembered((dtype) => MARGINS.map((x) => [x, mostDigits(dtype)]));
/**
 * Where the curves of digits fall below half of what the type has, and the numbers of the formulas that do so
 * there. Those of curves that end together stand together, others that are near each other stand on both sides;
 * the axis is `width` pixels long.
 */
const numbersOf = remembered((view, sign, dtype, width) => {
  const falls = FORMULAS.map((formula, i) => {
    const points = digitsCurve(view, sign, dtype, formula);
    const last = (least) => (points.findLast(([, y]) => y > least) ?? points[0])[0];
    return { number: i + 1, x: Math.min(last(mostDigits(dtype) / 2), LAST), end: last(0) };
  });
  /** @type {{x: number, end: number, all: number[], anchor: string}[]} */
  const groups = [];
  for (const { number, x, end } of falls.sort((a, b) => a.x - b.x || a.end - b.end)) {
    const last = groups.at(-1);
    const near = last && x < last.x * APART ** (1 + last.all.length / 2);
    const apart = last && end > last.end * TOGETHER && last.anchor === 'middle';
    if (near && !apart) {
      last.all.push(number);
      continue;
    }
    if (near) last.anchor = 'end';
    groups.push({ x, end, all: [number], anchor: near ? 'start' : 'middle' });
  }
  for (const { all } of groups) all.sort((a, b) => a - b);
  // Where the axis is short, what stands to the right of its place pushes the next ones there too.
  const pixels = (ratio) => (Math.log(ratio) / Math.log(MARGINS[1] / MARGINS[0])) * width;
  groups.forEach(({ x, all, anchor }, i) => {
    const next = groups[i + 1];
    if (anchor !== 'start' || next?.anchor !== 'middle') return;
    const reach = ASIDE + LETTER * (listed(all).length + listed(next.all).length / 2);
    if (pixels(next.x / x) < reach) next.anchor = 'start';
  });
  return groups;
});
/** Numbers in a row, from 3 on shortened. */
function listed(all) {
  const [first, last] = [all[0], all[all.length - 1]];
  return all.length > 2 && last - first === all.length - 1 ? `${first}–${last}` : all.join(' ');
}

/** The loss or the length of its slope: what it is, and what the type returns. */
function valuePlot(ui, nameOf) {
  const height = (state) => Math.abs(EXACT[state.view](signed(state)));
  plot(ui, {
    ...SIZE,
    label: 'The exact result, and what the type returns, against the margin',
    x: X,
    y: (state) => {
      const heights = heightsOf(state);
      const label = state.view === 'loss' ? 'loss, nats' : 'length of the slope';
      return { ...heights, log: true, format: (t) => tickOf(t, heights), words: said, label };
    },
    rules: (state, d) =>
      d.gone === Infinity
        ? []
        : [{ key: 'gone', x: d.gone, tone: 'q', label: `${lostAs(state, d.gone)} from ${fixed(d.gone, 2)}` }],
    curves: (state) => {
      const { view, dtype, formula } = state;
      const sign = signOf(state);
      return [
        { key: 'exact', points: exactCurve(view, sign), tone: 'ink', dash: '5 4', width: 1.5 },
        {
          key: 'computed',
          name: `${nameOf(formula)} in ${dtype}`,
          points: roundedCurve(view, sign, dtype, formula, heightsOf(state).highest),
          tone: 'q',
        },
      ];
    },
    marks: (state, d) => {
      const { domain, highest } = heightsOf(state);
      const value = Math.abs(d[state.formula]);
      if (Number.isNaN(value)) return [];
      const y = Math.min(highest, Math.max(domain[0], value));
      return [{ key: 'computed', x: state.margin, y, tone: 'q', shape: 'square', r: 4.5 }];
    },
    drags: [
      {
        name: 'margin',
        tone: 'ink',
        letter: '',
        label: 'Margin, on the exact curve',
        get: (state) => [state.margin, height(state)],
        set: ([x]) => ({ margin: settled(x) }),
        key: ([dx, dy], { margin }) => ({ margin: settled(margin * 10 ** ((dx - dy) * 2 * STEP)) }),
        slider: (state, d) => ({
          min: MARGINS[0],
          max: MARGINS[1],
          now: state.margin,
          text: `${fixed(state.margin, 2)}, exact ${said(d.exact)}, computed ${said(d[state.formula])}`,
        }),
      },
    ],
  });
}

/** How many digits are right, by the formula that is drawn and by the others. */
function digitsPlot(ui, nameOf) {
  let within = 0; // pixels from the left to the right end of the axis
  plot(ui, {
    ...SIZE,
    height(width, stacked) {
      within = width - SIZE.margin.left - SIZE.margin.right;
      return SIZE.height(width, stacked);
    },
    label: 'Decimal digits that are right, against the margin',
    x: X,
    y: ({ dtype }) => ({
      domain: [0, 9],
      ticks: [0, 2, 4, 6, 8],
      label: `digits right; dashed: all ${fixed(mostDigits(dtype), 1)} of ${dtype}`,
    }),
    rules: ({ margin }) => [{ key: 'now', x: margin, tone: 'ink' }],
    curves: (state) => {
      const { view, dtype } = state;
      const most = { key: 'guide', points: mostCurve(dtype), tone: 'muted', dash: '4 3', width: 1 };
      const lines = FORMULAS.map((formula) => {
        const drawn = formula === state.formula;
        return {
          key: formula,
          name: nameOf(formula),
          points: digitsCurve(view, signOf(state), dtype, formula),
          tone: drawn ? 'q' : 'muted',
          width: drawn ? 2.5 : 1,
        };
      });
      return [most, ...lines.sort((a, b) => a.width - b.width)];
    },
    marks: ({ margin, view, answer, dtype, formula }, d) => [
      ...numbersOf(view, signOf({ answer }), dtype, within).map(({ x, all, anchor }) => ({
        key: `numbers ${all.join()}`,
        x,
        y: mostDigits(dtype),
        r: 0,
        anchor,
        dy: -8,
        tone: all.includes(FORMULAS.indexOf(formula) + 1) ? 'q' : 'muted',
        label: listed(all),
      })),
      { key: 'digits', x: margin, y: d.digits, tone: 'q', shape: 'square', r: 4.5 },
    ],
  });
}
