// Descent on a circle: it lowers the loss at every step, rests at the floor, and leaves saddles alone.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  angleGrads,
  atRest,
  contrastiveLosses,
  descended,
  even,
  found,
  matchedColumns,
  similarities,
} from '../../lib/explorables/js/math/contrastive.js';

const START = [
  [90, 20, -50, -110, 170, 125],
  [65, 100, -15, -75, -155, 40],
];
const lossOf = ([rows, columns], temperature) =>
  contrastiveLosses(similarities(rows, columns), temperature).both;

test('every step of descent lowers the loss, down to the floor', () => {
  for (const temperature of [0.1, 0.5, 2]) {
    let [angles, before] = [START, lossOf(START, temperature)];
    for (let step = 0; step < 40; step++) {
      angles = descended(angles, temperature, 1);
      const after = lossOf(angles, temperature);
      assert.ok(after < before, `τ = ${temperature}, step ${step}: ${before} to ${after}`);
      before = after;
    }
  }
  const rested = descended(START, 0.5, Infinity);
  const floor = lossOf([even(6), even(6)], 0.5);
  assert.ok(atRest(rested, 0.5));
  assert.ok(Math.abs(lossOf(rested, 0.5) - floor) < 1e-6);
  assert.equal(found(similarities(...rested)), 6);
});

test('n steps are n times one step', () => {
  let one = START;
  for (let step = 0; step < 7; step++) one = descended(one, 0.5, 1);
  assert.deepEqual(descended(START, 0.5, 7), one);
});

test('what has collapsed does not move', () => {
  const heap = [Array(5).fill(30), Array(5).fill(30)];
  assert.ok(atRest(heap, 0.1));
  assert.deepEqual(descended(heap, 0.1, Infinity), heap);
  assert.equal(found(similarities(...heap)), 0);
});

test('the gradient is that of the loss', () => {
  const step = 1e-4;
  angleGrads(...START, 0.3).forEach((list, k) => {
    list.forEach((slope, i) => {
      const moved = (by) => START.map((l, m) => l.map((x, n) => x + (m === k && n === i ? by : 0)));
      const rise = lossOf(moved(step), 0.3) - lossOf(moved(-step), 0.3);
      assert.ok(Math.abs(rise / (2 * step * (Math.PI / 180)) - slope) < 1e-6);
    });
  });
});

test('each column of the columns’ softmax sums to 1', () => {
  const columns = matchedColumns(similarities(...START), 0.5);
  columns[0].forEach((_, j) => {
    assert.ok(Math.abs(columns.reduce((sum, row) => sum + row[j], 0) - 1) < 1e-12);
  });
});
