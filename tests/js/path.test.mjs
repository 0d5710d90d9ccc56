import assert from 'node:assert/strict';
import test from 'node:test';

import { pathThrough } from '../../lib/explorables/js/charts/path.js';

const path = pathThrough(
  (p) => p[0],
  (p) => p[1],
  (p) => !Number.isNaN(p[1]),
);

test('a path goes straight from point to point, to a tenth of a pixel', () => {
  assert.equal(
    path([
      [0, 1],
      [2.04, -3.06],
      [4, 5],
    ]),
    'M0,1L2,-3.1L4,5',
  );
});

test('a point that is not defined leaves a gap, and one alone is a dot', () => {
  const gap = [2, NaN];
  assert.equal(path([[0, 0], [1, 1], gap, [3, 3], gap]), 'M0,0L1,1M3,3Z');
  assert.equal(path([gap]), null);
  assert.equal(path([]), null);
});

test('each number is written as JavaScript writes it, rounded to a tenth', () => {
  const values = [
    0, -0, 0.04, -0.04, 0.05, -0.05, -0.1, 0.96, -0.96, -1.25, 99.95, 1e5, -99999.96, 1e8, 1e9, 1e13,
  ];
  let seed = 1;
  for (let i = 0; i < 2000; i++) {
    seed = (seed * 48271) % 2147483647;
    values.push((seed % 1e6) / 777 - 600);
  }
  for (const value of values) {
    assert.equal(
      path([
        [0, 0],
        [value, 1],
      ]),
      `M0,0L${Math.round(value * 10) / 10},1`,
    );
  }
});
