// Directions on rings around one middle, with lines between them, arrows along them, and handles.

import { frame, px } from './frame.js';
import { addPoints } from './points.js';
import { linear } from './scale.js';

const EDGE = 16; // pixels around the outer ring
const GAP = 31; // pixels at least from ring to ring: a thumb parts the handles
const RIM = 12; // pixels from the middle of a handle to where its arrow begins
const HEAD = 6;
const [RING, DISC] = [11, 9]; // pixels, of a handle
const HEAP = 6; // pixels: handles that are nearer to each other than this are a heap
const GROWN = 4; // pixels by which the handle of a heap is larger
const RADIAN = Math.PI / 180;
const FARTHEST = 360; // steps: more lead to an end, fewer around the circle

const round = (angle) => Math.round(angle) || 0;
const degrees = (angle) => String(round(angle)).replace('-', '−');
/** Numbers as a heap's handle has room for: 3, 1,3, 1–6, or 1…6 where some of these are elsewhere. */
function listed(all) {
  const [first, last] = [all[0], all[all.length - 1]];
  if (all.length < 3) return all.join();
  return `${first}${last - first === all.length - 1 ? '–' : '…'}${last}`;
}
/** An angle within −180 … 180 degrees. */
const turned = (angle) => angle - 360 * Math.round(angle / 360);

/**
 * `rings` lists, the outer one first, {trait, tone, name, one, count(state)}: the first `count` of the
 * trait's angles, in degrees, are handles that are named by `one` and their number. `arrows(state, derived)` gives for each ring the angles'
 * ways, from −1 to 1 of the longest arrow; those with the same number are joined by a line. Handles on one spot are
 * a heap: the uppermost has the numbers of all. The one that was moved last is named with its angle.
 * @param {Ui} ui
 * @param {Options} options
 */
