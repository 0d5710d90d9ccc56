import { matrix } from '../charts/matrix.js';
import { curveAt, plot, remembered } from '../charts/plot.js';
import { along } from '../charts/points.js';
import { rings } from '../charts/rings.js';
import { beside, presets, row, select, slider } from '../kit/controls.js';
import { h, write } from '../kit/dom.js';
import { compact, counted, fixed, py } from '../kit/format.js';
import { equations, frac, large, m, quad, tfrac, tone } from '../kit/mathml.js';
import { playback } from '../kit/player.js';
import {
  angleGrads,
  atRest,
  contrastiveLosses,
  descended,
  even,
  found,
  matchedColumns,
  matchedRows,
  similarities,
  stageOf,
} from '../math/contrastive.js';

const TOPS = [6, 12, 24]; // nats: ends of the axis of the loss over the temperature
const HIGHEST = 48; // and of what is above them all
const BELOW = 1 / 6; // of that axis, how far it goes on below 0, so that a mark at 0 leaves its ticks free
const [FLOOR_ENDS, CHANCE_ENDS] = [0.75, 2.2]; // temperatures: where the names of the lines end
const NEAREST = 0.02; // of a temperature, the step from one point of its curves to the next

const all = (angle) => Array(8).fill(angle);
const EXAMPLES = [
  {
    label: 'scattered',
    patch: {
      pictures: [90, 20, -50, -110, 170, 125, -20, 55],
      texts: [65, 120, -15, -75, -155, 20, 145, -135],
    },
  },
  {
    label: 'matched, but crowded',
    patch: { pictures: [90, 75, 60, 45, 30, 15, 0, -15], texts: [90, 75, 60, 45, 30, 15, 0, -15] },
  },
  {
    label: 'each text opposite its picture',
    patch: {
      pictures: [90, 30, -30, -90, -150, 150, 60, 0],
      texts: [-90, -150, 150, 90, 30, -30, -120, 180],
    },
  },
  { label: 'all in one place', patch: { pictures: all(90), texts: all(90) } },
];

const of = ({ pictures, texts, pairs }) => [pictures.slice(0, pairs), texts.slice(0, pairs)];
const lossAt = (s, temperature) => contrastiveLosses(s, temperature).both;

function derive(state) {
  const { pairs, temperature } = state;
  const [pictures, texts] = of(state);
  const s = similarities(pictures, texts);
  const losses = contrastiveLosses(s, temperature);
  const gradients = angleGrads(pictures, texts, temperature);
  const places = even(pairs);
  return {
    s,
    gradients,
    loss: losses.both,
    row_loss: losses.rows,
    column_loss: losses.columns,
    chance: Math.log(pairs),
    floor: contrastiveLosses(similarities(places, places), temperature).rows,
    found: found(s),
    slope: Math.hypot(...gradients.flat()),
  };
}

/** Temperatures a constant factor apart, for curves over a logarithmic axis. */
function temperatures({ min, max }) {
  const steps = Math.ceil(Math.log(max / min) / NEAREST / 3);
  return Array.from({ length: steps + 1 }, (_, i) => min * (max / min) ** (i / steps));
}
const curveOf = (s, range) => curveAt((temperature) => lossAt(s, temperature), temperatures(range));
const floorCurve = remembered((pairs, min, max) => {
  const places = even(pairs);
  return curveOf(similarities(places, places), { min, max });
});

/** Hundredths of a degree are what the state holds, between −180 and 180. */
const tidy = (angle) => Number((angle - 360 * Math.round(angle / 360)).toFixed(2));

/** Buttons that let the angles descend the loss; the state holds them rounded. */
function descent(ui) {
  let exact = null; // angles, of which the state has the roundings `left`
  let left = '';
  let origin = null;
  const written = ({ pictures, texts, pairs, temperature }) =>
    JSON.stringify([pictures, texts, pairs, temperature]);
  const overtaken = () => written(ui.state()) !== left;
  const patch = (angles) => {
    const { pictures, texts } = ui.state();
    const merged = (now, moved) => [...moved.map(tidy), ...now.slice(moved.length)];
    return { pictures: merged(pictures, angles[0]), texts: merged(texts, angles[1]) };
  };
  playback(ui, {
    perSecond: 30,
    begin() {
      if (exact && !overtaken()) return;
      const { pictures, texts } = ui.state();
      origin = { pictures, texts };
      exact = of(ui.state());
      left = written(ui.state());
    },
    advance(steps) {
      exact = descended(exact, ui.state().temperature, steps);
      ui.set(patch(exact));
      left = written(ui.state());
    },
    ended: () => atRest(exact, ui.state().temperature),
    rewind() {
      if (origin) ui.set(origin);
      exact = null;
    },
    overtaken,
  });
}

