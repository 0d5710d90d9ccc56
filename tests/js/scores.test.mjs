import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  descentPath,
  hinge,
  hingeGrad,
  softmaxCrossEntropy,
  softmaxCrossEntropyGrad,
} from '../../lib/explorables/js/math/scores.js';

const close = (a, b, tolerance = 1e-12) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
const ROWS = [
  [3.2, 5.1, -1.7],
  [0.3, 0.9, 0.1],
  [-2, 1.5, 1.25],
];

/** The central difference of f along each score. */
const numerically = (f, scores, eps = 1e-6) =>
  scores.map((_, j) => {
    const at = (d) => f(scores.map((s, k) => (k === j ? s + d : s)));
    return (at(eps) - at(-eps)) / (2 * eps);
  });

test('the worked examples of the chapter', () => {
  close(hinge(ROWS[0], 0, 1, 'weston_watkins'), 2.9);
  close(softmaxCrossEntropy(ROWS[0], 0), 2.0404, 5e-5);
  assert.equal(hinge([10, 9, 9], 0, 1, 'weston_watkins'), 0);
  close(softmaxCrossEntropy([10, 9, 9], 0), 0.5514, 5e-5);
});

test('variants: the worst counts, or a third of the sum', () => {
  close(hinge([0, 2, 1], 0, 1, 'weston_watkins'), 5);
  close(hinge([0, 2, 1], 0, 1, 'crammer_singer'), 3);
  close(hinge([0, 2, 1], 0, 1, 'multi_margin'), 5 / 3);
});

test('gradients are slopes of the losses', () => {
  for (const scores of ROWS) {
    for (const variant of ['weston_watkins', 'crammer_singer', 'multi_margin']) {
      const slopes = numerically((s) => hinge(s, 0, 1, variant), scores);
      hingeGrad(scores, 0, 1, variant).forEach((g, j) => close(g, slopes[j], 1e-8));
    }
    const slopes = numerically((s) => softmaxCrossEntropy(s, 0), scores);
    softmaxCrossEntropyGrad(scores, 0).forEach((g, j) => close(g, slopes[j], 1e-8));
  }
});

test('a margin met exactly has no slope', () => {
  assert.deepEqual(hingeGrad([2, 1, 1], 0, 1, 'weston_watkins').map(Math.abs), [0, 0, 0]);
});

test('cross-entropy does not overflow', () => {
  assert.equal(softmaxCrossEntropy([-1e4, 0, -1e5], 0), 1e4);
});

test('descent stops at the margin on the hinge loss and goes on with cross-entropy', () => {
  const start = [5.1, -1.7];
  const onHinge = descentPath((a, b) => hingeGrad([3.2, a, b], 0, 1, 'weston_watkins').slice(1), start);
  const [cat, dog] = onHinge.at(-1);
  assert.ok(onHinge.length < 201 && cat <= 2.2 && cat > 2.2 - 0.2 - 1e-9);
  assert.equal(dog, -1.7);
  const soft = descentPath((a, b) => softmaxCrossEntropyGrad([3.2, a, b], 0).slice(1), start);
  assert.equal(soft.length, 201);
  assert.ok(soft.at(-1)[0] < cat);
});
