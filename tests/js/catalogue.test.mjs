import assert from 'node:assert/strict';
import { test } from 'node:test';

import { brokenCurve, SPECIMENS } from '../../lib/explorables/js/math/catalogue.js';

const STATE = {
  loss: 'huber_loss',
  compare: 'none',
  x: 2,
  target: 0,
  label: 'positive',
  count: 2,
  share: 0.7,
  margin: 1,
  beta: 1,
  delta: 1,
  variance: 1,
  smoothing: 0,
  power: '1',
  log_input: true,
};

test('a curve is broken where it jumps, and only there', () => {
  const jump = brokenCurve(Math.sign, [-1, 2]);
  const gaps = jump.filter(([, y]) => Number.isNaN(y));
  assert.equal(gaps.length, 1);
  assert.ok(Math.abs(gaps[0][0]) < 1e-9);
  assert.ok(brokenCurve((x) => 8 * x * x, [-4, 4]).every(([, y]) => !Number.isNaN(y)));
});

test('a curve with two jumps has two gaps', () => {
  const { grad, domain } = SPECIMENS.multiclass_hinge_loss;
  const curve = brokenCurve((x) => grad(x, STATE), domain(STATE));
  assert.equal(curve.filter(([, y]) => Number.isNaN(y)).length, 2);
});

test('an infinite end does not break the rest', () => {
  const { value, domain } = SPECIMENS.binary_cross_entropy;
  const curve = brokenCurve((x) => value(x, STATE), domain(STATE));
  assert.equal(curve[0][1], Infinity);
  assert.ok(curve.length >= 201);
});

test('three frames spell the label surely when the score is large', () => {
  assert.ok(SPECIMENS.ctc_loss.value(40, STATE) < 1e-12);
  assert.ok(Math.abs(SPECIMENS.ctc_loss.value(0, STATE) - Math.log(8 / 6)) < 1e-12);
});
