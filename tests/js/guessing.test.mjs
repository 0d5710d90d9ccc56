import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  bitsOf,
  CHANCE,
  guessingBounds,
  network,
  placeOf,
  player,
  sharesOf,
  table,
} from '../../lib/explorables/js/math/guessing.js';
import { codesOf, ngramModel, tableCosts } from '../../lib/explorables/js/math/language.js';
import { assetsOf } from '../parity/assets.mjs';

const { character_model, character_ngrams } = assetsOf(['character_model', 'character_ngrams']);

test('bounds of known ranks', () => {
  assert.deepEqual(guessingBounds([]), [0, CHANCE]);
  assert.deepEqual(guessingBounds([1, 1, 1]), [0, 0]);
  assert.deepEqual(guessingBounds([4, 9]), [1, 1]);
  const [low, high] = guessingBounds([1, 1, 1, 1, 2, 2, 3, 4]);
  assert.ok(Math.abs(low - 1.25) < 1e-15);
  assert.ok(Math.abs(high - 1.75) < 1e-15);
  assert.deepEqual(sharesOf([7, 2, 7, 7]), { q: [0.75, 0.25], told: 0 });
  assert.deepEqual(sharesOf([7, 27, 7, 2], 27), { q: [0.5, 0.25], told: 0.25 });
  assert.deepEqual(guessingBounds([27, 27], 27), [0, CHANCE]);
  assert.deepEqual(guessingBounds([27, 1], 27), [0, 1 + CHANCE / 2]);
});

test('a text that goes on, or changes, is read as one that is read anew', () => {
  const models = [network(character_model), ...[1, 2, 3].map((order) => table(character_ngrams, order))];
  for (const model of models) {
    const kept = player(model);
    for (const text of ['The ca', 'The cat sat', 'The', 'A cat', '', 'The cat', 'The cart']) {
      assert.deepEqual(kept(text), player(model)(text));
    }
  }
});

test('a letter costs what the table makes of it in either case', () => {
  const model = ngramModel(character_ngrams, 2);
  const cost = (text) => tableCosts(model, codesOf(model, text)).at(-1);
  const weights = table(character_ngrams, 2).weights('xq');
  assert.equal(weights.length, 27);
  assert.equal(weights[placeOf('u')], Math.exp(-cost('qu')) + Math.exp(-cost('qU')));
  assert.equal(weights[placeOf(' ')], Math.exp(-cost('q ')));
  const total = weights.reduce((a, b) => a + b);
  const [, { cost: nats, guess }] = player(table(character_ngrams, 2))('qu');
  assert.ok(Math.abs(nats - Math.log(total / weights[placeOf('u')])) < 1e-12);
  assert.equal(guess, 1);
  assert.equal(bitsOf([Math.LN2, 3 * Math.LN2]), 2);
});
