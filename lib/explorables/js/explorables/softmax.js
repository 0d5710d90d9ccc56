import { bars } from '../charts/bars.js';
import { plot } from '../charts/plot.js';
import { relief } from '../charts/relief.js';
import { table } from '../charts/table.js';
import { triangle } from '../charts/triangle.js';
import { beside, part, presets, row, select, slider, sliders } from '../kit/controls.js';
import { code, compact, fixed, py } from '../kit/format.js';
import { equations, frac, joined, m, qquad, tone } from '../kit/mathml.js';
import { byView } from '../kit/views.js';
import { logSoftmax, naiveSoftmax, softmax, softmaxJacobian } from '../math/activations.js';
import { softmaxCrossEntropyGrad } from '../math/scores.js';

const CAP = 12; // nats: where the colour scale ends
const LEVELS = [0.1, 0.5, 1, 2, 4, 6, 8, 10];
const SIDE = [-10, 10];
// Above the first the exponential is infinite, below the second it is 0.
const LIMITS = { float32: [88.72, -103.97], float64: [709.78, -745.13] };
const TEMPERATURES = Array.from({ length: 61 }, (_, i) => 0.02 * 10 ** (i / 15));

const shiftedLogits = ({ logits, shift }) => logits.map((z) => z + shift);

/** Whether a naive result is the stable one; not so where it is NaN. */
const isRight = (naive, stable) => Math.abs(naive - stable) <= 0.001;

function derive(state) {
  const { label, temperature, dtype } = state;
  const z = shiftedLogits(state);
  const scores = z.map((x) => x / temperature);
  const probabilities = softmax(z, temperature);
  const gradient = softmaxCrossEntropyGrad(scores, label).map((g) => g / temperature);
  const naive = naiveSoftmax(scores, dtype);
  const p = probabilities[label];
  return {
    scores,
    probabilities,
    gradient,
    naive,
    jacobian: softmaxJacobian(scores).map((line) => line.map((v) => v / temperature)),
    probability: p,
    loss: 0 - logSoftmax(z, temperature)[label],
    loss_from_probability: p === 0 ? Infinity : Math.abs(Math.log(p)),
    slope: gradient[label],
    naive_failures: naive.probabilities.filter((v, i) => !isRight(v, probabilities[i])).length,
  };
}

/** The loss and its descent over the first two logits, the third held. */
function landscape({ logits, label, temperature }) {
  const at = (x, y) => [x, y, logits[2]];
  return {
    key: [logits[2], label, temperature],
    f: (x, y) => 0 - logSoftmax(at(x, y), temperature)[label],
    descent: (x, y) => {
      const scores = at(x, y).map((z) => z / temperature);
      return softmaxCrossEntropyGrad(scores, label).map((g) => -g / temperature);
    },
  };
}

/** Logits with these probabilities at the state's temperature, their mean where it was if they fit. */
function logitsOf(q, { logits, temperature }) {
  const scores = q.map((p) => temperature * Math.log(Math.max(p, 0.002)));
  const mean = (v) => v.reduce((a, b) => a + b, 0) / v.length;
  const [lowest, highest] = [SIDE[0] - Math.min(...scores), SIDE[1] - Math.max(...scores)];
  const move = Math.min(highest, Math.max(lowest, mean(logits) - mean(scores)));
  return scores.map((z) => Number((z + move).toFixed(2)));
}

const round2 = (x) => Number(x.toFixed(2));

/** What all views say; `imports` and `lines` are what a script has besides. */
const face = ({ imports = '', lines = '', ...own }) => ({
  formula(state, d, narrow) {
    const { label, temperature } = state;
    const over = temperature === 1 ? '' : `/${fixed(temperature, 2)}`;
    const powers = narrow
      ? d.scores.map((s) => m`e^${fixed(s, Math.abs(s) < 100 ? 2 : 0)}`)
      : shiftedLogits(state).map((z) => m`e^${fixed(z, 2) + over}`);
    const p = m`= ${frac(powers[label], joined(powers, '+'))} = ${tone.q(compact(d.probability, 3))}`;
    const loss = m`= − ln p = ${compact(d.loss, 3)}`;
    return narrow ? equations(['p', p], ['L', loss]) : m`p ${p}, ${qquad} L ${loss}`;
  },

  python: ({ logits, label, temperature, shift, dtype }) => py`
import numpy as np

from lib.activations import log_softmax, softmax
from lib.losses import nll_loss
${code(imports)}
z = np.array(${logits}) + ${shift}
label, temperature = ${label}, ${temperature}
p = softmax(z, temperature=temperature)
print("probability", p[label])
print("loss", nll_loss(log_softmax(z, temperature=temperature), label))
${code(lines.replace('DTYPE', dtype))}`,

  summary: (_, d) =>
    `Probabilities ${d.probabilities.map((p) => fixed(p, 3)).join(', ')}; the right class has ` +
    `${compact(d.probability, 3)}, so the loss is ${compact(d.loss, 3)} nats.`,

  ...own,
});

