import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mended } from '../../lib/explorables/js/kit/rules.js';

const RULES = [
  { trait: 'x', by: 'loss', cases: { log: [['and', ['<=', 0, 'x'], ['<=', 'x', 1]], 0.3] } },
  {
    trait: 'compare',
    by: 'loss',
    cases: {
      log: [
        ['in', 'compare', ['list', ['text', ['none']]]],
        ['text', ['none']],
      ],
    },
  },
];

test('a state that keeps the rules is left alone', () => {
  assert.deepEqual(mended(RULES, { loss: 'log', x: 1, compare: 'none' }), {});
});

test('what breaks a rule is replaced, each trait by its own', () => {
  assert.deepEqual(mended(RULES, { loss: 'log', x: 2, compare: 'square' }), { x: 0.3, compare: 'none' });
  assert.deepEqual(mended(RULES, { loss: 'log', x: -0.1, compare: 'none' }), { x: 0.3 });
});

test('a choice without a rule is free', () => {
  assert.deepEqual(mended(RULES, { loss: 'square', x: 9, compare: 'log' }), {});
});
