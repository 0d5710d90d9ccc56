import { plot } from '../charts/plot.js';
import { table } from '../charts/table.js';
import { button, columns, part, row, select, slider, sliders } from '../kit/controls.js';
import { h, write } from '../kit/dom.js';
import { code, compact, fixed, py } from '../kit/format.js';
import { equations, frac, inline, large, m, quad, tfrac, tone } from '../kit/mathml.js';
import { player } from '../kit/player.js';
import {
  BATCH,
  CLASSES,
  FaultyRun,
  fromRuler,
  hiddenFault,
  landmarks,
  nearest,
  toRuler,
} from '../math/diagnosis.js';

const MOST_EPOCHS = 25;
const IN_A_ROW = 3;
const CASES = 198;
const LISTED = 3; // landmarks that are explained
const SEEN = [-1.5, 150]; // ends of the drawn ruler
const TICKS = [-1, 0, 0.5, 1, 2, 5, 10, 20, 50, 100];
const SOME_CLASSES = [
  2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_257, 100_000,
  151_936, 200_000,
];

/**
 * Of each landmark, how it comes about, as text and as a formula; what it says of a run; and a check.
 * @type {Record<string, {name: (s: State) => string, formula: (s: State) => Formula, says: string, check: string}>}
 */
const LANDMARKS = {
  zero: {
    name: () => 'exactly 0',
    formula: () => m`− ln 1`,
    says: 'Every answer is sure and right, or no label counts, or a NaN has been left out of the mean.',
    check: 'Print the loss of single samples, and how many labels are not ignored.',
  },
  smoothing: {
    name: () => 'floor of smoothed labels',
    formula({ classes, smoothing }) {
      const each = smoothing / classes;
      const [most, least] = [compact(1 - smoothing + each, 3), compact(each, 4)];
      return m`− ${most} ln ${most} − ${classes - 1} ⋅ ${least} ln ${least}`;
    },
    says: 'The entropy of the smoothed labels. No model goes below it.',
    check: 'Compute the loss once with smoothing 0.',
  },
  softmax_twice: {
    name: ({ classes }) => `ln(e + ${classes - 1}) − 1`,
    formula: ({ classes }) => m`ln(e + ${classes - 1}) − 1`,
    says: 'The floor of a softmax in front of a loss that applies its own.',
    check: 'Do the rows that the loss is given sum to 1? Then they are no scores.',
  },
  half: {
    name: () => 'ln 2',
    formula: () => m`ln 2`,
    says: 'One output says ½ to everything: it does not depend on the input.',
    check: 'Feed two very different inputs, and compare the outputs.',
  },
  uniform: {
    name: ({ classes }) => `ln C = ln ${classes}`,
    formula: ({ classes }) => m`ln ${classes}`,
    says: 'All classes get the same probability. Right for the first step, wrong for the last.',
    check: 'Is any gradient other than 0? Do labels and inputs belong together?',
  },
  frequencies: {
    name: () => 'entropy of the class frequencies',
    formula: () => m`− ${inline('∑', 'c')} p_c ln p_c`,
    says: 'The model knows how frequent the classes are, and nothing of the inputs.',
    check: 'Are the predictions the same for every input?',
  },
  base_10: {
    name: ({ classes }) => `log₁₀ ${classes}`,
    formula: ({ classes }) => m`log₁₀ ${classes}`,
    says: 'The loss of knowing nothing, with logarithms to base 10.',
    check: 'Times 2.3026 it is ln C.',
  },
  base_2: {
    name: ({ classes }) => `log₂ ${classes}`,
    formula: ({ classes }) => m`log₂ ${classes}`,
    says: 'The loss of knowing nothing, in bits.',
    check: 'Times 0.6931 it is ln C.',
  },
  sum: {
    name: ({ batch, classes }) => `${batch} · ln ${classes}`,
    formula: ({ batch, classes }) => m`${batch} ln ${classes}`,
    says: 'The loss of knowing nothing, summed over the batch and not averaged.',
    check: 'Halve the batch: does the loss halve?',
  },
  probabilities: {
    name: ({ classes }) => `−1/C = −1/${classes}`,
    formula: ({ classes }) => m`− ${tfrac(1, classes)}`,
    says: 'A negative log-likelihood that was given probabilities: at the start it is −1/C.',
    check: 'NLLLoss takes what log_softmax gives.',
  },
  sure: {
    name: () => '−1',
    formula: () => m`− p_${'y'}`,
    says: 'A negative log-likelihood that was given probabilities: it cannot go below −1.',
    check: 'NLLLoss takes what log_softmax gives.',
  },
  'below_1e-7': {
    name: () => '−ln 10⁻⁷',
    formula: () => m`− ln 10⁻⁷`,
    says: 'Probabilities are cut at 10⁻⁷, as Keras does: a sure answer is wrong.',
    check: 'Give the loss scores: from_logits=True.',
  },
  'below_1e-12': {
    name: () => '−ln 10⁻¹²',
    formula: () => m`− ln 10⁻¹²`,
    says: 'Probabilities are cut at 10⁻¹², as a metric of LightGBM does: a sure answer is wrong.',
    check: 'Look for a probability of 0 or 1.',
  },
  below_eps: {
    name: () => '−ln 2⁻⁵²',
    formula: () => m`− ln 2⁻⁵²`,
    says: 'Probabilities are cut at 2⁻⁵², as scikit-learn does: a sure answer is wrong.',
    check: 'Look for a probability of 0 or 1.',
  },
  below_100: {
    name: () => '100',
    formula: () => m`min(− ln p, 100)`,
    says: 'The logarithm is stopped at −100, as in PyTorch’s BCELoss: a sure answer is wrong.',
    check: 'Use BCEWithLogitsLoss, which takes scores.',
  },
};