const scoresAndShares = face({
  // A wrong class leads by 1 or more: at T = 1 the loss is above 1.3.
  solved: ({ logits, label }, d) => Math.max(...logits) >= logits[label] + 1 && d.loss < 1,

  build(ui) {
    const names = ui.schema.logits.labels;
    const look = {
      labels: ({ label }) => names.map((name, i) => (i === label ? `${name} ✓` : name)),
      height: (_, stacked) => (stacked ? 170 : 250),
      // Room for a number above the tallest bar and below the lowest, beside the words that stand there.
      margin: { top: 36, right: 8, bottom: 38, left: 38 },
    };
    beside(ui, () => {
      bars(ui, {
        label: 'Scores, one bar a class',
        ...look,
        // The window goes along with what is added to every score.
        y: ({ shift }) => ({ domain: SIDE.map((z) => z + shift), label: 'scores', ticks: 4, lift: 22 }),
        series: [
          {
            name: 'z',
            tone: 'ink',
            trait: 'logits',
            added: ({ shift }) => shift,
            label: 'Score of',
            decimals: 1,
          },
        ],
      });
      bars(ui, {
        label: 'Probabilities, one bar a class',
        ...look,
        y: { domain: [0, 1], label: 'softmax(z / T)', ticks: [0, 0.5, 1], lift: 22 },
        series: [{ name: 'p', tone: 'q', values: (_, d) => d.probabilities, decimals: 3 }],
      });
    });
  },
});

const simplex = face({
  solved: ({ logits: [a, b, c] }, d) =>
    Math.min(Math.abs(a - b), Math.abs(b - c), Math.abs(a - c)) >= 1 &&
    d.probabilities.every((p) => Math.abs(p - 1 / 3) < 0.04),

  build(ui) {
    const names = ui.schema.logits.labels;
    triangle(ui, {
      label: 'The prediction in the triangle, and the path of temperature',
      labels: names,
      paths: ({ logits }) => [
        { key: 'temperature', tone: 'ink', points: TEMPERATURES.map((t) => softmax(logits, t)) },
      ],
      overlay: ({ svg, at, colors }) => {
        svg
          .selectAll('text.note')
          .data([0])
          .join('text')
          .attr('class', 'note')
          .attr('aria-hidden', 'true')
          .attr('text-anchor', 'middle')
          .attr('fill', colors.ink)
          .attr('x', at([1 / 3, 1 / 3, 1 / 3])[0])
          .attr('y', at([1 / 3, 1 / 3, 1 / 3])[1] - 8)
          .text('T → ∞');
      },
      points: [
        {
          name: 'prediction',
          tone: 'q',
          letter: 'Q',
          label: 'Prediction Q',
          get: (_, d) => d.probabilities,
          set: (q, state) => ({ logits: logitsOf(q, state) }),
        },
      ],
    });
  },
});

const slopeCell = (v, share) => ({ text: fixed(v, 3), tone: v < 0 ? 'q' : 'p', share });

const derivatives = face({
  imports: 'from lib.losses import softmax_cross_entropy_grad\n',
  lines: `gradient = softmax_cross_entropy_grad(z / temperature, label) / temperature
print("slope", gradient[label])`,

  solved: (_, d) => d.jacobian.flat().every((v) => Math.abs(v) < 0.001) && d.slope < -0.99,

  build(ui) {
    const names = ui.schema.logits.labels;
    table(ui, {
      caption: 'How much each probability changes with each logit: ∂p/∂z.',
      columns: ['class', ...names.map((name) => `∂z ${name}`)],
      rows: (_, d) =>
        d.jacobian.map((line, i) => ({
          head: `∂p ${names[i]}`,
          cells: line.map((v) => slopeCell(v, Math.sqrt(Math.abs(v) * 4))),
        })),
    });
    table(ui, {
      caption: 'What the loss does with each logit: ∂L/∂z = (p − y) / T.',
      columns: ['class', ...names],
      rows: (_, d) => [{ head: '∂L/∂z', cells: d.gradient.map((v) => slopeCell(v, Math.abs(v))) }],
    });
  },
});

const plane = face({
  solved: ({ logits, label }, d) => d.loss > 8 && logits[label] > Math.min(...logits),

  build(ui) {
    const names = ui.schema.logits.labels;
    const axis = (i) => ({ domain: SIDE, label: `logit of ${names[i]}`, ticks: [-10, -5, 0, 5, 10] });
    relief(ui, {
      label: 'The loss over two logits, with arrows of descent',
      title: 'loss, nats',
      corners: names,
      height: (width) => Math.min(width, 300) + 40,
      x: axis(0),
      y: axis(1),
      surface: (state) => ({ ...landscape(state), domain: [0, CAP], levels: LEVELS, ticks: [0, 4, 8, 12] }),
      arrows: (state) => landscape(state).descent,
      points: [
        {
          name: 'logits',
          tone: 'q',
          letter: 'z',
          label: 'The first two logits',
          get: ({ logits }) => logits,
          set: ([x, y], { logits }) => ({ logits: [round2(x), round2(y), logits[2]] }),
          step: [0.1, 0.1],
          slider: ({ logits }) => ({
            min: SIDE[0],
            max: SIDE[1],
            now: logits[0],
            text: `${names[0]} ${fixed(logits[0], 1)}, ${names[1]} ${fixed(logits[1], 1)}`,
          }),
        },
      ],
    });
  },
});

