// A surface one can turn: painter's algorithm on a canvas. Loaded only when asked for.

import { colorTable } from './surface.js';

const clamp = (x, lo, hi) => Math.min(hi, Math.max(lo, x));

const paints = new WeakMap();

/** The colours of the surface and the darker ones of its edges, as a canvas takes them. */
function paintsOf(table) {
  if (!paints.has(table)) {
    const text = (share) =>
      table.map((channels) => `rgb(${channels.map((c) => (c * share) | 0).join()})`);
    paints.set(table, { fills: text(1), edges: text(0.82) });
  }
  return paints.get(table);
}

/** Turn about the vertical axis by `yaw`, tip towards the reader by `pitch` (radians). */
export function projection(yaw, pitch, scale, centre) {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return ([x, y, z]) => {
    const across = x * cy - y * sy;
    const near = x * sy + y * cy;
    return {
      x: centre[0] + scale * across,
      y: centre[1] + scale * (near * sp - z * cp),
      depth: near * cp + z * sp,
    };
  };
}

/**
 * Paint facets from far to near.
 *
 * `facets` lists {corners: [[x, y, z], …], value}: z in [0, 1], value in [0, 1] for the colour.
 */
export function paintFacets(context, facets, project, colors) {
  const { fills, edges } = paintsOf(colorTable(colors.surface));
  const drawn = facets.map((facet) => {
    const points = facet.corners.map(project);
    let depth = 0;
    for (const point of points) depth += point.depth / points.length;
    return { points, depth, value: facet.value };
  });
  drawn.sort((a, b) => a.depth - b.depth);
  context.lineWidth = 0.6;
  context.lineJoin = 'round';
  for (const { points, value } of drawn) {
    const at = Math.round(clamp(value, 0, 1) * 255);
    context.beginPath();
    context.moveTo(points[0].x, points[0].y);
    for (let i = 1; i < points.length; i++) context.lineTo(points[i].x, points[i].y);
    context.closePath();
    context.fillStyle = fills[at];
    context.strokeStyle = edges[at];
    context.fill();
    context.stroke();
  }
}
