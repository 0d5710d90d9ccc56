import { plot, remembered } from '../charts/plot.js';
import { part, row, select, slider, toggle } from '../kit/controls.js';
import { code, compact, fixed, literal, py, texCompact, texNumber } from '../kit/format.js';
import { bit, brokenCurve, COSINE_MARGIN, fit, SPECIMENS, sign } from '../math/catalogue.js';

const SLIDERS = ['target', 'count', 'share', 'margin', 'beta', 'delta', 'variance', 'smoothing'];
const specimenOf = ({ loss }) => SPECIMENS[loss];
const uses = (state, trait) =>
  specimenOf(state).uses.includes(trait) || Boolean(SPECIMENS[state.compare]?.uses.includes(trait));

function derive(state) {
  const { value, grad } = specimenOf(state);
  return { value: value(state.x, state), gradient: grad(state.x, state) };
}

// ---- formulas ---------------------------------------------------------------------------------

/** A number for the place of a term: in parentheses where it is negative. */
const term = (text) => (text.startsWith('-') ? `(${text})` : text);
const softplusTex = (inner) => `\\ln\\bigl(1 + e^{${inner}}\\bigr)`;
const onlyOne = (s, yes, no) => (bit(s) ? yes : no);

/** The loss of each specimen with its numbers: x and t are TeX of the input and the target. */
const FORMULAS = {
  mse_loss: ({ x, t }) => `(${x} - ${t})^2`,
  l1_loss: ({ x, t }) => `|${x} - ${t}|`,
  smooth_l1_loss: ({ x, t, s, n }) =>
    Math.abs(s.x - s.target) < s.beta
      ? `\\frac{(${x} - ${t})^2}{2 \\cdot ${n(s.beta)}}`
      : `|${x} - ${t}| - \\tfrac12 \\cdot ${n(s.beta)}`,
  huber_loss: ({ x, t, s, n }) =>
    Math.abs(s.x - s.target) <= s.delta
      ? `\\tfrac12 (${x} - ${t})^2`
      : `${n(s.delta)}\\,\\bigl(|${x} - ${t}| - \\tfrac12 \\cdot ${n(s.delta)}\\bigr)`,
  gaussian_nll_loss: ({ x, t, s, n }) =>
    `\\tfrac12 \\ln ${n(s.variance)} + \\frac{(${x} - ${t})^2}{2 \\cdot ${n(s.variance)}}`,
  poisson_nll_loss: ({ x, s, tex }) =>
    s.log_input ? `e^{${x}} - ${tex.p(s.count)} \\cdot ${x}` : `${x} - ${tex.p(s.count)} \\ln ${x}`,
  binary_cross_entropy: ({ x, s }) => onlyOne(s, `-\\ln ${x}`, `-\\ln (1 - ${x})`),
  nll_loss: ({ x }) => `-${x}`,
  kl_div_loss: ({ x, s, n, tex }) => `${tex.p(n(s.share))}\\,\\bigl(\\ln ${tex.p(n(s.share))} - ${x}\\bigr)`,
  binary_cross_entropy_with_logits: ({ x, s }) => softplusTex(onlyOne(s, `-${x}`, x)),
  soft_margin_loss: ({ x, s, tex }) => softplusTex(`-${tex.p(term(String(sign(s))))} \\cdot ${x}`),
  softmax_cross_entropy({ x, s, n, br }) {
    const sum = `\\ln\\bigl(e^{${x}} + e^0 + e^{-1}\\bigr)`;
    if (s.smoothing === 0) return `${sum} - ${x}`;
    const rest = texNumber(s.smoothing / 3, 3);
    return `${sum} ${br}- ${n(1 - (2 * s.smoothing) / 3)} \\cdot ${x} + ${rest}`;
  },
  multiclass_hinge_loss: ({ x, s, n, br }) =>
    `\\max(0, ${n(s.margin)} - ${x} + 0) ${br}+ \\max(0, ${n(s.margin)} - ${x} - 1)`,
  multi_margin_loss({ x, s, n, br }) {
    const power = s.power === '2' ? '^2' : '';
    const one = (other) => `\\max(0, ${n(s.margin)} - ${x} ${other})${power}`;
    return `\\tfrac13\\bigl[${one('+ 0')} ${br}+ ${one('- 1')}\\bigr]`;
  },
  multilabel_margin_loss: ({ x, br }) =>
    `\\tfrac14\\bigl[\\max(0, 1 - ${x} + 0) ${br}+ \\max(0, 1 - ${x} - 1)\\bigr]`,
  multilabel_soft_margin_loss: ({ x, s, br }) =>
    `\\tfrac13\\bigl[${softplusTex(onlyOne(s, `-${x}`, x))} ${br}+ ${softplusTex('0')} + ${softplusTex('-1')}\\bigr]`,
  ctc_loss: ({ s, n, tex, br }) =>
    `-\\ln\\bigl(3 p (1-p)^2 + 2 p^2 (1-p) + p^3\\bigr), ${br}p = \\sigma(${tex.q(n(s.x))})`,
  hinge_embedding_loss: ({ x, s, n }) => onlyOne(s, x, `\\max(0, ${n(s.margin)} - ${x})`),
  margin_ranking_loss: ({ x, t, s, n, tex, br }) =>
    `\\max\\bigl(0, ${n(s.margin)} ${br}- ${tex.p(term(String(sign(s))))} \\cdot (${x} - ${t})\\bigr)`,
  cosine_embedding_loss({ x, s, n }) {
    const cos = `\\frac{${x}}{\\sqrt{${x}^2 + 1}}`;
    return onlyOne(s, `1 - ${cos}`, `\\max\\Bigl(0, ${cos} - ${n(s.margin)}\\Bigr)`);
  },
  triplet_margin_loss: ({ x, s, n }) => `\\max\\bigl(0, ${n(s.margin)} + |${x} - 0| - |${x} - 2|\\bigr)`,
};

