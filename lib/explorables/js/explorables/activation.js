import { curve, plot, pointsOf, remembered } from '../charts/plot.js';
import { table } from '../charts/table.js';
import { part, row, select, slider, toggle } from '../kit/controls.js';
import { code, compact, counted, fixed, py, raised } from '../kit/format.js';
import { equations, frac, joined, large, lines, m, qquad, quad, tfrac, tone } from '../kit/mathml.js';
import { byView } from '../kit/views.js';
import { ACTIVATIONS, LOSSES, OUTPUTS, pairGradient, predict, throughStack } from '../math/stack.js';

const SPAN = [-10, 10];
// How far along each stack's curve its name stands: apart, where two of them run on the floor, and
// clear of the handle at the end.
const LABELLED = { sigmoid: 0.8, tanh: 0.45, relu: 0.2 };
const FLOOR = 1e-12; // where the stack's axis ends
const NAMES = { sigmoid: 'sigmoid', tanh: 'tanh', relu: 'ReLU' };
const LOSS_NAMES = { mse: '½ SE', bce: 'BCE', ce: 'CE' };
const MATCHED = ['identity_mse', 'sigmoid_bce', 'softmax_ce'];
const RANGES = {
  sigmoid: { domain: [-0.15, 1.2], ticks: [0, 0.5, 1], note: 1.12 },
  tanh: { domain: [-1.2, 1.2], ticks: [-1, 0, 1], note: 1.06 },
  relu: { domain: [-1, 10.5], ticks: [0, 5, 10], note: 9.8 },
};
// Where the slope is below 1/20: σ′(x) = 1/20 at x = 2 artanh √(4/5), tanh′(x) at artanh √(19/20).
const FLAT = { sigmoid: 2 * Math.atanh(Math.sqrt(0.8)), tanh: Math.atanh(Math.sqrt(0.95)), relu: 0 };

const valueCurve = remembered((name) => curve(ACTIVATIONS[name].f, SPAN, 400));
const slopeCurve = remembered((name) => {
  const points = curve(ACTIVATIONS[name].slope, SPAN, 400);
  // ReLU's slope jumps: a gap, not a line, between its two values.
  if (name === 'relu') points.splice(201, 0, [0, NaN]);
  return points;
});
const pairCurve = remembered((pair, right) => curve((z) => pairGradient(...pair.split('_'), z, right), SPAN));

function derive({ activation, x, weight, depth, pair, right }) {
  const { f, slope } = ACTIVATIONS[activation];
  const [output, loss] = pair.split('_');
  const stack = throughStack(activation, x, weight, depth);
  return {
    stack,
    pairing: OUTPUTS.map((o) => LOSSES.map((l) => pairGradient(o, l, x, right))),
    value: f(x),
    slope: slope(x),
    stack_slope: stack.products[depth],
    prediction: predict(output, x),
    pair_gradient: pairGradient(output, loss, x, right),
  };
}

const powerOfTen = (t) => `10${raised(Math.round(Math.log10(t)))}`;
const twoDecimals = (v) => Number(v.toFixed(2));
const dragX = (label, get, letter) => ({
  name: letter,
  tone: 'q',
  letter,
  label,
  get,
  set: ([x]) => ({ x: twoDecimals(x) }),
  key: ([dx, dy], { x }) => ({ x: twoDecimals(x + (dx - dy) * 0.1) }),
  slider: ({ x }) => ({ min: SPAN[0], max: SPAN[1], now: x, text: fixed(x, 2) }),
});

