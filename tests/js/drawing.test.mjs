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
  assert.deepEqual(root.dataset, { drawing: 'true' });
  assert.deepEqual([frame(), frame(), frame(), frame()], ['b0', 'c0', 'd0', null]);
  assert.deepEqual(root.dataset, { ready: 'true' });
});

test('a hand that moves is answered by what is under it, and the rest follows', () => {
  const page = begun(5);
  assert.equal(page.move('c'), 'c1 controls1');
  assert.deepEqual([1, 2, 3, 4].map(page.frame), ['a1', 'b1', 'd1', null]);
  assert.deepEqual(page.root.dataset, { ready: 'true' });
});

test('a hand that leaves no time between its moves keeps no chart waiting for ever', () => {
  const page = begun(5);
  const drawn = Array.from({ length: 6 }, () => page.move('c'));
  assert.deepEqual(drawn, [
    'c1 controls1',
    'c2 controls2 a2',
    'c3 controls3',
    'c4 controls4 b4',
    'c5 controls5',
    'c6 controls6 d6',
  ]);
});

test('a slider moves one of the charts in each frame', () => {
  const page = begun(5);
  const slide = () => {
    page.listeners.input({ type: 'input', target: {} });
    page.change();
    return page.frame();
  };
  assert.deepEqual([slide(), slide()], ['controls1 a1', 'controls2 b2']);
});

test('a change that is not the hand’s draws one of the charts in each frame', () => {
  const page = begun(5);
  const drawn = [1, 2, 3].map(() => {
    page.change();
    return page.frame();
  });
  assert.deepEqual(drawn, ['controls1 a1', 'controls2 b2', 'controls3 c3']);
});

test('what would take longer than the time that is left waits', () => {
  const { picture, frame, change } = stage(1.5);
  picture.begin();
  frame();
  assert.equal(frame(), 'controls0 a0 b0 c0'); // nobody knows yet what they take
  assert.equal(frame(), 'd0');
  change();
  assert.equal(frame(), 'controls1 a1 b1'); // 3 of 4 milliseconds
  assert.equal(frame(), 'c1 d1');
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
