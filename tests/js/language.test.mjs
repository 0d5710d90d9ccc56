import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
  begin,
  characterModel,
  codesOf,
  costs,
  nextProbs,
  read,
  step,
} from '../../lib/explorables/js/math/language.js';

const here = (path) => new URL(`../../${path}`, import.meta.url);
const about = JSON.parse(readFileSync(here('lib/data/character_model.json'), 'utf8'));
const bytes = readFileSync(here('lib/data/character_model.bin'));
const model = characterModel(about, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const everyday = readFileSync(here('benchmarks/language_model/everyday.txt'), 'utf8');

test('our sentences cost what they cost in NumPy', () => {
  const { surprisals } = read(model, `\n${everyday}`);
  let start = 1;
  for (const [i, line] of everyday.trimEnd().split('\n').entries()) {
    const end = start + line.length + 1;
    const nats = surprisals.slice(start, end).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(nats - about.everyday_lines[i]) < 1e-9, `${line}: ${nats}`);
    start = end;
  }
  assert.equal(start, surprisals.length);
});

test('a reading that goes on is the one that begins anew', () => {
  const texts = ['', 'The trian', 'The train leaves', 'The train', 'A train', 'A train\u4e16\u{1f600}'];
  let reading = null;
  for (const text of texts) {
    const before = reading;
    reading = read(model, text, before);
    assert.deepEqual(reading, read(model, text));
    assert.equal(reading.states.length, Array.from(text).length + 1);
    // What stands before the change is not computed again.
    if (before) assert.equal(reading.states[0], before.states[0]);
  }
  const [other, again] = codesOf(model, '\u4e16\u{1f600}');
  assert.equal(other, again);
  assert.equal(other, model.symbols.length - 1);
});

test('probabilities sum to 1, and a temperature levels them', () => {
  let h = begin(model);
  for (const code of codesOf(model, '\nThe weathe')) h = step(model, h, code);
  for (const temperature of [0.25, 1, 4]) {
    const sum = nextProbs(model, h, temperature).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
  }
  assert.deepEqual(nextProbs(model, h), nextProbs(model, h, 1));
  const [r] = codesOf(model, 'r');
  assert.equal(nextProbs(model, h).indexOf(Math.max(...nextProbs(model, h))), r);
  assert.ok(nextProbs(model, h, 4)[r] < nextProbs(model, h)[r]);
  assert.ok(costs(model, h, 0.25)[r] < costs(model, h)[r]);
});
