// A surface one can turn: painter's algorithm on a canvas. Loaded only when asked for.

import { colorTable } from './surface.js';

const px = (x) => Math.round(x * 10) / 10;

// Shares of a surface's facets along a side: at rest, while it changes, and then on a slow machine,
// where they also go without edges.
const GRAINS = [1, 2 / 3, 1 / 2];
const [HURRIED, COARSEST] = [1, 2];

// Pixels around it: for the title and the hint, the words of a corner behind and in front, the ticks of the height.
const [ABOVE, BELOW, BESIDE] = [28, 22, 34];
const LINE = 12; // pixels from a tick's words to the next ones

// The sun stands over the ground and turns with it; a level place has the colour of the legend.
const SUN = [-0.55, -0.4, 0.73];
const [SHADES, SHADE] = [5, 0.05]; // on either side, and by how much each differs from the next
const EDGE = '#0003'; // over the colours of two facets

const SIDE = 24; // facets along a side of a ground
const [STEP, STEPS] = [1 / 20, 64]; // of the side: longer steps run along the surface, in so many parts at most
const STRIDE = 0.03; // of the side, along a line of sight; while it moves twice as far
const SKIN = 0.012; // that a facet may stand above the surface it is of
const VEILED = 0.3; // the opacity of what the surface hides

/** The colours of the surface as a canvas takes them, from the darkest shade to the lightest. */
function paintsOf(table) {
  const shade = (share) =>
    table.map((channels) => `rgb(${channels.map((c) => Math.min(255, (c * share) | 0)).join()})`);
  table.shades ??= Array.from({ length: 2 * SHADES + 1 }, (_, i) => shade(1 + SHADE * (i - SHADES)));
  return table.shades;
}

/** How much lighter than a level place a facet is, in shades, by three of its corners. */
function shadeOf([ax, ay, az], [bx, by, bz], [cx, cy, cz]) {
  const x = (by - ay) * (cz - az) - (bz - az) * (cy - ay);
  const y = (bz - az) * (cx - ax) - (bx - ax) * (cz - az);
  const z = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  const up = Math.sign(z) / Math.sqrt(x * x + y * y + z * z);
  const lit = -SUN[2] + up * x * SUN[0] + up * y * SUN[1] + up * z * SUN[2];
  return Math.round(Math.max(-1, lit) * SHADES);
}

/** Turn about the vertical axis by `yaw`, tip towards the reader, who is `ahead`, by `pitch` (radians). */
function projection({ yaw, pitch }, scale, centre) {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const project = ([x, y, z]) => {
    const across = x * cy - y * sy;
    const near = x * sy + y * cy;
    return {
      x: centre[0] + scale * across,
      y: centre[1] + scale * (near * sp - z * cp),
      depth: near * cp + z * sp,
    };
  };
  return Object.assign(project, { ahead: [sy * cp, cy * cp, sp] });
}

/**
 * Paint a mesh from far to near: `vertices` lists [x, y, z] with z in [0, 1], `facets` lists
 * {corners, value}: places among the vertices, and the colour in [0, 1]. `edged` takes twice as long.
 */
function paintFacets(context, { vertices, facets }, project, colors, edged) {
  const table = paintsOf(colorTable(colors.surface));
  const seen = vertices.map(project);
  const depths = facets.map(({ corners }) => {
    let sum = 0;
    for (const corner of corners) sum += seen[corner].depth;
    return sum; // all facets of a mesh have as many
  });
  const order = Uint32Array.from(facets.keys()).sort((a, b) => depths[a] - depths[b]);
  context.lineWidth = 0.6;
  context.lineJoin = 'round';
  context.strokeStyle = EDGE;
  for (const k of order) {
    const facet = facets[k];
    const [a, b, c] = facet.corners;
    facet.shade ??= SHADES + shadeOf(vertices[a], vertices[b], vertices[c]);
    context.beginPath();
    for (const corner of facet.corners) context.lineTo(seen[corner].x, seen[corner].y);
    context.closePath();
    context.fillStyle = table[facet.shade][Math.round(facet.value * 255)];
    context.fill();
    if (edged) context.stroke();
  }
}

/** What stands over a ground of two axes, whose surface has the height `f`: its mesh and its places. */
function over({ ground, f }, tallest) {
  const [[left, right], [front, back]] = ground;
  const [wide, deep] = [right - left, back - front];
  const place = ([x, y]) => [(x - left) / wide - 0.5, 0.5 - (y - front) / deep, f(x, y)];
  const heightAt = (u, v) => f(left + (u + 0.5) * wide, front + (0.5 - v) * deep);
  return {
    place,
    heightAt,
    isOutside: ([x, y]) => !(x >= left && x <= right && y >= front && y <= back),
    mesh(share) {
      const side = Math.round(share * SIDE);
      /** @type {any[][]} */
      const [vertices, facets] = [[], []];
      for (let i = 0; i <= side; i++) {
        for (let j = 0; j <= side; j++) {
          const [u, v, half] = [i / side - 0.5, 0.5 - j / side, 0.5 / side];
          const at = vertices.push([u, v, heightAt(u, v)]) - 1;
          if (i === side || j === side) continue;
          const corners = [at, at + side + 1, at + side + 2, at + 1];
          facets.push({ corners, value: heightAt(u + half, v - half) / tallest });
        }
      }
      return { vertices, facets };
    },
  };
}

