import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { History } from '../../lib/explorables/js/kit/history.js';

let clock = 0;
let past;
let state;

beforeEach(() => {
  clock = 0;
  globalThis.performance.now = () => clock;
  past = new History();
  state = { a: 0, b: [1, 2], c: 'x' };
});

/** Change the state `later` milliseconds after the change before. */
function change(patch, later = 10) {
  clock += later;
  const next = { ...state, ...patch };
  past.note(state, next);
  state = next;
}

test('a gesture is one step, of what it changed alone', () => {
  past.part();
  for (let a = 1; a < 9; a++) change({ a });
  change({ b: [3, 4] });
  past.part();
  change({ c: 'y' });
  assert.deepEqual(past.undo(), { c: 'x' });
  assert.deepEqual(past.undo(), { a: 0, b: [1, 2] });
  assert.equal(past.undo(), null);
  assert.equal(past.empty, true);
});

test('a pause parts two steps, but not under a finger that rests on its way', () => {
  change({ a: 1 });
  change({ a: 2 }, 900);
  change({ a: 3 }, 1100);
  assert.deepEqual([past.undo(), past.undo(), past.undo()], [{ a: 2 }, { a: 0 }, null]);
  past.held = true;
  change({ a: 5 });
  change({ a: 6 }, 5000);
  assert.deepEqual(past.undo(), { a: 3 });
});

test('a gesture that ends where it began is none, and what follows is a step of its own', () => {
  change({ b: [5, 5] });
  change({ b: [1, 2] });
  assert.equal(past.empty, true);
  change({ a: 4 });
  assert.deepEqual(past.undo(), { a: 0 });
});

test('what was taken back can be put back, until something new is done', () => {
  change({ a: 1 });
  past.part();
  change({ c: 'y' });
  past.undo();
  past.undo();
  assert.deepEqual([past.redo(), past.redo(), past.redo()], [{ a: 1 }, { c: 'y' }, null]);
  past.undo();
  state = { a: 1, b: [1, 2], c: 'x' };
  change({ a: 7 });
  assert.equal(past.redo(), null);
  assert.deepEqual([past.undo(), past.undo()], [{ a: 1 }, { a: 0 }]);
});