const unit = {
  formula({ activation, x }, d, narrow) {
    const at = fixed(x, 2);
    const name = { sigmoid: 'σ', tanh: 'tanh', relu: 'ReLU' }[activation];
    const value = m`= ${name}(${at}) = ${tone.q(compact(d.value, 3))}`;
    const shape = { sigmoid: 'σ(x) ~ σ(−x)', tanh: '1 − tanh² x', relu: '[x > 0]' }[activation];
    const slope = m`= ${shape} = ${compact(d.slope, 3)}`;
    const [f, derivative] = [m`f(${at})`, m`f′(${at})`];
    return narrow
      ? equations([f, value], [derivative, slope])
      : m`${f} ${value}, ${qquad} ${derivative} ${slope}`;
  },

  python: ({ activation, x }) => py`
from lib.activations import ${code(activation)}, ${code(activation)}_grad

print("value", ${code(activation)}(${x}))
print("slope", ${code(activation)}_grad(${x}))`,

  solved: (_, d) => d.value > 0.99 && d.slope > 0.5,

  summary: ({ activation, x }, d) =>
    `${NAMES[activation]} of ${fixed(x, 2)} is ${compact(d.value, 3)}; its slope there is ${compact(d.slope, 3)}.`,

  build(ui) {
    plot(ui, {
      label: 'The activation and its derivative',
      height: (width) => Math.min(300, width * 0.8),
      x: { domain: SPAN, label: 'x', ticks: [-10, -5, 0, 5, 10] },
      y: ({ activation }) => ({ ...RANGES[activation], label: 'f(x), and dashed f′(x)' }),
      areas: ({ activation }) => {
        const [low, high] = RANGES[activation].domain;
        const box = (from, to) => [
          [from, low],
          [to, low],
          [to, high],
          [from, high],
        ];
        const edge = FLAT[activation];
        const left = { key: 'left', tone: 'muted', opacity: 0.13, points: box(SPAN[0], -edge) };
        const right = { key: 'right', tone: 'muted', opacity: 0.13, points: box(edge, SPAN[1]) };
        return activation === 'relu' ? [left] : [left, right];
      },
      curves({ activation, x }, d) {
        return [
          { key: 'slope', name: 'f′(x)', tone: 'ink', dash: '6 4', points: slopeCurve(activation) },
          { key: 'f', name: 'f(x)', tone: 'q', points: valueCurve(activation) },
          {
            key: 'tangent',
            tone: 'ink',
            width: 1.5,
            points: [-2, 2].map((t) => [x + t, d.value + t * d.slope]),
          },
        ];
      },
      marks: ({ activation, x }, d) => [
        { key: 'slope', x, y: d.slope, tone: 'ink', r: 5 },
        {
          key: 'flat',
          x: SPAN[0] + 0.2,
          y: RANGES[activation].note,
          tone: 'muted',
          r: 0,
          label: activation === 'relu' ? 'flat: slope 0' : 'flat: slope < 0.05',
        },
      ],
      drags: [dragX('Input x', ({ x }, d) => [x, d.value ?? 0], 'x')],
    });
  },
};

const stack = {
  formula({ depth }, d, narrow) {
    const factors = d.stack.slopes.map((s) => m`(${compact(s, 2)})`);
    const first = factors.slice(0, narrow ? 1 : 2);
    const few = depth <= 3 ? factors : [...first, '⋯', factors.at(-1)];
    const product = m`${large('∏', 'k = 1', depth)} w ~ f′(w h_${'k − 1'})`;
    return equations([product, m`= ${joined(few, '~')}`, m`= ${compact(d.stack_slope, 4)}`]);
  },

  python: ({ activation, x, weight, depth }) => py`
from lib.activations import ${code(activation)}, ${code(activation)}_grad

weight = ${weight}
h, slope = ${x}, 1.0
for _ in range(${depth}):
    slope *= weight * ${code(activation)}_grad(weight * h)
    h = ${code(activation)}(weight * h)
print("stack_slope", slope)`,

  solved: ({ activation, depth }, d) =>
    activation === 'sigmoid' && depth >= 10 && Math.abs(d.stack_slope) > 0.5,

  summary: ({ activation, depth }, d) =>
    `Through ${counted(depth, `${NAMES[activation]} layer`)} the slopes multiply to ${compact(d.stack_slope, 4)}.`,

  build(ui) {
    plot(ui, {
      label: 'The product of slopes, layer by layer',
      height: (width) => Math.min(300, width * 0.8),
      margin: { top: 24, right: 14, bottom: 38, left: 48 },
      x: { domain: [0, 20], label: 'layers', ticks: [0, 5, 10, 15, 20] },
      y: {
        domain: [FLOOR, 1e6],
        log: true,
        label: 'size of the product of slopes',
        ticks: [1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6],
        format: (v) => (v === FLOOR ? `≤${powerOfTen(v)}` : powerOfTen(v)),
      },
      rules: () => [{ key: 'one', y: 1, tone: 'muted' }],
      curves: ({ activation, x, weight, depth }) =>
        Object.keys(ACTIVATIONS).map((name) => {
          const { products } = throughStack(name, x, weight, depth);
          const points = pointsOf(
            products.map((v, k) => [k, Math.max(FLOOR, Math.abs(v))]),
            (k) => Math.abs(products[k] ?? Number.NaN),
          );
          const chosen = name === activation;
          return {
            key: name,
            tone: chosen ? 'ink' : 'muted',
            width: chosen ? 2.5 : 1.5,
            dash: chosen ? null : '3 3',
            points,
            label: NAMES[name],
            labelAt: points[Math.round(LABELLED[name] * depth)],
          };
        }),
      marks: ({ activation, depth }, d) =>
        d.stack.products.slice(1, depth).map((v, k) => ({
          key: `${activation}-${k}`,
          x: k + 1,
          y: Math.min(1e6, Math.max(FLOOR, Math.abs(v))),
          tone: 'ink',
          r: 3,
        })),
      drags: [
        {
          name: 'depth',
          tone: 'ink',
          letter: 'n',
          label: 'Number of layers',
          get: ({ depth }, d) => [depth, Math.max(FLOOR, Math.abs(d.stack_slope ?? 1))],
          set: ([n]) => ({ depth: Math.round(n) }),
          key: ([dx, dy], { depth }) => ({ depth: depth + dx - dy }),
          slider: ({ depth }) => ({ min: 1, max: 20, now: depth, text: counted(depth, 'layer') }),
        },
      ],
    });
    slider(ui, 'weight');
    slider(ui, 'depth');
  },
};

