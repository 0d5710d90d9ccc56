// A surface one can turn: painter's algorithm on a canvas. Loaded only when asked for.

import { colorTable } from './surface.js';

const clamp = (x, lo, hi) => Math.min(hi, Math.max(lo, x));

const paints = new WeakMap();

/** The colours of the surface and the darker ones of its edges, as a canvas takes them. */
function paintsOf(table) {
  if (!paints.has(table)) {
    const text = (share) => table.map((channels) => `rgb(${channels.map((c) => (c * share) | 0).join()})`);
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
 * Paint a mesh from far to near: `vertices` lists [x, y, z] with z in [0, 1], `facets` lists
 * {corners, value}: places among the vertices, and the colour in [0, 1]. `edged` takes twice as long.
 */
export function paintFacets(context, { vertices, facets }, project, colors, edged) {
  const { fills, edges } = paintsOf(colorTable(colors.surface));
  const seen = vertices.map(project);
  const depths = facets.map(({ corners }) => {
    let sum = 0;
    for (const corner of corners) sum += seen[corner].depth;
    return sum / corners.length;
  });
  const order = Uint32Array.from(facets.keys()).sort((a, b) => depths[a] - depths[b]);
  context.lineWidth = 0.6;
  context.lineJoin = 'round';
  for (const k of order) {
    const { corners, value } = facets[k];
    const at = Math.round(clamp(value, 0, 1) * 255);
    context.beginPath();
    for (const corner of corners) context.lineTo(seen[corner].x, seen[corner].y);
    context.closePath();
    context.fillStyle = fills[at];
    context.fill();
    if (!edged) continue;
    context.strokeStyle = edges[at];
    context.stroke();
  }
}
