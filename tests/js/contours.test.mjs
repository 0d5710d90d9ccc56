import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contours } from 'd3-contour';

import { levelLines } from '../../lib/explorables/js/math/contours.js';

function sample(f, n, m) {
  const values = [];
  for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) values.push(f(i + 0.5, j + 0.5));
  return { values, n, m };
}

function pieces(grid, levels) {
  const list = [];
  levelLines(grid, levels, (...piece) => list.push(piece));
  return list;
}

const bowl = (x, y) => (x - 9) ** 2 + 2 * (y - 7.3) ** 2;

test('on a plane a level line is straight and in its place', () => {
  const grid = sample((x, y) => x + 2 * y, 12, 10);
  const list = pieces(grid, [11]);
  assert.ok(list.length > 10);
  for (const [x0, y0, x1, y1] of list) {
    for (const [x, y] of [
      [x0, y0],
      [x1, y1],
    ])
      assert.ok(Math.abs(x + 2 * y - 11) < 1e-12);
    assert.ok(Math.hypot(x1 - x0, y1 - y0) > 0);
  }
});

test('the crossings are those of d3-contour', () => {
  const [n, m] = [20, 16];
  const grid = sample(bowl, n, m);
  for (const level of [3, 17.5, 40]) {
    const [{ coordinates }] = contours().size([n, m]).thresholds([level])(grid.values);
    const inside = ([x, y]) => x > 0.5 && y > 0.5 && x < n - 0.5 && y < m - 0.5;
    const theirs = coordinates.flat(2).filter(inside);
    const ours = pieces(grid, [level]).flatMap(([a, b, c, d]) => [
      [a, b],
      [c, d],
    ]);
    assert.ok(theirs.length > 8);
    for (const [x, y] of theirs) {
      assert.ok(
        ours.some(([u, v]) => Math.hypot(x - u, y - v) < 1e-9),
        `${level}: ${x}, ${y}`,
      );
    }
  }
});

test('a line that does not leave the grid is closed', () => {
  const ends = new Map();
  for (const [a, b, c, d] of pieces(sample(bowl, 20, 16), [17.5])) {
    for (const end of [
      [a, b],
      [c, d],
    ]) {
      const key = end.map((x) => x.toFixed(9)).join();
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
  }
  assert.deepEqual([...new Set(ends.values())], [2]);
});

test('infinities and flat ground leave every coordinate finite', () => {
  const wall = sample((x, y) => (x < 4 ? Infinity : x - y > 3 ? NaN : 1), 9, 9);
  for (const piece of pieces(wall, [1, 2, 5])) assert.ok(piece.every(Number.isFinite));
  assert.deepEqual(
    pieces(
      sample(() => 1, 5, 5),
      [1],
    ),
    [],
  );
});