// ---- Python -----------------------------------------------------------------------------------

const CTC = ({ x }) => py`
import numpy as np

from lib.activations import log_softmax
from lib.losses import ctc_loss

log_probs = log_softmax([[0.0, ${x}]] * 3)[:, None]  # 3 frames; the blank and "a"
loss = ctc_loss(log_probs, [[1]], [3], [1])
print("value", loss)

# Softmax of "a" at each frame, less the share that "a" there has in the paths that spell "a".
forced = np.repeat(log_probs, 3, axis=1)
forced[range(3), range(3), 0] = -np.inf
with_a = ctc_loss(forced, [[1]] * 3, [3] * 3, [1] * 3, reduction="none")
print("gradient", np.sum(np.exp(log_probs[:, 0, 1]) - np.exp(loss - with_a)))`;

const PAIRED = ['margin_ranking_loss', 'cosine_embedding_loss', 'triplet_margin_loss'];

function script(state) {
  if (state.loss === 'ctc_loss') return CTC(state);
  const { args, options, index = '0' } = specimenOf(state).args(state.x, state);
  const parts = [...args.map(literal), ...Object.entries(options).map(([k, v]) => `${k}=${literal(v)}`)];
  const first = PAIRED.includes(state.loss) ? '[0]' : '';
  const [name, call, at] = [state.loss, parts.join(', '), `${first}[${index}]`].map(code);
  return py`
from lib.losses import ${name}, ${name}_grad

print("value", ${name}(${call}))
print("gradient", ${name}_grad(${call})${at})`;
}

// ---- the view ---------------------------------------------------------------------------------

