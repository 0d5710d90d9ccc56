import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readNumber } from '../../lib/explorables/js/kit/number.js';
import { parse } from '../../lib/explorables/js/kit/schema.js';

const READ = [
  ['0.5', 0.5],
  ['0,5', 0.5],
  [' 0.5 ', 0.5],
  ['.5', 0.5],
  [',5', 0.5],
  ['5.', 5],
  ['+0.5', 0.5],
  ['-0.5', -0.5],
  ['−0.5', -0.5], // U+2212, as the page itself writes it
  ['–0,5', -0.5],
  ['－0.5', -0.5],
  ['− 0.5', -0.5],
  ['1e-3', 1e-3],
  ['1E−3', 1e-3],
  ['1,5e3', 1500],
  ['1.2 × 10⁻³', 1.2e-3], // as the page itself writes it
  ['1.2·10^-3', 1.2e-3],
  ['3 × 10⁴', 3e4],
  ['1/3', 1 / 3],
  ['−1 / 4', -0.25],
  ['½', 0.5],
  ['¾', 0.75],
  ['50%', 0.5],
  ['12,5 %', 0.125],
  ['0.5 nats', 0.5],
  ['2 bits', 2],
  ['1 bit', 1],
  ['3 steps', 3],
  ['1 000', 1000],
  ['12\u00a0000', 12000],
  ['12\u202f000,5', 12000.5],
  ["1'000", 1000],
  ['1,234.5', 1234.5],
  ['1.234,5', 1234.5],
  ['1,234,567', 1234567],
  ['1.234.567', 1234567],
  ['1,234', 1.234],
  ['٠٫٥', 0.5],
  ['۱۲', 12],
  ['０．５', 0.5],
  ['\u200e-0.5', -0.5],
  ['0', 0],
];
const REFUSED = ['', ' ', '.', ',', '-', 'e', '1e', 'e5', '0x10', '1 2', '1,2,3', '1.2.3', '12,34.5'];
REFUSED.push(
  '1½',
  '1/0',
  '1/2/3',
  '/2',
  '1/',
  '--1',
  '1-2',
  '3k',
  '2pi',
  '5 apples',
  'NaN',
  'Infinity',
  '1e999',
);
REFUSED.push('%', 'bits', '0;5', '1_000', '½½', 'null', '\0', '1\n2');

test('numbers are read as people type them', () => {
  for (const [text, value] of READ) {
    assert.equal(readNumber(text, ['steps']), value, JSON.stringify(text));
  }
});

test('what is no number is none', () => {
  for (const text of REFUSED) assert.ok(Number.isNaN(readNumber(text, ['steps'])), JSON.stringify(text));
});

test('a link is read the same way', () => {
  const number = { kind: 'number', min: -2, max: 3, step: 0.1 };
  const vector = { kind: 'vector', min: -1, max: 1, minLength: 2, maxLength: 3 };
  assert.equal(parse(number, '0,5'), 0.5);
  assert.equal(parse(number, '−1/4'), -0.25);
  assert.deepEqual(parse(vector, '0.5,−0.25'), [0.5, -0.25]);
  assert.deepEqual(parse(vector, '0,5; −0,25; ½'), [0.5, -0.25, 0.5]);
  assert.equal(parse(vector, '0,5;x'), undefined);
});
