import assert from 'node:assert/strict';
import { test } from 'node:test';

import { drawing } from '../../lib/explorables/js/kit/drawing.js';

/** A page whose frames and clock the test turns by hand; each chart takes `cost` milliseconds. */
function stage(cost) {
  let clock = 0;
  let callback = null;
  globalThis.performance.now = () => clock;
  globalThis.requestAnimationFrame = (f) => {
    callback = f;
    return 1;
  };
  globalThis.cancelAnimationFrame = () => (callback = null);
  const listeners = {};
  const root = {
    dataset: {},
    addEventListener: (type, f) => (listeners[type] = f),
    removeEventListener: (type) => delete listeners[type],
  };
  const log = [];
  let state = 0;
  const picture = drawing(root, () => [state]);
  const charts = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => {
      const draw = (now) => {
        clock += cost;
        log.push(name + now);
      };
      const node = { contains: (other) => other === node };
      picture.add(draw, node);
      return [name, { draw, node }];
    }),
  );
  picture.add((now) => log.push(`controls${now}`));
  return {
    picture,
    root,
    charts,
    listeners,
    /** The hand moves on the chart of that name, and the state changes. */
    move(name) {
      listeners.pointermove({ type: 'pointermove', buttons: 1, target: charts[name].node });
      this.change();
      return this.frame();
    },
    change() {
      state += 1;
      picture.request();
    },
    /** What the next frame draws, or null where no frame was asked for. */
    frame() {
      const f = callback;
      callback = null;
      f?.();
      return f && log.splice(0).join(' ');
    },
  };
}

test('where there is time one frame draws everything', () => {
  const { picture, root, frame, change } = stage(0.1);
  picture.begin();
  assert.equal(frame(), ''); // charts learn their widths
  assert.equal(frame(), 'controls0 a0 b0 c0 d0');
  assert.deepEqual(root.dataset, { ready: 'true' });
  assert.equal(frame(), null);
  change();
  change();
  assert.equal(frame(), 'controls2 a2 b2 c2 d2');
});

/** Draw all for the first time. */
function begun(cost) {
  const page = stage(cost);
  page.picture.begin();
  while (page.frame() !== null);
  return page;
}

test('where there is none, controls come first and the rest in turn', () => {
  const { picture, root, frame } = stage(5);
  picture.begin();
  frame();
  assert.equal(frame(), 'controls0 a0');
  assert.deepEqual(root.dataset, { drawing: '1' });
  assert.deepEqual([frame(), frame(), frame(), frame()], ['b0', 'c0', 'd0', null]);
  assert.deepEqual(root.dataset, { ready: 'true' });
});

test('a hand that moves is answered by what is under it, and the next frame draws all the rest', () => {
  const page = begun(5);
  assert.equal(page.move('c'), 'c1 controls1');
  assert.deepEqual(page.root.dataset, { ready: 'true', drawing: '1' });
  assert.deepEqual([page.frame(), page.frame()], ['a1 b1 d1', null]);
  assert.deepEqual(page.root.dataset, { ready: 'true' });
  assert.equal(page.move('c'), 'c2 controls2', 'a hand that has rested is answered in the same way');
});

test('where changes leave no frame between them, no chart is more than three behind', () => {
  for (const move of [
    (page) => page.move('c'),
    (page) => page.change() ?? page.frame(),
    (page) => {
      page.listeners.input({ type: 'input', target: {} });
      page.change();
      return page.frame();
    },
  ]) {
    const page = begun(5);
    const shown = { a: 0, b: 0, c: 0, d: 0 };
    for (let now = 1; now < 20; now++) {
      const drawn = move(page).split(' ');
      assert.ok(drawn.includes(`controls${now}`));
      assert.ok(drawn.length <= 4, `not all at once: ${drawn}`);
      for (const one of drawn.filter((text) => /^[a-d]\d/.test(text))) shown[one[0]] = Number(one.slice(1));
      const behind = Object.values(shown).map((state) => now - state);
      assert.ok(Math.max(...behind) <= 3, JSON.stringify(shown));
      assert.equal(Number(page.root.dataset.drawing ?? 0), Math.max(...behind), 'the page says how far');
    }
  }
});

test('where changes leave no frame between them, the rest is drawn by turns', () => {
  const page = begun(5);
  const drawn = Array.from({ length: 5 }, () => page.move('c'));
  assert.deepEqual(drawn, [
    'c1 controls1',
    'c2 controls2 a2',
    'c3 controls3 b3',
    'c4 controls4 d4',
    'c5 controls5 a5',
  ]);
});

test('what has little to draw draws it with the hand', () => {
  const page = stage(0.4);
  const { picture, frame, change } = page;
  picture.begin();
  frame();
  assert.equal(frame(), 'controls0 a0 b0 c0 d0');
  change();
  assert.equal(frame(), 'controls1 a1 b1 c1 d1'); // 1.6 of 2 milliseconds
  assert.equal(page.move('c'), 'c2 controls2 a2 b2 d2');
});

test('what is first never waits', () => {
  const { picture, frame, change } = stage(5);
  const seen = [];
  picture.add((now) => seen.push(now), { contains: () => false }, true);
  picture.begin();
  frame();
  frame();
  for (let i = 0; i < 3; i++) {
    change();
    frame();
  }
  assert.deepEqual(seen, [0, 1, 2, 3]);
});

test('one part is drawn alone, as the state was', () => {
  const { picture, charts, frame } = stage(0.1);
  picture.begin();
  frame();
  frame();
  picture.request(charts.b.draw);
  assert.equal(frame(), 'b0');
});

test('what ends draws no more and leaves nothing behind', () => {
  const { picture, root, listeners, frame, change } = stage(5);
  picture.begin();
  frame();
  frame();
  change();
  picture.end();
  assert.equal(frame(), null);
  assert.deepEqual([root.dataset, listeners], [{}, {}]);
});

test('what comes late, after the end, is not drawn', () => {
  const { picture, charts, root, frame, change } = stage(0.1);
  picture.begin();
  frame();
  assert.equal(frame(), 'controls0 a0 b0 c0 d0');
  picture.end();
  change();
  picture.request(charts.b.draw);
  assert.equal(frame(), null);
  assert.deepEqual(root.dataset, {});
});