const chain = m`~ ${tfrac('∂ p_i', '∂ z')}`;
const sum = large('∑', 'i');
/** ∂L/∂z of each pair in symbols; `p` is the prediction, `y` the target. */
const PAIR_FORMULAS = {
  identity_mse: m`p − y`,
  sigmoid_mse: m`(p − y) ~ p (1 − p)`,
  sigmoid_bce: m`p − y`,
  sigmoid_ce: m`− y ~ (1 − p)`,
  softmax_mse: m`${sum} (p_i − y_i) ${chain}`,
  softmax_bce: m`${sum} ${tfrac('p_i − y_i', 'p_i (1 − p_i)')} ${chain}`,
  softmax_ce: m`p − y`,
};

/** How a script gets ∂L/∂z of the chosen pair: what it imports, and the expression. */
const PAIR_PYTHON = {
  identity_mse: ['mse_loss_grad', '0.5 * mse_loss_grad(z, target, reduction="sum")[0]', 'z[0]'],
  sigmoid_mse: [
    'mse_loss_grad',
    '0.5 * (mse_loss_grad(sigmoid(z), target, reduction="sum") * sigmoid_grad(z))[0]',
    'sigmoid(z[0])',
  ],
  sigmoid_bce: [
    'binary_cross_entropy_with_logits_grad',
    'binary_cross_entropy_with_logits_grad(z, target, reduction="sum")[0]',
    'sigmoid(z[0])',
  ],
  sigmoid_ce: [
    'nll_loss_grad',
    '(nll_loss_grad(np.log(sigmoid(z)), label) / sigmoid(z) * sigmoid_grad(z))[0]',
    'sigmoid(z[0])',
  ],
  softmax_mse: [
    'mse_loss_grad',
    '0.5 * mse_loss_grad(softmax(z), target, reduction="sum") @ softmax_jacobian(z)[:, 0]',
    'softmax(z)[0]',
  ],
  softmax_bce: [
    'binary_cross_entropy_grad',
    'binary_cross_entropy_grad(softmax(z), target, reduction="sum") @ softmax_jacobian(z)[:, 0]',
    'softmax(z)[0]',
  ],
  softmax_ce: ['softmax_cross_entropy_grad', 'softmax_cross_entropy_grad(z, label)[0]', 'softmax(z)[0]'],
};

