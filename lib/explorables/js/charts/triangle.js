// The probability triangle: three outcomes, a surface over it, and distributions one can drag.

import { uid } from '../kit/dom.js';
import { fixed } from '../kit/format.js';
import { CORNERS, project, snap, toPoint, toWeights, withProbability } from '../math/simplex.js';
import { frame, px } from './frame.js';
import { draggable, handle, once, pressable, put, setSlider } from './mark.js';
import { legend, paintArrows, paintContours, paintHeatmap, sample } from './surface.js';
import { TALLEST } from './turntable.js';

const GRID = 64;
const STEP = 0.01; // of an arrow key

/** The centres of a regular grid of small triangles: where arrows stand. */
function lattice(n) {
  const out = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n - i; j++) out.push([i, j, n - 1 - i - j].map((k) => (k + 1 / 3) / n));
  }
  return out;
}
const ARROWS = lattice(9);

/** The triangle's side in a frame of this width. */
const size = (width) => Math.min(width - 24, 380);
const DIALS = 34;
/** The height of a turntable that, with its dials, takes the place of a triangle with a surface. */
export const turnedHeight = (width) => size(width) * Math.sqrt(0.75) + 92 - DIALS;

/**
 * Options
 * - `labels`: names of the outcomes.
 * - `surface(state)`: {key, f(q), domain, levels, ticks, title, format, words} or null.
 * - `arrows(state)`: f(q) giving a direction in probabilities (descent), or null.
 * - `points`: [{trait, tone, letter, label}], the last on top. A point that is not a trait has, in
 *   place of `trait`, {name, get(state, derived) → q, set(q, state) → patch}.
 * - `paths(state, derived)`: [{key, points, tone, dash}]: lines through distributions.
 * @param {Ui} ui
 * @param {Options} options
 */
export function triangle(
  ui,
  { labels, surface = null, arrows = null, points, paths = () => [], label, overlay = null },
) {
  const clipId = uid('clip');
  const legendId = uid('ramp');
  const data = (state) => {
    const held = points.map((point) => [point.label, valueAt(point, state)]);
    return triangleData(label, labels, held, surface?.(state));
  };
  const view = frame(ui, {
    label,
    height: (width) => size(width) * Math.sqrt(0.75) + (surface ? 92 : 60),
    draw,
    data,
  });
  const { svg } = view;
  svg.append('clipPath').attr('id', clipId).append('path');
  const area = svg.append('path').attr('class', 'ex-area');
  let left = 0;
  let side = 0;
  const top = 28;
  const at = (q) => {
    const [x, y] = toPoint(q);
    return [left + x * side, top + y * side];
  };
  const from = ([x, y]) => snap(project(toWeights([(x - left) / side, (y - top) / side])));
  const text = (q) => labels.map((name, i) => `${name} ${fixed(q[i], 2)}`).join(', ');

  const pathLayer = svg.append('g').attr('aria-hidden', 'true');
  let last = {};
  const place = (point, q) => ui.set(point.set ? point.set(q, ui.state()) : { [point.trait]: q });
  const valueAt = (point, state) => (point.get ? point.get(state, last) : state[point.trait]);
  const nameOf = (point) => `ex-point-${point.name ?? point.trait}`;

  const marks = points.map((point) => {
    const group = handle(svg, nameOf(point), point.letter);
    draggable(group, {
      svg,
      label: point.label,
      keys: `Arrow keys: left and right towards ${labels[0]} and ${labels[1]}, up and down for ${labels[2]}, with Shift ten steps; Home and End: none and all of ${labels[1]}.`,
      onDrag: (xy) => place(point, from(xy)),
      onKey: ([dx, dy]) => {
        const q = valueAt(point, ui.state());
        // Left and right trade the two lower corners; up and down raise and lower the top one, to
        // which the lower two give alternately: steps of a hundredth that stay upright.
        const rung = Math.round(Math.min(q[2], q[2] - dy * STEP) / STEP);
        const lean = dy % 2 ? (rung % 2 ? -0.1 : 0.1) * dy : 0;
        const moved = [q[0] + (dy / 2 - dx + lean) * STEP, q[1] + (dy / 2 + dx - lean) * STEP];
        place(point, snap(project([...moved, q[2] - dy * STEP])));
      },
      // Home and End: all or nothing of the lower right corner, towards which the right arrow goes.
      onEnd: (start) => place(point, withProbability(valueAt(point, ui.state()), 1, start ? 0 : 1)),
    });
    return { point, group };
  });
  const raise = once(() => marks.forEach(({ group }) => group.raise()));
  const movable = points.at(-1);
  pressable(area, { svg, onPress: (xy) => place(movable, from(xy)) });

  function draw(self, state, derived, colors) {
    side = size(self.width);
    left = (self.width - side) / 2;
    const corners = CORNERS.map(([x, y]) => [left + x * side, top + y * side]);
    const path = `M${corners.map((c) => c.map(px).join(',')).join('L')}Z`;
    const spec = surface?.(state) ?? null;
    if (self.fresh([spec?.key, colors.paper])) {
      paint(self, state, spec, corners, colors);
      svg.select(`#${clipId} path`).attr('d', path);
      area.attr('d', path).attr('stroke', colors.muted);
      drawCorners(corners, colors);
      if (spec) {
        legend(svg, {
          x: self.width / 2 - 90,
          y: top + side * Math.sqrt(0.75) + 42,
          width: 180,
          id: legendId,
          colors,
          ...spec,
        });
      }
    }
    overlay?.({ svg, at, state, derived, colors });
    last = derived;
    raise();
    drawPaths(paths(state, derived), colors);
    for (const { point, group } of marks) {
      const q = valueAt(point, state);
      const [x, y] = at(q);
      put(group, { x, y, color: colors[point.tone], halo: colors.paper });
      setSlider(group, { min: 0, max: 1, now: q[1], text: text(q) });
      point.control ??= point.trait ?? Object.keys(point.set(q, state)).join(' ');
      group.attr('data-control', point.control);
    }
  }

  function drawPaths(list, colors) {
    pathLayer
      .selectAll('path')
      .data(list, (p) => p.key)
      .join('path')
      .attr('fill', 'none')
      .attr('stroke', (p) => colors[p.tone])
      .attr('stroke-width', 1.8)
      .attr('stroke-dasharray', (p) => p.dash ?? null)
      .attr('d', (p) => `M${p.points.map((q) => at(q).map(px).join(',')).join('L')}`);
  }

  function paint(self, state, spec, corners, colors) {
    const { context } = self;
    context.clearRect(0, 0, self.width, self.height);
    if (!spec) return;
    const box = { x: left, y: top, width: side, height: side * Math.sqrt(0.75) };
    context.save();
    context.beginPath();
    corners.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.clip();
    const height = Math.sqrt(0.75);
    const n = self.fine(GRID);
    const grid = sample((u, v) => spec.f(inside(toWeights([u, v * height]))), n, n);
    paintHeatmap(context, grid, box, spec.domain, colors.surface);
    // The contours' grid narrows with the triangle, so that its lines end cleanly at the sides.
    const rows = sample((u, v) => spec.f(toWeights([v * u + (1 - v) / 2, v * height])), n, n);
    paintContours(context, rows, spec.levels, colors.ink, (u, v) => [
      left + (v * u + (1 - v) / 2) * side,
      top + v * height * side,
    ]);
    const direction = arrows?.(state);
    if (direction) {
      const field = ARROWS.map((q) => {
        const [x, y] = at(q);
        const d = direction(q);
        return { x, y, ...tangent(d) };
      });
      paintArrows(context, field, colors.ink, side / 20);
    }
    context.restore();
  }

  function drawCorners(corners, colors) {
    const place = [
      [0, 24, 'start'],
      [0, 24, 'end'],
      [0, -16, 'middle'],
    ];
    svg
      .selectAll('text.corner')
      .data(labels)
      .join('text')
      .attr('class', 'corner')
      .attr('x', (_, i) => px(corners[i][0] + place[i][0]))
      .attr('y', (_, i) => px(corners[i][1] + place[i][1]))
      .attr('text-anchor', (_, i) => place[i][2])
      .attr('fill', colors.ink)
      .text((name) => `all ${name}`);
  }

  return { ...view, at, from, data };
}

