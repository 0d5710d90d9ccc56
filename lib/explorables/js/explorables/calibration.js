import { plot, pointsOf, remembered } from '../charts/plot.js';
import { stack } from '../charts/stack.js';
import { beside, fold, row, select, slider } from '../kit/controls.js';
import { h } from '../kit/dom.js';
import { code, compact, counted, fixed, py } from '../kit/format.js';
import { equations, frac, large, m, tone, within, words } from '../kit/mathml.js';
import { sigmoid } from '../math/activations.js';
import * as C from '../math/calibration.js';
import { PortableRandom } from '../math/randomness.js';

const MOST_DAYS = 5000;
const RANGE = [0.2, 5]; // of the temperature
const WORK = 8e4; // numbers a curve of the loss takes: so few of its points where predictions are many

/** `f`, which remembers its last result. */
function kept(f) {
  let last = [Number.NaN];
  let value;
  return (...args) => {
    const same = args.length === last.length && args.every((one, i) => Object.is(one, last[i]));
    if (!same) value = f(...args);
    last = args;
    return value;
  };
}

// ---- what is predicted: a source judges at a temperature ------------------------------------------

const daysOf = kept((seed) => {
  const rng = new PortableRandom(seed);
  return Float64Array.from({ length: 3 * MOST_DAYS }, () => rng.random());
});

/** A forecaster of rain, whose faults are known. */
const forecaster = kept((sharpness, bias, knowledge, samples, seed) => {
  const days = daysOf(seed);
  const [logits, labels] = [new Float64Array(samples), new Uint8Array(samples)];
  for (let i = 0; i < samples; i++) {
    const [rain, happens, knows] = [days[3 * i], days[3 * i + 1], days[3 * i + 2]];
    const truth = knows < knowledge ? Math.log(rain) - Math.log1p(-rain) : 0;
    logits[i] = sharpness * truth + bias;
    labels[i] = Number(happens < rain);
  }
  return events(logits, labels, null);
});

const events = (logits, labels, probs) => ({
  rows: false,
  size: labels.length,
  given: probs !== null,
  judge: (T) => (probs && T === 1 ? C.judgeGivenEvents(probs, labels) : C.judgeEvents(logits, labels, T)),
  lossAt: (T) => C.lossOfEvents(logits, labels, T),
  best: once(() => C.bestTemperatureOfEvents(logits, labels)),
});

function rowsOf(probs, labels, classes) {
  const logs = C.logsOf(probs);
  const tops = C.topsOf(probs, classes);
  const judge = (T) => {
    const given = T === 1;
    return C.judgeRows(given ? probs : logs, tops, labels, { classes, temperature: T, given });
  };
  return {
    rows: true,
    size: probs.length,
    given: true,
    judge,
    lossAt: (T) => C.judgeRows(logs, tops, labels, { classes, temperature: T, given: false }).loss,
    best: once(() => C.bestTemperatureOfRows(logs, tops, labels, classes)),
  };
}

function once(f) {
  let value;
  return () => (value ??= f());
}

/** The reader's own predictions. */
const readers = new WeakMap();
function own(data) {
  if (!readers.has(data)) {
    const { probs, labels } = data.arrays;
    const [, classes] = probs.shape;
    const made = classes
      ? rowsOf(probs.values, Int32Array.from(labels.values), classes)
      : events(probs.values.map(C.logOdds), Uint8Array.from(labels.values), probs.values);
    readers.set(data, made);
  }
  return readers.get(data);
}

// ---- numbers --------------------------------------------------------------------------------------

const judged = kept((source, T) => source.judge(T));
const binned = kept((one, bins, strategy) => C.reliability(one.confidence, one.right, bins, strategy));

/** The mean cost of acting where the risk is above the price. */
function costOf({ confidence, right }, rows, price) {
  let [acted, suffered] = [0, 0];
  for (let i = 0; i < confidence.length; i++) {
    if ((rows ? 1 - confidence[i] : confidence[i]) > price) acted += 1;
    else suffered += rows ? 1 - right[i] : right[i];
  }
  return (acted * price + suffered) / confidence.length;
}

