import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { LiveFormula } from '../../lib/explorables/js/kit/formula.js';

/** A formula on a page without text nodes, which takes `cost` milliseconds to set. */
function formula(cost) {
  mock.timers.enable({ apis: ['setTimeout'] });
  let clock = 0;
  globalThis.performance.now = () => clock;
  globalThis.NodeFilter = { SHOW_TEXT: 4 };
  globalThis.document = { createTreeWalker: () => ({ nextNode: () => null }) };
  const classes = new Set();
  const element = {
    innerHTML: '',
    style: {},
    classList: {
      toggle: (name, on) => (on ? classes.add(name) : classes.delete(name)),
      remove: (name) => classes.delete(name),
    },
    querySelector: () => null,
    querySelectorAll: () => [],
  };
  const live = new LiveFormula(element, (source) => {
    clock += cost;
    return source;
  });
  return {
    element,
    classes,
    show: (source) => live.show(source),
    wait(time) {
      clock += time;
      mock.timers.tick(time);
    },
    end: () => mock.timers.reset(),
  };
}

test('where setting is quick a formula of another form is set at once', () => {
  const { element, classes, show, wait, end } = formula(1);
  show('a + 1.5');
  wait(16);
  show('b + 1.5');
  assert.match(element.innerHTML, /b/);
  assert.equal(classes.size, 0);
  end();
});

test('where it is slow the old one is dimmed until the hand rests', () => {
  const { element, classes, show, wait, end } = formula(20);
  show('a + 1.5');
  for (let i = 0; i < 20; i += 1) {
    wait(16);
    show(i % 2 ? 'b + 1.5' : 'b');
    assert.match(element.innerHTML, /a/);
    assert.ok(classes.has('ex-late'));
  }
  wait(150);
  assert.match(element.innerHTML, /b/);
  assert.equal(classes.size, 0);
  wait(1000);
  show('c');
  assert.match(element.innerHTML, /c/);
  end();
});

test('a form that comes back while it was late is bright again', () => {
  const { element, classes, show, wait, end } = formula(20);
  show('a + 1.5');
  wait(16);
  show('b');
  wait(16);
  show('a + 2.5');
  assert.equal(classes.size, 0);
  wait(150);
  assert.match(element.innerHTML, /a/);
  end();
});
