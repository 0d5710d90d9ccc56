// What charts show, as tables and in words, for readers who do not see them: computed from the data
// that the charts draw, and loaded only when a reader asks for it.

import { h } from '../kit/dom.js';
import { compact, fixed } from '../kit/format.js';

const ROWS = 9; // of a curve
const SIDE = 5; // of a surface
const FINE = 40; // steps along a side, in which its least and its greatest are looked for
const SLIGHT = 0.01; // of the whole range: what goes up and down by less does not turn
const ASIDE = ['guide', 'tangent', 'way']; // lines that lead the eye

const usual = (x) => compact(x, 3, 1e6);
const sayOf = (axis) => axis.words ?? usual;
const even = ([low, high], n) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
const nameOf = ({ label, key }) => (label || String(key)).replaceAll('_', ' ');
const short = (label) => label.split(/[;,]/)[0] || 'x';

/** Where a line turns: its ends, and the highest and lowest points between, slight ones apart. */
function turningPoints(values) {
  const spread = Math.max(...values) - Math.min(...values);
  const ends = [0];
  let best = 0;
  let way = 0; // up or down, or not known yet
  for (let i = 1; i < values.length; i++) {
    const onwards = way * (values[i] - values[best]);
    const back = way ? -onwards : Math.abs(values[i] - values[best]);
    if (onwards > 0) best = i;
    else if (back > SLIGHT * spread) {
      if (way) ends.push(best);
      way = Math.sign(values[i] - values[best]);
      best = i;
    }
  }
  return [...ends, values.length - 1];
}

/**
 * How a curve runs, in words: it rises, falls, stays, is least or greatest somewhere.
 * @param {number[][]} points
 * @param {(x: number) => string} sayX
 * @param {(y: number) => string} sayY
 */
export function shapeOf(points, sayX, sayY, log = false) {
  const known = points.filter(([, y]) => !Number.isNaN(y));
  if (known.length < 2) return '';
  const size = (y) => Math.max(-1e12, Math.min(1e12, log ? Math.log(Math.max(y, 1e-300)) : y));
  const values = known.map(([, y]) => size(y));
  const at = (i) => `${sayY(known[i][1])} at ${sayX(known[i][0])}`;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high - low <= 1e-9 * Math.max(1, Math.abs(high))) return `stays at ${sayY(known[0][1])}`;
  const ends = turningPoints(values);
  const rises = values[ends[1]] > values[0];
  const [up, down] = ['rises', 'falls'];
  const level = values.findIndex((v) => Math.abs(v - values[0]) > 1e-9 * (high - low)) - 1;
  const start =
    level > values.length / 10 ? `stays at ${at(0)} until ${sayX(known[level][0])}, then` : `from ${at(0)}`;
  const lead = level > values.length / 10 ? `${start} ${rises ? up : down}` : `${rises ? up : down} ${start}`;
  if (ends.length === 2) return `${lead} to ${at(ends[1])}`;
  if (ends.length === 3) {
    const turn = `${rises ? 'its greatest' : 'its least'}, ${at(ends[1])}`;
    return `${lead} to ${turn}, and ${rises ? down : up} to ${at(ends[2])}`;
  }
  const [least, greatest] = [low, high].map((v) => at(values.indexOf(v)));
  return `goes up and down ${ends.length - 1} times, between ${least} and ${greatest}`;
}

/** The height of a line at x, straight between its points; NaN where it is not. */
function heightAt(points, x) {
  const i = points.findIndex((p) => p[0] >= x - 1e-9);
  if (i < 0) return NaN;
  const [[x1, y1], [x0, y0]] = [points[i], points[Math.max(0, i - 1)]];
  if (Math.abs(x1 - x) < 1e-9 || x1 === x0) return Math.abs(x1 - x) < 1e-9 ? y1 : NaN;
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

const orNone = (say) => (value) => (Number.isNaN(value) ? '–' : say(value));

function curves({ x, y, curves: all }) {
  const lines = all
    .filter(({ key, points }) => !ASIDE.includes(key) && points.length > 1)
    .map((one) => ({ ...one, points: [...one.points].sort((a, b) => a[0] - b[0]) }));
  const [sayX, sayY] = [sayOf(x), sayOf(y)];
  const only = lines.length === 1 && !lines[0].label;
  const named = lines.map((one) => (only ? short(y.label) : nameOf(one)));
  return {
    sentences: lines.map(({ points }, i) => [named[i], shapeOf(points, sayX, sayY, y.log)]),
    columns: [short(x.label), ...named],
    rows: even(x.domain, ROWS).map((at) => [
      sayX(at),
      ...lines.map(({ points }) => orNone(sayY)(heightAt(points, at))),
    ]),
  };
}

/** The least and the greatest of some values, in words. */
function extremes(values, say, where) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const of = (value) => `${say(value)} ${where(values.indexOf(value))}`;
  return low === high ? `is ${say(low)} everywhere` : `is least, ${of(low)}, and greatest, ${of(high)}`;
}

