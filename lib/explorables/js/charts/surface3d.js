// A surface one can turn: painter's algorithm on a canvas. Loaded only when asked for.

import { colorTable } from './surface.js';

const clamp = (x, lo, hi) => Math.min(hi, Math.max(lo, x));

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
  const table = colorTable(colors.surface);
  const drawn = facets.map((facet) => {
    const points = facet.corners.map(project);
    const depth = points.reduce((a, p) => a + p.depth, 0) / points.length;
    return { points, depth, value: facet.value };
  });
  drawn.sort((a, b) => a.depth - b.depth);
  context.lineWidth = 0.6;
  context.lineJoin = 'round';
  for (const { points, value } of drawn) {
    const [r, g, b] = table[Math.round(clamp(value, 0, 1) * 255)];
    context.beginPath();
    points.forEach((p, i) => (i ? context.lineTo(p.x, p.y) : context.moveTo(p.x, p.y)));
    context.closePath();
    context.fillStyle = `rgb(${r},${g},${b})`;
    context.strokeStyle = `rgb(${(r * 0.82) | 0},${(g * 0.82) | 0},${(b * 0.82) | 0})`;
    context.fill();
    context.stroke();
  }
}