/**
 * What a triangle shows, for a table: its points, [label, distribution] each, and the surface over it, of
 * which `words(value)` writes a value.
 * @param {string} label
 * @param {string[]} labels
 * @param {[string, number[]][]} points
 * @param {Options} [surface]
 */
export const triangleData = (label, labels, points, surface = {}) => ({
  ...surface,
  kind: 'triangle',
  label,
  labels,
  points,
});

/** The part of a direction in probabilities that keeps their sum, in the plane of the page. */
function tangent(d) {
  const mean = (d[0] + d[1] + d[2]) / 3;
  const [x, y] = toPoint(d.map((v) => v - mean));
  const [x0, y0] = toPoint([0, 0, 0]);
  return { dx: x - x0, dy: y - y0 };
}

/** Sampling points on and outside the border stand just inside, where every logarithm is finite. */
function inside(w) {
  const floored = w.map((x) => Math.max(x, 0.004));
  const total = floored[0] + floored[1] + floored[2];
  return floored.map((x) => x / total);
}

// The surface stops short of the border, where a logarithm would raise walls that hide the bowl.
const MARGIN = 0.02;

const SIDE = 22; // facets along a side

/** A surface over the triangle for the turntable: height and colour are f's share of its domain. */
export function triangleMesh(f, domain, share) {
  const n = Math.round(share * SIDE);
  const height = (q) => TALLEST * Math.min(1, Math.max(0, (f(q) - domain[0]) / (domain[1] - domain[0])));
  const vertices = [];
  const rows = []; // of the place of each row's first vertex
  for (let i = 0; i <= n; i++) {
    rows.push(vertices.length);
    for (let j = 0; j <= n - i; j++) {
      const q = [i / n, j / n, (n - i - j) / n].map((x) => MARGIN + (1 - 3 * MARGIN) * x);
      vertices.push([...centred(q), height(q)]);
    }
  }
  const at = (i, j) => rows[i] + j;
  const facet = (...corners) => ({
    corners,
    value: corners.reduce((total, k) => total + vertices[k][2], 0) / (corners.length * TALLEST),
  });
  const facets = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n - i; j++) {
      facets.push(facet(at(i, j), at(i + 1, j), at(i, j + 1)));
      if (i + j < n - 1) facets.push(facet(at(i + 1, j), at(i, j + 1), at(i + 1, j + 1)));
    }
  }
  return { vertices, facets };
}

/** A distribution's place in the plane of the turntable, the triangle's centre at the origin. */
export function centred(q) {
  const [x, y] = toPoint(q);
  return [x - 0.5, y - Math.sqrt(1 / 3)];
}