function derive(s, data) {
  const source = data ? own(data) : forecaster(s.sharpness, s.bias, s.knowledge, s.samples, s.seed);
  const one = judged(source, s.temperature);
  const bins = binned(one, s.bins, s.strategy);
  const recalibrated = C.binsLoss(bins);
  const refinement = recalibrated + one.among;
  const asGiven = source.given && s.temperature === 1;
  const calibration = asGiven ? one.ofTop - recalibrated : one.loss - refinement;
  const best = source.best();
  const flat = Number.isNaN(best); // the loss, along T
  return {
    source,
    data,
    table: bins,
    ece: C.calibrationError(bins),
    loss: calibration + refinement,
    calibration,
    refinement,
    brier: one.brier,
    cost: costOf(one, source.rows, s.price),
    accuracy: one.accuracy,
    flat,
    best_temperature: flat ? 1 : best,
  };
}

// ---- words ----------------------------------------------------------------------------------------

const DAYS = (s) => py`
from lib.randomness import PortableRandom

rain, happens, knows = PortableRandom(${s.seed}).random((${s.samples}, 3)).T
truth = np.where(knows < ${s.knowledge}, np.log(rain) - np.log1p(-rain), 0)
scores = ${s.sharpness} * truth + ${s.bias}
labels = (happens < rain).astype(int)
logits = scores / ${s.temperature}
probs = sigmoid(logits)`;

const OWN = ({ temperature: T }, { variables }, rows) => py`
probs = np.array(${code(variables.probs)}, dtype=float)  # your own predictions
labels = np.array(${code(variables.labels)}).astype(int)
scores = np.log(np.maximum(probs, 1e-30))${code(rows ? '' : ' - np.log(np.maximum(1 - probs, 1e-30))')}
logits = scores / ${T}
${code(T === 1 ? '' : `probs = ${rows ? 'softmax' : 'sigmoid'}(logits)`)}`;

