import { plot } from '../charts/plot.js';
import { button, part, row, select, slider, sliders } from '../kit/controls.js';
import { h, write } from '../kit/dom.js';
import { code, compact, counted, fixed, py } from '../kit/format.js';
import { equations, frac, inline, large, m, quad, tfrac, tone } from '../kit/mathml.js';
import { player } from '../kit/player.js';
import { byView } from '../kit/views.js';
import {
  CLASSES,
  classesAt,
  FaultyRun,
  fromRuler,
  hiddenFault,
  isNear,
  landmarks,
  logarithmAt,
  nearest,
  toRuler,
} from '../math/diagnosis.js';

const MOST_EPOCHS = 25;
const IN_A_ROW = 3;
const CASES = 198;
const LISTED = 3; // landmarks that have their names on the ruler, or are explained
const NEAR = 0.003; // share of a landmark by which a loss that is at it may be off
const BESIDE = 0.02; // and one that is near it, if losses stray from it
/** Losses stray from a landmark unless it is exact: a cut, another base, a mistake of sign. */
const strays = (name) => name === CUTS[0] || /^[afs]/.test(LANDMARKS[name].of ?? name);
const ON_A_PHONE = 360; // pixels below which charts are low, so that the controls are in sight
const CUTS = ['below_2e-7', 'below_1e-12', 'below_1e-15', 'below_eps', 'below_100'];
const HALVED = 0.001; // share of a cut by which twice a loss may be off
const KERAS_2 = 0.012; // the same of the first, which is a little lower for a label 0
const SEEN = [-1.5, 150]; // ends of the drawn ruler
const TICKS = [-1, 0, 0.5, 1, 2, 5, 10, 20, 50, 100];
const LAST_SHARE = { 2: 'the other', 3: 'third', 4: 'fourth' }; // by the number of classes
const SOME_CLASSES = [
  2, 3, 4, 5, 6, 8, 10, 15, 20, 50, 100, 200, 500, 1000, 10_000, 50_257, 100_000, 200_000,
];

const RANGE = 'Print p.min() and p.max(). Are the columns in the order of the labels?';
const cutAt = (at, who, check = RANGE) => ({
  name: () => `−ln${at}`,
  says: `Probabilities are cut at ${at.trim()}, ${who}, and every answer is surely wrong.`,
  check,
});

/**
 * Of each landmark, how it comes about, as text, and as a formula if that is not the text; what it says of a run; a check; and the
 * symptom of the chapter that it is `of`, a cut if it says none.
 * @type {Record<string, {name: (s: State) => string, formula?: (s: State) => Formula, says: string, check: string, of?: string}>}
 */
