import assert from 'node:assert/strict';
import { test } from 'node:test';

import { written } from '../../lib/explorables/js/kit/written.js';

const STATE = { x: -1, y: 2, one: 1 };
const how = { lookUp: (name) => STATE[name], number: (name) => STATE[name].toFixed(2) };
const tex = (expression, more = {}, letters = {}) => written(expression, { ...how, ...more }, letters);

test('parentheses stand where signs would meet, and where a sum is multiplied', () => {
  assert.equal(tex(['-', 'y', 'x']), '2.00 - (-1.00)');
  assert.equal(tex(['-', 'x', 'y']), '-1.00 - 2.00');
  assert.equal(tex(['-', 'y', ['-', 'x', 'y']]), '2.00 - (-1.00 - 2.00)');
  assert.equal(tex(['*', 'y', ['+', 'x', 1]]), '2.00\\,(-1.00 + 1)');
  assert.equal(tex(['*', 'y', 'y']), '2.00 \\cdot 2.00');
  assert.equal(tex(['neg', 'x']), '-(-1.00)');
});

test('powers hold their base; a first power is not written', () => {
  assert.equal(tex(['**', ['-', 'y', 1], 2]), '(2.00 - 1)^{2}');
  assert.equal(tex(['**', 'x', 2]), '(-1.00)^{2}');
  assert.equal(tex(['**', 'y', 'one']), '2.00');
});

test('only the branch that holds is written', () => {
  assert.equal(tex(['if', ['<', 'x', 0], ['abs', 'x'], ['log', 'x']]), '|-1.00|');
});

test('what is computed otherwise than it is shown', () => {
  assert.equal(tex(['log', ['shown', ['+', 'y', 1e-8], 'y']]), '\\ln 2.00');
  assert.equal(tex(['log1p', ['neg', 'y']]), '\\ln\\bigl(1 - 2.00\\bigr)');
});

test('a letter keeps its place and its meaning goes beside; a longer name is written out', () => {
  const letters = {};
  const where = { p: ['sigmoid', 'x'], error: ['-', 'x', 'y'] };
  assert.equal(tex(['*', 3, 'p'], { where }, letters), '3\\,p');
  assert.deepEqual(letters, { p: '\\sigma(-1.00)' });
  assert.equal(tex(['**', 'error', 2], { where }), '(-1.00 - 2.00)^{2}');
});

test('a long sum breaks before its terms, a short one does not', () => {
  const term = ['max', 0, ['-', ['+', 'y', 1], 'x']];
  assert.ok(!tex(['+', 'x', 'y'], { br: 'BR' }).includes('BR'));
  assert.equal(tex(['/', ['+', term, term], 3], { br: 'BR' }).split('BR').length, 2);
});