function python(s, d) {
  const { rows, given } = d.source;
  const asGiven = given && s.temperature === 1;
  const entropy = rows ? 'softmax_cross_entropy' : 'binary_cross_entropy_with_logits';
  const best = d.best_temperature;
  const found = Number.isFinite(best) && best > 0 && !d.flat;
  const none = d.flat ? '1.0' : best ? 'np.inf' : '0.0';
  const why = d.flat ? 'every temperature gives this loss' : 'fit_temperature finds none that is the best';
  return py`
import numpy as np
from lib.activations import ${code(rows ? 'softmax' : 'sigmoid')}
from lib.calibration import brier_score, calibration_refinement
from lib.calibration import expected_calibration_error, fit_temperature
from lib.losses import ${code(entropy)}

${code((given ? OWN(s, d.data, rows) : DAYS(s)).trim())}

options = {"bins": ${s.bins}, "strategy": ${s.strategy}}
parts = calibration_refinement(probs, labels, **options)
loss = ${code(asGiven ? 'sum(parts)' : `${entropy}(logits, labels)`)}
risk = ${code(rows ? '1 - probs.max(axis=-1)' : 'probs')}
event = ${code(rows ? 'probs.argmax(axis=-1) != labels' : 'labels')}

print("ece", expected_calibration_error(probs, labels, **options))
print("loss", loss)
print("calibration", ${code(asGiven ? 'parts.calibration' : 'loss - parts.refinement')})
print("refinement", parts.refinement)
print("brier", brier_score(probs, labels))
print("cost", np.where(risk > ${s.price}, ${s.price}, event).mean())
print("accuracy", np.mean(${code(rows ? 'probs.argmax(axis=-1)' : '(probs > 0.5)')} == labels))
print("best_temperature", ${code(found ? 'fit_temperature(scores, labels)' : none)})${code(
    found ? '' : `  # ${why}`,
  )}`;
}

const shareOf = ({ table }) => table.reduce((n, { count }) => n + count, 0);
const gap = ({ accuracy, confidence }) => Math.abs(accuracy - confidence);
/** The bin that counts most in the error. */
const worst = ({ table }) => table.reduce((a, b) => (b.count * gap(b) > a.count * gap(a) ? b : a));

/** @satisfies {View} */
export default {
  name: 'calibration',
  wide: true,
  derive,
  python,

  formula(_, d) {
    const [calibration, refinement] = [compact(d.calibration, 4), fixed(d.refinement, 4)];
    const bin = worst(d);
    const difference = m`${tone.p(fixed(bin.accuracy, 3))} − ${tone.q(fixed(bin.confidence, 3))}`;
    const share = frac(String(bin.count), String(shareOf(d)));
    return equations(
      [
        words('loss'),
        m`= ${words('calibration')} + ${words('refinement')}`,
        m`= ${tone.d(calibration)} + ${tone.h(refinement)} = ${compact(d.loss, 4)}`,
      ],
      [
        words('ECE'),
        m`= ${large('∑', 'b')} ${frac('n_b', 'N')} ${within(m`${tone.p('a_b')} − ${tone.q('c_b')}`, '||')}`,
        m`= ⋯ + ${share} ${within(difference, '||')} + ⋯`,
        m`= ${tone.d(fixed(d.ece, 4))}`,
      ],
    );
  },

  solved: (s, d) => s.temperature === 1 && s.bins >= 10 && d.ece < 0.05 && fixed(d.loss, 2) === '0.60',

  summary(_, d) {
    const bin = worst(d);
    return (
      `${counted(shareOf(d), 'prediction')} in ${counted(d.table.length, 'bin')}: ECE ${fixed(d.ece, 4)}, ` +
      `loss ${compact(d.loss, 4)} nats, of it calibration ${compact(d.calibration, 4)}. In the bin that counts ` +
      `most, ${fixed(bin.confidence, 2)} was predicted and ${fixed(bin.accuracy, 2)} came true.`
    );
  },

  build(ui) {
    const { data } = ui.env;
    beside(ui, () => {
      ui.onStage(h('div'), () => {
        diagram(ui);
        countPlot(ui);
      });
      ui.onStage(h('div'), () => {
        temperaturePlot(ui);
        parts(ui);
      });
    });
    if (data) ui.addControl(h('p', { text: whose(data, ui.env.permalink) }));
    else {
      slider(ui, 'sharpness', { label: 'sharpness' });
      slider(ui, 'bias', { label: 'bias' });
      slider(ui, 'knowledge', { label: 'knows' });
    }
    slider(ui, 'temperature', { tone: 'q', label: 'T', decimals: 3, scale: LOGARITHMIC });
    slider(ui, 'bins', { label: 'bins' });
    row(ui, () => select(ui, 'strategy'));
    slider(ui, 'price', { label: 'price' });
    const [marks, ...rest] = legend(data);
    ui.addControl(h('p', { text: marks }));
    fold(ui, 'What the words mean', () => {
      for (const text of rest) ui.addControl(h('p', { text }));
    });
    if (data) return;
    fold(ui, 'The days', () => {
      slider(ui, 'samples', { label: 'days' });
      slider(ui, 'seed', { label: 'seed' });
    });
  },
};

const LOGARITHMIC = {
  to: (T) => Math.round(1e4 * (Math.log(T) / Math.log(RANGE[1]))) / 1e4,
  from: (at) => Number((RANGE[1] ** at).toPrecision(3)),
  step: 0.01,
};

const whose = ({ arrays }, onPage) =>
  `${counted(arrays.labels.values.length, 'prediction')} ` +
  (onPage
    ? 'that this page carries; a link holds none of them.'
    : 'of your own, from the kernel: neither a link nor the notebook’s saved state holds them.');

/** What stands where, and what the words mean. */
function legend(data) {
  const rows = data?.arrays.probs.shape.length === 2;
  const marks =
    'Dots: bins, larger for more predictions. Purple: their gaps; the ECE is their mean, weighed by the ' +
    'predictions in each. Dashed: came true as often as predicted.';
  const costs =
    'Calibration and refinement are both costs: less is better. A calibration below 0 means too few bins: their ' +
    'frequencies say less than the predictions.';
  if (rows) {
    return [
      marks,
      'Price: what checking an answer costs, as a share of what an error costs. It pays where less than 1 − price is ' +
        'predicted, left of the dotted line; mean cost is what checks and errors then cost.',
      `${costs} Refinement includes what it costs to tell the other classes apart where the top class is wrong, ` +
        'which T changes.',
      'Brier score: the squared error summed over all classes, from 0 to 2.',
    ];
  }
  const act =
    'Price: what guarding against the event costs, as a share of the damage. It pays where more than that is ' +
    'predicted; mean cost is what guarding and damage then cost.';
  const brier = 'Brier score: the squared error of the one probability, from 0 to 1.';
  if (data) return [marks, act, costs, brier];
  return [
    `${marks} Blue curve: the true chance behind each prediction, on the days the forecaster knows about.`,
    'Sharpness: factor on the true log-odds. Bias: what is added to them. Knows: share of the days on which the ' +
      'forecaster sees the true chance; on the others it starts from ½.',
    act,
    costs,
    brier,
  ];
}

// ---- charts ---------------------------------------------------------------------------------------

const SHARES = [0, 0.25, 0.5, 0.75, 1];
const MARGIN = { top: 24, right: 12, bottom: 36, left: 44 };
const DIAGONAL = [
  [0, 0],
  [1, 1],
];

/** The truth of a forecaster against what it says. */
const truthOf = remembered((sharpness, bias, T) =>
  Array.from({ length: 81 }, (_, i) => (i - 40) / 5).map((t) => [
    sigmoid((sharpness * t + bias) / T),
    sigmoid(t),
  ]),
);

/** Where a reader stands who acts, on the axis of what is predicted. */
const standing = (rows, price) => (rows ? 1 - price : price);
const [HANDLE, LOW] = [0.08, 0.22]; // heights that leave the axis and each other free
const hundredth = (x) => Math.min(0.99, Math.max(0.01, Math.round(100 * x) / 100));

function diagram(ui) {
  const rows = ui.env.data?.arrays.probs.shape.length === 2;
  plot(ui, {
    label: 'Share that came true in each bin, against the mean prediction',
    height: (width, stacked) => (stacked ? 200 : Math.min(330, width * 0.86)),
    margin: MARGIN,
    x: { domain: [0, 1], ticks: SHARES, label: rows ? 'predicted for the top class' : 'predicted' },
    y: { domain: [0, 1], ticks: SHARES, label: 'came true' },
    rules: ({ price }) => [
      {
        key: 'price',
        x: standing(rows, price),
        tone: 'ink',
        dash: '2 3',
      },
    ],
    curves: (s, d) => [
      { key: 'guide', points: DIAGONAL, tone: 'muted', width: 1, dash: '5 4' },
      ...(ui.env.data || s.knowledge === 0
        ? []
        : [
            {
              key: 'truth',
              name: 'true chance on the days it knows about',
              points: truthOf(s.sharpness, s.bias, s.temperature),
              tone: 'p',
              width: 2,
              opacity: 0.7,
            },
          ]),
      { key: 'way', points: ways(d.table), tone: 'd', width: 2 },
      {
        key: 'bins',
        name: 'bins',
        points: d.table.map((bin) => [bin.confidence, bin.accuracy]),
        tone: 'p',
        width: 0,
      },
    ],
    marks({ price }, { table }) {
      const fullest = most(table);
      const dots = table.map((bin, i) => ({
        key: i,
        x: bin.confidence,
        y: bin.accuracy,
        tone: 'p',
        r: 2 + 4.5 * Math.sqrt(bin.count / fullest),
      }));
      const x = standing(rows, price);
      const anchor = x < 0.2 || (x < 0.8 && !rows) ? 'start' : 'end'; // where there is room
      const y = rows && x > 0.5 ? LOW : 0.95;
      return [...dots, { key: 'act', x, y, r: 0, tone: 'ink', anchor, label: rows ? '← check' : 'act →' }];
    },
    drags: [
      {
        name: 'price',
        tone: 'ink',
        letter: '',
        label: 'Price of acting',
        get: ({ price }) => [standing(rows, price), HANDLE],
        set: ([x]) => ({ price: hundredth(standing(rows, x)) }),
        key: ([dx, dy], { price }) => ({ price: hundredth(price + ((rows ? -dx : dx) - dy) / 100) }),
        slider: ({ price }) => ({ min: 0.01, max: 0.99, now: price, text: fixed(price, 2) }),
      },
    ],
  });
}

/** From each bin to the diagonal. */
const ways = (table) =>
  table.flatMap(({ confidence: c, accuracy: a }) => [
    [c, c],
    [c, a],
    [c, Number.NaN],
  ]);

/** The bins' counts, each bin down to its edges. */
const outline = (table) =>
  table.flatMap(({ edges: [from, to], count }) => [
    [from, 0],
    [from, count],
    [to, count],
    [to, 0],
  ]);
const most = (table) => table.reduce((n, { count }) => Math.max(n, count), 0);

function countPlot(ui) {
  const label = 'Number of predictions in each bin';
  plot(ui, {
    label,
    height: (_, stacked) => (stacked ? 70 : 92),
    margin: { ...MARGIN, bottom: 8 },
    x: { domain: [0, 1], ticks: [], label: '' },
    y: (_, { table }) => ({
      domain: [0, most(table)],
      ticks: [0, most(table)],
      label: 'predictions in a bin',
    }),
    areas: (_, { table }) => [{ key: 'counts', points: outline(table), tone: 'q', opacity: 0.3 }],
    curves: (_, { table }) => [{ key: 'counts', points: outline(table), tone: 'q', width: 1 }],
    data: (_, { table }) => ({
      kind: 'bars',
      label,
      names: table.map(({ edges }) => edges.map((edge) => fixed(edge, 3)).join('–')),
      series: [{ name: 'number of predictions', values: table.map(({ count }) => count), decimals: 0 }],
    }),
  });
}

const TOPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
const topAbove = (x) => TOPS.find((top) => top >= x) ?? TOPS[TOPS.length - 1];

/** The loss at each temperature, and where its axis ends. */
const curves = new WeakMap();
function lossCurve(source) {
  if (!curves.has(source)) {
    const n = Math.round(Math.min(60, Math.max(30, WORK / source.size)));
    const at = (i) => RANGE[0] * (RANGE[1] / RANGE[0]) ** (i / n);
    const points = Array.from({ length: n + 1 }, (_, i) => [at(i), source.lossAt(at(i))]);
    const least = points.reduce((low, [, y]) => Math.min(low, y), Infinity);
    const top = topAbove(Math.max(1.6 * least, 1.05 * source.lossAt(1)));
    if (source.size <= MOST_DAYS) pointsOf(points, source.lossAt);
    curves.set(source, { points, top });
  }
  return curves.get(source);
}

const inRange = (T) => T >= RANGE[0] && T <= RANGE[1];

function temperaturePlot(ui) {
  const clean = (T) => Number(Math.min(RANGE[1], Math.max(RANGE[0], T)).toFixed(2));
  plot(ui, {
    label: 'Loss at each temperature',
    height: (width, stacked) => (stacked ? 130 : Math.min(320, width * 0.74)),
    margin: MARGIN,
    x: { log: true, domain: RANGE, ticks: [0.2, 0.5, 1, 2, 5], label: 'temperature T' },
    y: (_, { source }) => ({ domain: [0, lossCurve(source).top], ticks: 3, label: 'loss, nats' }),
    rules: (_, { best_temperature: x, flat }) => (inRange(x) && !flat ? [{ key: 'best', x, tone: 'h' }] : []),
    marks(_, { best_temperature: x, flat, source }) {
      const at = Math.min(RANGE[1], Math.max(RANGE[0], x));
      const anchor = at < 0.6 ? 'start' : 'end'; // where there is room
      const known = x > RANGE[1] ? 'best T →' : x < RANGE[0] ? '← best T' : 'best T';
      const label = flat ? 'any T' : known;
      return [{ key: 'best', x: at, y: 0.95 * lossCurve(source).top, tone: 'h', r: 0, label, anchor }];
    },
    curves: (_, { source }) => [{ key: 'loss', points: lossCurve(source).points, tone: 'q' }],
    drags: [
      {
        name: 'temperature',
        tone: 'q',
        letter: 'T',
        label: 'Temperature, on the loss',
        get: (s, { source, loss }) => [s.temperature, Math.min(lossCurve(source).top, loss)],
        set: ([T]) => ({ temperature: clean(T) }),
        key: ([dx, dy], s) => ({ temperature: clean(s.temperature + (dx - dy) / 100) }),
        slider: (s, { loss }) => ({
          min: RANGE[0],
          max: RANGE[1],
          now: s.temperature,
          text: `${fixed(s.temperature, 2)}, loss ${compact(loss, 3)} nats`,
        }),
      },
    ],
  });
}

function parts(ui) {
  stack(ui, {
    label: 'Refinement and calibration add up to the loss',
    axis(_, { loss, refinement }) {
      const top = topAbove(1.6 * Math.max(loss, refinement)); // leaves room behind the bar for the second name
      return { max: top, ticks: [0, top / 2, top], unit: 'nats' };
    },
    parts: (_, d) => [
      { label: 'refinement', value: d.refinement, tone: 'h' },
      { label: 'calibration', value: d.calibration, tone: 'd' },
    ],
    total: (_, d) => `loss ${compact(d.loss, 3)}${d.calibration < -5e-4 ? ', too few bins' : ''}`,
  });
}
