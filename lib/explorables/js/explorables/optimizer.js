import { plot, pointsOf } from '../charts/plot.js';
import { across, relief } from '../charts/relief.js';
import { beside, fold, part, row, select, slider } from '../kit/controls.js';
import { h } from '../kit/dom.js';
import { code, compact, counted, fixed, py } from '../kit/format.js';
import { equations, frac, m, quad, root, tfrac, tone, words } from '../kit/mathml.js';
import { player } from '../kit/player.js';
import { adam, sgd, walk } from '../math/optimizers.js';

const MOST_STEPS = 100;
const STEEPEST = 10;
const GONE = 15; // a descent that is farther out is not drawn on

const parabola = (alongOf) => ({
  value(s, [x, y]) {
    return 0.5 * (alongOf(s) * x * x + STEEPEST * y * y);
  },
  slope(s, [x, y]) {
    return [alongOf(s) * x, STEEPEST * y];
  },
  range: [0, 80],
  levels: [0.5, 2, 5, 10, 20, 40, 60],
  ticks: [0, 20, 40, 60, 80],
  start: { x: -4, y: 2 },
});

const SURFACES = {
  ravine: {
    ...parabola(({ curvature }) => STEEPEST / curvature),
    formula: ({ curvature }) =>
      m`${tfrac('1', '2')} (${Number((STEEPEST / curvature).toPrecision(3))} x² + 10 y²)`,
    python: py`
def value(x, y):
    return 0.5 * (10 / curvature * x * x + 10 * y * y)

def slope(point):
    return np.array([10 / curvature * point[0], 10 * point[1]])`,
  },
  saddle: {
    value(_, [x, y]) {
      return (0.5 * (x * x - 9) * (x * x - 9)) / (x * x + 9) + y * y;
    },
    slope(_, [x, y]) {
      const square = x * x;
      return [(x * (square - 9) * (square + 27)) / ((square + 9) * (square + 9)), 2 * y];
    },
    range: [0, 20],
    levels: [0.5, 1, 2, 4, 8, 12, 16],
    ticks: [0, 5, 10, 15, 20],
    start: { x: -0.1, y: 2 },
    formula: () => m`${frac(m`(x² − 9)²`, m`2 (x² + 9)`)} + y²`,
    python: py`
def value(x, y):
    return 0.5 * (x * x - 9) * (x * x - 9) / (x * x + 9) + y * y

def slope(point):
    x, y = point
    square = x * x
    return np.array([x * (square - 9) * (square + 27) / ((square + 9) * (square + 9)), 2 * y])`,
  },
  bowl: {
    ...parabola(() => STEEPEST),
    formula: () => m`5 (x² + y²)`,
    python: py`
def value(x, y):
    return 0.5 * (10 * x * x + 10 * y * y)

def slope(point):
    return 10 * point`,
  },
};

/** Of each method its name, its looks, and what makes it; the first is drawn first. */
const METHODS = {
  plain: { tone: 'q', dash: '5 3', make: (s) => sgd(s.rate) },
  momentum: { tone: 'ink', dash: null, make: (s) => sgd(s.rate, s.momentum) },
  nesterov: { tone: 'h', dash: '2 3', make: (s) => sgd(s.rate, s.momentum, true) },
  adam: { tone: 'd', dash: '8 3 2 3', make: (s) => adam(s.adam_rate, s.momentum, s.b2) },
};
const NAMES = Object.keys(METHODS);
const each = (f) => Object.fromEntries(NAMES.map((name) => [name, f(name)]));
const isNoisy = ({ surface }) => surface === 'bowl';
const isRavine = ({ surface }) => surface === 'ravine';

function derive(s) {
  const { value, slope } = SURFACES[s.surface];
  const noise = isNoisy(s) ? s.noise : 0;
  const grad = (at) => slope(s, at);
  const paths = each((name) => walk(grad, [s.x, s.y], METHODS[name].make(s), s.steps, noise, s.seed));
  const values = each((name) => paths[name].map((at) => value(s, at)));
  const below = 1 + values.momentum.findLastIndex((v) => !(v < 1e-3)); // from this step on
  let longest = 0;
  paths.adam.forEach(([x, y], t) => {
    const [x0, y0] = paths.adam[t - 1] ?? [x, y];
    longest = Math.max(longest, Math.abs(x - x0), Math.abs(y - y0));
  });
  return {
    paths,
    values,
    below,
    ...Object.fromEntries(NAMES.map((name) => [`${name}_loss`, values[name].at(-1)])),
    adam_longest: longest / s.adam_rate,
  };
}

