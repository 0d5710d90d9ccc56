import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pointsOf } from '../../lib/explorables/js/charts/plot.js';
import { shapeOf, short, tableOf } from '../../lib/explorables/js/charts/tables.js';

const say = (v) => String(Math.round(v * 100) / 100);
const samples = (f, from = -2, to = 2, n = 200) =>
  Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n).map((x) => [x, f(x)]);
const curve = (f, ...range) => pointsOf(samples(f, ...range), f);
const shape = (f, ...range) => shapeOf(curve(f, ...range), say, say);

test('a curve that rises, falls, stays, has a least or a greatest, is said to', () => {
  assert.equal(shape(Math.exp), 'rises from 0.14 at -2 to 7.39 at 2');
  assert.equal(
    shape((x) => -x),
    'falls from 2 at -2 to -2 at 2',
  );
  assert.equal(
    shape(() => 3),
    'stays at 3',
  );
  assert.equal(
    shape((x) => (x - 1) ** 2),
    'falls from 9 at -2 to its least, 0 at 1, and rises to 1 at 2',
  );
  assert.equal(
    shape((x) => 4 - x * x),
    'rises from 0 at -2 to its greatest, 4 at 0, and falls to 0 at 2',
  );
  assert.equal(
    shape((x) => Math.max(0, x)),
    'stays at 0 until 0, then rises to 2 at 2',
  );
  assert.equal(
    shape((x) => Math.sin(3 * x), -3, 3),
    'goes up and down 7 times, between -1 at -2.62 and 1 at 2.62',
  );
});

test('what is slight does not turn, what is infinite does not break, gaps are left out', () => {
  const wavering = shape((x) => x + 0.01 * Math.sin(40 * x));
  assert.match(wavering, /^rises from /);
  assert.match(
    shape((x) => (x === -2 ? Infinity : 1 / (x + 2))),
    /^grows without bound towards -2 and falls to 0.25 at 2$/,
  );
  assert.equal(
    shapeOf(
      [
        [0, NaN],
        [1, 1],
        [2, 2],
      ],
      say,
      say,
    ),
    'rises from 1 at 1 to 2 at 2',
  );
});

test('on a logarithmic axis slight is meant of the logarithm', () => {
  const points = [1e-8, 1e-6, 1e-7, 1].map((y, i) => [i, y]);
  assert.match(
    shapeOf(points, say, String, { log: true, all: true }),
    /^goes up and down 3 times, between 1e-8 at 0 and 1 at 3$/,
  );
});

test('a curve is infinite at an end, and least where its function is, not where it was drawn', () => {
  const loss = (x) => -0.7 * Math.log(x) - 0.3 * Math.log1p(-x);
  const drawn = [0.001, 0.3, 0.697, 0.8, 0.999].map((x) => [x, loss(x)]);
  const say3 = (v) => v.toFixed(3);
  assert.equal(
    shapeOf(pointsOf([...drawn], loss), say3, say3, { domain: [0, 1] }),
    'grows without bound towards 0.000, falls to its least, 0.611 at 0.700, and rises without bound towards 1.000',
  );
  assert.match(shapeOf(drawn, say3, say3, { domain: [0, 1] }), /its least, 0\.611 near 0\.697, and rises to/);
});

test('a name is cut at its unit and never inside brackets', () => {
  assert.equal(short('H(P, Q) from H(P) up, nats'), 'H(P, Q) from H(P) up');
  assert.equal(short('f(x, y)'), 'f(x, y)');
  assert.equal(short('logit z; of the right class, in nats'), 'logit z');
  assert.equal(short('one, two, nats'), 'one, two');
});

const heights = (curves, domain = [0, 1], more = {}) =>
  tableOf({
    kind: 'curves',
    x: { domain, label: 'x, in metres' },
    y: { domain: [0, 9], label: 'height' },
    curves,
    ...more,
  });

