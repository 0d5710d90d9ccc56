import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expectedLength, kraftSum, prefixCode } from '../../lib/explorables/js/math/coding.js';
import { binaryEntropy } from '../../lib/explorables/js/math/information.js';

test('a code exists exactly within the budget, and no word begins another', () => {
  for (let a = 1; a <= 6; a++) {
    for (let b = 1; b <= 6; b++) {
      for (let c = 1; c <= 6; c++) {
        const words = prefixCode([a, b, c]);
        assert.equal(words === null, kraftSum([a, b, c]) > 1);
        if (!words) continue;
        assert.deepEqual(
          words.map((w) => w.length),
          [a, b, c],
        );
        for (const [i, w] of words.entries()) {
          for (const [j, v] of words.entries()) assert.ok(i === j || !v.startsWith(w), `${words}`);
        }
      }
    }
  }
});

test('the canonical code of lengths 2, 1, 2', () => {
  assert.deepEqual(prefixCode([2, 1, 2]), ['10', '0', '11']);
  assert.equal(expectedLength([0.25, 0.5, 0.25], [2, 1, 2]), 1.5);
});

test('binary entropy keeps the digits of a tiny probability', () => {
  const p = 1e-20;
  assert.ok(Math.abs(binaryEntropy(p) / (p * (1 - Math.log(p))) - 1) < 1e-15);
  assert.equal(binaryEntropy(0), 0);
  assert.equal(binaryEntropy(1), 0);
  assert.ok(Math.abs(binaryEntropy(0.5) - Math.LN2) < 1e-16);
});
