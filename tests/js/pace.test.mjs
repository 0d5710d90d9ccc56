// What takes a machine for slow: not one slow time, and not the cheaper work that slowness leads to.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pace } from '../../lib/explorables/js/kit/pace.js';

const after = (...times) => {
  const painting = pace(1.5);
  for (const time of times) painting.took(time);
  return painting.slow;
};
const often = (time) => Array(12).fill(time);

test('a quick machine is not slow, nor for one slow time', () => {
  assert.equal(after(), false);
  assert.equal(after(...often(0.6)), false);
  assert.equal(after(...often(0.6), 3, ...often(0.6), 3), false);
});

test('a slow machine is slow after a few times', () => {
  assert.equal(after(2.5, 2.5, 2.5, 2.5), true);
});

test('what costs half as much while slow keeps it slow', () => {
  assert.equal(after(...often(2.5), ...often(1)), true);
});

test('a machine that is quick again is taken for quick', () => {
  assert.equal(after(...often(2.5), ...often(0.3)), false);
});
