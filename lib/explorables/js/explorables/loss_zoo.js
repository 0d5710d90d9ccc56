import { plot, pointsOf, remembered } from '../charts/plot.js';
import { part, row, select, slider, toggle } from '../kit/controls.js';
import { code, compact, fixed, literal, py } from '../kit/format.js';
import { equations, frac, joined, m, quad, tone } from '../kit/mathml.js';
import { written } from '../kit/written.js';
import { brokenCurve, SPECIMENS } from '../math/catalogue.js';

const NUMBERS = ['number', 'integer'];
const WHOLE = ['count', 'bit', 'sign', 'power'];
const TRUTH = ['target', 'share', 'count', 'bit', 'sign'];
const specimenOf = ({ loss }) => SPECIMENS[loss];
/** Whether the loss uses a trait, or the one beside it. */
const using = (trait) => (state) =>
  [state.loss, state.compare].some((name) => SPECIMENS[name]?.uses.includes(trait));

function derive(state) {
  const { value, grad } = specimenOf(state);
  return { value: value(state.x, state), gradient: grad(state.x, state) };
}

function script(state) {
  const { args, index, script } = specimenOf(state);
  if (script) return `${script.replaceAll('{x}', literal(state.x))}\n`;
  const { args: given, options } = args(state.x, state);
  const parts = [...given.map(literal), ...Object.entries(options).map(([k, v]) => `${k}=${literal(v)}`)];
  const [name, call, at] = [state.loss, parts.join(', '), index].map(code);
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

  formula(state, d, narrow) {
    const { formula, named, symbol, where } = specimenOf(state);
    const lookUp = named(state.x, state);
    const letters = /** @type {Record<string, Formula>} */ ({});
    const number = (name) => {
      const text = fixed(lookUp(name), WHOLE.includes(name) ? 0 : 2);
      if (name === 'x') return tone.q(text);
      return TRUTH.includes(name) ? tone.p(text) : m`${text}`;
    };
    const [first, ...more] = written(formula, { where, lookUp, number }, letters);
    const meant = Object.entries(letters).map(([letter, part]) => m`${letter} = ${part}`);
    const value = m`= ${compact(d.value, 3)}${meant.length ? ',' : ''}`;
    const right = narrow
      ? [
          m`= ${first}`,
          ...more.map((line) => m`${quad} ${line}`),
          value,
          ...meant.map((one) => m`${quad} ${one}`),
        ]
      : [m`= ${joined([first, ...more], '')} ${value} ${meant.length ? quad : ''} ${joined(meant, ',')}`];
    return equations(['L', ...right], [frac('∂L', m`∂${tone.q(symbol)}`), m`= ${compact(d.gradient, 3)}`]);
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
    const axis = (label) => (state) => ({
      domain: specimenOf(state).domain(state),
      label: label(state),
      name: specimenOf(state).words.split(';')[0],
    });
    const line = remembered((of, name, state) => {
      const f = (x) => SPECIMENS[name][of](x, state);
      return pointsOf(brokenCurve(f, specimenOf(state).domain(state)), f);
    });
    const spoken = (name) => name.replaceAll('_', ' ');
    const curves = (of) => (state) => {
      const still = { ...state, x: 0 }; // the input is where one stands on the curve
      const own = { key: 'own', name: spoken(state.loss), points: line(of, state.loss, still), tone: 'ink' };
      if (state.compare === 'none') return [own];
      const other = line(of, state.compare, still);
      return [{ key: 'other', name: spoken(state.compare), points: other, tone: 'muted', dash: '5 4' }, own];
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
          label: 'The point on the curve of the loss',
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
              text: `${specimenOf(state).symbol} ${fixed(state.x, 2)}, loss ${compact(d.value, 3)}`,
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
      label: (state) => specimenOf(state).words.split(';')[0],
      limits: (state) => {
        const { domain, step } = specimenOf(state);
        const [min, max] = domain(state);
        return { min, max, step };
      },
    });
    const numbers = Object.keys(ui.schema).filter((trait) => NUMBERS.includes(ui.schema[trait].kind));
    for (const trait of numbers.filter((trait) => trait !== 'x')) {
      const tone = TRUTH.includes(trait) ? 'p' : 'ink';
      const bounded = Object.values(SPECIMENS).some(({ largest }) => largest?.[trait]);
      const limits = bounded
        ? (state) => ({ max: specimenOf(state).largest?.[trait] ?? ui.schema[trait].max })
        : null;
      part(ui, using(trait), () => slider(ui, trait, { tone, limits }));
    }
    row(ui, () => {
      part(ui, using('label'), () => select(ui, 'label'));
      part(ui, using('power'), () => select(ui, 'power'));
    });
    part(ui, using('log_input'), () => toggle(ui, 'log_input'));
  },
};

const clamp = (x, [low, high]) => Math.min(high, Math.max(low, x));
