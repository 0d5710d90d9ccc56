// What charts show, as tables and in words, for readers who do not see them: computed from the data
// that the charts draw, and loaded only when a reader asks for it.

import { h } from '../kit/dom.js';
import { compact, fixed } from '../kit/format.js';
import { snap } from '../math/simplex.js';

const ROWS = 9; // of a curve
const SIDE = 5; // of a surface
const FINE = 40; // steps along a side, in which its least and its greatest are looked for
const SLIGHT = 0.01; // of the whole range: what goes up and down by less does not turn
const ASIDE = ['guide', 'tangent', 'way']; // lines that lead the eye

const usual = (x) => compact(x, 3, 1e6);
const whole = (x) => fixed(x, 0);
const even = ([low, high], n) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
const nameOf = ({ label, key }) => (label || String(key)).replaceAll('_', ' ');

/** A label without its unit: what stands before a semicolon, and before the last comma outside brackets. */
export function short(label) {
  let depth = 0;
  let end = label.length;
  for (let i = 0; i < label.length; i++) {
    if (label[i] === '(') depth += 1;
    if (label[i] === ')') depth -= 1;
    if (depth === 0 && label[i] === ',') end = i;
    if (depth === 0 && label[i] === ';') return short(label.slice(0, i));
  }
  return label.slice(0, end) || 'x';
}
const titleOf = ({ name, label }) => name ?? short(label);

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

/** Where `better(x)` is greatest between `from` and `to`, to a hundred-thousandth of what lies between. */
function summit(better, from, to) {
  let [low, high] = [from, to];
  for (let i = 0; i < 100; i++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (better(a) < better(b)) low = a;
    else high = b;
  }
  const fine = 10 ** (Math.floor(Math.log10(to - from)) - 5);
  return Number((Math.round(low / fine) * fine).toPrecision(12));
}

/** The last x in [from, to] at which the curve still has the height that it has at `from`. */
function lastLevel(differs, from, to) {
  let [low, high] = [from, to];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (differs(middle)) high = middle;
    else low = middle;
  }
  return low;
}

/**
 * How a curve runs, in words: it rises, falls, stays, is least or greatest somewhere. Where the points
 * have their function, as `points.f`, the words are true of it, up to the ends of the `domain`.
 * @param {any} points sorted by x: number[][], with `f` or without
 * @param {(x: number) => string} sayX
 * @param {(y: number) => string} sayY
 * @param {{log?: boolean, domain?: number[], all?: boolean}} [more] `all`: there are no other points between
 */
export function shapeOf(points, sayX, sayY, { log = false, domain = [], all = false } = {}) {
  const { f } = points;
  const beyond = f ? domain.filter((x) => x < points[0][0] || x > points.at(-1)[0]) : [];
  const known = [...points, ...beyond.map((x) => [x, f(x)])]
    .filter(([, y]) => !Number.isNaN(y))
    .sort((a, b) => a[0] - b[0]);
  if (known.length < 2) return '';
  const size = (y) => (log ? Math.log(Math.max(y, 1e-300)) : y);
  const finite = known.map(([, y]) => size(y)).filter(Number.isFinite);
  const [bottom, top] = [Math.min(...finite), Math.max(...finite)];
  const far = top - bottom || 1;
  const values = known.map(([, y]) => Math.max(bottom - far, Math.min(top + far, size(y))));
  const last = known.length - 1;
  const bounded = (i) => Number.isFinite(known[i][1]);
  const about = f || all ? 'at' : 'near';
  const at = (i) => `${sayY(known[i][1])} at ${sayX(known[i][0])}`;
  const to = (i) => (bounded(i) ? `to ${at(i)}` : `without bound towards ${sayX(known[i][0])}`);
  /** A highest (sign 1) or lowest (sign −1) point. */
  function extreme(i, sign) {
    if (i === 0 || i === last) return at(i);
    let [x, y] = known[i];
    if (f) {
      const best = summit((u) => sign * f(u), known[i - 1][0], known[i + 1][0]);
      if (sign * f(best) > sign * y) [x, y] = [best, f(best)];
    }
    return `${sayY(y)} ${about} ${sayX(x)}`;
  }
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high - low <= 1e-9 * Math.max(1, Math.abs(high))) return `stays at ${sayY(known[0][1])}`;
  const ends = turningPoints(values);
  const rises = values[ends[1]] > values[0];
  const [up, down] = ['rises', 'falls'];
  const differs = (v) => Math.abs(v - values[0]) > 1e-9 * (high - low);
  const level = values.findIndex(differs) - 1;
  function start() {
    const way = rises ? up : down;
    if (!bounded(0)) {
      return `${rises ? down : 'grows'} without bound towards ${sayX(known[0][0])}, ${way}`;
    }
    if (level <= values.length / 10) return `${way} from ${at(0)}`;
    const [from, next] = [known[level][0], known[level + 1][0]];
    const until = f ? lastLevel((x) => differs(size(f(x))), from, next) : from;
    return `stays at ${sayY(known[0][1])} until ${sayX(Math.abs(until) < 1e-9 ? 0 : until)}, then ${way}`;
  }
  const between = bounded(0) ? ' ' : ' and ';
  if (ends.length === 2) return `${start().replace(/, (?=(rises|falls)$)/, between)} ${to(last)}`;
  if (ends.length === 3) {
    const turn = rises ? `greatest, ${extreme(ends[1], 1)}` : `least, ${extreme(ends[1], -1)}`;
    return `${start()} to its ${turn}, and ${rises ? down : up} ${to(last)}`;
  }
  const least = extreme(values.indexOf(low), -1);
  const greatest = extreme(values.indexOf(high), 1);
  return `goes up and down ${ends.length - 1} times, between ${least} and ${greatest}`;
}