const STAGES = {
  going: 'Descent follows the arrows.',
  floor: 'At rest, at the floor.',
  stuck: 'At rest, though not at the least loss.',
};

const MATRICES = {
  similarities: { title: 'similarity, the cosine', values: ({ s }) => s, domain: [-1, 1], ticks: [-1, 0, 1] },
  rows: {
    title: 'probability of a text, given the picture',
    values: ({ s }, { temperature }) => matchedRows(s, temperature),
    domain: [0, 1],
    ticks: [0, 1],
  },
  columns: {
    title: 'probability of a picture, given the text',
    values: ({ s }, { temperature }) => matchedColumns(s, temperature),
    domain: [0, 1],
    ticks: [0, 1],
  },
};

/** @satisfies {View} */
export default {
  name: 'contrastive',
  wide: true,
  derive,

  formula(state, d, narrow) {
    const N = state.pairs;
    const share = (over, under) => frac(m`e^${over}`, m`${large('∑', 'j')} e^${under}`);
    const mean = (over, under) => m`= ${frac('1', N)} ${large('∑', 'i')} − ln ${share(over, under)}`;
    const own = m`s_${'i i'}/τ`;
    const [rows, columns] = [
      m`= ${tone.p(compact(d.row_loss, 3))}`,
      m`= ${tone.q(compact(d.column_loss, 3))}`,
    ];
    const value = m`= ${tone.d(compact(d.loss, 3))}`;
    const chance = m`= ${fixed(d.chance, 3)}`;
    const half = m`= ${tfrac('1', '2')} (L_${'rows'} + L_${'columns'})`;
    const [across, down] = [mean(own, m`s_${'i j'}/τ`), mean(own, m`s_${'j i'}/τ`)];
    return narrow
      ? equations(
          [m`L_${'rows'}`, across, rows],
          [m`L_${'columns'}`, down, columns],
          ['L', m`${half} ${value}`],
          [m`ln ${N}`, chance],
        )
      : equations(
          [m`L_${'rows'}`, m`${across} ${rows}`],
          [m`L_${'columns'}`, m`${down} ${columns}`],
          ['L', m`${half} ${value}, ${quad} ln ${N} ${chance}`],
        );
  },

  python(state) {
    const [pictures, texts] = of(state);
    return py`
import numpy as np

from lib.losses import contrastive_loss, contrastive_loss_grad

temperature = ${state.temperature}
pictures = np.radians(${pictures})
texts = np.radians(${texts})
angles = pictures[:, None] - texts
s = np.cos(angles)  # similarities
loss = contrastive_loss(s, temperature=temperature, symmetric=True)
print("loss", loss)
print("row_loss", contrastive_loss(s, temperature=temperature))
print("column_loss", contrastive_loss(s.T, temperature=temperature))
print("chance", np.log(len(s)))

even = np.radians(360 * np.arange(len(s)) / len(s))
floor = contrastive_loss(np.cos(even[:, None] - even), temperature=temperature)
print("floor", floor)

others = np.where(np.eye(len(s)) > 0, -np.inf, s).max(axis=1)
print("found", np.sum(s.diagonal() > others + 1e-9))
pull = contrastive_loss_grad(s, temperature=temperature, symmetric=True)
pull = -np.sin(angles) * pull
print("slope", np.linalg.norm([pull.sum(axis=1), -pull.sum(axis=0)]))`;
  },

  solved: ({ temperature }, { slope, loss, floor, chance }) =>
    temperature >= 0.5 && slope < 1e-3 && loss <= chance - 0.5 && loss >= floor + 0.1,

  summary: ({ pairs, temperature }, d) =>
    `${counted(pairs, 'pair')} at temperature ${fixed(temperature, 2)}: loss ${compact(d.loss, 3)} nats, chance ` +
    `${fixed(d.chance, 3)}, floor ${compact(d.floor, 3)}. ${fixed(d.found, 0)} of ${pairs} pictures have their own text strictly nearest. ` +
    STAGES[stageOf(pairs, temperature, d)],

  build(ui) {
    beside(ui, () => {
      ui.onStage(h('div'), () => ringPlot(ui));
      ui.onStage(h('div'), () => {
        matrixPlot(ui);
        temperaturePlot(ui);
      });
    });
    slider(ui, 'temperature', { label: 'temperature τ' });
    slider(ui, 'pairs', { label: 'pairs N' });
    descent(ui);
    const stage = h('p', { class: 'ex-key' });
    ui.addControl(stage);
    ui.onUpdate((s, d) => write(stage, STAGES[stageOf(s.pairs, s.temperature, d)]), stage);
    row(ui, () => {
      presets(ui, 'Arrangement', EXAMPLES, { own: 'moved' });
      select(ui, 'matrix');
    });
  },
};