const LANDMARKS = {
  zero: {
    name: () => 'exactly 0',
    formula: () => m`− ln 1`,
    says: 'Every answer is sure and right, or no label counts, or a NaN has been left out of the mean.',
    check: 'Print single losses, and how many labels are not ignored.',
    of: 'zero',
  },
  smoothing: {
    name: () => 'floor of smoothed labels',
    formula({ classes, smoothing }) {
      const each = smoothing / classes;
      const [most, least] = [compact(1 - smoothing + each, 3), compact(each, 4)];
      return m`− ${most} ln ${most} − ${classes - 1} ⋅ ${least} ln ${least}`;
    },
    says: 'The entropy of the smoothed labels: no model goes below it.',
    check: 'Compute the loss once with smoothing 0.',
    of: 'floor',
  },
  softmax_twice: {
    name: ({ classes }) => `ln(e + ${classes - 1}) − 1`,
    says: 'The floor of a softmax before a loss that applies its own.',
    check: 'Are all inputs of the loss between 0 and 1? Then they are not scores.',
    of: 'softmax-twice',
  },
  half: {
    name: () => 'ln 2',
    says: 'One output says ½ to everything, whatever the input.',
    check: 'Are the predictions the same for every input?',
    of: 'stuck',
  },
  uniform: {
    name: ({ classes }) => `ln C = ln ${classes}`,
    formula: ({ classes }) => m`ln ${classes}`,
    says: 'All classes get the same probability. Right for the first step, wrong for the last.',
    check: 'Is any gradient other than 0? Do labels and inputs belong together?',
    of: 'stuck',
  },
  frequencies: {
    name: () => 'entropy of the class frequencies',
    formula: () => m`− ${inline('∑', 'c')} p_c ln p_c`,
    says: 'The model knows how frequent the classes are, and nothing of the inputs.',
    check: 'Are the predictions the same for every input?',
    of: 'stuck',
  },
  base_10: {
    name: ({ classes }) => `log₁₀ ${classes}`,
    says: 'The loss of knowing nothing, with logarithms to base 10.',
    check: 'Times 2.3026 it is ln C.',
    of: 'differs',
  },
  base_2: {
    name: ({ classes }) => `log₂ ${classes}`,
    says: 'The loss of knowing nothing, with logarithms to base 2, in bits.',
    check: 'Times 0.6931 it is ln C.',
    of: 'differs',
  },
  sum: {
    name: ({ batch, classes }) => `${batch} · ln ${classes}`,
    says: 'The loss of knowing nothing, summed over the batch.',
    check: 'Halve the batch: does the loss halve?',
    of: 'above-1',
  },
  probabilities: {
    name: ({ classes }) => `−1/C = −1/${classes}`,
    formula: ({ classes }) => m`− ${tfrac(1, classes)}`,
    says: 'A negative log-likelihood that was given probabilities: it begins at −1/C.',
    check: 'NLLLoss takes what log_softmax gives.',
    of: 'negative',
  },
  sure: {
    name: () => '−1',
    formula: () => m`− p_${'y'}`,
    says: 'A negative log-likelihood that was given probabilities: it ends at −1.',
    check: 'NLLLoss takes what log_softmax gives.',
    of: 'negative',
  },
  single_unit: {
    name: () => '−½ ln 2⁻²³',
    says: 'Half of a cut of Keras, 7.971 or 8.059: every second answer is surely wrong.',
    check: 'A single unit needs a sigmoid, not a softmax.',
  },
  'below_2e-7': cutAt('(2 · 10⁻⁷)', 'as Keras 2 does, for a label 0 at 15.333 or 15.249'),
  'below_1e-7': cutAt(
    ' 10⁻⁷',
    'as Keras does',
    'Print p.min() and p.max(). Below 0 or above 1 they are scores: set from_logits=True.',
  ),
  below_eps_float32: cutAt(' 2⁻²³', 'as scikit-learn does in float32, and Keras for a label 0'),
  'below_1e-12': cutAt(' 10⁻¹²', 'as LightGBM’s metric cross_entropy does'),
  'below_1e-15': cutAt(' 10⁻¹⁵', 'as LightGBM’s binary_logloss does, and scikit-learn did before 1.2'),
  below_eps: cutAt(' 2⁻⁵²', 'as scikit-learn does'),
  below_tiny: cutAt(' 2⁻¹²⁶', 'as Caffe does', 'Is a score inf or NaN? Try a tenth of the rate.'),
  below_100: {
    name: () => '100',
    formula: () => m`min(− ln p, 100)`,
    says: 'The logarithm is stopped at −100, as in PyTorch’s BCELoss, and every answer is surely wrong.',
    check: 'Remove the sigmoid, and use BCEWithLogitsLoss.',
  },
};

/** By what a fault is known. */
const SIGNS = {
  healthy: 'Both losses fall and come to rest near the best possible.',
  rate_too_large: 'The loss jumps far above ln C and does not calm down, though many answers are right.',
  rate_too_small: 'Both losses go down together, nearly straight, and have not arrived.',
  shuffled_labels: 'The training loss sinks slowly from ln C, and the validation loss stays above it.',
  leak: 'Both losses go below the best that the two honest features allow.',
  softmax_twice: 'Many answers are right, yet no loss comes below ln(e + 3) − 1 = 0.744.',
  equal_weights: 'All start at exactly ln C, and both come to rest too high: ten hidden units work as one.',
  overfitting: 'The training loss goes to 0, and the validation loss turns and rises.',
  dropout: 'The training loss stays above the validation loss: it is printed while units are dropped.',
};