test('a table has values of the function at even places, and none from between its samples', () => {
  const f = (x) => -Math.log(x);
  const points = pointsOf(samples(f, 0.002, 1, 7), f);
  const { columns, rows } = heights([
    { key: 'guide', points: [] },
    { key: 'up_hill', points },
    { key: 'k', label: 'b', points },
  ]);
  assert.deepEqual(columns, ['x', 'up hill', 'b']);
  assert.equal(rows.length, 9);
  assert.deepEqual(rows[0], ['0', '∞', '∞']);
  assert.deepEqual(rows[1], ['0.125', '2.079', '2.079']);
  const sampled = heights([
    {
      key: 'a',
      points: [
        [0.1, 1],
        [0.52, 5],
        [0.9, 2],
      ],
    },
  ]).rows;
  assert.deepEqual(sampled, [
    ['0.100', '1.000'],
    ['0.520', '5.000'],
    ['0.900', '2.000'],
  ]);
});

test('an axis of whole numbers has rows at whole numbers, without decimals', () => {
  const steps = (n) => Array.from({ length: n + 1 }, (_, i) => [i, 2 * i]);
  const { rows, sentences } = heights(
    [
      { key: 'a', points: steps(20) },
      { key: 'b', points: steps(10) },
    ],
    [0, 20],
  );
  assert.deepEqual(
    rows.map(([x]) => x),
    ['0', '5', '10', '15', '20'],
  );
  assert.deepEqual(rows[3], ['15', '30.000', '–']);
  assert.match(sentences[0][1], /to 40\.000 at 20$/);
  assert.deepEqual(
    heights([{ key: 'a', points: steps(59) }], [0, 100]).rows.map(([x]) => x),
    ['0', '10', '20', '30', '40', '50', '59'],
  );
});

test('a curve may have its own name and its own unit', () => {
  const data = [
    {
      key: 'sum',
      name: 'sum, nats',
      words: (v) => `${v} nats`,
      points: [
        [0, 0],
        [1, -2],
      ],
    },
  ];
  const { columns, rows } = heights(data);
  assert.deepEqual([columns[1], rows[1]], ['sum, nats', ['1', '-2 nats']]);
});

test('a surface is least where it is, or on how much of the map', () => {
  const axis = (label) => ({ domain: [-2, 2], label });
  const of = (f) => tableOf({ kind: 'surface', title: 'loss, nats', x: axis('w'), y: axis('b'), f });
  const bowl = of((x, y) => (x - 1) ** 2 + y * y);
  assert.match(
    bowl.sentences[0][1],
    /^is least, 0 at w 1\.000, b 0, and greatest, 13\.000 at w −2\.000, b −2/,
  );
  assert.deepEqual(bowl.rows[0].slice(0, 2), ['2.000', '13.000']); // the highest first, as on the map
  assert.match(of((x) => Math.max(0, x)).sentences[0][1], /; it is as low on 51 % of the map$/);
});

test('bars, lengths and the triangle have their own', () => {
  const bars = tableOf({
    kind: 'bars',
    names: ['cat', 'dog', 'sum'],
    series: [{ name: 'part', values: [0.25, 0.75, 1], among: 2 }],
  });
  assert.deepEqual(bars.rows, [
    ['cat', '0.25'],
    ['dog', '0.75'],
    ['sum', '1.00'],
  ]);
  assert.deepEqual(bars.sentences, [['the least part', 'is 0.25, for cat, and the greatest 0.75, for dog']]);
  const lengths = tableOf({ kind: 'lengths', unit: 'bits', rows: [{ name: 'yours', value: 2.5 }] });
  assert.deepEqual([lengths.columns, lengths.rows], [['', 'bits'], [['yours', '2.500']]]);
  const entropy = (q) => -q.reduce((sum, x) => sum + (x ? x * Math.log2(x) : 0), 0);
  const { rows, sentences } = tableOf({
    kind: 'triangle',
    title: 'H',
    labels: ['a', 'b', 'c'],
    points: [['P', [1, 0, 0]]],
    f: entropy,
  });
  assert.deepEqual(rows[0], ['P', '1.00', '0.00', '0.00', '0']);
  assert.deepEqual(rows[4], ['half-way', '0.50', '0.50', '0.00', '1.000']);
  assert.match(sentences[0][1], /greatest, 1\.585 at a 1\/3, b 1\/3, c 1\/3$/);
});
