import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
  begin,
  characterModel,
  codesOf,
  costs,
  goOn,
  nextProbs,
  ngramModel,
  open,
  read,
  settle,
  step,
  tableCosts,
  windows,
} from '../../lib/explorables/js/math/language.js';
import { assetsOf } from '../parity/assets.mjs';

const here = (path) => new URL(`../../${path}`, import.meta.url);
const about = JSON.parse(readFileSync(here('lib/data/character_model.json'), 'utf8'));
const model = characterModel(assetsOf(['character_model']).character_model);
const everyday = readFileSync(here('lib/data/everyday.txt'), 'utf8');

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

/** How far two readings are from each other in what a character costs, in nats. */
const apart = (a, b) => Math.max(...a.surprisals.map((cost, i) => Math.abs(cost - b.surprisals[i])));

test('behind an edit a reading is taken over where the change has died out, and exact at rest', () => {
  const text = `\n${everyday.slice(0, 1500)}`;
  let reading = read(model, text);
  const edits = [
    (t) => `${t.slice(0, 700)}x${t.slice(700)}`,
    (t) => t.slice(0, 300) + t.slice(305),
    (t) => `${t.slice(0, 1200)}e${t.slice(1201)}`,
    (t) => t.slice(1),
  ];
  let edited = text;
  for (const edit of edits) {
    edited = edit(edited);
    const exact = read(model, edited);
    reading = open(model, edited, reading);
    const first = reading.sure;
    let steps = 0;
    assert.ok(goOn(model, reading, () => ++steps < 0));
    assert.ok(steps < 500, `${steps} characters read behind an edit`);
    assert.ok(reading.sure < exact.sure && reading.sure >= first, 'what was taken over is not sure');
    assert.equal(reading.surprisals.length, exact.surprisals.length);
    assert.ok(apart(reading, exact) < 1e-4, `${apart(reading, exact)}`);
  }
  // In pieces, as a page does between two frames.
  let pieces = 0;
  let left = 0;
  while (!settle(model, reading, () => left-- === 0)) {
    left = 50;
    pieces++;
  }
  assert.ok(pieces > 10);
  assert.equal(reading.sure, reading.codes.length);
  assert.equal(apart(reading, read(model, edited)), 0);
});

test('a text is read in pieces', () => {
  const text = `\n${everyday.slice(0, 200)}`;
  const reading = open(model, text);
  let left = 7;
  assert.ok(!goOn(model, reading, () => left-- === 0));
  assert.equal(reading.at, 7);
  // One that is not at its end is gone on with after an edit.
  const other = open(model, `${text.slice(0, 5)}z${text.slice(5)}`, reading);
  assert.equal(other.at, 5);
  assert.ok(goOn(model, other));
  assert.deepEqual(other, read(model, `${text.slice(0, 5)}z${text.slice(5)}`));
});

test('a window holds the characters before a place, and what was read of one is remembered', () => {
  const text = `\n${everyday.slice(0, 60)}`;
  const { codes, scores } = read(model, text);
  const after = windows(model);
  assert.deepEqual(after(codes, 0, 0), scores[0]);
  assert.deepEqual(after(codes, 5, 9), scores[5]);
  const alone = (from, to) => read(model, text.slice(from, to + 1)).scores[to - from];
  for (const context of [0, 1, 2, 3, 4, 7, 8, 16]) {
    for (const place of [16, 30, 59]) {
      assert.deepEqual(after(codes, place, context), alone(place - context, place), `${place} ${context}`);
      assert.deepEqual(after(codes, place, context), alone(place - context, place));
    }
  }
  assert.notDeepEqual(alone(27, 30), scores[30]);
  // In pieces; and where the text has grown, what was read of its end goes on.
  let steps = 0;
  const once = () => ++steps > 1;
  const fresh = windows(model);
  const short = codes.slice(0, 40);
  for (let tries = 0; !fresh(short, 39, 16, once); tries++) {
    assert.ok(tries < 17);
    steps = 0;
  }
  assert.deepEqual(fresh(short, 39, 16), alone(23, 39));
  steps = 0;
  assert.deepEqual(fresh(codes, 39, 16, once), alone(23, 39), 'no step is left to do');
  assert.ok(steps === 0);
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
  assert.ok(Math.abs(costs(model, h, 2)[r] + Math.log(nextProbs(model, h, 2)[r])) < 1e-12);
  assert.equal(nextProbs(model, h).indexOf(Math.max(...nextProbs(model, h))), r);
  assert.ok(nextProbs(model, h, 4)[r] < nextProbs(model, h)[r]);
  assert.ok(costs(model, h, 0.25)[r] < costs(model, h)[r]);
});

test('one more character takes a fraction of a frame', () => {
  const text = `\n${everyday.slice(0, 400)}`;
  let reading = read(model, text.slice(0, 200));
  const times = [];
  for (let i = 201; i <= 400; i++) {
    const start = performance.now();
    reading = read(model, text.slice(0, i), reading);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  // A quarter of what a machine four times as slow may take, and room for a busy one.
  assert.ok(times[100] < 4, `${times[100]} ms`);
});

test('a table counts anew what an edit has changed, and nothing else', () => {
  const table = ngramModel(assetsOf(['character_ngrams']).character_ngrams, 3);
  const looked = [0, 0, 0];
  table.levels.forEach((level, i) => {
    const { found } = level;
    level.found = { get: (key) => ++looked[i] && found.get(key) };
  });
  const texts = ['', 'The trian', 'The train leaves', 'The train', 'A train', 'A train is late.', 'is late.'];
  let before = null;
  for (const text of [...texts, everyday, `${everyday.slice(0, 900)}x${everyday.slice(900)}`]) {
    const codes = codesOf(table, `\n${text}`);
    looked.fill(0);
    const costs = tableCosts(table, codes, before);
    const most = Math.max(...looked);
    assert.deepEqual(costs, tableCosts(table, codes));
    if (text.length > 2000) assert.ok(text === everyday || most <= 5, `${most} characters`);
    before = { codes, costs };
  }
});

test('where a reading stops, the next character costs what it does', () => {
  const text = `\n${everyday.slice(0, 300)}`;
  const edited = `${text.slice(0, 100)}xy${text.slice(100)}`;
  const reading = open(model, edited, read(model, text));
  assert.ok(!goOn(model, reading, () => reading.at >= reading.tail));
  const exact = read(model, edited);
  const known = reading.tail + 1; // with the character behind the edit
  assert.ok(known < 110);
  assert.deepEqual(reading.surprisals.slice(0, known), exact.surprisals.slice(0, known));
  assert.deepEqual(reading.scores[known - 1], exact.scores[known - 1]);
  assert.ok(goOn(model, reading));
  assert.ok(apart(reading, exact) < 1e-4);
});