const isWhole = (lines) => lines.every(({ points }) => points.every(([x]) => Number.isInteger(x)));

/** Whole numbers from the least to the greatest, a round step apart, with both ends. */
function wholeNumbers(low, high) {
  const least = (high - low) / (ROWS - 1);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((k) => k >= least && Number.isInteger(k));
  const out = [];
  for (let x = low; x < high; x += step) out.push(x);
  return [...out, high];
}

/** Where the rows of a table stand: at places where each curve has its own value. */
function placesOf(lines, domain) {
  const sampled = lines.filter(({ points }) => !points.f);
  const inside = (x) => x >= domain[0] && x <= domain[1];
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x)).filter(inside);
  if (!xs.length) return [];
  if (isWhole(lines)) return wholeNumbers(Math.min(...xs), Math.max(...xs));
  const places = even(domain, ROWS);
  const some = sampled.flatMap(({ points }) => points.map(([x]) => x)).filter(inside);
  if (!some.length) return places;
  const nearest = (at) => some.reduce((best, x) => (Math.abs(x - at) < Math.abs(best - at) ? x : best));
  return [...new Set(places.map(nearest))];
}

/** The height of a line at x: of its function, or of the point that is there; NaN where there is none. */
function heightAt(points, x) {
  if (points.f) return points.f(x);
  return points.find((p) => Math.abs(p[0] - x) < 1e-9)?.[1] ?? Number.NaN;
}

const orNone = (say) => (value) => (Number.isNaN(value) ? '–' : say(value));

function curves({ x, y, curves: all }) {
  const lines = all
    .filter(({ key, points }) => !ASIDE.includes(key) && points.length > 1)
    .map((one) => {
      const points = [...one.points].sort((a, b) => a[0] - b[0]);
      return { ...one, points: Object.assign(points, { f: one.points.f }) };
    });
  const integers = isWhole(lines);
  const sayX = x.words ?? (integers ? whole : usual);
  const sayY = (one) => one.words ?? y.words ?? usual;
  const only = lines.length === 1 && !lines[0].label && !lines[0].name;
  const named = lines.map((one) => (only ? titleOf(y) : (one.name ?? nameOf(one))));
  const more = { log: y.log, domain: x.domain, all: integers };
  return {
    sentences: lines.map((one, i) => [named[i], shapeOf(one.points, sayX, sayY(one), more)]),
    columns: [titleOf(x), ...named],
    rows: placesOf(lines, x.domain).map((at) => [
      sayX(at),
      ...lines.map((one) => orNone(sayY(one))(heightAt(one.points, at))),
    ]),
  };
}

/** The least and the greatest of a function, in words; each is [place, value, whether it is not the only place]. */
function extremes(ends, say, where) {
  const [low, high] = ends;
  const place = ([at, , several]) => `${where(at)}${several ? ' and elsewhere' : ''}`;
  const most = Number.isFinite(high[1])
    ? `and greatest, ${say(high[1])} ${place(high)}`
    : 'and grows without bound towards the edge';
  return low[1] === high[1]
    ? `is ${say(low[1])} everywhere`
    : `is least, ${say(low[1])} ${place(low)}, ${most}`;
}

/** From the best of `places` on, ever smaller steps to where `f` is least and where it is greatest. */
function leastAndGreatest(f, places, size, ways, allowed) {
  return [-1, 1].map((sign) => {
    let best = places.reduce((a, b) => (sign * b[1] > sign * a[1] ? b : a));
    for (let step = size / 2; step > 1e-7 * size; step /= 2) {
      for (const way of ways) {
        const at = best[0].map((x, i) => x + step * way[i]);
        if (!allowed(at)) continue;
        const value = f(at);
        if (sign * value > sign * best[1] + 1e-12) best = [at, value];
      }
    }
    const tidy = best[0].map((x) => Math.round(x * 1e5) / 1e5);
    const alike = places.filter(([, value]) => Math.abs(value - best[1]) <= 1e-9);
    return [tidy, best[1], new Set(alike.map(([at]) => at.map((x) => fixed(x, 5)).join())).size > 1];
  });
}

/** The least and the greatest of some bars, each with all that have it. */
function ofBars({ values, among = values.length }, names, say) {
  const some = values.slice(0, among);
  const [low, high] = [Math.min(...some), Math.max(...some)];
  const of = (value) =>
    `${say(value)}, for ${names.filter((_, i) => i < among && some[i] === value).join(' and ')}`;
  return low === high ? `is ${say(low)} for all` : `is ${of(low)}, and the greatest ${of(high)}`;
}

