import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fixed } from '../../lib/explorables/js/kit/format.js';
import { m, whole } from '../../lib/explorables/js/kit/mathml.js';
import { written } from '../../lib/explorables/js/kit/written.js';

const STATE = { x: -1, y: 2, one: 1 };
const how = { lookUp: (name) => STATE[name], number: (name) => m`${fixed(STATE[name], 2)}` };

/** What stands in a formula, exponents and the parts of a fraction in braces. */
function line({ tag, children }) {
  if (typeof children === 'string') return children === '\u2061' ? '' : children;
  if (tag === 'msup') return `${line(children[0])}^{${line(children[1])}}`;
  if (tag === 'mfrac') return `{${children.map(line).join('}/{')}}`;
  return children.map(line).join('');
}
const read = (formula) => line(whole(formula));
const lines = (expression, more = {}, letters = {}) =>
  written(expression, { ...how, ...more }, letters).map(read);
const shown = (...given) => lines(...given).join(' | ');

test('parentheses stand where signs would meet, and where a sum is multiplied', () => {
  assert.equal(shown(['-', 'y', 'x']), '2.00−(−1.00)');
  assert.equal(shown(['-', 'x', 'y']), '−1.00−2.00');
  assert.equal(shown(['-', 'y', ['-', 'x', 'y']]), '2.00−(−1.00−2.00)');
  assert.equal(shown(['*', 'y', ['+', 'x', 1]]), '2.00(−1.00+1)');
  assert.equal(shown(['*', 'y', 'y']), '2.00⋅2.00');
  assert.equal(shown(['neg', 'x']), '−(−1.00)');
});

test('powers hold their base; a first power is not written', () => {
  assert.equal(shown(['**', ['-', 'y', 1], 2]), '(2.00−1)^{2}');
  assert.equal(shown(['**', 'x', 2]), '(−1.00)^{2}');
  assert.equal(shown(['**', 'y', 'one']), '2.00');
});

test('only the branch that holds is written', () => {
  assert.equal(shown(['if', ['<', 'x', 0], ['abs', 'x'], ['log', 'x']]), '|−1.00|');
});

test('what is computed otherwise than it is shown', () => {
  assert.equal(shown(['log', ['shown', ['+', 'y', 1e-8], 'y']]), 'ln2.00');
  assert.equal(shown(['log1p', ['neg', 'y']]), 'ln(1−2.00)');
});

test('a letter keeps its place and its meaning goes beside; a longer name is written out', () => {
  const letters = {};
  const where = { p: ['sigmoid', 'x'], error: ['-', 'x', 'y'] };
  assert.equal(shown(['*', 3, 'p'], { where }, letters), '3p');
  assert.equal(read(letters.p), 'σ(−1.00)');
  assert.equal(shown(['**', 'error', 2], { where }), '(−1.00−2.00)^{2}');
});

test('a long sum breaks before its terms, a short one does not', () => {
  const term = ['max', 0, ['-', ['+', 'y', 1], 'x']];
  assert.deepEqual(lines(['+', 'x', 'y']), ['−1.00+2.00']);
  assert.deepEqual(lines(['/', ['+', term, term], 3]), [
    '{1}/{3}[max(0,2.00+1−(−1.00))',
    '+max(0,2.00+1−(−1.00))]',
  ]);
});
