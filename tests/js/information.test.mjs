import assert from 'node:assert/strict';
import test from 'node:test';

import {
  crossEntropy,
  crossEntropyTerms,
  divergenceTerms,
  entropy,
  entropyTerms,
  klDivergence,
} from '../../lib/explorables/js/math/information.js';
import { sum } from '../../lib/explorables/js/math/numeric.js';

const PAIRS = [
  [
    [0.6, 0.3, 0.1],
    [0.3, 0.2, 0.5],
  ],
  [
    [1, 0, 0],
    [0.7, 0.2, 0.1],
  ],
  [
    [0.2, 0.8, 0],
    [0.2001, 0.7999, 0],
  ],
];

test('the parts that bars show add up to what the numbers say', () => {
  const near = (parts, whole) => {
    const total = sum(parts);
    assert.ok(total === whole || Math.abs(total - whole) < 1e-12, `${parts}: not ${whole}`);
  };
  for (const [p, q] of PAIRS) {
    near(entropyTerms(p), entropy(p));
    near(crossEntropyTerms(p, q), crossEntropy(p, q));
    near(divergenceTerms(p, q), klDivergence(p, q));
    near(divergenceTerms(q, p), klDivergence(q, p));
  }
});

test('where Q has no room for what P has, that part is infinite', () => {
  assert.deepEqual(divergenceTerms([0.5, 0.5], [1, 0])[1], Infinity);
});