function marksOf({ classes, smoothing, batch, shares, frequencies }) {
  const known = frequencies === 'given' ? shares.slice(0, Math.min(3, classes - 1)) : null;
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

/** What a run prints, trained when it is asked for: the ruler has no need of it. */
class Printed {
  constructor(s) {
    this.fault = hiddenFault(s.case);
    this.guessed = s.guess !== 'none' && s.guess !== this.fault ? s.guess : '';
    this.state = s;
  }

  get run() {
    return runOf(this.fault, this.state.case);
  }

  get rows() {
    return this.run.upTo(this.state.epochs);
  }

  /** What the reader's wrong guess would have printed. */
  get other() {
    return this.guessed ? runOf(this.guessed, this.state.case).upTo(this.state.epochs) : [];
  }
}

function derive(s) {
  const marks = marksOf(s);
  const order = nearest(s.number, marks);
  const near = order.filter((name) => isNear(s.number, marks[name], NEAR));
  const beside = order.filter((name) => strays(name) && isNear(s.number, marks[name], BESIDE));
  const printed = new Printed(s);
  const last = (key) => printed.rows.at(-1)[key];
  return {
    marks,
    marked: order.slice(0, LISTED),
    explained: near.length ? near.slice(0, LISTED) : beside.slice(0, 1),
    near: near.length,
    chance: marks.uniform,
    gain: marks.uniform - s.number,
    printed,
    get training_loss() {
      return last('loss');
    },
    get validation_loss() {
      return last('validationLoss');
    },
    get training_accuracy() {
      return last('accuracy');
    },
    get validation_accuracy() {
      return last('validationAccuracy');
    },
  };
}

/** The landmark that is nearest, if one is near. */
const closest = ({ explained: [first] }) => first ?? null;

/** What a loss that is near no landmark may be all the same, and of which symptom. */
function hinted(s, { marks, explained: [known] }) {
  const { number, batch, classes } = s;
  const pairs = 2 * batch - 1;
  const cut = CUTS.find((name, i) => isNear(2 * number, marks[name], i ? HALVED : KERAS_2));
  if (known) return [];
  if (cut) return [` It is half of ${LANDMARKS[cut].name(s)}: every second answer is surely wrong.`, 'cap'];
  const candidates = batch > 1 && logarithmAt(number, [batch, pairs]);
  if (candidates) {
    const views = candidates > batch ? ', in two views each,' : '';
    return [
      ` It is near ln ${candidates}, where a contrastive loss of a batch of ${batch}${views} stands if all vectors coincide.`,
      'stuck',
    ];
  }
  if (isNear(0.7 * number, Math.log(pairs), HALVED))
    return [` It is ln ${pairs} times 0.1/0.07, as SupContrast prints if all vectors coincide.`, 'stuck'];
  if (isNear(number, (1 - 1 / classes) * marks['below_1e-7'], NEAR))
    return [' It is what Keras prints if one class is said to everything.', 'cap'];
  const others = classesAt(number);
  const halves = others === 4 ? ', or two losses of ln 2, as in a GAN' : '';
  return others ? [` It is near ln ${others}: are there ${others} classes${halves}?`, 'stuck'] : [];
}

const CHECKS = 'Causes and checks.';

/** What can be said of any loss, from where it stands alone, and the symptom that it is. */
function placed(s, d) {
  const { number, classes, frequencies } = s;
  const { gain, explained, marks } = d;
  const [hint = '', of] = hinted(s, d);
  const alone = explained.length ? '' : `No landmark is within 0.3 percent.${hint} `;
  if (number < 0) {
    const logged = number >= -1 && number <= -1 / classes;
    return [
      `${alone}${logged ? 'A negative log-likelihood that was given probabilities: it goes from −1/C to −1.' : 'No cross-entropy of labels from 0 to 1 is below 0. Was NLLLoss given raw scores?'}`,
      'negative',
    ];
  }
  const off = (than) =>
    `${alone}${than} than knowing nothing of ${classes} classes by ${compact(Math.abs(gain), 3)} nats`;
  // Rare classes are known to be rare by a model that knows nothing else.
  const given =
    frequencies === 'given'
      ? number > marks.frequencies && ' To know their shares alone costs less.'
      : ' Is one rare? Set the classes to “of given shares”: to know these alone may cost as little.';
  return gain < 0
    ? [
        `${off('Worse')}.${hint || explained.length ? '' : ' Is it a sum, the first loss, or are there sure mistakes?'}`,
        of ?? 'above-1',
      ]
    : [
        `${off('Better')}: as if each right answer had the probability ${compact(Math.exp(-number), 3)}.${(!explained.length && !hint && given) || ''}`,
        of ?? 'good',
      ];
}

const formulaOf = (landmark, s) => {
  const { name, formula } = LANDMARKS[landmark];
  return formula?.(s) ?? m`${name(s).replace('·', '⋅')}`;
};

const ruler = {
  formula(s, d, narrow) {
    const value = tone.q(compact(s.number, 4, 1e6));
    const [power, probability] = [m`e^${m`−L`}`, compact(Math.exp(-s.number), 4, 1e6)];
    const near = closest(d);
    const other = near
      ? [formulaOf(near, s), m`= ${tone.d(compact(d.marks[near], 4, 1e6))}`]
      : [m`ln C`, m`= ln ${s.classes} = ${fixed(d.chance, 4)}`];
    if (s.number < 0) return equations(['L', m`= ${value}`], other); // of no probability
    return narrow
      ? equations(['L', m`= ${value}`], [power, m`= ${probability}`], other)
      : equations(['L', m`= ${value}, ${quad} ${power} = ${probability}`], other);
  },

  python({ number, classes, smoothing, batch, shares, frequencies }) {
    const known = py`${frequencies === 'given' ? shares.slice(0, Math.min(3, classes - 1)) : null}`.trim();
    return py`
from lib.diagnosis import loss_landmarks, nearest_landmarks

loss = ${number}
marks = loss_landmarks(
    ${classes}, label_smoothing=${smoothing}, batch_size=${batch}, shares=${code(known)}
)
print("near", len(nearest_landmarks(loss, marks, count=len(marks), within=${NEAR})))
print("chance", marks["uniform"])
print("gain", marks["uniform"] - loss)`;
  },

  solved: ({ classes }, { marks }) =>
    classes === 10 && Math.abs(marks.smoothing - marks.softmax_twice) <= 0.02,

  summary(s, d) {
    const near = closest(d);
    const mark = near ? ` ${d.near ? 'At' : 'Near'} ${LANDMARKS[near].name(s)}.` : '';
    return `Loss ${compact(s.number, 4, 1e6)} nats.${mark} ${placed(s, d)[0]}`;
  },

  build: buildRuler,
};

const curves = {
  formula: (_, d) =>
    equations(
      ['L', m`= − ${frac(1, 'N')} ${large('∑', 'i')} ln p_${'y_i'} = ${fixed(d.training_loss, 4)}`],
      ['ln C', m`= ln ${CLASSES} = ${fixed(Math.log(CLASSES), 4)}`],
    ),

  python: (s) => py`
from lib.diagnosis import hidden_fault, train_with_fault

curves = train_with_fault(hidden_fault(${s.case}), case=${s.case}, epochs=${s.epochs})
print("training_loss", curves.training_loss[-1])
print("validation_loss", curves.validation_loss[-1])
print("training_accuracy", curves.training_accuracy[-1])
print("validation_accuracy", curves.validation_accuracy[-1])`,

  solved: ({ named, guess, epochs }, { printed }) =>
    named >= IN_A_ROW && epochs > 0 && guess === printed.fault,

  summary: (s, d) =>
    `Run ${s.case} after ${counted(s.epochs, 'epoch')}: training loss ${fixed(d.training_loss, 2)}, ` +
    `validation loss ${fixed(d.validation_loss, 2)} nats; right ${fixed(100 * d.training_accuracy, 0)} ` +
    `and ${fixed(100 * d.validation_accuracy, 0)} percent.`,

  build: buildCurves,
};

const faces = byView({ ruler, curves });

/** @satisfies {View} */
export default {
  name: 'diagnosis',
  derive,
  ...faces,

  /** Another run has not been judged yet. */
  constrain: (_, changed) => ('case' in changed && !('guess' in changed) ? { guess: 'none' } : {}),

  build(ui) {
    row(ui, () => select(ui, 'view'));
    faces.build(ui);
  },
};

/** As many digits as a hand can set. */
const settled = (x) => Number(x.toFixed(3));
/** @type {(x: number, ends: number[]) => number} */
const between = (x, [low, high]) => Math.min(high, Math.max(low, x));

function buildRuler(ui) {
  const ends = SEEN.map(toRuler);
  const { min, max } = ui.schema.number;
  const onRuler = (u) => ({ number: settled(fromRuler(between(u, ends))) });
  const place = (x) => between(toRuler(x), ends);
  plot(ui, {
    label: 'Your loss on a ruler, among its landmarks',
    height: (width) => (width < ON_A_PHONE ? 170 : 240),
    margin: { top: 10, right: 14, bottom: 38, left: 14 },
    x: {
      domain: ends,
      ticks: TICKS.map(toRuler),
      format: (u) => String(Math.round(fromRuler(u) * 10) / 10).replace('-', '−'),
      label: 'loss, nats',
      words: (u) => compact(fromRuler(u), 3, 1e6),
    },
    y: { domain: [0, 1], ticks: [] },
    rules: (_, { marks }) =>
      Object.entries(marks)
        .filter(([, value]) => value >= SEEN[0] && value <= SEEN[1])
        .map(([key, value]) => ({ key, x: toRuler(value), tone: 'rule', dash: 'none' })),
    marks: (s, { marks, marked }) =>
      marked.map((key, i) => ({
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
        slider: ({ number }) => ({
          min: SEEN[0],
          max: SEEN[1],
          now: between(number, SEEN),
          text: `${compact(number, 4, 1e6)} nats`,
        }),
      },
    ],
  });
  landmarkList(ui);
  slider(ui, 'number', {
    tone: 'q',
    label: 'your loss',
    advice(text) {
      const link = h('a', { text: CHECKS });
      const symptom = /nan|inf/i.test(text) ? 'nan' : /^\s*[-−]/.test(text) ? 'negative' : 'above-1';
      return h(
        'span',
        {},
        symptom === 'above-1' ? ' Is yours a sum? ' : ' ',
        lead(ui, link, symptom) ? link : '',
      );
    },
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
    () =>
      sliders(ui, 'shares', {
        tone: 'p',
        parts: ({ classes }) => Math.min(classes, ui.schema.shares.labels.length),
        labels: ({ classes }) => [
          ...ui.schema.shares.labels.slice(0, -1),
          LAST_SHARE[classes] ?? 'all others',
        ],
      }),
  );
}

/**
 * Have a link lead to a symptom of the chapter: on its page, or from another of the site. A notebook does not
 * know where the chapter is.
 */
function lead({ env }, link, symptom) {
  const here = document.getElementById(symptom);
  if (here || env.permalink) link.href = `${here ? '' : '../chapters/diagnosis.html'}#${symptom}`;
  if (!here) link.target = '_top'; // out of the frame
  return link.href;
}

/** The landmarks that are near, and what can be said without them. */
function landmarkList(ui) {
  const items = Array.from({ length: LISTED }, () => {
    const [name, says, check] = ['a', 'span', 'em'].map((tag) => h(tag));
    return { node: h('li', {}, h('strong', {}, name), ' ', says, ' ', check), name, says, check };
  });
  const list = h('ul', { class: 'ex-landmarks', 'aria-label': 'The nearest landmarks' });
  const [place, more] = [h('span'), h('a')];
  const last = h('li', {}, place, ' ', more);
  ui.stage.append(list);
  ui.onUpdate((s, d) => {
    if (list.closest('[hidden]')) return;
    d.explained.forEach((key, i) => {
      const { name, says, check } = items[i];
      const { name: nameOf, says: words, check: test, of = 'cap' } = LANDMARKS[key];
      lead(ui, name, of);
      write(name, `${d.near ? '' : 'Near, but not at, '}${compact(d.marks[key], 4, 1e6)}: ${nameOf(s)}.`);
      write(says, words);
      write(check, test);
    });
    const [words, of] = placed(s, d);
    write(place, words);
    write(more, of === 'good' ? 'What is a good loss?' : CHECKS);
    more.hidden = !lead(ui, more, of) || d.explained.length > 0; // then the landmarks lead on
    const lines = [...items.slice(0, d.explained.length).map(({ node }) => node), last];
    if (list.children.length !== lines.length) list.replaceChildren(...lines);
  }, list);
}

function buildCurves(ui) {
  const x = { domain: [0, MOST_EPOCHS], ticks: [0, 5, 10, 15, 20, 25], label: 'epoch' };
  const LOSSES = ['loss', 'validationLoss'];
  const lines = ({ printed: { rows, other } }, keys) =>
    [
      { of: '', rows, width: 2 },
      { of: ', as guessed', rows: other, width: 1.2, opacity: 0.6 },
    ].flatMap(({ of, rows: all, ...look }) =>
      keys.map((key, i) => ({
        key: `${i ? 'validation' : 'training'}${of}`,
        points: all.map((entry, epoch) => [epoch, entry[key]]),
        tone: i ? 'q' : 'ink',
        dash: i ? '6 4' : null,
        ...look,
      })),
    );
  const wild = ({ rows, other }) =>
    [...rows, ...other].some((entry) => LOSSES.some((key) => entry[key] > 2.2));
  const size = {
    margin: { top: 24, right: 10, bottom: 34, left: 34 },
    height: (width) => (width < ON_A_PHONE ? 140 : 225),
    x,
  };
  plot(ui, {
    ...size,
    label: 'Printed training loss and validation loss',
    y: (s) =>
      wild(new Printed(s))
        ? { domain: [0, 20], ticks: [0, 5, 10, 15, 20], label: 'loss, nats' }
        : { domain: [0, 2.2], ticks: [0, 0.5, 1, 1.5, 2], label: 'loss, nats' },
    rules: (_, { printed }) => [
      { key: 'chance', y: Math.log(CLASSES), tone: 'muted', label: 'ln C' },
      { key: 'best', y: printed.run.attainable, tone: 'h', label: 'best on new data' },
    ],
    curves: (_, d) => lines(d, LOSSES),
  });
  plot(ui, {
    ...size,
    label: 'Shares of the training and validation samples that are right',
    y: { domain: [0, 1.05], ticks: [0, 0.5, 1], label: 'share right' },
    rules: () => [{ key: 'chance', y: 1 / CLASSES, tone: 'muted', label: '1/C' }],
    curves: (_, d) => lines(d, ['accuracy', 'validationAccuracy']),
  });
  slider(ui, 'epochs', { label: 'epochs' });
  player(ui, 'epochs', { perSecond: 8 });
  guesses(ui);
  slider(ui, 'case', { label: 'run number' });
}

const PRINTED = {
  loss: 'training loss',
  validationLoss: 'validation loss',
  accuracy: 'share right in training',
  validationAccuracy: 'share right in validation',
};

/** Which curve differs most from that of a wrong guess, and where. */
function ruledOut({ rows, other, fault, guessed }) {
  // The start is chance, but with equal weights, and wears off; so is the share right in validation, with
  // shuffled labels.
  const luck = [fault, guessed].includes('shuffled_labels') && 'validationAccuracy';
  const telling = (key, epoch) =>
    epoch && 2 * epoch >= rows.length - 1
      ? key !== luck
      : !epoch && guessed === 'equal_weights' && /loss/i.test(key);
  const gaps = Object.keys(PRINTED).flatMap((key) =>
    rows.flatMap((entry, epoch) =>
      telling(key, epoch) ? [{ key, epoch, gap: Math.abs(entry[key] - other[epoch][key]) }] : [],
    ),
  );
  const { key, epoch, gap } = gaps.reduce((most, one) => (one.gap > most.gap ? one : most));
  if (gap < 0.1) return 'So far the two hardly differ: let it train longer.';
  const [here, there] = [rows, other].map((all) => fixed(all[epoch][key], 2));
  const when = epoch ? `after epoch ${epoch}` : 'at the start';
  return `The ${PRINTED[key]} rules it out: ${when} it is ${here}, there ${there}.`;
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
  ui.onUpdate((s, { printed }) => {
    const { fault } = printed;
    if (verdict.closest('[hidden]')) return;
    for (const [value, node] of buttons) {
      node.setAttribute('aria-pressed', String(value === s.guess));
      node.disabled = s.epochs === 0 || (s.guess === fault && value !== fault);
    }
    const count = ` Right in a row: ${s.named}.`;
    if (s.guess === 'none' || s.epochs === 0) {
      write(verdict, `Let it train, and say what is wrong.${count}`);
    } else if (s.guess === fault) write(verdict, `Right: ${wordsOf(fault)}. ${SIGNS[fault]}${count}`);
    else {
      const why = `That looks like the thin curves. ${ruledOut(printed)}`;
      write(verdict, `Not “${wordsOf(s.guess)}”. ${why} ${SIGNS[s.guess]}${count}`);
    }
  }, verdict);
}