function bars({ names, series }) {
  const say = (one) => (v) => fixed(v, one.decimals ?? 2);
  return {
    sentences: series.map((one) => [one.name, extremes(one.values, say(one), (i) => `for ${names[i]}`)]),
    columns: ['', ...series.map(({ name }) => name)],
    rows: names.map((name, i) => [name, ...series.map((one) => say(one)(one.values[i]))]),
  };
}

function surface({ title, x, y, f, words: say = usual }) {
  const fine = ({ domain }) => even(domain, FINE + 1);
  const places = fine(y).flatMap((v) => fine(x).map((u) => [u, v]));
  const values = places.map((at) => f(...at));
  const low = Math.min(...values);
  const flat = values.filter((v) => v - low <= 1e-9).length / values.length;
  const [across, up] = [x, y].map(({ label }) => short(label));
  const where = (i) => `at ${across} ${usual(places[i][0])}, ${up} ${usual(places[i][1])}`;
  const shape = extremes(values, say, where);
  const level = flat > 0.02 && flat < 1 ? `; it is as low on ${fixed(100 * flat, 0)} % of the map` : '';
  return {
    sentences: [[short(title), shape + level]],
    columns: [`${up} ↓, ${across} →`, ...even(x.domain, SIDE).map(usual)],
    rows: even(y.domain, SIDE)
      .reverse()
      .map((v) => [usual(v), ...even(x.domain, SIDE).map((u) => say(f(u, v)))]),
  };
}

function triangle({ title, labels, points, f, words: say = usual }) {
  const row = ([name, q]) => [name, ...q.map((p) => fixed(p, 2)), ...(f ? [say(f(q))] : [])];
  if (!f) return { sentences: [], columns: ['', ...labels], rows: points.map(row) };
  const lattice = [];
  for (let i = 0; i <= FINE; i++) {
    for (let j = 0; j <= FINE - i; j++) lattice.push([i, j, FINE - i - j].map((k) => k / FINE));
  }
  const text = (q) => labels.map((label, i) => `${label} ${fixed(q[i], 2)}`).join(', ');
  const unit = (...places) => labels.map((_, k) => (places.includes(k) ? 1 / places.length : 0));
  const chosen = [unit(0), unit(1), unit(2), unit(0, 1), unit(1, 2), unit(0, 2), unit(0, 1, 2)];
  const places = [...Array(3).fill('a corner'), ...Array(3).fill('half-way'), 'the middle'];
  return {
    sentences: [[short(title), extremes(lattice.map(f), say, (i) => `at ${text(lattice[i])}`)]],
    columns: ['', ...labels, short(title)],
    rows: [...points, ...chosen.map((q, i) => [places[i], q])].map(row),
  };
}

const lengths = ({ rows, unit }) => ({
  sentences: [],
  columns: ['', unit || 'length'],
  rows: rows.map(({ name, value }) => [name, usual(value)]),
});

const KINDS = { curves, bars, surface, triangle, lengths };

/**
 * The table of a chart's data, and in words how what it shows runs: [what, how] each.
 * @param {any} data what the chart gave: its `kind` is the name of a function above
 * @returns {{sentences: string[][], columns: string[], rows: string[][]}}
 */
export const tableOf = (data) => KINDS[data.kind](data);

function make(caption, { columns, rows }) {
  const cells = (row) => row.map((text, i) => (i ? h('td', { text }) : h('th', { scope: 'row', text })));
  const head = columns.map((text) => (text ? h('th', { scope: 'col', text }) : h('td')));
  return h(
    'div',
    { class: 'ex-table-frame', role: 'group', tabindex: 0, 'aria-label': caption },
    h(
      'table',
      { class: 'ex-table' },
      h('caption', { text: caption }),
      h('thead', {}, h('tr', {}, ...head)),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...cells(row)))),
    ),
  );
}

/**
 * Show the numbers of a figure and of its charts.
 * @param {HTMLElement} box
 * @param {string[][]} numbers of the figure: [what, how much] each
 * @param {any[]} charts what each chart gave
 */
export function showTables(box, numbers, charts) {
  const made = [make('The numbers', { columns: ['', 'value'], rows: numbers })];
  for (const data of charts) {
    const table = tableOf(data);
    const words = table.sentences.filter(([, how]) => how).map(([what, how]) => `${what} ${how}.`);
    if (words.length) made.push(h('p', { text: `${data.label}: ${words.join(' ')}` }));
    made.push(make(data.label, table));
  }
  box.replaceChildren(...made);
}
