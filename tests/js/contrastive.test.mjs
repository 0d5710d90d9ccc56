// Descent on a circle: it lowers the loss at every step, rests at the floor, and leaves saddles alone;
// and the letters on the matrix.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { legible } from '../../lib/explorables/js/charts/matrix.js';
import { colorTable } from '../../lib/explorables/js/charts/surface.js';
import {
  angleGrads,
  atRest,
  contrastiveLosses,
  descended,
  even,
  found,
  matchedColumns,
  similarities,
  stageOf,
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

/** Where descent is at these angles, which the state would hold rounded. */
function stageAt(angles, temperature) {
  const [rows, columns] = angles.map((list) => list.map((x) => Number(x.toFixed(2))));
  const slope = Math.hypot(...angleGrads(rows, columns, temperature).flat());
  const places = even(rows.length);
  const [loss, floor] = [lossOf([rows, columns], temperature), lossOf([places, places], temperature)];
  return stageOf(rows.length, temperature, { slope, loss, floor });
}

test('what is left in a heap stays there, at rest above the floor', () => {
  const heap = [Array(6).fill(90), Array(6).fill(90)];
  assert.equal(stageAt(heap, 0.5), 'stuck');
  heap[0][0] = 0;
  assert.equal(stageAt(heap, 0.5), 'going');
  const rested = descended(heap, 0.5, Infinity);
  assert.equal(stageAt(rested, 0.5), 'stuck');
  assert.ok(Math.abs(lossOf(rested, 0.5) - 1.3589) < 1e-4);
  const shown = rested[0].slice(1).map((x) => x.toFixed(2)); // they differ by rounding alone
  assert.equal(new Set(shown).size, 1);
  assert.equal(stageAt(descended(START, 0.5, Infinity), 0.5), 'floor');
});

test('the numbers on every colour of the matrix stand out by 4.5 to 1', () => {
  const palette = JSON.parse(
    readFileSync(new URL('../../lib/explorables/palette.json', import.meta.url), 'utf8'),
  );
  const channel = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  for (const theme of ['light', 'dark']) {
    for (const rgb of colorTable(palette[theme].surface)) {
      const [r, g, b] = Array.from(rgb, (c) => channel(c / 255));
      const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      const contrast = legible(rgb) === 'black' ? (light + 0.05) / 0.05 : 1.05 / (light + 0.05);
      assert.ok(contrast >= 4.5, `${theme}: ${rgb}: ${contrast}`);
    }
  }
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
