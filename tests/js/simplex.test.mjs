import assert from 'node:assert/strict';
import { test } from 'node:test';

import { project, snap, toPoint, toWeights, withProbability } from '../../lib/explorables/js/math/simplex.js';

/** A small generator with a seed, so that a failure comes back. */
function random(seed) {
  let s = seed;
  return () => {
    s = (s * 48271) % 2147483647;
    return s / 2147483647;
  };
}
const total = (q) => q.reduce((a, b) => a + b, 0);
const isDistribution = (q) => q.every((x) => x >= 0 && x <= 1) && Math.abs(total(q) - 1) < 1e-9;

test('the triangle and the distribution are the same point', () => {
  const r = random(7);
  for (let k = 0; k < 500; k++) {
    const q = project([r(), r(), r()]);
    toWeights(toPoint(q)).forEach((x, i) => assert.ok(Math.abs(x - q[i]) < 1e-12));
  }
});

test('projection gives the nearest distribution', () => {
  const r = random(11);
  const distance = (a, b) => Math.hypot(...a.map((x, i) => x - b[i]));
  for (let k = 0; k < 300; k++) {
    const v = [r() * 4 - 2, r() * 4 - 2, r() * 4 - 2];
    const q = project(v);
    assert.ok(isDistribution(q));
    for (let j = 0; j < 30; j++) {
      const other = project([r(), r(), r()]);
      assert.ok(distance(v, q) <= distance(v, other) + 1e-12);
    }
  }
});

test('snapping keeps the sum at one and moves no entry by more than a step', () => {
  const r = random(13);
  for (let k = 0; k < 500; k++) {
    const q = project([r(), r(), r(), r()]);
    const snapped = snap(q, 0.01);
    assert.ok(isDistribution(snapped));
    snapped.forEach((x, i) => {
      assert.ok(Math.abs(x - q[i]) <= 0.01 + 1e-9);
      assert.ok(Math.abs(x * 100 - Math.round(x * 100)) < 1e-9);
    });
  }
});

test('setting one probability keeps it exactly, and the others in proportion', () => {
  const r = random(17);
  for (let k = 0; k < 1000; k++) {
    const q = snap(project([r(), r(), r()]), 0.01);
    const index = Math.floor(r() * 3);
    const value = k % 2 ? Math.round(r() * 100) / 100 : r();
    const next = withProbability(q, index, value);
    assert.equal(next[index], value);
    assert.ok(isDistribution(next), JSON.stringify([q, index, value, next]));
  }
  assert.deepEqual(withProbability([1, 0, 0], 0, 0.5), [0.5, 0.25, 0.25]);
  assert.deepEqual(withProbability([0.2, 0.2, 0.6], 0, 1), [1, 0, 0]);
});
