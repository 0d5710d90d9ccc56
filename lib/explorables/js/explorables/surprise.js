import { bricks } from '../charts/bricks.js';
import { curve, plot } from '../charts/plot.js';
import { presets, row, select, slider } from '../kit/controls.js';
import { BASES, fixed, py, raised } from '../kit/format.js';
import { lines, m, tone, words } from '../kit/mathml.js';
import { selfInformation } from '../math/information.js';

const TOP = 5; // nats: where the curve's axis ends
const RULER = 10 * Math.LN2; // nats: ten heads
const TICKS = {
  nats: { curve: [0, 1, 2, 3, 4, 5], ruler: [0, 1, 2, 3, 4, 5, 6] },
  bits: { curve: [0, 1, 2, 3, 4, 5, 6, 7], ruler: [0, 2, 4, 6, 8, 10] },
  bans: { curve: [0, 0.5, 1, 1.5, 2], ruler: [0, 1, 2, 3] },
};
const HEADS = [1, 2, 3, 4].map((k) => ({ k, p: 2 ** -k, y: k * Math.LN2 }));
const EVENTS = [
  { label: 'heads', patch: { p: 0.5 } },
  { label: 'a six with a die', patch: { p: 1 / 6 } },
  { label: 'the ace of spades', patch: { p: 1 / 52 } },
  { label: 'six of 49 numbers', patch: { p: 1 / 13983816 } },
  { label: 'it is certain', patch: { p: 1 } },
  { label: 'it is impossible', patch: { p: 0 } },
];

/** Finer where the curve is steep, so that every dragged number stays short. */
const snap = (p) => (p < 0.1 ? Math.round(p * 500) / 500 : Math.round(p * 200) / 200);

/** The probability whose point on the curve is nearest, each axis measured in its own length. */
function nearest([x, y]) {
  if (y >= TOP && x < 0.005) return 0;
  let best = [Infinity, 0];
  for (let i = 1; i <= 1000; i++) {
    const p = i / 1000;
    const away = Math.hypot((p - x) * 1.6, (selfInformation(p) - y) / TOP);
    if (away < best[0]) best = [away, p];
  }
  return snap(best[1]);
}

function derive({ p, times, unit }) {
  const { log } = BASES[unit];
  const nats = times * selfInformation(p);
  return {
    self_information: selfInformation(p) / log,
    total_information: nats / log,
    heads: nats / Math.LN2,
    run_probability: p ** times,
  };
}

/** A probability short enough for a formula. */
function short(p) {
  if (p === 0 || p >= 0.001) return String(Number(p.toPrecision(3)));
  const [digits, power] = p.toExponential(2).split('e');
  return `${digits} × 10${raised(Number(power))}`;
}

