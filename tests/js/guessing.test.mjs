import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  bitsOf,
  CHANCE,
  counting,
  guessingBounds,
  LETTERS,
  network,
  placeOf,
  player,
  sharesOf,
} from '../../lib/explorables/js/math/guessing.js';
import { assetsOf } from '../parity/assets.mjs';

const { character_model, letter_counts } = assetsOf(['character_model', 'letter_counts']);
const threes = letter_counts.arrays.threes.values;

test('bounds of known ranks', () => {
  assert.deepEqual(guessingBounds([]), [0, CHANCE]);
  assert.deepEqual(guessingBounds([1, 1, 1]), [0, 0]);
  assert.deepEqual(guessingBounds([4, 9]), [1, 1]);
  const [low, high] = guessingBounds([1, 1, 1, 1, 2, 2, 3, 4]);
  assert.ok(Math.abs(low - 1.25) < 1e-15);
  assert.ok(Math.abs(high - 1.75) < 1e-15);
  assert.deepEqual(sharesOf([7, 2, 7, 7]), [0.75, 0.25]);
});

test('a text that goes on, or changes, is read as one that is read anew', () => {
  const models = [network(character_model), ...[1, 2, 3].map((order) => counting(threes, order))];
  for (const model of models) {
    const kept = player(model);
    for (const text of ['The ca', 'The cat sat', 'The', 'A cat', '', 'The cat', 'The cart']) {
      assert.deepEqual(kept(text), player(model)(text));
    }
  }
});

test('counts are those of what stands before', () => {
  const n = LETTERS.length;
  const [t, h, e] = Array.from('thE', placeOf);
  const row = counting(threes, 3).weights('th');
  assert.equal(row[e], 1 + threes[(t * n + h) * n + e]);
  let pairs = 1;
  for (let i = 0; i < n; i++) pairs += threes[(i * n + h) * n + e];
  assert.equal(counting(threes, 2).weights('th')[e], pairs);
  const all = counting(threes, 1);
  assert.equal(
    all.weights(' ').reduce((a, b) => a + b),
    threes.reduce((a, b) => a + b) + n,
  );
  const [{ cost }] = player(all)('E');
  assert.ok(Math.abs(bitsOf([cost]) - 3.4) < 0.2);
});
