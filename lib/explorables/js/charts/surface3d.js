// A surface one can turn: painter's algorithm on a canvas. Loaded only when asked for.

import { px } from './frame.js';
import { colorTable } from './surface.js';

// Pixels around it: for the title, the words of a corner behind and in front, the ticks of the height.
const [ABOVE, BEHIND, BELOW, BESIDE] = [16, 12, 22, 34];

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
  return (/** @type {number[]} */ [x, y, z]) => {
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

/**
 * Where a surface stands in a frame: the projection, and what draws its edges, its marks and their words.
 * @param {Options} frame
 * @param {Options} options see turntable.js; whether it is `titled`, and the share of a side that it rises to
 */
export function stand({ width, height, context }, { posts, angles, titled, tallest }) {
  const top = ([x, y]) => [x, y, tallest];
  const above = titled ? ABOVE + BEHIND : BEHIND;

  /** The projection that keeps it within its frame however it turns, and as large as its tip allows. */
  function placed() {
    const ground = posts.map(({ at }) => at);
    const far = Math.max(...ground.map(([x, y]) => Math.hypot(x, y)));
    const across = Math.max(...ground.flatMap(([x, y]) => ground.map((b) => Math.hypot(x - b[0], y - b[1]))));
    const tall = across * Math.sin(angles.pitch) + tallest * Math.cos(angles.pitch);
    const scale = Math.min((height - above - BELOW) / tall, (width / 2 - BESIDE) / far);
    const at = (y) => projection(angles.yaw, angles.pitch, scale, [width / 2, y]);
    const highest = Math.min(...ground.map((corner) => at(0)(top(corner)).y));
    const lowest = Math.max(...ground.map((corner) => at(0)(corner).y));
    return at((height - BELOW + above - highest - lowest) / 2);
  }

  /** Whether a corner of the ground stands behind its middle, and not beside it. */
  function isBehind(at) {
    const depths = posts.map((post) => project(post.at).y - project([0, 0, 0]).y);
    return project(at).y - project([0, 0, 0]).y < 0.3 * Math.min(...depths);
  }
  /** The corner at whose side nothing stands: its edge bears the ticks of the height. */
  const leftmost = () => posts.map(({ at }) => at).sort((a, b) => project(a).x - project(b).x)[0];

  /** The ground and the edges that rise behind the surface, which then hides them. */
  function drawFrame(colors) {
    const line = (points) => {
      points.map(project).forEach(({ x, y }, i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    };
    context.beginPath();
    line([...posts, posts[0]].map(({ at }) => at));
    const rising = posts.filter(({ at, text }) => text && isBehind(at)).map(({ at }) => at);
    for (const at of new Set([...rising, leftmost()])) line([at, top(at)]);
    context.strokeStyle = colors.muted;
    context.lineWidth = 1;
    context.stroke();
  }

  function drawWays(svg, list, colors) {
    const place = (at) => {
      const { x, y } = project(at);
      return `${px(x)},${px(y)}`;
    };
    svg
      .selectAll('path.way')
      .data(list, (way) => way.key)
      .join('path')
      .attr('class', 'way')
      .attr('fill', 'none')
      .attr('stroke', (way) => colors[way.tone])
      .attr('stroke-width', 1.8)
      .attr('stroke-dasharray', (way) => way.dash)
      .attr('d', (way) => `M${way.points.map(place).join('L')}`);
  }

  function drawPins(svg, list, colors) {
    const g = svg
      .selectAll('g.pin')
      .data(list)
      .join((enter) => {
        const pin = enter.append('g').attr('class', 'pin');
        pin.append('line');
        pin.append('circle');
        pin.append('text').attr('text-anchor', 'middle').attr('dy', '0.35em');
        return pin;
      });
    g.attr('transform', ({ at }) => {
      const { x, y } = project(at);
      return `translate(${px(x)},${px(y)})`;
    });
    g.select('line')
      .attr('y2', ({ at }) => px(project([at[0], at[1], 0]).y - project(at).y))
      .attr('stroke', ({ tone }) => colors[tone]);
    g.select('circle')
      .attr('r', ({ r = 8 }) => r)
      .attr('fill', ({ tone }) => colors[tone])
      .attr('stroke', colors.paper);
    g.select('text')
      .attr('fill', colors.paper)
      .text(({ letter }) => letter);
  }

  /** The corners' words: below those in front, above the edges of those behind, never on the surface. */
  function drawPosts(svg, colors) {
    const middle = project([0, 0, 0]);
    const right = Math.max(...posts.map(({ at }) => project(at).x)) - middle.x;
    const placeOf = ({ at }) => {
      if (isBehind(at)) return { ...project(top(at)), up: -6, anchor: 'middle', aside: 0 };
      const { x, y } = project(at);
      const side = (x - middle.x) / right; // beside the ground, words go outwards
      if (Math.abs(side) < 0.5) return { x, y, up: 16, anchor: 'middle', aside: 0 };
      return { x, y, up: 16, anchor: side < 0 ? 'end' : 'start', aside: side < 0 ? 8 : -8 };
    };
    svg
      .selectAll('text.post')
      .data(posts.map((post) => ({ ...post, place: placeOf(post) })))
      .join('text')
      .attr('class', 'post')
      .attr('text-anchor', ({ place }) => place.anchor)
      .attr('fill', colors.ink)
      .attr('x', ({ place }) => px(place.x + place.aside))
      .attr('y', ({ place }) => px(place.y + place.up))
      .text(({ text }) => text);
  }

  function drawHeights(svg, ticks, colors) {
    const [x, y] = leftmost();
    svg
      .selectAll('text.height')
      .data(ticks)
      .join('text')
      .attr('class', 'height')
      .attr('aria-hidden', 'true')
      .attr('text-anchor', 'end')
      .attr('dy', '0.32em')
      .attr('fill', colors.muted)
      .attr('x', ({ share }) => px(project([x, y, share * tallest]).x - 5))
      .attr('y', ({ share }) => px(project([x, y, share * tallest]).y))
      .text(({ text }) => `${text} –`);
  }

  const project = placed();

  function draw(svg, { ways, pins }, heights, colors) {
    drawWays(svg, ways, colors);
    drawPins(svg, pins, colors);
    drawPosts(svg, colors);
    drawHeights(svg, heights, colors);
  }

  return { project, drawFrame, draw };
}
