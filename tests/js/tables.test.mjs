import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shapeOf, tableOf } from '../../lib/explorables/js/charts/tables.js';

const say = (v) => String(Math.round(v * 100) / 100);
const curve = (f, from = -2, to = 2, n = 200) =>
  Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n).map((x) => [x, f(x)]);
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
    'stays at 0 at -2 until 0, then rises to 2 at 2',
  );
  assert.equal(
    shape((x) => Math.sin(3 * x), -3, 3),
    'goes up and down 7 times, between -1 at -2.61 and 1 at 2.61',
  );
});

test('what is slight does not turn, what is infinite does not break, gaps are left out', () => {
  const wavering = shape((x) => x + 0.01 * Math.sin(40 * x));
  assert.match(wavering, /^rises from /);
  assert.match(
    shape((x) => (x === -2 ? Infinity : 1 / (x + 2))),
    /^falls from Infinity at -2 to 0.25 at 2$/,
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
    shapeOf(points, say, String, true),
    /^goes up and down 3 times, between 1e-8 at 0 and 1 at 3$/,
  );
});

test('a table of curves has their heights at even places, of each where it is', () => {
  const axis = { domain: [0, 4], label: 'x, in metres' };
  const data = {
    kind: 'curves',
    x: axis,
    y: { domain: [0, 9], label: 'height', words: (v) => `${v} m` },
    curves: [
      { key: 'guide', points: [] },
      {
        key: 'up_hill',
        points: [
          [0, 0],
          [4, 8],
        ],
      },
      {
        key: 'k',
        label: 'short',
        points: [
          [2, 1],
          [1, 1],
        ],
      },
    ],
  };
  const { columns, rows, sentences } = tableOf(data);
  assert.deepEqual(columns, ['x', 'up hill', 'short']);
  assert.equal(rows.length, 9);
  assert.deepEqual(rows[3], ['1.500', '3 m', '1 m']);
  assert.deepEqual(rows[8], ['4.000', '8 m', '–']);
  assert.deepEqual(sentences[1], ['short', 'stays at 1 m']);
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
    names: ['cat', 'dog'],
    series: [{ name: 'P', values: [0.25, 0.75] }],
  });
  assert.deepEqual(bars.rows, [
    ['cat', '0.25'],
    ['dog', '0.75'],
  ]);
  assert.deepEqual(bars.sentences, [['P', 'is least, 0.25 for cat, and greatest, 0.75 for dog']]);
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
  assert.match(sentences[0][1], /greatest, 1\.584 at a 0\.3\d, b 0\.3\d, c 0\.3\d$/);
});
