import { plot, pointsOf, remembered } from '../charts/plot.js';
import { across, relief } from '../charts/relief.js';
import { beside, fold, row, select, slider } from '../kit/controls.js';
import { h } from '../kit/dom.js';
import { code, compact, counted, py } from '../kit/format.js';
import { lines, m, qquad, words } from '../kit/mathml.js';
import { player } from '../kit/player.js';
import { SCHEDULES, scheduleCode, scheduleSliders } from '../kit/schedules.js';
import { sum } from '../math/numeric.js';
import { constant, every, gradientDescent, withLinearWarmup } from '../math/schedules.js';

const SURFACES = { bowl: [4.4, 4.4], ravine: [1, 10] };
const MOST_STEPS = 200;
const EPOCH = 10;
const TAIL = 20;

const NAMES = Object.keys(SCHEDULES);
const importsOf = (s) => {
  const own = scheduleCode(s, totalOf(s)).factory;
  return [...new Set(['constant', own, 'with_linear_warmup'])].sort().join(', ');
};
const unitOf = ({ per }) => (per === 'epoch' ? EPOCH : 1);
const totalOf = (s) => MOST_STEPS / unitOf(s);
const rateOf = (s, name) => every(unitOf(s), withLinearWarmup(SCHEDULES[name].make(s, totalOf(s)), s.warmup));
const valueAt = ([a, b], [x, y]) => 0.5 * (x ** 2 * a + y ** 2 * b);
const tailMean = (values) => {
  const last = values.slice(-TAIL);
  return sum(last) / last.length;
};

function derive(s) {
  const curvatures = SURFACES[s.surface];
  const grad = ([x, y]) => [curvatures[0] * x, curvatures[1] * y];
  const walk = (rate) => gradientDescent(grad, [s.x, s.y], rate, s.steps, s.noise, s.seed);
  const rate = rateOf(s, s.schedule);
  const rates = Array.from({ length: s.steps }, (_, t) => rate(t));
  const paths = { chosen: walk(rate), constant: walk(constant(s.init_value)) };
  const values = Object.fromEntries(
    Object.entries(paths).map(([key, path]) => [key, path.map((at) => valueAt(curvatures, at))]),
  );
  return {
    paths,
    values,
    learning_rate: rate(s.steps),
    sum_of_rates: sum(rates),
    loss: tailMean(values.chosen),
    constant_loss: tailMean(values.constant),
  };
}

/** @satisfies {View} */
export default {
  name: 'schedule',
  wide: true,
  derive,

  formula(s, d, narrow) {
    const count = s.per === 'epoch' ? `⌊${s.steps} / ${EPOCH}⌋` : s.steps;
    const warm = s.warmup ? m`${words(', after a climb of ')} ${s.warmup}` : '';
    const whole = m`α(t) = ${SCHEDULES[s.schedule].formula(s, totalOf(s))} ${warm}`;
    const now = m`α(${count}) = ${compact(d.learning_rate, 4)}`;
    return narrow ? lines(whole, now) : m`${whole} ${qquad} ${now}`;
  },

  python: (s) => py`
import numpy as np
from lib.randomness import PortableRandom
from lib.schedules import ${code(importsOf(s))}
from lib.training import gradient_descent

schedule = with_linear_warmup(${code(scheduleCode(s, totalOf(s)).text)}, warmup_steps=${s.warmup})
unit = ${unitOf(s)}  # iterations in one count of the schedule
steps = ${s.steps}
curvatures = np.array(${SURFACES[s.surface]})

def rate(t):
    return schedule(t // unit)

def values(rate):
    path = gradient_descent(
        lambda x: curvatures * x, [${s.x}, ${s.y}], schedule=rate, steps=steps,
        noise=${s.noise}, rng=PortableRandom(${s.seed}),
    )
    return 0.5 * path**2 @ curvatures

print("learning_rate", rate(steps))
print("sum_of_rates", sum(rate(t) for t in range(steps)))
print("loss", values(rate)[-20:].mean())
print("constant_loss", values(constant(${s.init_value}))[-20:].mean())`,

  solved: (s, d) => s.surface === 'ravine' && s.noise >= 1 && s.steps === MOST_STEPS && d.loss < 0.001,

  summary: (s, d) =>
    `After ${counted(s.steps, 'step')} the rate is ${compact(d.learning_rate, 4)}; the mean of the last ` +
    `values is ${compact(d.loss, 4)}, at the constant rate ${compact(d.constant_loss, 4)}.`,

  build(ui) {
    beside(ui, () => {
      ui.onStage(h('div'), () => surfacePlane(ui));
      ui.onStage(h('div'), () => {
        ratePlot(ui);
        valuePlot(ui);
      });
    });
    row(ui, () => {
      select(ui, 'schedule');
      select(ui, 'per');
    });
    row(ui, () => {
      select(ui, 'surface');
      select(ui, 'view');
    });
    slider(ui, 'init_value', { label: 'rate α₀' });
    scheduleSliders(ui);
    slider(ui, 'steps', { label: 'steps' });
    player(ui, 'steps', { perSecond: 40 });
    fold(ui, 'Noise, warm-up and start', () => {
      slider(ui, 'noise');
      slider(ui, 'seed', { label: 'seed' });
      slider(ui, 'warmup', { label: 'warm-up' });
      slider(ui, 'x', { label: 'start x' });
      slider(ui, 'y', { label: 'start y' });
    });
  },
};

const AXIS = [-5, 5];
const RANGE = [0, 80];

