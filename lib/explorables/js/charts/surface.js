// Loss surfaces of two numbers: a heat-map with contours and an arrow field on a canvas.

import { levelLines } from '../math/contours.js';

const tables = new Map();

/** A smooth way along values, from 0 to 1: a uniform cubic B-spline. */
function spline(values) {
  const last = values.length - 1;
  return (t) => {
    const i = Math.min(last - 1, Math.floor(t * last));
    const [b, c] = [values[i], values[i + 1]];
    const [a, d] = [values[i - 1] ?? 2 * b - c, values[i + 2] ?? 2 * c - b];
    const x = (t - i / last) * last;
    const [x2, x3] = [x * x, x * x * x];
    return (
      ((1 - 3 * x + 3 * x2 - x3) * a +
        (4 - 6 * x2 + 3 * x3) * b +
        (1 + 3 * x + 3 * x2 - 3 * x3) * c +
        x3 * d) /
      6
    );
  };
}

/** 256 colours of the palette's surface map as packed RGB, computed once for each theme. */
export function colorTable(stops) {
  const key = stops.join();
  if (!tables.has(key)) {
    const channels = [1, 3, 5].map((at) =>
      spline(stops.map((stop) => Number.parseInt(stop.slice(at, at + 2), 16))),
    );
    tables.set(
      key,
      Array.from({ length: 256 }, (_, i) => channels.map((f) => Math.round(f(i / 255)))),
    );
  }
  return tables.get(key);
}

/** Evaluate `f(u, v)` at the centres of an n × m grid over the unit square, row by row. */
export function sample(f, n, m) {
  const values = new Float64Array(n * m);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) values[j * n + i] = f((i + 0.5) / n, (j + 0.5) / m);
  }
  return { values, n, m };
}

/** The same colours as pixels of an image: red in the lowest byte of a little-endian word. */
function pixelTable(stops) {
  const key = `pixels ${stops.join()}`;
  if (!tables.has(key)) {
    const packed = colorTable(stops).map(([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r);
    tables.set(key, Uint32Array.from(packed));
  }
  return tables.get(key);
}

const scratch = globalThis.document?.createElement('canvas');

/** Paint a sampled surface into the box; values outside `domain` take its end colours. */
export function paintHeatmap(context, { values, n, m }, box, domain, stops) {
  const table = pixelTable(stops);
  if (scratch.width !== n || scratch.height !== m) [scratch.width, scratch.height] = [n, m];
  const pen = /** @type {CanvasRenderingContext2D} */ (
    scratch.getContext('2d', { willReadFrequently: true })
  );
  const image = pen.createImageData(n, m);
  const pixels = new Uint32Array(image.data.buffer);
  const span = domain[1] - domain[0];
  for (let k = 0; k < values.length; k++) {
    const t = Math.min(1, Math.max(0, (values[k] - domain[0]) / span));
    pixels[k] = table[Math.round(t * 255)];
  }
  pen.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(scratch, box.x, box.y, box.width, box.height);
}

/**
 * Draw level lines of a sampled surface. `place(u, v)` gives the pixels of a point of the unit
 * square.
 */
export function paintContours(context, grid, levels, color, place) {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.globalAlpha = 0.45;
  context.beginPath();
  levelLines(grid, levels, (x0, y0, x1, y1) => {
    context.moveTo(...place(x0 / grid.n, y0 / grid.m));
    context.lineTo(...place(x1 / grid.n, y1 / grid.m));
  });
  context.stroke();
  context.globalAlpha = 1;
}

/** Draw one arrow from (x, y) along (dx, dy), in pixels. */
export function paintArrow(context, x, y, dx, dy, head = 3.5) {
  const length = Math.hypot(dx, dy);
  if (length < 0.5) return;
  const [ux, uy] = [dx / length, dy / length];
  const tip = Math.min(head, length);
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
  context.moveTo(x + dx - tip * (ux + 0.6 * uy), y + dy - tip * (uy - 0.6 * ux));
  context.lineTo(x + dx, y + dy);
  context.lineTo(x + dx - tip * (ux - 0.6 * uy), y + dy - tip * (uy + 0.6 * ux));
}

/**
 * Draw a field of arrows. `field` lists {x, y, dx, dy}: pixels and a direction of any length; the
 * longest becomes `longest` pixels and the others shrink by a square root, so that none is lost.
 */
export function paintArrows(context, field, color, longest = 15) {
  const finite = field.filter((a) => Number.isFinite(a.dx) && Number.isFinite(a.dy));
  const largest = Math.max(...finite.map((a) => Math.hypot(a.dx, a.dy)), 0);
  if (largest === 0) return;
  context.strokeStyle = color;
  context.lineWidth = 1.2;
  context.globalAlpha = 0.7;
  context.beginPath();
  for (const { x, y, dx, dy } of finite) {
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    const k = (longest * Math.sqrt(length / largest)) / length;
    paintArrow(context, x - (k * dx) / 2, y - (k * dy) / 2, k * dx, k * dy);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** A colour bar with its ticks, as SVG, at the given place. */
export function legend(svg, { x, y, width, domain, ticks, format, title, colors, id }) {
  const g = svg.selectAll(`g.ex-legend`).data([0]).join('g').attr('class', 'ex-legend');
  g.attr('transform', `translate(${x},${y})`).attr('aria-hidden', 'true');
  const gradient = g.selectAll('linearGradient').data([0]).join('linearGradient').attr('id', id);
  gradient
    .selectAll('stop')
    .data(colors.surface)
    .join('stop')
    .attr('offset', (_, i) => i / (colors.surface.length - 1))
    .attr('stop-color', (c) => c);
  g.selectAll('rect')
    .data([0])
    .join('rect')
    .attr('width', width)
    .attr('height', 8)
    .attr('rx', 2)
    .attr('fill', `url(#${id})`)
    .attr('stroke', colors.rule);
  const at = (v) => ((v - domain[0]) / (domain[1] - domain[0])) * width;
  // Where the words would touch, every other one goes, counted from the end.
  const shown = ticks.filter((_, i) => width / ticks.length > 26 || (ticks.length - 1 - i) % 2 === 0);
  g.selectAll('text.tick')
    .data(shown)
    .join('text')
    .attr('class', 'tick')
    .attr('x', at)
    .attr('y', 20)
    .attr('text-anchor', (t) => (t === domain[0] ? 'start' : t === domain[1] ? 'end' : 'middle'))
    .text(format);
  g.selectAll('text.title').data([title]).join('text').attr('class', 'title').attr('y', -5).text(String);
}