function bars({ names, series }) {
  const say = (one) => (v) => fixed(v, one.decimals ?? 2);
  const plain = (name) => name.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  const lead = ({ name, values, among = values.length }) =>
    new Set(values.slice(0, among)).size > 1 ? `the least ${plain(name)}` : `the ${plain(name)}`;
  return {
    sentences: series.map((one) => [lead(one), ofBars(one, names, say(one))]),
    columns: ['', ...series.map(({ name }) => name)],
    rows: names.map((name, i) => [name, ...series.map((one) => say(one)(one.values[i]))]),
  };
}

function surface({ name, title, x, y, f, words: say = usual }) {
  const fine = ({ domain }) => even(domain, FINE + 1);
  const places = fine(y).flatMap((v) => fine(x).map((u) => [u, v]));
  const values = places.map((at) => f(...at));
  const [width, depth] = [x, y].map(({ domain: [from, to] }) => to - from);
  const ways = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((k) => [i, (k * depth) / width]));
  const allowed = (at) => [x, y].every(({ domain }, i) => at[i] >= domain[0] && at[i] <= domain[1]);
  const known = places.map((at, i) => [at, values[i]]);
  const ends = leastAndGreatest((at) => f(...at), known, width / FINE, ways, allowed);
  const low = Math.min(...values);
  const flat = values.filter((v) => v - low <= 1e-9).length / values.length;
  const [across, up] = [x, y].map(titleOf);
  const where = ([u, v]) => `at ${across} ${usual(u)}, ${up} ${usual(v)}`;
  const shape = extremes(ends, say, where);
  const level = flat > 0.02 && flat < 1 ? `; it is as low on ${fixed(100 * flat, 0)} % of the map` : '';
  return {
    sentences: [[titleOf({ name, label: title }), shape + level]],
    columns: [`${up} ↓, ${across} →`, ...even(x.domain, SIDE).map(usual)],
    rows: even(y.domain, SIDE)
      .reverse()
      .map((v) => [usual(v), ...even(x.domain, SIDE).map((u) => say(f(u, v)))]),
  };
}

/** Three probabilities that add up to 1 as they are written: thirds, or hundredths. */
function sharesOf(q) {
  const thirds = q.map((p) => Math.round(3 * p));
  const even = thirds.some((k) => k % 3) && q.every((p, i) => Math.abs(3 * p - thirds[i]) < 1e-4);
  return even ? thirds.map((k) => (k % 3 ? `${k}/3` : fixed(k / 3, 2))) : snap(q).map((p) => fixed(p, 2));
}

function triangle({ name, title, labels, points, f, words: say = usual }) {
  const row = ([head, q]) => [head, ...sharesOf(q), ...(f ? [say(f(q))] : [])];
  if (!f) return { sentences: [], columns: ['', ...labels], rows: points.map(row) };
  const lattice = points.map(([, q]) => q);
  for (let i = 0; i <= FINE; i++) {
    for (let j = 0; j <= FINE - i; j++) lattice.push([i, j, FINE - i - j].map((k) => k / FINE));
  }
  const known = lattice.map((q) => [q, f(q)]);
  const ways = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((k) => [0, 1, 2].map((n) => (n === i ? 1 : 0) - (n === k ? 1 : 0))),
  );
  const ends = leastAndGreatest(f, known, 1 / FINE, ways, (q) => q.every((p) => p >= 0));
  const text = (q) =>
    sharesOf(q)
      .map((share, i) => `${labels[i]} ${share}`)
      .join(', ');
  const unit = (...places) => labels.map((_, k) => (places.includes(k) ? 1 / places.length : 0));
  const chosen = [unit(0), unit(1), unit(2), unit(0, 1), unit(1, 2), unit(0, 2), unit(0, 1, 2)];
  const places = [...Array(3).fill('a corner'), ...Array(3).fill('half-way'), 'the middle'];
  const what = titleOf({ name, label: title });
  return {
    sentences: [[what, extremes(ends, say, (q) => `at ${text(q)}`)]],
    columns: ['', ...labels, what],
    rows: [...points, ...chosen.map((q, i) => [places[i], q])].map(row),
  };
}

const lengths = ({ rows, unit, words: say = usual }) => ({
  sentences: [],
  columns: ['', unit || 'length'],
  rows: rows.map(({ name, value }) => [name, say(value)]),
});

const cells = ({ columns, rows }) => ({ sentences: [], columns, rows });

const KINDS = { curves, bars, surface, triangle, lengths, cells };

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
    if (!table.rows.length) continue; // nothing to tell but the numbers above
    const words = table.sentences.filter(([, how]) => how).map(([what, how]) => `${what} ${how}.`);
    if (words.length) made.push(h('p', { text: `${data.label}: ${words.join(' ')}` }));
    made.push(make(data.label, table));
  }
  box.replaceChildren(...made);
}