/** By what a fault is known. */
const SIGNS = {
  healthy: 'Both losses fall and come to rest near the best that is possible.',
  rate_too_large: 'The loss jumps far above ln C and does not calm down, though many answers are right.',
  rate_too_small: 'Both losses go down together, in a nearly straight line, and are not there at the end.',
  shuffled_labels:
    'The training loss stays at ln C; on other samples the loss is above it, right as often as chance.',
  leak: 'Both losses go below the best that the two honest features allow.',
  softmax_twice: 'Many answers are right, and yet no loss comes below ln(e + 3) − 1 = 0.744.',
  equal_weights: 'All start at exactly ln C, and both come to rest too high: ten hidden units work as one.',
  overfitting: 'The training loss goes to 0, and the validation loss turns and rises.',
  dropout: 'The training loss stays above the validation loss: it is printed while units are dropped.',
};

const isRuler = ({ view }) => view === 'ruler';

function marksOf(s) {
  if (!isRuler(s)) return landmarks(CLASSES, { batch: BATCH });
  const { classes, smoothing, batch, shares } = s;
  const known = s.frequencies === 'given' ? shares.slice(0, Math.min(3, classes - 1)) : null;
  return landmarks(classes, { smoothing, batch, shares: known });
}

// A run does not depend on how far it has come: the last few are kept, and go on from there.
const KEPT = 4;
const runs = new Map();

function runOf(fault, number) {
  const key = `${fault} ${number}`;
  const run = runs.get(key) ?? new FaultyRun(fault, number);
  runs.delete(key);
  runs.set(key, run);
  if (runs.size > KEPT) runs.delete(runs.keys().next().value);
  return run;
}

function derive(s) {
  const marks = marksOf(s);
  /** @type {Derived} */
  const d = { marks, chance: marks.uniform, loss: s.number };
  if (!isRuler(s)) {
    const fault = hiddenFault(s.case);
    const run = runOf(fault, s.case);
    const wrong = s.guess !== 'none' && s.guess !== fault;
    Object.assign(d, {
      fault,
      attainable: run.attainable,
      rows: run.upTo(s.epochs),
      other: wrong ? runOf(s.guess, s.case).upTo(s.epochs) : [],
    });
    d.loss = d.rows.at(-1).loss;
  }
  d.near = nearest(d.loss, marks, LISTED);
  return { ...d, nearest: marks[d.near[0]], probability: Math.exp(-d.loss) };
}