const precision = face({
  imports: `from lib.activations import naive_softmax
from lib.information import self_information
`,
  lines: `print("loss_from_probability", self_information(p[label]))
naive = naive_softmax((z / temperature).astype("DTYPE"))
print("naive_failures", (~(np.abs(naive - p) <= 0.001)).sum())  # NaN is a failure too`,

  solved: (_, d) => d.loss_from_probability === Infinity && Number.isFinite(d.loss),

  build(ui) {
    const names = ui.schema.logits.labels;
    select(ui, 'dtype');
    const within = (x) => Math.min(800, Math.max(-800, x));
    plot(ui, {
      label: 'The scores on a line, with the limits of the number format',
      height: () => 116,
      margin: { top: 40, right: 16, bottom: 38, left: 16 },
      x: { domain: [-800, 800], label: 'score (z + shift) / T', ticks: [-800, -400, 0, 400, 800] },
      y: { domain: [0, 1], ticks: [] },
      rules: ({ dtype }) => [
        { key: 'overflow', x: LIMITS[dtype][0], tone: 'd' },
        { key: 'underflow', x: LIMITS[dtype][1], tone: 'd' },
      ],
      marks: ({ dtype }, d) => [
        {
          key: 'over',
          x: LIMITS[dtype][0],
          y: 1,
          tone: 'd',
          r: 0,
          anchor: dtype === 'float64' ? 'end' : 'middle',
          label: `e^z = ∞ above ${LIMITS[dtype][0]}`,
        },
        {
          key: 'under',
          x: LIMITS[dtype][1],
          y: 1.45,
          tone: 'd',
          r: 0,
          anchor: dtype === 'float64' ? 'start' : 'middle',
          label: `e^z = 0 below ${fixed(LIMITS[dtype][1], 2)}`,
        },
        ...d.scores.map((s, i) => ({ key: `z${i}`, x: within(s), y: 0.5, tone: 'ink', r: 5 })),
      ],
      drags: [
        {
          name: 'shift',
          tone: 'ink',
          letter: 'z',
          label: 'Add to every logit',
          get: (_, d) => [Math.max(...d.scores), 0.5],
          set: ([x], { logits, temperature }) => ({
            shift: Number((x * temperature - Math.max(...logits)).toFixed(1)),
          }),
          key: ([dx, dy], { shift }) => ({ shift: Number((shift + (dx - dy) * 0.5).toFixed(1)) }),
          slider: ({ shift }) => ({
            min: ui.schema.shift.min,
            max: ui.schema.shift.max,
            now: shift,
            text: `${fixed(shift, 1)} added`,
          }),
        },
      ],
    });
    const shown = (x) => (Number.isNaN(x) ? 'NaN' : compact(x, 3, 1e5));
    const failed = (x) => (Number.isFinite(x) ? {} : { tone: 'd', share: 1 });
    const cells = (score, e, naive, stable) => [
      { text: score },
      { text: shown(e), ...failed(e) },
      { text: shown(naive), ...(isRight(naive, stable) ? {} : { tone: 'd', share: 1 }) },
      { text: shown(stable) },
    ];
    table(ui, {
      caption: 'The formula as it is written (naive), and with the largest score subtracted (stable).',
      columns: ['class', 'score', 'e^score', 'naive', 'stable'],
      rows: (_, d) => [
        ...d.probabilities.map((p, i) => ({
          head: names[i],
          cells: cells(
            compact(d.naive.scores[i], 2, 1e5),
            d.naive.exponentials[i],
            d.naive.probabilities[i],
            p,
          ),
        })),
        {
          head: 'sum',
          cells: cells(
            '',
            d.naive.sum,
            d.naive.probabilities.reduce((a, b) => a + b, 0),
            d.probabilities.reduce((a, b) => a + b, 0),
          ),
        },
      ],
    });
  },
});

const faces = byView({
  bars: scoresAndShares,
  triangle: simplex,
  jacobian: derivatives,
  map: plane,
  surface: plane,
  precision,
});

/** @satisfies {View} */
export default {
  name: 'softmax',
  derive,
  ...faces,

  build(ui) {
    row(ui, () => {
      select(ui, 'view');
      const right = ui.schema.logits.labels.map((label, i) => ({ label, patch: { label: i } }));
      presets(ui, ui.schema.label.label, right, { own: null });
    });
    faces.build(ui);
    const isShifted = ({ view }) => view === 'bars' || view === 'precision';
    part(ui, isShifted, () => slider(ui, 'shift'));
    slider(ui, 'temperature');
    sliders(ui, 'logits');
  },
};
