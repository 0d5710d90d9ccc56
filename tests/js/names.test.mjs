import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clearNames } from '../../lib/explorables/js/charts/names.js';
import imbalance, { namesOfAnswers, namesOfLosses } from '../../lib/explorables/js/explorables/imbalance.js';
import { sigmoid } from '../../lib/explorables/js/math/activations.js';
import { constantLoss, undone, weightedShare } from '../../lib/explorables/js/math/imbalance.js';

const SIZES = [
  [446, 300], // beside another chart on a wide screen
  [301, 128], // on a phone
];
const ROOM = 1.5; // pixels that must be free around a name
const WIDE = { start: 1, middle: 0, end: -1 };

/** The box that a name takes: plots draw it 9 pixels beside its mark, 6 pixels a letter. */
function boxOf({ x, y, anchor, dy, label }, at) {
  const half = 3 * label.length;
  const [u, v] = at([x, y]);
  const middle = u + WIDE[anchor] * (9 + half);
  return [middle - half, v + dy - 5, middle + half, v + dy + 5];
}

const crosses = (box, [u, v]) =>
  u > box[0] - ROOM && u < box[2] + ROOM && v > box[1] - ROOM && v < box[3] + ROOM;

/** What stands on a name: curves as functions of x, and names on each other. */
function faults(names, curves, [from, to], at) {
  const boxes = names.map((name) => boxOf(name, at));
  const found = [];
  boxes.forEach((box, i) => {
    for (const [curve, f] of Object.entries(curves)) {
      for (let k = 0; k <= 1000; k++) {
        const x = from + ((to - from) * k) / 1000;
        if (crosses(box, at([x, f(x)]))) {
          found.push(`${curve} on ${names[i].label}`);
          break;
        }
      }
    }
    for (const other of boxes.slice(0, i)) {
      if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) {
        found.push(`a name on ${names[i].label}`);
      }
    }
  });
  return found;
}

const STATE = { counts: [956, 44], weight: 21.7, gamma: 0, model: 'hand', threshold: 0.5, at: 0.5 };

test('no curve of answers crosses a name, wherever the model is set', () => {
  const states = [];
  for (const slope of [-1.5, 0, 0.5, 1, 1.5, 2, 3, 4]) {
    for (const bias of [-6, -3, -1.5, -0.5, 0.5, 2, 4]) states.push({ ...STATE, slope, bias });
  }
  for (const weight of [0.1, 1, 5, 21.7, 100]) {
    for (const gamma of [0, 2, 5]) {
      for (const counts of [
        [956, 44],
        [500, 500],
        [10, 1000],
      ]) {
        states.push({ ...STATE, model: 'trained', weight, gamma, counts });
      }
    }
  }
  const found = [];
  for (const state of states) {
    const d = imbalance.derive(state);
    const [a, b] = d.line;
    const curves = {
      truth: (x) => sigmoid(1.5 * x + Math.log(state.counts[1] / state.counts[0])),
      said: (x) => sigmoid(a * x + b),
      undone: (x) => sigmoid(undone(a * x + b, state.weight, state.gamma)),
    };
    for (const size of SIZES) {
      const at = ([x, y]) => [((x + 4) / 8) * size[0], (1 - y) * size[1]];
      const names = namesOfAnswers(state, d, size);
      assert.equal(names.length, 4);
      for (const fault of faults(names, curves, [-4, 4], at)) {
        found.push(
          `${fault}: ${JSON.stringify([state.model, a, b, state.weight, state.gamma, state.counts, size])}`,
        );
      }
    }
  }
  assert.deepEqual(found, []);
});

test('no curve of losses crosses a name, and no name stands on an upright line', () => {
  const found = [];
  for (const weight of [0.1, 1, 3, 21.7, 100]) {
    for (const gamma of [0, 0.5, 1, 2, 5]) {
      for (const counts of [
        [956, 44],
        [800, 200],
        [500, 500],
        [44, 956],
      ]) {
        const state = { ...STATE, view: 'constant', weight, gamma, counts };
        const d = imbalance.derive(state);
        const curves = {
          log: constantLoss(d.share, 0),
          own: constantLoss(weightedShare(d.share, weight), gamma),
        };
        for (const [width, height] of SIZES) {
          const size = [width, height];
          const at = ([x, y]) => [x * width, (1 - y / 1.5) * height];
          const names = namesOfLosses(state, d, size);
          const here = faults(names, curves, [0.002, 0.998], at);
          for (const name of names) {
            const [left, , right] = boxOf(name, at);
            for (const x of [d.share, d.constant].map((q) => q * width)) {
              if (x > left - ROOM && x < right + ROOM) here.push(`a line on ${name.label}`);
            }
          }
          found.push(...here.map((fault) => `${fault}: ${JSON.stringify([weight, gamma, counts, size])}`));
        }
      }
    }
  }
  assert.deepEqual(found, []);
});

test('a name that has no room stands where it has most, within the plot', () => {
  const size = [100, 40];
  const level = (y) => Array.from({ length: 101 }, (_, x) => [x, y]);
  const [name] = clearNames([{ key: 'n', points: level(20), tone: 'q', label: 'name' }], {
    lines: [level(2), level(20), level(38)],
    at: (p) => p,
    size,
  });
  const [left, top, right, bottom] = boxOf(name, (p) => p);
  assert.ok(left >= 0 && right <= 100 && top >= 0 && bottom <= 40);
  assert.ok(top > 2 && (bottom < 20 || top > 20));
  assert.deepEqual(
    clearNames([{ key: 'n', points: [[50, 20]], tone: 'q', label: 'wider than the plot' }], {
      lines: [],
      at: (p) => p,
      size,
    }),
    [],
  );
});

test('what rounds to 0 has no minus sign in a formula', () => {
  const text = (part) =>
    Array.isArray(part)
      ? part.map(text).join('')
      : typeof part === 'string'
        ? part
        : text(part.children ?? part.text ?? '');
  const state = { ...STATE, model: 'trained', view: 'map' };
  const formula = text(imbalance.formula(state, imbalance.derive(state), false));
  assert.match(formula, /0\.00/);
  assert.doesNotMatch(formula, /−0\.00/);
});

test('a name stands beside its own curve, also where others crowd', () => {
  for (const width of [497, 543, 560]) {
    const state = { ...STATE, counts: [90, 60], model: 'trained' };
    const d = imbalance.derive(state);
    const size = [width - 46, 128]; // of a notebook's cell
    const { y, dy } = namesOfAnswers(state, d, size).find(({ label }) => label === 'p undone');
    assert.ok(Math.abs(dy) < 20, `${dy} pixels from its curve at ${width}`);
    assert.ok(y > 0.1, 'where it keeps clear of the other curves');
  }
});