/** @satisfies {View} */
export default {
  name: 'diagnosis',
  derive,

  formula(s, d, narrow) {
    const [value, e] = [tone.q(compact(d.loss, 4, 1e6)), m`e^${m`−L`} = ${compact(d.probability, 4, 1e6)}`];
    const sum = isRuler(s) ? '' : m`= − ${frac(1, 'N')} ${large('∑', 'i')} ln p_${'y_i'}`;
    const nearby = isRuler(s)
      ? [LANDMARKS[d.near[0]].formula(s), m`= ${tone.d(compact(d.nearest, 4, 1e6))}`]
      : ['ln C', m`= ln ${CLASSES} = ${fixed(d.chance, 4)}`];
    return narrow
      ? equations(
          ['L', m`${sum} = ${value}`],
          [m`e^${m`−L`}`, m`= ${compact(d.probability, 4, 1e6)}`],
          nearby,
        )
      : equations(['L', m`${sum} = ${value}, ${quad} ${e}`], nearby);
  },

  python(s) {
    const { classes, smoothing, batch, shares } = s;
    const known = py`${s.frequencies === 'given' ? shares.slice(0, Math.min(3, classes - 1)) : null}`.trim();
    const given = isRuler(s)
      ? py`
loss = ${s.number}
marks = loss_landmarks(
    ${classes}, label_smoothing=${smoothing}, batch_size=${batch}, shares=${code(known)}
)`
      : py`
curves = train_with_fault(hidden_fault(${s.case}), case=${s.case}, epochs=${s.epochs})
loss = curves.training_loss[-1]
marks = loss_landmarks(${CLASSES}, batch_size=${BATCH})`;
    const names = isRuler(s)
      ? 'loss_landmarks, nearest_landmarks'
      : 'hidden_fault, loss_landmarks, nearest_landmarks, train_with_fault';
    return py`
import numpy as np
from lib.diagnosis import ${code(names)}

${code(given.trim())}
print("loss", loss)
print("nearest", *nearest_landmarks(loss, marks).values())
print("chance", marks["uniform"])
print("probability", np.exp(-loss))`;
  },

  solved: (s, d) => !isRuler(s) && s.named >= IN_A_ROW && s.guess === d.fault,

  summary(s, d) {
    const near = () => `${LANDMARKS[d.near[0]].name(s)}, ${compact(d.nearest, 4)}`;
    if (isRuler(s)) return `Loss ${compact(d.loss, 4)} nats; nearest landmark ${near()}.`;
    const { accuracy, validationLoss, validationAccuracy } = d.rows.at(-1);
    return (
      `Run ${s.case} after ${s.epochs} epochs: training loss ${fixed(d.loss, 2)}, validation loss ` +
      `${fixed(validationLoss, 2)} nats; right ${fixed(100 * accuracy, 0)} and ` +
      `${fixed(100 * validationAccuracy, 0)} percent.`
    );
  },

  /** Another run has not been judged yet. */
  constrain: (_, changed) => ('case' in changed && !('guess' in changed) ? { guess: 'none' } : {}),

  build(ui) {
    row(ui, () => select(ui, 'view'));
    part(ui, isRuler, () => buildRuler(ui));
    part(
      ui,
      (s) => !isRuler(s),
      () => buildCurves(ui),
    );
  },
};

/** As many digits as a hand can set. */
const settled = (x) => Number(x.toFixed(Math.abs(x) < 10 ? 3 : Math.abs(x) < 100 ? 2 : 1));
/** @type {(x: number, ends: number[]) => number} */
const between = (x, [low, high]) => Math.min(high, Math.max(low, x));