function ringPlot(ui) {
  const count = ({ pairs }) => pairs;
  rings(ui, {
    label: 'Pictures on the outer ring, their texts on the inner one; arrows of descent',
    height: (width, stacked) => Math.min(width, stacked ? 232 : 356),
    rings: [
      { trait: 'pictures', tone: 'p', name: 'pictures', one: 'Picture', count },
      { trait: 'texts', tone: 'q', name: 'texts', one: 'Text', count },
    ],
    arrows: ({ pairs, temperature }, { gradients }) =>
      gradients.map((list) => list.map((g) => -g * pairs * temperature)),
    data: (state, { s }) => {
      const [pictures, texts] = of(state);
      return {
        kind: 'cells',
        label: 'Directions of pictures and texts',
        columns: ['pair', 'picture, degrees', 'text, degrees', 'similarity'],
        rows: pictures.map((angle, i) => [
          String(i + 1),
          fixed(angle, 2),
          fixed(texts[i], 2),
          fixed(s[i][i], 2),
        ]),
      };
    },
  });
}

function matrixPlot(ui) {
  matrix(ui, {
    label: 'Pictures against texts',
    height: (_, stacked) => (stacked ? 204 : 222),
    cells(state, d) {
      const { values, ...rest } = MATRICES[state.matrix];
      return { ...rest, values: values(d, state), decimals: 2 };
    },
    rows: { name: 'picture', tone: 'p' },
    columns: { name: 'text', tone: 'q' },
  });
}

/** The least end of the axis that holds the loss at the temperature that is set, and chance. */
const topOf = ({ loss, chance }) => TOPS.find((top) => top >= Math.max(loss, chance)) ?? HIGHEST;

function temperaturePlot(ui) {
  const { min, max } = ui.schema.temperature;
  plot(ui, {
    label: 'The loss of this arrangement at other temperatures',
    margin: { top: 30, right: 10, bottom: 36, left: 28 },
    height: (_, stacked) => (stacked ? 130 : 140),
    x: { domain: [0.8 * min, max], ticks: [0.05, 0.1, 0.2, 0.5, 1, 2], log: true, label: 'temperature τ' },
    y(_, derived) {
      const top = topOf(derived);
      const ticks = [0, 1, 2, 3].map((third) => (third * top) / 3);
      return { domain: [-BELOW * top, top], ticks, label: 'loss, nats', lift: 14 };
    },
    marks(_, derived) {
      const above = { y: topOf(derived), r: 0, anchor: 'end', dy: -14 };
      return [
        { ...above, key: 'floor', x: FLOOR_ENDS, tone: 'h', label: '– – floor on a circle' },
        { ...above, key: 'chance', x: CHANCE_ENDS, tone: 'muted', label: '- - ln N' },
      ];
    },
    curves: ({ pairs }, { s, chance }) => [
      {
        key: 'chance',
        points: curveAt(() => chance, [0.8 * min, max]), // a rule has no name of its own, and no place in the table
        tone: 'muted',
        dash: '4 3',
        width: 1,
        name: 'chance, ln N',
      },
      {
        key: 'floor',
        points: floorCurve(pairs, min, max),
        tone: 'h',
        dash: '6 4',
        name: 'floor on a circle',
      },
      { key: 'loss', points: curveOf(s, { min, max }), tone: 'd', name: 'this arrangement' },
    ],
    drags: [
      along(ui, 'temperature', (temperature, state) => lossAt(similarities(...of(state)), temperature), {
        tone: 'd',
        letter: 'τ',
      }),
    ],
  });
}
