// Training in the page: runs that go on where they stopped, and the regions they lead to.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TOYS } from '../../lib/explorables/js/math/datasets.js';
import { judge, predict, Run, region } from '../../lib/explorables/js/math/training.js';

const options = (name, more = {}) => ({
  ...TOYS[name],
  loss: 'cross_entropy',
  schedule: () => 0.3,
  batchSize: 4,
  l2: 0,
  seed: 3,
  ...more,
});
const area = (polygon) =>
  polygon.reduce((total, [x, y], i) => {
    const [u, v] = polygon[(i + 1) % polygon.length];
    return total + (x * v - u * y) / 2;
  }, 0);

test('a run that goes on is the run that went all the way', () => {
  const run = new Run(options('three'));
  for (const epochs of [3, 1, 7, 20]) assert.equal(run.upTo(epochs).length, epochs + 1);
  assert.deepEqual(run.upTo(20), new Run(options('three')).upTo(20));
});

test('training asks for the rate of each epoch once', () => {
  const asked = [];
  const run = new Run(options('ring', { schedule: (epoch) => asked.push(epoch) / 100 }));
  run.upTo(2);
  run.upTo(5);
  run.upTo(4);
  assert.deepEqual(asked, [0, 1, 2, 3, 4]);
});

test('the regions of all classes cover the plane once, and the certain ones are smaller', () => {
  const { model } = new Run(options('three')).upTo(30).at(-1);
  const limits = [4, 3];
  const areas = [0, 1, 2].map((c) => area(region(model, c, 0, limits)));
  assert.ok(Math.abs(areas.reduce((a, b) => a + b) - 48) < 1e-9);
  areas.forEach((whole, c) => assert.ok(area(region(model, c, 1, limits)) < whole));
  for (const { at } of TOYS.three.points) {
    const inside = region(model, predict(model, at), 0, limits);
    assert.ok(
      inside.every(([x, y], i) => {
        const [u, v] = inside[(i + 1) % inside.length];
        return (u - x) * (at[1] - y) - (v - y) * (at[0] - x) > -1e-9;
      }),
    );
  }
});

test('nothing is decided where all weights are 0', () => {
  const [{ model }] = new Run(options('three')).upTo(0);
  assert.deepEqual(region(model, 0, 0, [1, 1]), []);
  assert.equal(judge(model, TOYS.three.points).accuracy, 1 / 3);
});
