// Curves over two axes, with areas, rules, marks and draggable handles.

import { uid } from '../kit/dom.js';
import { drawAxes } from './axes.js';
import { boxOf, frame, px, resolve } from './frame.js';
import { pressable } from './mark.js';
import { pathThrough } from './path.js';
import { addPoints } from './points.js';
import { linear, logarithmic } from './scale.js';

const MARGIN = { top: 24, right: 14, bottom: 38, left: 44 };
const NEAR = 14; // pixels between two rules whose names would stand on each other
const LETTER = 6.5; // pixels that a letter of a name takes, about
const RECENT = 12; // results that are remembered
const none = () => [];
const usualHeight = (width) => Math.min(270, Math.max(190, width * 0.62));

const SHAPES = {
  circle: (r) => `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0`,
  square: (r) => `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}Z`,
  triangle: (r) => `M0,${-1.3 * r}L${1.2 * r},${0.8 * r}H${-1.2 * r}Z`,
};

/**
 * Points of a curve with the function they are of: tables ask it for its values.
 * @param {number[][]} points
 * @param {(x: number) => number} f
 */
export const pointsOf = (points, f) => Object.assign(points, { f });

/**
 * Evaluate f at each of `xs`, as points for a curve.
 * @param {(x: number) => number} f
 * @param {number[]} xs
 */
export function curveAt(f, xs) {
  const points = xs.map((x) => [x, f(x)]);
  return pointsOf(points, f);
}

/**
 * The same at n + 1 even steps of [from, to].
 * @param {(x: number) => number} f
 * @param {number[]} range
 * @param {number} [n]
 */
export function curve(f, [from, to], n = 200) {
  const xs = Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);
  return curveAt(f, xs);
}

/** `f`, which gives the same array again where it was lately asked for it: a curve that stays. */
export function remembered(f) {
  const lately = new Map();
  return (...args) => {
    const key = JSON.stringify(args);
    if (!lately.has(key)) {
      if (lately.size === RECENT) lately.clear();
      lately.set(key, f(...args));
    }
    return lately.get(key);
  };
}

/**
 * Options; `x`, `y` and all lists may depend on the state and what is derived of it.
 * - `x`, `y`: {domain, label, ticks (a number or a list), format, log, words}; `words(value)` writes a value
 *   in a table, where the axis shows it in another unit, and `name` names it there. A trait's name stands for its range and label.
 * - `areas(state, derived)`: [{key, points, tone, opacity}]: closed polygons.
 * - `rules(state, derived)`: [{key, x or y, tone, label, dash}]: lines across the plot.
 * - `curves(state, derived)`: [{key, points, tone, dash, width, opacity, label, labelAt, name, words}]; see
 *   `pointsOf`. `name` and `words` are a table's, as an axis has them. A plot without has no table.
 * - `marks(state, derived)`: [{key, x, y, tone, label, r, anchor, dy, shape, hollow}]: fixed dots; the
 *   shape is a circle, square or triangle; `dy` is where their words stand, in pixels down.
 * - `data(state, derived)`: for a table, in the place of the curves: see frame.js.
 * - `drags`: see points.js. `press(at, state)`: a patch for a press on the plot itself.
 * @param {Ui} ui
 * @param {Options} options
 */