/** @satisfies {View} */
export default {
  name: 'optimizer',
  wide: true,
  derive,

  // Each surface begins where there is something to see: on the saddle, beside the ridge.
  constrain: (_, changed) =>
    'surface' in changed && !('x' in changed) && !('y' in changed) ? SURFACES[changed.surface]?.start : {},

  formula(s) {
    const share = fixed(s.momentum, 2);
    const rate = compact(s.rate, 3);
    const own = m`${compact(s.adam_rate, 3)} ~ ${frac(m`m\u0302`, m`${root(m`s\u0302`)} + 10⁻⁸`)}`;
    const ahead = m`${rate} ~ (g_t + ${share} v_${'t + 1'})`;
    return equations(
      ['f(x, y)', m`= ${SURFACES[s.surface].formula(s)}`],
      [m`v_${'t + 1'}`, m`= ${share} v_t + g_t, ${quad} g_t = ∇f(x_t)`],
      [m`x_${'t + 1'}`, m`= x_t − ${rate} v_${'t + 1'} ${words(' for momentum')}`],
      [m`x_${'t + 1'}`, m`= x_t − ${tone.h(ahead)}`, m`${words(' for Nesterov')}`],
      [m`x_${'t + 1'}`, m`= x_t − ${tone.d(own)} ${words(' for Adam')}`],
    );
  },

  python(s) {
    const noisy = isNoisy(s);
    const memory = s.momentum > 0;
    const noise = noisy ? `\n        noise=${s.noise}, rng=PortableRandom(${s.seed}),` : '';
    const randomness = noisy ? '\nfrom lib.randomness import PortableRandom' : '';
    const kappa = s.surface === 'ravine' ? `curvature = ${s.curvature}\n` : '';
    const options = memory ? ', momentum=momentum' : '';
    const ahead = memory ? `${options}, nesterov=True` : '';
    return py`
import numpy as np
from lib.optimizers import adam, sgd${code(randomness)}
from lib.training import gradient_descent

${code(kappa)}rate, momentum = ${s.rate}, ${s.momentum}
adam_rate = ${s.adam_rate}

${code(SURFACES[s.surface].python.trimEnd())}

def path(optimizer):
    return gradient_descent(
        slope, ${[s.x, s.y]}, optimizer=optimizer, steps=${s.steps},${code(noise)}
    )

adam_path = path(adam(adam_rate, b1=momentum, b2=${s.b2}))
longest = np.abs(np.diff(adam_path, axis=0)).max(initial=0)
print("plain_loss", value(*path(sgd(rate))[-1]))
print("momentum_loss", value(*path(sgd(rate${code(options)}))[-1]))
print("nesterov_loss", value(*path(sgd(rate${code(ahead)}))[-1]))
print("adam_loss", value(*adam_path[-1]))
print("adam_longest", longest / adam_rate)`;
  },

  solved: (s, d) =>
    s.surface === 'ravine' &&
    s.curvature === 100 &&
    Math.abs(s.x) >= 3 &&
    d.values.momentum[0] >= 20 &&
    s.steps === MOST_STEPS &&
    d.below <= 40,

  summary: (s, d) =>
    `After ${counted(s.steps, 'step')} f is ${compact(d.plain_loss, 4)} for plain descent, ` +
    `${compact(d.momentum_loss, 4)} with momentum, ${compact(d.nesterov_loss, 4)} with Nesterov's, ` +
    `${compact(d.adam_loss, 4)} with Adam.`,

  build(ui) {
    beside(ui, () => {
      ui.onStage(h('div'), () => surfacePlane(ui));
      ui.onStage(h('div'), () => valuePlot(ui));
    });
    row(ui, () => {
      select(ui, 'surface');
      select(ui, 'view');
    });
    part(ui, isRavine, () => slider(ui, 'curvature', { label: 'ravine κ' }));
    part(ui, isNoisy, () => slider(ui, 'noise', { label: 'noise σ' }));
    slider(ui, 'rate', { label: 'rate α', scale: powers });
    slider(ui, 'momentum', { label: 'momentum μ, β₁' });
    slider(ui, 'steps', { label: 'steps' });
    player(ui, 'steps', { perSecond: 20 });
    fold(ui, 'Adam, start and seed', () => {
      slider(ui, 'adam_rate', { label: 'Adam’s rate', tone: 'd', scale: powers });
      slider(ui, 'b2', { label: 'Adam’s β₂', tone: 'd', scale: kept });
      slider(ui, 'x', { label: 'start x', tone: 'p' });
      slider(ui, 'y', { label: 'start y', tone: 'p' });
      part(ui, isNoisy, () => slider(ui, 'seed', { label: 'seed' }));
    });
  },
};

