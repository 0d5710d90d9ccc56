// A function of two numbers: heat-map, contours, arrows of descent, paths and draggable points.

import { uid } from '../kit/dom.js';
import { drawAxes } from './axes.js';
import { boxOf, frame, near, px, resolve } from './frame.js';
import { pressable } from './mark.js';
import { pathThrough } from './path.js';
import { addPoints } from './points.js';
import { linear } from './scale.js';
import { legend, paintArrows, paintContours, paintHeatmap, sample } from './surface.js';

const GRID = 64;
const MARGIN = { top: 24, right: 12, bottom: 38, left: 40 };
const LEGEND = 40;

/**
 * Options
 * - `x`, `y`: {domain, label, ticks, format}; may depend on the state.
 * - `surface(state)`: {key, f(x, y), domain, levels, ticks, format, title}.
 * - `arrows(state)`: f(x, y) → [dx, dy], the direction of descent; `arrowCount` along a side.
 * - `paths(state, derived)`: [{key, points, tone, dash}]: trajectories in domain coordinates.
 * - `marks(state, derived)`: [{key, x, y, tone, r, hollow}]: fixed dots.
 * - `points`: see points.js; a press on the plane moves the last of them.
 * - `height(width)`; `showLegend`, true unless two planes share one.
 * @param {Ui} ui
 * @param {Options} options
 */
export function plane(
  ui,
  {
    label,
    height = (width) => Math.min(width, 360) + (showLegend ? LEGEND : 0),
    x,
    y,
    surface,
    arrows = null,
    arrowCount = 10,
    paths = () => [],
    marks = () => [],
    points = [],
    margin = MARGIN,
    showLegend = true,
    grid = GRID,
  },
) {
  const legendId = uid('ramp');
  const clip = uid('clip');
  const scales = {};
  const data = (state) => ({
    kind: 'surface',
    label,
    ...surface(state),
    x: resolve(x, state),
    y: resolve(y, state),
  });
  const view = { ...frame(ui, { label, height, draw, data }), data };
  const { svg } = view;
  svg.append('clipPath').attr('id', clip).append('rect');
  const target = svg.append('rect').attr('class', 'ex-area');
  const pathLayer = svg.append('g').attr('aria-hidden', 'true').attr('clip-path', `url(#${clip})`);
  const drawPoints = addPoints(ui, svg, points, () => scales);
  const movable = points.at(-1);
  if (movable) {
    const onPress = ([u, v]) => ui.set(movable.set([scales.x.invert(u), scales.y.invert(v)], ui.state()));
    pressable(target, { svg, onPress });
  }
  const pathOf = pathThrough(
    (p) => near(scales.x(p[0])),
    (p) => near(scales.y(p[1])),
    (p) => Number.isFinite(p[0]) && Number.isFinite(p[1]),
  );

  function draw(self, state, derived, colors) {
    const [ax, ay] = [resolve(x, state), resolve(y, state)];
    const box = boxOf(self, margin, showLegend ? LEGEND : 0);
    scales.x = linear(ax.domain, [box.x, box.x + box.width]);
    scales.y = linear(ay.domain, [box.y + box.height, box.y]);
    const spec = surface(state);
    if (self.fresh([spec.key, ax.domain, ay.domain, colors.paper])) {
      paint(self, state, spec, box, colors);
      for (const rect of [target, svg.select(`#${clip} rect`)]) {
        rect.attr('x', box.x).attr('y', box.y).attr('width', box.width).attr('height', box.height);
      }
      drawAxes(svg, { x: ax, y: ay, box, scales, colors });
      if (showLegend) {
        const width = Math.min(180, box.width);
        const at = { x: box.x + (box.width - width) / 2, y: self.height - 26, width };
        legend(svg, { ...at, id: legendId, colors, ...spec });
      }
    }
    drawPaths(paths(state, derived), marks(state, derived), colors);
    drawPoints(state, derived, colors);
  }

  function paint(self, state, spec, box, colors) {
    const { context } = self;
    context.clearRect(0, 0, self.width, self.height);
    const at = (u, v) => [scales.x.invert(box.x + u * box.width), scales.y.invert(box.y + v * box.height)];
    const side = self.fine(grid);
    const values = sample((u, v) => spec.f(...at(u, v)), side, side);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    paintHeatmap(context, values, box, spec.domain, colors.surface);
    paintContours(context, values, spec.levels, colors.ink, (u, v) => [
      box.x + u * box.width,
      box.y + v * box.height,
    ]);
    const direction = arrows?.(state);
    if (direction) {
      const sx = box.width / Math.abs(scales.x.domain[1] - scales.x.domain[0]);
      const sy = box.height / Math.abs(scales.y.domain[1] - scales.y.domain[0]);
      const field = [];
      for (let j = 0; j < arrowCount; j++) {
        for (let i = 0; i < arrowCount; i++) {
          const [u, v] = [(i + 0.5) / arrowCount, (j + 0.5) / arrowCount];
          const [dx, dy] = direction(...at(u, v));
          field.push({
            x: box.x + u * box.width,
            y: box.y + v * box.height,
            dx: dx * sx,
            dy: -dy * sy,
          });
        }
      }
      paintArrows(context, field, colors.ink, (box.width / arrowCount) * 0.7);
    }
    context.restore();
  }

  function drawPaths(paths, dots, colors) {
    const list = paths.map((p) => ({ ...p, d: pathOf(p.points) }));
    pathLayer
      .selectAll('path.halo')
      .data(list, (p) => p.key)
      .join('path')
      .attr('class', 'halo')
      .attr('fill', 'none')
      .attr('stroke', colors.paper)
      .attr('stroke-width', 3)
      .attr('stroke-opacity', 0.8)
      .attr('d', (p) => p.d);
    pathLayer
      .selectAll('path.path')
      .data(list, (p) => p.key)
      .join('path')
      .attr('class', 'path')
      .attr('fill', 'none')
      .attr('stroke', (p) => colors[p.tone])
      .attr('stroke-width', 1.8)
      .attr('stroke-dasharray', (p) => p.dash ?? null)
      .attr('d', (p) => p.d);
    pathLayer
      .selectAll('circle')
      .data(dots)
      .join('circle')
      .attr('cx', (d) => px(near(scales.x(d.x))))
      .attr('cy', (d) => px(near(scales.y(d.y))))
      .attr('r', (d) => d.r ?? 4)
      .attr('fill', (d) => (d.hollow ? colors.paper : colors[d.tone]))
      .attr('stroke', (d) => (d.hollow ? colors[d.tone] : colors.paper));
  }
  return { ...view, scales };
}