export function plot(
  ui,
  {
    label,
    height = usualHeight,
    x,
    y,
    areas = none,
    rules = none,
    curves = none,
    marks = none,
    drags = [],
    press = null,
    margin = MARGIN,
    data = null,
  },
) {
  const clip = uid('clip');
  const scales = {};
  const axis = (option, state, derived) => {
    if (typeof option !== 'string') return resolve(option, state, derived);
    const { min, max, label } = ui.schema[option];
    return { domain: [min, max], label };
  };
  const lines = (state, derived) => ({
    kind: 'curves',
    label,
    x: axis(x, state, derived),
    y: axis(y, state, derived),
    curves: curves(state, derived),
  });
  const view = frame(ui, { label, height, draw, data: data ?? (curves === none ? null : lines) });
  const { svg } = view;
  svg.append('clipPath').attr('id', clip).append('rect');
  const target = svg.append('rect').attr('class', 'ex-press').attr('fill', 'transparent');
  const layer = (name, clipped) =>
    svg
      .append('g')
      .attr('class', name)
      .attr('aria-hidden', 'true')
      .attr('clip-path', clipped ? `url(#${clip})` : null);
  const [areaLayer, ruleLayer, curveLayer] = ['areas', 'rules', 'curves'].map((n) => layer(n, true));
  const markLayer = layer('marks', false);
  const drawPoints = addPoints(ui, svg, drags, () => scales);
  const looks = new WeakMap();
  if (press) {
    const onPress = ([u, v]) => ui.set(press([scales.x.invert(u), scales.y.invert(v)], ui.state()));
    pressable(target.style('cursor', 'crosshair'), { svg, onPress });
  }

  let lowest = -1e9; // what is farther stands beyond the frame; so does 0 on a logarithmic axis
  const pathOf = pathThrough(
    (p) => scales.x(p[0]),
    (p) => scales.y(Math.min(Math.max(p[1], lowest), 1e9)),
    (p) => !Number.isNaN(p[1]),
  );
  const paths = new WeakMap(); // of curves that stay, by their points
  let place = ''; // what the scales are
  function trace(points) {
    const key = `${points.length} ${place}`;
    const kept = paths.get(points);
    if (kept?.key === key) return kept.d;
    const d = pathOf(points);
    paths.set(points, { key, d });
    return d;
  }

  function draw(self, state, derived, colors) {
    const [ax, ay] = [axis(x, state, derived), axis(y, state, derived)];
    const box = boxOf(self, margin);
    scales.x = (ax.log ? logarithmic : linear)(ax.domain, [box.x, box.x + box.width]);
    scales.y = (ay.log ? logarithmic : linear)(ay.domain, [box.y + box.height, box.y]);
    lowest = ay.log ? 1e-300 : -1e9;
    place = JSON.stringify([ax.domain, ay.domain, ax.log, ay.log, box]);
    const fill = (s) =>
      s.attr('x', box.x).attr('y', box.y).attr('width', box.width).attr('height', box.height);
    fill(svg.select(`#${clip} rect`));
    fill(target);
    drawAxes(svg, { x: ax, y: ay, box, scales, colors });

    areaLayer
      .selectAll('path')
      .data(areas(state, derived), (a) => a.key)
      .join('path')
      .attr('fill', (a) => colors[a.tone])
      .attr('fill-opacity', (a) => a.opacity ?? 0.18)
      .attr('d', (a) => `${trace(a.points) ?? 'M0,0'}Z`);
    drawRules(rules(state, derived), box, colors);
    const lines = curves(state, derived);
    curveLayer
      .selectAll('path')
      .data(lines, (c) => c.key)
      .join('path')
      .attr('fill', 'none')
      .attr('stroke', (c) => colors[c.tone])
      .attr('stroke-width', (c) => c.width ?? 2)
      .attr('stroke-opacity', (c) => c.opacity ?? 1)
      .attr('stroke-dasharray', (c) => c.dash ?? null)
      .attr('stroke-linejoin', 'round')
      .attr('d', (c) => trace(c.points));
    drawLabels(lines, box, colors);
    drawMarks(marks(state, derived), colors);
    drawPoints(state, derived, colors);
  }

  /** Where the names of level rules stand: above them, and where rules are close, beside each other. */
  function besideEachOther(list, box) {
    const level = list.filter((r) => r.x === undefined && r.label);
    const places = new Map();
    let [last, y, right] = [-Infinity, 0, 0];
    for (const r of level.sort((a, b) => scales.y(a.y) - scales.y(b.y))) {
      const line = scales.y(r.y);
      if (line - last >= NEAR) [y, right] = [line - 5, box.x + box.width - 2];
      places.set(r.key, [right, y]);
      [last, right] = [line, right - LETTER * r.label.length - 10];
    }
    return places;
  }

  function drawRules(list, box, colors) {
    const names = besideEachOther(list, box);
    const rule = ruleLayer
      .selectAll('g')
      .data(list, (r) => r.key)
      .join((enter) => {
        const g = enter.append('g');
        g.append('path');
        g.append('text');
        return g;
      });
    rule
      .select('path')
      .attr('stroke', (r) => colors[r.tone])
      .attr('stroke-dasharray', (r) => r.dash ?? '4 3')
      .attr('d', (r) =>
        r.x === undefined
          ? `M${box.x},${px(scales.y(r.y))}H${box.x + box.width}`
          : `M${px(scales.x(r.x))},${box.y}V${box.y + box.height}`,
      );
    rule
      .select('text')
      .attr('fill', (r) => colors[r.tone])
      .attr('text-anchor', 'end')
      .attr('x', (r) => px(names.get(r.key)?.[0] ?? scales.x(r.x ?? 0) - 4))
      .attr('y', (r) => px(names.get(r.key)?.[1] ?? box.y + 10))
      .text((r) => r.label ?? '');
  }

  /** A curve's name stands above it, or below at the top, at the point `labelAt` or at its end. */
  function drawLabels(lines, box, colors) {
    const named = lines.filter((c) => c.label && c.points.length);
    const at = (c) => c.labelAt ?? c.points.at(-1);
    const [top, bottom] = [box.y + 10, box.y + box.height - 4];
    const beside = (y) => Math.min(bottom, y - 6 < top ? Math.max(top, y + 14) : y - 6);
    markLayer
      .selectAll('text.name')
      .data(named, (c) => c.key)
      .join('text')
      .attr('class', 'name')
      .attr('fill', (c) => colors[c.tone])
      .attr('text-anchor', (c) => (scales.x(at(c)[0]) > box.x + box.width * 0.6 ? 'end' : 'start'))
      .attr('x', (c) => px(scales.x(at(c)[0])))
      .attr('y', (c) => px(beside(scales.y(at(c)[1]))))
      .text((c) => c.label);
  }

  function drawMarks(list, colors) {
    const mark = markLayer
      .selectAll('g.dot')
      .data(list, (m) => m.key)
      .join((enter) => {
        const g = enter.append('g').attr('class', 'dot');
        g.append('path');
        g.append('text').attr('dy', '0.32em');
        return g;
      })
      .filter(changed(colors));
    mark.attr('transform', (m) => `translate(${px(scales.x(m.x))},${px(scales.y(m.y))})`);
    mark
      .select('path')
      .attr('d', (m) => SHAPES[m.shape ?? 'circle'](m.r ?? 4))
      .attr('fill', (m) => (m.hollow ? colors.paper : colors[m.tone]))
      .attr('stroke', (m) => (m.hollow ? colors[m.tone] : colors.panel))
      .attr('stroke-width', (m) => (m.hollow ? 2 : 1));
    mark
      .select('text')
      .attr('fill', (m) => colors[m.tone])
      .attr('text-anchor', (m) => m.anchor ?? 'start')
      .attr('x', (m) => (m.anchor === 'end' ? -9 : m.anchor === 'middle' ? 0 : 9))
      .attr('y', (m) => m.dy ?? (m.anchor === 'middle' ? -12 : 0))
      .text((m) => m.label ?? '');
  }
  /** Whether a mark looks other than when it was last drawn: of many, few change at a time. */
  function changed(colors) {
    return function differs(m) {
      const look = JSON.stringify([m, px(scales.x(m.x)), px(scales.y(m.y)), colors.paper]);
      const before = looks.get(this);
      looks.set(this, look);
      return look !== before;
    };
  }
  return { ...view, scales };
}
