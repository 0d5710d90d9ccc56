import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  logSoftmax,
  naiveSoftmax,
  sigmoid,
  sigmoidGrad,
  softmax,
  softmaxJacobian,
  tanhGrad,
} from '../../lib/explorables/js/math/activations.js';

const close = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
const slope = (f, x) => (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;

test('sigmoid and tanh have their derivatives, and both ends are exact', () => {
  for (const x of [-6, -1.3, 0, 0.2, 5]) {
    close(sigmoidGrad(x), slope(sigmoid, x), 1e-9);
    close(tanhGrad(x), slope(Math.tanh, x), 1e-9);
  }
  assert.equal(sigmoid(-1000), 0);
  assert.equal(sigmoid(1000), 1);
});

test('the stable softmax knows no overflow', () => {
  assert.deepEqual(softmax([1e300, 0, -1e300]), [1, 0, 0]);
  assert.deepEqual(logSoftmax([1000, 0]), [0, -1000]);
});

test('rows of the Jacobian sum to 0 and hold the derivatives', () => {
  const z = [0.4, -1.1, 2];
  softmaxJacobian(z).forEach((row, i) => {
    close(
      row.reduce((a, b) => a + b),
      0,
      1e-15,
    );
    row.forEach((v, j) => {
      const f = (x) => softmax(z.map((y, k) => (k === j ? x : y)))[i];
      close(v, slope(f, z[j]), 1e-9);
    });
  });
});

test('the naive softmax rounds every step to its format and fails where the format ends', () => {
  const { probabilities, exponentials } = naiveSoftmax([3.2, 5.1, -1.7], 'float32');
  for (const x of [...probabilities, ...exponentials]) assert.equal(x, Math.fround(x));
  assert.ok(naiveSoftmax([88.72, 0], 'float32').probabilities.every(Number.isFinite));
  assert.deepEqual(naiveSoftmax([88.73, 0], 'float32').probabilities, [NaN, 0]);
  assert.ok(naiveSoftmax([709.78, 0], 'float64').probabilities.every(Number.isFinite));
  assert.deepEqual(naiveSoftmax([709.79, 0], 'float64').probabilities, [NaN, 0]);
  assert.deepEqual(naiveSoftmax([-800, -800], 'float64').probabilities, [NaN, NaN]);
});