function buildRuler(ui) {
  const ends = SEEN.map(toRuler);
  const { min, max } = ui.schema.number;
  const onRuler = (u) => ({ number: settled(fromRuler(between(u, ends))) });
  const place = (x) => between(toRuler(x), ends);
  plot(ui, {
    label: 'Your loss on a ruler, among its landmarks',
    height: () => 170,
    margin: { top: 10, right: 14, bottom: 38, left: 14 },
    x: {
      domain: ends,
      ticks: TICKS.map(toRuler),
      format: (u) => String(Math.round(fromRuler(u) * 10) / 10).replace('-', '−'),
      label: 'loss, nats',
    },
    y: { domain: [0, 1], ticks: [] },
    rules: (_, { marks }) =>
      Object.entries(marks)
        .filter(([, value]) => value >= SEEN[0] && value <= SEEN[1])
        .map(([key, value]) => ({ key, x: toRuler(value), tone: 'rule', dash: 'none' })),
    marks: (s, { marks, near }) =>
      near.map((key, i) => ({
        key,
        x: place(marks[key]),
        y: 0.14 + 0.2 * i,
        tone: 'd',
        anchor: place(marks[key]) > toRuler(4) ? 'end' : 'start',
        label: LANDMARKS[key].name(s),
      })),
    drags: [
      {
        name: 'number',
        tone: 'q',
        letter: 'L',
        label: 'Your loss',
        get: ({ number }) => [toRuler(number), 0.84],
        set: ([u]) => onRuler(u),
        key: ([dx, dy], { number }) => onRuler(place(number) + 0.02 * (dx - dy)),
        slider: ({ number }) => ({ min, max, now: number, text: `${compact(number, 4)} nats` }),
      },
    ],
  });
  landmarkList(ui);
  slider(ui, 'number', {
    tone: 'q',
    label: 'your loss',
    scale: { to: toRuler, from: (u) => between(settled(fromRuler(u)), [min, max]), step: 0.02 },
  });
  slider(ui, 'classes', {
    label: 'classes C',
    scale: {
      to: (value) => SOME_CLASSES.findLastIndex((some) => some <= value),
      from: (i) => SOME_CLASSES[i],
      step: 1,
    },
  });
  slider(ui, 'batch', {
    label: 'batch',
    scale: { to: (value) => Math.round(Math.log2(value)), from: (power) => 2 ** power, step: 1 },
  });
  slider(ui, 'smoothing', { label: 'smoothing ε' });
  row(ui, () => select(ui, 'frequencies', { label: 'classes are' }));
  part(
    ui,
    ({ frequencies }) => frequencies === 'given',
    () => sliders(ui, 'shares', { tone: 'p' }),
  );
}

/** The nearest landmarks in words. */
function landmarkList(ui) {
  const items = Array.from({ length: LISTED }, () => {
    const [name, says, check] = ['strong', 'span', 'em'].map((tag) => h(tag));
    return { node: h('li', {}, name, ' ', says, ' ', check), name, says, check };
  });
  const list = h('ol', { class: 'ex-landmarks', 'aria-label': 'The nearest landmarks' });
  list.append(...items.map(({ node }) => node));
  ui.stage.append(list);
  ui.onUpdate((s, { marks, near }) => {
    if (list.closest('[hidden]')) return;
    items.forEach(({ name, says, check }, i) => {
      const { name: nameOf, says: words, check: test } = LANDMARKS[near[i]];
      write(name, `${compact(marks[near[i]], 4, 1e6)}: ${nameOf(s)}.`);
      write(says, words);
      write(check, test);
    });
  }, list);
}