/** @satisfies {View} */
export default {
  name: 'surprise',
  derive,

  formula({ p, times, unit }, d) {
    const log = BASES[unit].name;
    const one = short(p);
    const is = (bits) => m`${fixed(bits, 3)}${words(` ${unit}`)}`;
    const event = m`I(x) = − ${log} ${tone.p(one)} = ${is(d.self_information)}`;
    if (times === 1) return event;
    const power = m`${one.includes('×') ? `(${one})` : one}^${times}`;
    const run = m`− ${log} ${tone.p(power)} = ${times} ⋅ I(x) = ${is(d.total_information)}`;
    return lines(event, run);
  },

  python: ({ p, times, unit }) => py`
from lib.information import self_information

p = ${p}
times = ${times}
base = ${BASES[unit].base}  # ${{ code: unit }}
print("self_information", self_information(p, base=base))
print("total_information", times * self_information(p, base=base))
print("heads", times * self_information(p, base=2))
print("run_probability", p**times)`,

  solved: ({ p }, d) => p >= 0.9 && d.heads > 3,

  summary: ({ p, times, unit }, d) =>
    `An event of probability ${fixed(p, 4)}, ${times === 1 ? 'once' : `${times} times in a row`}: ` +
    `${fixed(d.total_information, 3)} ${unit}, as surprising as ${fixed(d.heads, 2)} heads in a row.`,

  build(ui) {
    plot(ui, {
      label: 'Information content against probability',
      x: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], label: 'probability p' },
      y: ({ unit }) => ({
        domain: [0, TOP],
        ticks: TICKS[unit].curve.map((t) => t * BASES[unit].log),
        format: (t) => String(Math.round((t / BASES[unit].log) * 10) / 10),
        words: (t) => fixed(t / BASES[unit].log, 3),
        label: `information content −log p, ${unit}`,
      }),
      curves: ({ p }) => {
        const y = Math.min(selfInformation(p), TOP);
        return [
          { key: 'curve', points: CURVE, tone: 'ink' },
          {
            key: 'guide',
            points: [
              [0, y],
              [p, y],
              [p, 0],
            ],
            tone: 'p',
            dash: '4 3',
            width: 1.2,
          },
        ];
      },
      marks: ({ p, times }) => [
        ...HEADS.map((h) => ({
          key: h.k,
          x: h.p,
          y: h.y,
          r: 3,
          tone: 'muted',
          label: times > 1 ? '' : h.k === 1 ? '1 head' : `${h.k} heads`,
          dy: -6,
        })),
        ...runMark(p, times),
      ],
      drags: [
        {
          name: 'event',
          tone: 'p',
          letter: 'p',
          label: 'The event on the curve',
          get: ({ p }) => [p, Math.min(selfInformation(p), TOP)],
          set: (at) => ({ p: nearest(at) }),
          key: ([dx, dy], { p }) => ({ p: Number((p + (dx + dy) * 0.01).toFixed(10)) }),
          slider: ({ p, unit }, d) => ({
            min: 0,
            max: 1,
            now: p,
            text: `probability ${fixed(p, 4)}, ${fixed(d.self_information, 3)} ${unit}`,
          }),
        },
      ],
    });
    bricks(ui, {
      label: 'The same information as heads in a row',
      count: 2,
      rows: ({ times }, d) => [
        {
          name: times === 1 ? 'your event' : `your event, ${times} times in a row`,
          tone: 'p',
          parts: split(times, d.heads / times),
          value: d.heads,
        },
        { name: `${fixed(d.heads, 2)} heads in a row`, tone: 'muted', parts: coins(d.heads), value: d.heads },
      ],
      axis: ({ unit }) => ({
        max: RULER / Math.LN2,
        ticks: TICKS[unit].ruler.map((t) => (t * BASES[unit].log) / Math.LN2),
        format: (t) => String(Math.round((t * Math.LN2) / BASES[unit].log)),
        words: (t) => fixed((t * Math.LN2) / BASES[unit].log, 3),
        unit,
      }),
    });
    row(ui, () => {
      presets(ui, 'Event', EVENTS);
      select(ui, 'unit');
    });
    slider(ui, 'p', { tone: 'p', decimals: 3 });
    slider(ui, 'times');
  },
};

const CURVE = curve(selfInformation, [0.002, 1], 400);

/** The whole run is one event too: its point lies further up the same curve. */
function runMark(p, times) {
  const y = times * selfInformation(p);
  if (times === 1 || y > TOP) return [];
  const mark = { key: 'run', x: p ** times, y, tone: 'p', label: 'the run', r: 5 };
  return [mark.x > 0.8 ? { ...mark, anchor: 'middle' } : { ...mark, dy: -6 }];
}

/** One brick for each time, of the event's information in bits. */
const split = (times, bits) =>
  bits === 0 ? [] : Array.from({ length: times }, () => ({ value: bits, tone: 'p' }));

/** One coin a bit; the last may be a part of one. */
function coins(bits) {
  const shown = Math.min(bits, RULER / Math.LN2 + 1);
  return Array.from({ length: Math.ceil(shown - 1e-9) }, (_, i) => ({
    value: Math.min(1, shown - i),
    tone: 'muted',
    text: shown - i >= 1 - 1e-9 ? 'H' : '',
    round: true,
  }));
}
