import assert from 'node:assert/strict';
import { test } from 'node:test';

import { moveBoundary } from '../../lib/explorables/js/math/simplex.js';

const near = (a, b) => a.every((x, i) => Math.abs(x - b[i]) < 1e-12);

test('a boundary trades between its two neighbours', () => {
  assert.ok(near(moveBoundary([0.5, 0.3, 0.2], 0, 0.6), [0.6, 0.2, 0.2]));
  assert.ok(near(moveBoundary([0.5, 0.3, 0.2], 1, 0.7), [0.5, 0.2, 0.3]));
});

test('a boundary pushes the one in its way, so that none is ever stuck', () => {
  assert.ok(near(moveBoundary([1, 0, 0], 1, 0.4), [0.4, 0, 0.6]));
  assert.ok(near(moveBoundary([0.2, 0.3, 0.5], 0, 0.9), [0.9, 0, 0.1]));
});

test('every result is a distribution on the grid of hundredths', () => {
  for (let k = -20; k <= 120; k++) {
    for (const i of [0, 1]) {
      const p = moveBoundary([1 / 3, 1 / 3, 1 / 3], i, k / 100);
      assert.ok(Math.abs(p.reduce((a, x) => a + x, 0) - 1) < 1e-9);
      assert.ok(p.every((x) => x >= 0 && x <= 1));
    }
  }
});
