import assert from 'node:assert/strict';
import { test } from 'node:test';

import { interpolateBasis } from 'd3-interpolate';
import { scaleBand, scaleLinear, scaleLog } from 'd3-scale';

import { bands, linear, logarithmic } from '../../lib/explorables/js/charts/scale.js';
import { colorTable } from '../../lib/explorables/js/charts/surface.js';
import palette from '../../lib/explorables/palette.json' with { type: 'json' };

const cases = Array.from({ length: 400 }, (_, i) => {
  const low = (((i * 37) % 101) - 50) * 10 ** ((i % 7) - 3);
  return { domain: [low, low + (1 + ((i * 13) % 29)) * 10 ** ((i % 5) - 2)], count: 2 + (i % 9) };
});

test('scales, their ticks and bands are those of D3', () => {
  for (const { domain, count } of cases) {
    const [low, high] = domain;
    const [ours, theirs] = [linear, scaleLinear].map((make) => make(domain, [300, 20]));
    for (const share of [-0.2, 0, 0.3, 1]) {
      const x = low + share * (high - low);
      assert.equal(ours(x), theirs(x));
      assert.equal(ours.invert(100 * share), theirs.invert(100 * share));
    }
    const [a, b] = [ours.ticks(count), theirs.ticks(count)];
    assert.equal(a.length, b.length, `${domain} in ${count}`);
    a.forEach((tick, i) => assert.ok(Math.abs(tick - b[i]) <= 1e-12 * Math.abs(b[i]), `${tick} ${b[i]}`));
    const powers = [Math.abs(low) + 1, Math.abs(low) + 1e4];
    const [log, theirLog] = [logarithmic, scaleLog].map((make) => make(powers, [20, 300]));
    assert.equal(log(powers[0] + 7), theirLog(powers[0] + 7));
    assert.ok(Math.abs(log.invert(77) / theirLog.invert(77) - 1) < 1e-12);
    const band = scaleBand(Array(count).keys(), domain).padding(0.25);
    assert.deepEqual(
      [bands(count, domain, 0.25).at(count - 1), bands(count, domain, 0.25).width],
      [band(count - 1), band.bandwidth()],
    );
  }
});

test("a surface's colours are D3's spline through the palette's", () => {
  for (const { surface } of [palette.light, palette.dark]) {
    const channels = [1, 3, 5].map((at) =>
      interpolateBasis(surface.map((stop) => Number.parseInt(stop.slice(at, at + 2), 16))),
    );
    const theirs = Array.from({ length: 256 }, (_, i) => channels.map((f) => Math.round(f(i / 255))));
    assert.deepEqual(colorTable(surface), theirs);
  }
});