export function rings(ui, { label, height, rings: all, arrows, data }) {
  const most = ui.schema[all[0].trait].maxLength;
  const scales = {};
  const radii = all.map(() => 1);
  const view = frame(ui, { label, height, draw, data });
  const { svg } = view;
  const layer = (name) => svg.append('g').attr('class', name).attr('aria-hidden', 'true');
  const [circles, lines, ways, words] = ['circles', 'lines', 'ways', 'words'].map(layer);

  const points = all.flatMap(({ trait, tone, one, count }, k) =>
    Array.from({ length: most }, (_, i) => {
      const { min, max } = ui.schema[trait];
      const put = (state, angle) => ({ [trait]: state[trait].map((x, n) => (n === i ? angle : x)) });
      return {
        name: `${trait}-${i}`,
        tone,
        letter: String(i + 1),
        label: `${one} ${i + 1}`,
        get: (state) => (i < count(state) ? placeOf(k, state[trait][i]) : null),
        set: ([x, y], state) => put(state, round(Math.atan2(y, x) / RADIAN)),
        key([dx, dy], state) {
          const steps = dx - dy;
          if (Math.abs(steps) > FARTHEST) return put(state, steps < 0 ? min : max);
          return put(state, turned(round(state[trait][i]) + steps));
        },
        slider: (state) => ({ min, max, now: state[trait][i], text: `${degrees(state[trait][i])} degrees` }),
      };
    }),
  );
  const drawPoints = addPoints(ui, svg, points, () => scales);

  /** Where an angle stands on a ring, in units of the outer ring's radius. */
  const placeOf = (k, angle) => [Math.cos(angle * RADIAN), Math.sin(angle * RADIAN)].map((u) => u * radii[k]);
  /** @param {number[]} place */
  const pixels = ([x, y]) => `${px(scales.x(x))},${px(scales.y(y))}`;

  /** An arrow along a ring, from a handle's rim: `way` from −1 to 1 of `longest` pixels. */
  function arrow(k, angle, way, radius, longest) {
    const r = radius * radii[k];
    const length = Math.sqrt(Math.min(1, Math.abs(way))) * longest;
    if (length < 3) return '';
    const sense = Math.sign(way);
    const at = (pixelsOn, out = 0) => {
      const a = angle * RADIAN + (sense * pixelsOn) / r;
      return pixels([(radii[k] + out / radius) * Math.cos(a), (radii[k] + out / radius) * Math.sin(a)]);
    };
    const end = RIM + length;
    const curve = `M${at(RIM - 2)}A${px(r)},${px(r)} 0 0 ${sense > 0 ? 0 : 1} ${at(end)}`;
    return `${curve}M${at(end - HEAD, HEAD * 0.6)}L${at(end)}L${at(end - HEAD, -HEAD * 0.6)}`;
  }

  let before = null;
  let moved = null; // the ring and the number of the one angle that has changed
  function follow(state) {
    if (before && state !== before) {
      const changed = all.flatMap(({ trait }, k) =>
        state[trait].flatMap((angle, i) => (angle === before[trait][i] ? [] : [[k, i]])),
      );
      if (changed.length) moved = changed.length === 1 ? changed[0] : null;
    }
    before = state;
    if (!moved || moved[1] >= all[moved[0]].count(state)) return [];
    const [k, i] = moved;
    return [{ tone: all[k].tone, text: `${all[k].one} ${i + 1}: ${degrees(state[all[k].trait][i])}°` }];
  }

  /** On the uppermost handle of each heap the numbers of all. */
  function drawHeaps({ trait }, k, state, shown, radius) {
    const places = shown.map((i) => placeOf(k, state[trait][i]));
    const near = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) * radius < HEAP;
    for (const i of shown) {
      const heap = shown.filter((n) => near(places[n], places[i]));
      const large = heap.length > 1 && i === heap[heap.length - 1];
      const group = svg.select(`.ex-point-${trait}-${i}`);
      group.select('.ring').attr('r', large ? RING + GROWN : RING);
      group.select('.disc').attr('r', large ? DISC + GROWN : DISC);
      group.select('text').text(large ? listed(heap.map((n) => n + 1)) : String(i + 1));
    }
  }

  function draw(self, state, derived, colors) {
    const radius = Math.min(self.width, self.height) / 2 - EDGE;
    const gap = Math.max(GAP, radius * 0.24);
    radii.forEach((_, k) => (radii[k] = 1 - (k * gap) / radius));
    const [cx, cy] = [self.width / 2, self.height / 2];
    scales.x = linear([-1, 1], [cx - radius, cx + radius]);
    scales.y = linear([-1, 1], [cy + radius, cy - radius]);
    circles
      .selectAll('circle')
      .data(radii)
      .join('circle')
      .attr('cx', px(cx))
      .attr('cy', px(cy))
      .attr('r', (r) => px(r * radius))
      .attr('fill', 'none')
      .attr('stroke', colors.rule);
    const shown = Array.from({ length: all[0].count(state) }, (_, i) => i);
    lines
      .selectAll('path')
      .data(shown)
      .join('path')
      .attr('fill', 'none')
      .attr('stroke', colors.muted)
      .attr('d', (i) => `M${all.map(({ trait }, k) => pixels(placeOf(k, state[trait][i]))).join('L')}`);
    const pulls = arrows(state, derived);
    const list = all.flatMap(({ trait }, k) =>
      shown.map((i) => arrow(k, state[trait][i], pulls[k][i], radius, radius * 0.22)),
    );
    ways
      .selectAll('path')
      .data(list)
      .join('path')
      .attr('fill', 'none')
      .attr('stroke', colors.ink)
      .attr('stroke-width', 2)
      .attr('stroke-linecap', 'round')
      .attr('d', String);
    const legend = all.map(({ name, tone }, k) => ({
      tone,
      text: `${name}: ${k === 0 ? 'outside' : 'inside'}`,
    }));
    words
      .selectAll('text')
      .data([...legend, ...follow(state)])
      .join('text')
      .attr('x', 2)
      .attr('y', (_, k) => (k < all.length ? 10 + 17 * k : self.height - 6))
      .attr('fill', ({ tone }) => colors[tone])
      .text(({ text }) => text);
    drawPoints(state, derived, colors);
    all.forEach((ring, k) => drawHeaps(ring, k, state, shown, radius));
  }
  return view;
}
