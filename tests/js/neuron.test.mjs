import assert from 'node:assert/strict';
import { test } from 'node:test';

import { descend, LOSSES, overLogit, overWeights } from '../../lib/explorables/js/math/neuron.js';

const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test('cross-entropy keeps its slope at z = 10 where squared error has lost it', () => {
  near(LOSSES.cross_entropy.slope(10, 0), 0.99995, 1e-5);
  near(LOSSES.squared_error.slope(10, 0), 4.5e-5, 1e-6);
});

test('both losses stay finite where the sigmoid rounds to 1', () => {
  assert.equal(LOSSES.cross_entropy.value(800, 0), 800);
  assert.equal(LOSSES.squared_error.value(800, 0), 0.5);
  assert.equal(LOSSES.squared_error.slope(800, 0), 0);
});

for (const [name, loss] of Object.entries(LOSSES)) {
  test(`${name}: gradients agree with central differences`, () => {
    const eps = 1e-6;
    const cases = [
      [overLogit(loss, 1), [-2]],
      [overLogit(loss, 0), [0.7]],
      [overWeights(loss), [1.5, -2]],
      [overWeights(loss), [-3, 4]],
    ];
    for (const [{ value, gradient }, at] of cases) {
      gradient(at).forEach((slope, i) => {
        const [up, down] = [eps, -eps].map((e) => value(at.map((x, k) => (k === i ? x + e : x))));
        near(slope, (up - down) / (2 * eps), 1e-8);
      });
    }
  });

  test(`${name}: descent takes the steps asked for, and goes down`, () => {
    const { value, gradient } = overWeights(loss);
    const path = descend(gradient, [-4, 4], 1.5, 50);
    assert.equal(path.length, 51);
    assert.deepEqual(path[0], [-4, 4]);
    assert.ok(path.every((v, i) => i === 0 || value(v) < value(path[i - 1])));
  });
}