/** A slider of a rate: even steps are even factors. */
const powers = { to: Math.log10, from: (at) => Number((10 ** at).toFixed(3)), step: 0.01 };
/** A slider of a share near 1: even steps are even factors of what is lost. */
const kept = {
  to: (value) => -Math.log10(1 - value),
  from: (at) => Number((1 - 10 ** -at).toFixed(4)),
  step: 0.05,
};

/** What is drawn of a path: where it diverges, its first part. */
function onMap(points) {
  const end = points.findIndex((at) => Math.max(...at.map(Math.abs)) > GONE);
  return end < 0 ? points : points.slice(0, end + 1);
}

const knobs = ({ surface, curvature }) => (surface === 'ravine' ? { surface, curvature } : { surface });

function surfacePlane(ui) {
  const looks = (name) => ({ key: name, tone: METHODS[name].tone });
  relief(ui, {
    label: 'Four descents over the surface, from one start',
    title: 'f(x, y)',
    corners: ['x', 'y'],
    angles: { yaw: -1.2, pitch: 0.75 }, // along the ravine, between its walls
    height: (width, stacked) => Math.min(width, stacked ? 215 : 320) + 40,
    x: { domain: [-5, 5], label: 'x', ticks: [-4, -2, 0, 2, 4] },
    y: { domain: [-5, 5], label: 'y', ticks: [-4, -2, 0, 2, 4] },
    surface(state) {
      const { value, range, levels, ticks } = SURFACES[state.surface];
      return { key: knobs(state), f: (x, y) => value(state, [x, y]), domain: range, levels, ticks };
    },
    arrows: (state) => (x, y) => SURFACES[state.surface].slope(state, [x, y]).map((g) => -g),
    arrowCount: 8,
    paths: (_, { paths }) =>
      NAMES.map((name) => ({ ...looks(name), points: onMap(paths[name]), dash: METHODS[name].dash })),
    marks: (_, { paths }) =>
      NAMES.map((name, i) => ({
        ...looks(name),
        x: paths[name].at(-1)[0],
        y: paths[name].at(-1)[1],
        r: 8.5 - 2 * i, // those that end together are rings
      })),
    points: [across(ui, 'x', 'y', { name: 'start', tone: 'p', label: 'Start of all four' })],
  });
}

const POWERS = { 1e-8: '10⁻⁸', 1e-6: '10⁻⁶', 1e-4: '10⁻⁴', 0.01: '10⁻²', 1: '1', 100: '100' };

function valuePlot(ui) {
  const [floor, top] = [1e-8, 300];
  const drawn = (v) => Math.max(v, 1e-30); // beyond the axis, where a curve is cut off
  plot(ui, {
    label: 'Value of f after each step, on a logarithmic axis',
    height: (width, stacked) => (stacked ? 170 : Math.max(200, Math.min(width * 0.8, 360))),
    margin: { top: 24, right: 10, bottom: 34, left: 40 },
    x: { domain: [0, MOST_STEPS], ticks: [0, 20, 40, 60, 80, 100], label: 'step t' },
    y: {
      log: true,
      domain: [floor, top],
      ticks: Object.keys(POWERS).map(Number),
      format: (t) => POWERS[t],
      label: 'value f',
    },
    curves: (_, { values }) =>
      NAMES.map((name) => ({
        key: name,
        points: pointsOf(
          values[name].map((v, t) => [t, drawn(v)]),
          (t) => values[name][t] ?? Number.NaN,
        ),
        tone: METHODS[name].tone,
        dash: METHODS[name].dash,
        width: 1.6,
        name: name === 'adam' ? 'Adam' : name === 'nesterov' ? 'Nesterov' : name,
      })),
    // What has left the plot at the top is marked there, where it left or beside another that did.
    marks({ steps }, { values }) {
      let next = 0;
      return NAMES.map((name) => {
        const end = values[name].at(-1);
        const looks = { key: name, tone: METHODS[name].tone };
        if (end <= top) return { ...looks, x: steps, y: Math.max(floor, end) };
        const out = Math.max(
          next,
          values[name].findIndex((v) => !(v <= top)),
        );
        next = out + 4;
        return { ...looks, x: out, y: top, shape: 'triangle' };
      });
    },
  });
}