function buildCurves(ui) {
  const x = { domain: [0, MOST_EPOCHS], ticks: [0, 5, 10, 15, 20, 25], label: 'epoch' };
  const lines = (d, keys) =>
    [
      { name: 'own', rows: d.rows, width: 2 },
      { name: 'other', rows: d.other, width: 1.2, opacity: 0.6 },
    ].flatMap(({ name, rows, ...look }) =>
      keys.map((key, i) => ({
        key: `${name} ${key}`,
        points: rows.map((entry, epoch) => [epoch, entry[key]]),
        tone: i ? 'q' : 'ink',
        dash: i ? '6 4' : null,
        ...look,
      })),
    );
  const LOSSES = ['loss', 'validationLoss'];
  const wild = ({ rows, other }) =>
    [...rows, ...other].some((entry) => LOSSES.some((key) => entry[key] > 2.2));
  const size = { margin: { top: 24, right: 10, bottom: 34, left: 34 }, x };
  columns(ui, () => {
    plot(ui, {
      ...size,
      label: 'Printed training loss and validation loss',
      height: (width) => between(width * 0.75, [150, 230]),
      y: (s) =>
        wild(derive(s))
          ? { domain: [0, 20], ticks: [0, 5, 10, 15, 20], label: 'loss' }
          : { domain: [0, 2.2], ticks: [0, 0.5, 1, 1.5, 2], label: 'loss' },
      rules: (_, { attainable, chance }) => [
        { key: 'chance', y: chance, tone: 'muted', label: 'ln C' },
        { key: 'best', y: attainable, tone: 'h', label: 'best possible' },
      ],
      curves: (_, d) => lines(d, LOSSES),
    });
    plot(ui, {
      ...size,
      label: 'Shares of the training and validation samples that are right',
      height: (width) => between(width * 0.75, [150, 230]),
      y: { domain: [0, 1.05], ticks: [0, 0.5, 1], label: 'share right' },
      rules: () => [{ key: 'chance', y: 1 / CLASSES, tone: 'muted', label: '1/C' }],
      curves: (_, d) => lines(d, ['accuracy', 'validationAccuracy']),
    });
  });
  table(ui, {
    caption: 'What the loop has printed last',
    columns: ['samples', 'loss, nats', 'share right'],
    rows: (_, { rows }) => {
      const { loss, accuracy, validationLoss, validationAccuracy } = rows.at(-1);
      return [
        { head: 'training, solid', cells: [{ text: fixed(loss, 4) }, { text: fixed(accuracy, 3) }] },
        {
          head: 'validation, dashed',
          cells: [{ text: fixed(validationLoss, 4) }, { text: fixed(validationAccuracy, 3) }],
        },
      ];
    },
  });
  slider(ui, 'epochs', { label: 'epochs' });
  player(ui, 'epochs', { perSecond: 8 });
  guesses(ui);
  slider(ui, 'case', { label: 'run number' });
}

/** One button for each thing that may be wrong, and what comes of pressing it. */
function guesses(ui) {
  const { options } = ui.schema.guess;
  const wordsOf = (value) => options.find((one) => one.value === value)?.label ?? '';
  const verdict = h('p', { class: 'ex-verdict', role: 'status' });
  function say(value) {
    const s = ui.state();
    if (value === s.guess) return;
    const right = value === hiddenFault(s.case);
    ui.set({ guess: value, named: right ? Math.min(IN_A_ROW, s.named + 1) : 0 });
  }
  const buttons = new Map();
  const choices = row(ui, () => {
    for (const { value, label } of options) {
      if (value !== 'none')
        buttons.set(
          value,
          button(ui, label, () => say(value)),
        );
    }
  });
  choices.setAttribute('role', 'group');
  choices.setAttribute('aria-label', ui.schema.guess.label);
  ui.addControl(verdict);
  row(ui, () =>
    button(ui, 'Next run', () => {
      const number = ui.state().case;
      ui.set({ case: number < CASES ? number + 1 : 1, epochs: 0 });
    }),
  );
  ui.onUpdate((s, { fault }) => {
    if (isRuler(s)) return;
    for (const [value, node] of buttons) {
      node.setAttribute('aria-pressed', String(value === s.guess));
      node.disabled = s.guess === fault && value !== fault;
    }
    const count = ` Named in a row: ${s.named}.`;
    if (s.guess === 'none') write(verdict, `Let it train, and say what is wrong.${count}`);
    else if (s.guess === fault) write(verdict, `Right: ${wordsOf(fault)}. ${SIGNS[fault]}${count}`);
    else {
      write(verdict, `Not “${wordsOf(s.guess)}”: that looks like the thin curves. ${SIGNS[s.guess]}${count}`);
    }
  }, verdict);
}