function surfacePlane(ui) {
  relief(ui, {
    label: 'Two descents over the surface, with the same noise',
    title: 'f(x, y)',
    corners: ['x', 'y'],
    angles: { yaw: -1.2, pitch: 0.75 }, // along the ravine, between its walls
    height: (width, stacked) => Math.min(width, stacked ? 200 : 300) + 40,
    x: { domain: AXIS, label: 'x', ticks: [-4, -2, 0, 2, 4] },
    y: { domain: AXIS, label: 'y', ticks: [-4, -2, 0, 2, 4] },
    surface: ({ surface }) => ({
      key: surface,
      f: (x, y) => valueAt(SURFACES[surface], [x, y]),
      domain: RANGE,
      levels: [0.5, 2, 5, 10, 20, 40, 60],
      ticks: [0, 20, 40, 60, 80],
    }),
    arrows: (s) => (x, y) => [-SURFACES[s.surface][0] * x, -SURFACES[s.surface][1] * y],
    arrowCount: 8,
    paths: (_, d) => [
      { key: 'constant', points: d.paths.constant, tone: 'q', dash: '4 3' },
      { key: 'chosen', points: d.paths.chosen, tone: 'ink' },
    ],
    marks: (_, d) => [
      { key: 'constant', x: d.paths.constant.at(-1)[0], y: d.paths.constant.at(-1)[1], tone: 'q' },
      { key: 'chosen', x: d.paths.chosen.at(-1)[0], y: d.paths.chosen.at(-1)[1], tone: 'ink' },
    ],
    points: [across(ui, 'x', 'y', { name: 'start', tone: 'p', label: 'Start of both descents' })],
  });
}

const CLOSE = 0.22; // shares of the rate between two ends that leave room for a name
const MARGIN = { top: 24, right: 10, bottom: 34, left: 40 };
const smallHeight = (width, stacked) => (stacked ? 118 : Math.max(120, Math.min(width * 0.6, 165)));

const lately = new Map();
/** The rate of each step as a share of the first: the same array while a schedule's knobs are not touched. */
const sharesOf = remembered((name, knobs) => {
  const rate = rateOf({ ...knobs, init_value: 1 }, name);
  const shares = Array.from({ length: MOST_STEPS + 1 }, (_, t) => [t, rate(t)]);
  const before = lately.get(name) ?? [];
  if (!shares.every(([, y], t) => y === before[t]?.[1])) lately.set(name, shares);
  return lately.get(name);
});

/** By the name of a curve, what is written at its end: curves that end close together share a line. */
function endNames(curves) {
  const names = new Map();
  let [first, at] = ['', Infinity];
  for (const { key, points } of [...curves].sort((a, b) => b.points.at(-1)[1] - a.points.at(-1)[1])) {
    const end = points.at(-1)[1];
    if (at - end > CLOSE) [first, at] = [key, end];
    names.set(first, [...(names.get(first) ?? []), SCHEDULES[key].short]);
  }
  return names;
}

function ratePlot(ui) {
  plot(ui, {
    label: 'Learning rates of all schedules, as shares of the first, against the step',
    height: smallHeight,
    margin: MARGIN,
    x: { domain: [0, MOST_STEPS], ticks: [0, 100, 200], label: 'step t' },
    y: ({ schedule }) => ({
      domain: [0, 1.08],
      ticks: [0, 0.5, 1],
      label: `α(t) / α₀, bold: ${SCHEDULES[schedule].short}`,
    }),
    curves({ schedule, step_size, gamma, k, warmup, per }) {
      const knobs = { step_size, gamma, k, warmup, per };
      const others = NAMES.filter((name) => name !== schedule);
      const named = endNames(others.map((key) => ({ key, points: sharesOf(key, knobs) })));
      return others.concat(schedule).map((name) => {
        const chosen = name === schedule;
        return {
          key: name,
          points: sharesOf(name, knobs),
          tone: chosen ? 'ink' : name === 'constant' ? 'q' : 'muted',
          dash: !chosen && name === 'constant' ? '4 3' : null,
          width: chosen ? 2.4 : 1,
          opacity: chosen || name === 'constant' ? 1 : 0.7,
          label: named.get(name)?.join(', '),
        };
      });
    },
    marks: (s, d) => [{ key: 'now', x: s.steps, y: d.learning_rate / s.init_value, tone: 'ink', r: 4 }],
  });
}

function valuePlot(ui) {
  const [floor, top] = [1e-5, 100];
  const points = (values) =>
    pointsOf(
      values.map((v, t) => [t, Math.max(v, floor)]),
      (t) => values[t] ?? Number.NaN,
    );
  plot(ui, {
    label: 'Value of f after each step, on a logarithmic axis',
    height: smallHeight,
    margin: MARGIN,
    x: { domain: [0, MOST_STEPS], ticks: [0, 100, 200], label: 'step t' },
    y: {
      log: true,
      domain: [floor, top],
      ticks: [1e-4, 1e-2, 1, 100],
      format: (t) => ({ 0.0001: '10⁻⁴', 0.01: '10⁻²', 1: '1', 100: '100' })[t],
      label: 'value f',
    },
    curves: (_, d) => [
      { key: 'constant', points: points(d.values.constant), tone: 'q', width: 1, dash: '4 3' },
      { key: 'chosen', points: points(d.values.chosen), tone: 'ink', width: 1.4 },
    ],
    marks: ({ steps }, d) =>
      Object.entries({ constant: 'q', chosen: 'ink' }).map(([key, tone]) => ({
        key,
        x: steps,
        y: Math.min(top, Math.max(floor, d.values[key].at(-1))),
        tone,
        r: key === 'chosen' ? 4 : 3,
      })),
  });
}
