import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  coinFlips,
  coinLoss,
  factorsOf,
  likelihood,
  likelihoodShare,
  runningProduct,
  totalLogLoss,
} from '../../lib/explorables/js/math/likelihood.js';
import { binaryCrossEntropy } from '../../lib/explorables/js/math/losses.js';

const halves = (n) => new Array(n).fill(0.5);

test('a product of halves is the last of its floats at 1074 factors, and 0 at 1075', () => {
  assert.equal(likelihood(halves(1074), 'float64'), 2 ** -1074);
  assert.equal(likelihood(halves(1075), 'float64'), 0);
});

test('in float32 the same happens at 149 and 150', () => {
  assert.equal(likelihood(halves(149), 'float32'), 2 ** -149);
  assert.equal(likelihood(halves(150), 'float32'), 0);
});

test('running products end in the product and never rise', () => {
  const factors = [0.9, 0.2, 0.7, 0.4];
  const running = runningProduct(factors, 'float64');
  assert.ok(running.every((x, i) => i === 0 || x <= running[i - 1]));
  assert.equal(running.at(-1), likelihood(factors, 'float64'));
});

test('the probability of what happened is p or 1 − p', () => {
  assert.deepEqual(factorsOf([0.75, 0.75], [1, 0]), [0.75, 0.25]);
});

test('a certain mistake costs infinitely much, a certain hit nothing', () => {
  assert.equal(binaryCrossEntropy(0, 1), Infinity);
  assert.equal(binaryCrossEntropy(1, 0), Infinity);
  assert.equal(binaryCrossEntropy(1, 1), 0);
  assert.equal(binaryCrossEntropy(0, 0), 0);
  assert.equal(totalLogLoss([1, 0], [1, 0]), 0);
});

test('the mean loss of a coin is that of its flips', () => {
  for (const heads of [0, 3, 10]) {
    const flips = coinFlips(heads, 4);
    assert.equal(flips.length, 40);
    const total = totalLogLoss(new Array(40).fill(0.3), flips);
    assert.ok(Math.abs(total / 40 - coinLoss(0.3, heads)) < 1e-14);
  }
});

test('the share of the maximum is 1 at the share of heads, until the maximum is lost', () => {
  for (const heads of [0, 4, 7, 10]) assert.equal(likelihoodShare(heads, 1, 'float64')(heads / 10), 1);
  assert.equal(likelihoodShare(7, 121, 'float64')(0.7), 1);
  assert.equal(likelihoodShare(7, 130, 'float64')(0.7), 0);
  assert.equal(likelihoodShare(7, 20, 'float32')(0.7), 0);
});