/** @satisfies {View} */
export default {
  name: 'loss_zoo',
  derive,
  python: script,
  constrain: (state) => fit(state),

  formula(state, d, tex) {
    const { symbol } = specimenOf(state);
    const n = (v) => texNumber(v, 2);
    const br = tex.narrow() ? '\\\\ &\\quad ' : '';
    const x = tex.q(term(n(state.x)));
    const loss = FORMULAS[state.loss]({ s: state, n, tex, x, br, t: tex.p(term(n(state.target))) });
    const slope = `\\frac{\\partial L}{\\partial ${tex.q(symbol)}}`;
    return (
      `\\begin{aligned}L &= ${loss} ${tex.narrow() ? '\\\\ &' : ''}= ${texCompact(d.value, 3)}\\\\ ` +
      `${slope} &= ${texCompact(d.gradient, 3)}\\end{aligned}`
    );
  },

  solved: (_, d) => d.value > 1 && d.gradient === 0,

  summary: (state, d) =>
    `${state.loss} at ${fixed(state.x, 2)}: loss ${compact(d.value, 3)}, gradient ${compact(d.gradient, 3)}.`,

  build(ui) {
    const clean = (x, state) => {
      const { domain, step } = specimenOf(state);
      const [low, high] = domain(state);
      return { x: Number(Math.min(high, Math.max(low, Math.round(x / step) * step)).toFixed(10)) };
    };
    const axis = (label) => (state) => ({ domain: specimenOf(state).domain(state), label: label(state) });
    const line = remembered((of, name, state) =>
      brokenCurve((x) => SPECIMENS[name][of](x, state), specimenOf(state).domain(state)),
    );
    const curves = (of) => (state) => {
      const still = { ...state, x: 0 }; // the input is where one stands on the curve
      const own = { key: 'own', points: line(of, state.loss, still), tone: 'ink' };
      if (state.compare === 'none') return [own];
      const other = line(of, state.compare, still);
      return [{ key: 'other', points: other, tone: 'muted', dash: '5 4' }, own];
    };

    plot(ui, {
      label: 'The loss over its input',
      height: (width) => (width < 360 ? 170 : 230),
      margin: { top: 24, right: 14, bottom: 22, left: 40 },
      x: axis(() => ''),
      y: (state) => ({ domain: specimenOf(state).range.loss, label: 'loss', ticks: 4 }),
      curves: (state, d) => {
        const [low, high] = specimenOf(state).domain(state);
        const tangent = [low, high].map((x) => [x, d.value + d.gradient * (x - state.x)]);
        const drawn = tangent.every(([, y]) => Number.isFinite(y));
        return [
          ...curves('value')(state),
          ...(drawn ? [{ key: 'tangent', points: tangent, tone: 'q', width: 1.2 }] : []),
        ];
      },
      drags: [
        {
          name: 'x',
          tone: 'q',
          letter: '',
          label: 'Input x on the loss',
          get: ({ x }, d) => [x, d.value],
          set: ([x], state) => clean(x, state),
          key: ([dx, dy], state) => clean(state.x + (dx - dy) * specimenOf(state).step, state),
          step: [0.05, 0],
          slider: (state, d) => {
            const [min, max] = specimenOf(state).domain(state);
            return {
              min,
              max,
              now: state.x,
              text: `x ${fixed(state.x, 2)}, loss ${compact(d.value, 3)}`,
            };
          },
        },
      ],
      press: ([x], state) => clean(x, state),
    });
    plot(ui, {
      label: 'The gradient of the loss over its input',
      height: (width) => (width < 360 ? 140 : 180),
      margin: { top: 20, right: 14, bottom: 38, left: 40 },
      x: axis((state) => specimenOf(state).words),
      y: (state) => ({ domain: specimenOf(state).range.gradient, label: 'gradient', ticks: 4 }),
      rules: () => [{ key: 'zero', y: 0, tone: 'muted', dash: '2 3' }],
      curves: curves('grad'),
      marks: ({ x, loss }, d) =>
        Number.isFinite(d.gradient)
          ? [{ key: 'x', x, y: clamp(d.gradient, SPECIMENS[loss].range.gradient), tone: 'q', r: 6 }]
          : [],
      press: ([x], state) => clean(x, state),
    });

    select(ui, 'loss');
    const options = select(ui, 'compare').querySelectorAll('option');
    ui.onUpdate((state) => {
      for (const option of options) {
        const other = SPECIMENS[option.value];
        const fits = other?.family === specimenOf(state).family && option.value !== state.loss;
        option.hidden = option.disabled = Boolean(other) && !fits;
      }
    });
    slider(ui, 'x', {
      tone: 'q',
      limits: (state) => {
        const { domain, step } = specimenOf(state);
        const [min, max] = domain(state);
        return { min, max, step };
      },
    });
    for (const trait of SLIDERS) {
      const tone = ['target', 'count', 'share'].includes(trait) ? 'p' : 'ink';
      const limits =
        trait === 'margin' ? ({ loss }) => ({ max: largestMargin(loss, ui.schema.margin) }) : null;
      part(
        ui,
        (state) => uses(state, trait),
        () => slider(ui, trait, { tone, limits }),
      );
    }
    row(ui, () => {
      part(
        ui,
        (state) => uses(state, 'label'),
        () => select(ui, 'label'),
      );
      part(
        ui,
        (state) => uses(state, 'power'),
        () => select(ui, 'power'),
      );
    });
    part(
      ui,
      (state) => uses(state, 'log_input'),
      () => toggle(ui, 'log_input'),
    );
  },
};

const largestMargin = (loss, { max }) => (loss === 'cosine_embedding_loss' ? COSINE_MARGIN : max);
const clamp = (x, [low, high]) => Math.min(high, Math.max(low, x));