const pairing = {
  formula({ pair, right }, d, narrow) {
    const given = m`p = ${tone.q(compact(d.prediction, 3))}, ${quad} y = ${tone.p(right ? 1 : 0)}`;
    const slope = m`${frac('∂L', '∂z')} = ${PAIR_FORMULAS[pair]} = ${compact(d.pair_gradient, 3)}`;
    return narrow ? lines(given, slope) : m`${given}, ${qquad} ${slope}`;
  },

  python({ x, pair, right }) {
    const [loss, gradient, prediction] = PAIR_PYTHON[pair];
    const names = ['sigmoid', 'sigmoid_grad', 'softmax', 'softmax_jacobian'].filter((name) =>
      new RegExp(`\\b${name}\\(`).test(`${gradient} ${prediction}`),
    );
    const imports = names.length ? `from lib.activations import ${names.join(', ')}\n` : '';
    return py`
import numpy as np

${code(imports)}from lib.losses import ${code(loss)}

z, label = np.array([${x}, 0.0, 0.0]), ${right ? 0 : 1}
target = np.eye(3)[label]
print("prediction", ${code(prediction)})
print("pair_gradient", ${code(gradient)})`;
  },

  solved: ({ right }, d) =>
    Math.abs(d.prediction - (right ? 1 : 0)) > 0.99 && Math.abs(d.pair_gradient) < 0.001,

  summary({ x, pair }, d) {
    const [output, loss] = pair.split('_');
    return `With ${output} and ${LOSS_NAMES[loss]} the slope of the loss in the logit ${fixed(x, 2)} is ${compact(d.pair_gradient, 3)}.`;
  },

  build(ui) {
    table(ui, {
      caption:
        '∂L/∂z for each output and loss, the softmax’s two other scores 0; shaded where they match. Press one to see its curve.',
      columns: ['output', ...LOSSES.map((loss) => LOSS_NAMES[loss])],
      rows: ({ pair }, d) =>
        OUTPUTS.map((output, i) => ({
          head: output,
          cells: LOSSES.map((loss, k) => {
            const name = `${output}_${loss}`;
            const value = d.pairing[i][k];
            const text = Number.isNaN(value) ? 'undefined' : compact(value, 3);
            return {
              text,
              tone: 'h',
              share: MATCHED.includes(name) ? 1 : 0,
              patch: name in PAIR_FORMULAS ? { pair: name } : null,
              pressed: name === pair,
              label: `${output} with ${LOSS_NAMES[loss]}: ${text}`,
            };
          }),
        })),
    });
    const isIdentity = (pair) => pair === 'identity_mse';
    plot(ui, {
      label: 'The slope of the loss against the logit',
      height: () => 200,
      x: { domain: SPAN, label: 'logit z', ticks: [-10, -5, 0, 5, 10] },
      y: ({ pair }) =>
        isIdentity(pair)
          ? { domain: [-12, 12], label: '∂L/∂z', ticks: [-10, 0, 10] }
          : { domain: [-2.15, 2.15], label: '∂L/∂z', ticks: [-2, -1, 0, 1, 2] },
      rules: () => [{ key: 'zero', y: 0, tone: 'muted' }],
      curves({ pair, right, x }) {
        const matched = MATCHED.find((name) => name.startsWith(pair.split('_')[0]));
        const points = pairCurve(matched, right);
        // Its name stands at the end that the handle is not at.
        const labelAt = points.at(x > 3 ? 0 : -1);
        return [
          { key: 'matched', tone: 'h', dash: '6 4', points, label: 'matched', labelAt },
          { key: 'pair', tone: 'ink', points: pairCurve(pair, right) },
        ];
      },
      drags: [dragX('Logit z', ({ x }, d) => [x, d.pair_gradient ?? 0], 'z')],
    });
    slider(ui, 'x', { label: 'Logit z' });
    select(ui, 'pair');
    toggle(ui, 'right');
  },
};

const faces = byView({ function: unit, stack, pairing });

/** @satisfies {View} */
export default {
  name: 'activation',
  derive,
  ...faces,

  build(ui) {
    row(ui, () => select(ui, 'view'));
    faces.build(ui);
    const isOfUnits = ({ view }) => view !== 'pairing';
    part(ui, isOfUnits, () => {
      slider(ui, 'x');
      select(ui, 'activation');
    });
  },
};