/** A path's steps along the surface, in pieces where it leaves the ground and returns. */
function piecesOf({ place, isOutside }, points) {
  const pieces = [];
  let piece = null;
  const visit = (at) => {
    if (isOutside(at)) piece = null;
    else if (piece) piece.push(place(at));
    else piece = pieces[pieces.length] = [place(at)];
  };
  points.forEach((at, i) => {
    const before = points[i - 1] ?? at;
    const [a, b] = [before, at].map(place);
    const count = Math.min(STEPS, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / STEP) || 1);
    for (let k = 1; k <= count; k++) visit(before.map((x, j) => x + ((at[j] - x) * k) / count));
  });
  return pieces;
}

/**
 * What draws a turntable: its options, with its `angles`, `tallest`, `isKnown()` and a `pace`.
 * @param {any} options
 */
export function scene({
  facets,
  pins,
  ways = () => [],
  posts,
  heights,
  title = '',
  angles,
  tallest,
  isKnown,
  pace,
}) {
  let surface = { key: null };
  let standing = { derived: null }; // what stands on it, the same while it only turns
  /** @type {(at: number[]) => [number, number, number]} */
  const top = ([x, y]) => [x, y, tallest];

  function draw(self, state, derived, colors) {
    const spec = facets(state);
    const base = spec.ground ? over(spec, tallest) : spec;
    const { place, isOutside, heightAt } = base;
    const project = placed(self);
    if (self.fresh([spec.key, angles, colors.paper])) {
      if (surface.key !== spec.key) surface = { key: spec.key };
      const grain = self.hurried ? (pace.slow ? COARSEST : HURRIED) : 0;
      surface[grain] ??= base.mesh(GRAINS[grain]);
      self.context.clearRect(0, 0, self.width, self.height);
      drawFrame(self.context, project, colors);
      const start = performance.now();
      paintFacets(self.context, surface[grain], project, colors, grain !== COARSEST);
      if (grain) pace.took(performance.now() - start);
    }
    if (standing.derived !== derived) {
      const still = pins(state, derived);
      const over = (pin) => ({ ...pin, at: place(pin.at) });
      standing = {
        derived,
        pins: place ? still.filter(({ at }) => !isOutside(at)).map(over) : still,
        ways: ways(state, derived).map((way) => {
          const pieces = piecesOf(base, way.points);
          return {
            ...way,
            pieces,
            gone: isOutside(way.points.at(-1)) ? (pieces.at(-1)?.slice(-2) ?? []) : [],
          };
        }),
      };
    }
    const [dx, dy, dz] = project.ahead;
    const stride = self.hurried ? 2 * STRIDE : STRIDE;
    /** Whether the surface hides one of its points. */
    const isHidden = ([x, y, z]) => {
      for (let t = stride; heightAt; t += stride) {
        const [u, v, w] = [x + t * dx, y + t * dy, z + t * dz];
        if (w > tallest || Math.abs(u) > 0.5 || Math.abs(v) > 0.5) break;
        if (heightAt(u, v) > w + SKIN) return true;
      }
      return false;
    };
    drawWays(self.svg, project, isHidden, standing.ways, colors);
    drawPins(self.svg, project, isHidden, standing.pins, colors);
    drawPosts(self.svg, project, colors);
    drawHeights(self.svg, project, heights(state), colors);
    const hint = isKnown() ? '' : '↻ drag to turn';
    write(self.svg, 'words', [
      { text: title, x: 0, y: 12, anchor: 'start', fill: colors.ink },
      { name: 'hint', text: hint, x: self.width, y: 12, fill: colors.muted, quiet: true },
    ]);
  }

  function write(svg, kind, list) {
    svg
      .selectAll(`text.${kind}`)
      .data(list)
      .join('text')
      .attr('class', ({ name = '' }) => `${kind} ${name}`)
      .attr('aria-hidden', ({ quiet = null }) => quiet)
      .attr('x', ({ x }) => px(x))
      .attr('y', ({ y }) => px(y))
      .attr('text-anchor', ({ anchor = 'end' }) => anchor)
      .attr('fill', ({ fill }) => fill)
      .text(({ text }) => text);
  }

  /** The projection that keeps it within its frame however it turns, and as large as its tip allows. */
  function placed({ width, height }) {
    const ground = posts.map(({ at }) => at);
    const far = Math.max(...ground.map(([x, y]) => Math.hypot(x, y)));
    const across = Math.max(...ground.flatMap(([x, y]) => ground.map((b) => Math.hypot(x - b[0], y - b[1]))));
    const tall = across * Math.sin(angles.pitch) + tallest * Math.cos(angles.pitch);
    const scale = Math.min((height - ABOVE - BELOW) / tall, (width / 2 - BESIDE) / far);
    const at = (y) => projection(angles, scale, [width / 2, y]);
    const highest = Math.min(...ground.map((corner) => at(0)(top(corner)).y));
    const lowest = Math.max(...ground.map((corner) => at(0)(corner).y));
    return at((height - BELOW + ABOVE - highest - lowest) / 2);
  }

  /** Whether a corner of the ground stands behind its middle, and not beside it. */
  function isBehind(project, at) {
    const depths = posts.map((post) => project(post.at).y - project([0, 0, 0]).y);
    return project(at).y - project([0, 0, 0]).y < 0.3 * Math.min(...depths);
  }
  /** The corner at whose side nothing stands: its edge bears the ticks of the height. */
  const leftmost = (project) => posts.map(({ at }) => at).sort((a, b) => project(a).x - project(b).x)[0];

  /** The ground and the edges that rise behind the surface, which then hides them. */
  function drawFrame(context, project, colors) {
    const line = (points) => {
      points.map(project).forEach(({ x, y }, i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    };
    context.beginPath();
    line([...posts, posts[0]].map(({ at }) => at));
    const rising = posts.filter(({ at, text }) => text && isBehind(project, at)).map(({ at }) => at);
    for (const at of new Set([...rising, leftmost(project)])) line([at, top(at)]);
    context.strokeStyle = colors.muted;
    context.lineWidth = 1;
    context.stroke();
  }

  /** Lines along the surface; what it hides of them is pale, and an arrow stands where one leaves it. */
  function drawWays(svg, project, isHidden, list, colors) {
    const place = (at) => {
      const { x, y } = project(at);
      return `${px(x)},${px(y)}`;
    };
    const drawn = list.map(({ pieces, ...looks }) => {
      const lines = ['', '']; // in sight, and behind the surface
      for (const piece of pieces) {
        const behind = piece.map(isHidden);
        let last = -1;
        for (let i = 1; i < piece.length; i++) {
          const which = Number(behind[i - 1] || behind[i]);
          if (which !== last) lines[which] += `M${place(piece[i - 1])}`;
          lines[which] += `L${place(piece[i])}`;
          last = which;
        }
      }
      return { ...looks, lines };
    });
    for (const [i, name] of ['way', 'veiled'].entries()) {
      svg
        .selectAll(`path.${name}`)
        .data(drawn, (way) => way.key)
        .join('path')
        .attr('class', name)
        .attr('fill', 'none')
        .attr('stroke', (way) => colors[way.tone])
        .attr('stroke-width', 1.8)
        .attr('stroke-opacity', i ? VEILED : 1)
        .attr('stroke-dasharray', (way) => way.dash)
        .attr('d', ({ lines }) => lines[i]);
    }
    svg
      .selectAll('path.gone')
      .data(list.filter(({ gone }) => gone[1]))
      .join('path')
      .attr('class', 'gone')
      .attr('fill', (way) => colors[way.tone])
      .attr('d', 'M6,0L-4,-5V5Z')
      .attr('transform', ({ gone: [from, to] }) => {
        const [a, b] = [project(from), project(to)];
        const turned = (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
        return `translate(${px(b.x)},${px(b.y)}) rotate(${px(turned)})`;
      });
  }

  function drawPins(svg, project, isHidden, list, colors) {
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
    g.attr('opacity', ({ at }) => (isHidden(at) ? VEILED : 1)).attr('transform', ({ at }) => {
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
  function drawPosts(svg, project, colors) {
    const middle = project([0, 0, 0]);
    const right = Math.max(...posts.map(({ at }) => project(at).x)) - middle.x;
    const placeOf = (at) => {
      if (isBehind(project, at)) {
        const { x, y } = project(top(at));
        return { x, y: y - 6, anchor: 'middle' };
      }
      const { x, y } = project(at);
      const side = (x - middle.x) / right; // beside the ground, words go outwards
      if (Math.abs(side) < 0.5) return { x, y: y + 16, anchor: 'middle' };
      return { x: x - 8 * Math.sign(side), y: y + 16, anchor: side < 0 ? 'end' : 'start' };
    };
    write(
      svg,
      'post',
      posts.map(({ at, text }) => ({ text, fill: colors.ink, ...placeOf(at) })),
    );
  }

  /** The ticks' words; from above they come close, and those stay that leave a line between them. */
  function drawHeights(svg, project, ticks, colors) {
    const [u, v] = leftmost(project);
    const list = [];
    for (const { share, text } of ticks) {
      const { x, y } = project([u, v, share * tallest]);
      if (!(list.at(-1)?.y - y - 4 < LINE)) {
        list.push({ text: `${text} –`, x: x - 5, y: y + 4, fill: colors.muted, quiet: true });
      }
    }
    write(svg, 'height', list);
  }
  return draw;
}
