// A 3-D surface in the place of a map, on demand: its painter loads the first time it is shown.

import { followRange } from '../kit/controls.js';
import { h, uid } from '../kit/dom.js';
import { pace } from '../kit/pace.js';
import { frame, px } from './frame.js';

/** The share of a side that facets rise to. */
export const TALLEST = 0.6;

// Shares of a surface's facets along a side: at rest, while it changes, and then on a slow machine,
// where they also go without edges.
const GRAINS = [1, 2 / 3, 1 / 2];
const [HURRIED, COARSEST] = [1, 2];
const COSTLY = 1.5; // milliseconds; the browser then takes longer still to put it on the screen

// Pixels around it: for the title, the words of a corner behind and in front, the ticks of the height.
const [ABOVE, BEHIND, BELOW, BESIDE] = [16, 12, 22, 34];

/** The surfaces that turn with some angles; and the angles that a reader has turned. */
const turning = new WeakMap();
const known = new WeakSet();

/**
 * The ticks of a surface's height, from those of its colours.
 * @param {{domain: number[], ticks: number[], format: (t: number) => string}} surface
 */
export const heightsOf = ({ domain: [low, high], ticks, format }) =>
  ticks.map((t) => ({ share: (t - low) / (high - low), text: format(t) }));

/**
 * Options
 * - `visible(state)`: whether the surface is asked for; `other`, if any, is the frame it takes the
 *   place of.
 * - `facets(state)`: {key, mesh(share)}: a mesh as surface3d.js wants it, in [-½, ½]² × [0, 1],
 *   with a share of the facets along a side.
 * - `pins(state, derived)`: [{at: [x, y, z], tone, letter, r}]: marks standing on the surface.
 * - `ways(state, derived)`: [{key, points: [[x, y, z]], tone, dash}]: lines along the surface.
 * - `posts`: [{at: [x, y, 0], text}]: the corners of the ground and their words.
 * - `heights(state)`: [{share, text}]: ticks of the height, as shares of the tallest.
 * - `data(state, derived)`: see frame.js; that of `other` where it is left out.
 * - `title`: words above the surface; `height(width)`.
 * - `angles`: {yaw, pitch}; surfaces that share one object turn together, and one has the `dials`.
 * @param {Ui} ui
 * @param {Options} options
 */
export function turntable(
  ui,
  {
    visible,
    other = null,
    facets,
    pins,
    ways = () => [],
    posts,
    heights,
    data = other?.data,
    label,
    title = '',
    height = (width) => Math.min(width * 0.82, 400),
    angles = { yaw: 0.5, pitch: 0.8 },
    dials: hasDials = true,
  },
) {
  let painter = null;
  let surface = { key: null };
  let standing = { derived: null }; // what stands on it, the same while it only turns
  const painting = pace(COSTLY);
  const view = frame(ui, { label, height, draw, first: true, data });
  const { node, svg } = view;
  node.classList.add('ex-turntable');
  if (!turning.has(angles)) turning.set(angles, []);
  turning.get(angles).push(view);
  const turned = () => turning.get(angles).forEach((one) => one.redraw());
  function learned() {
    known.add(angles);
    turned();
  }

  const turn = dial('Turn', -Math.PI, Math.PI, 'yaw');
  const tip = dial('Tip', 0.1, 1.5, 'pitch');
  const dials = h('div', { class: 'ex-dials' }, turn.node, tip.node);
  if (hasDials) node.after(dials);

  function dial(words, min, max, key) {
    const id = uid(key);
    const range = h('input', { type: 'range', id, min, max, step: 0.01 });
    const turnTo = (angle) => {
      angles[key] = angle;
      turned();
    };
    const hold = () => {
      const before = angles[key];
      return () => turnTo(before);
    };
    followRange(range, hold, turnTo);
    range.addEventListener('change', learned);
    const show = () => {
      if (Number(range.value) !== angles[key]) range.value = angles[key];
      range.setAttribute('aria-valuetext', `${Math.round((angles[key] * 180) / Math.PI)} degrees`);
    };
    return { node: h('div', {}, h('label', { for: id, text: words }), range), show };
  }

  let held = null; // where the pointer was last: not every browser tells a touch's movement
  let before = null; // the angles as it came down
  node.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary) return letGo(); // two fingers zoom the page
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    held = [event.clientX, event.clientY];
    before = { ...angles };
    event.preventDefault();
  });
  node.addEventListener('pointermove', (event) => {
    if (!held || !event.isPrimary) return;
    const { clientX: x, clientY: y } = event;
    angles.yaw = wrap(angles.yaw - (x - held[0]) * 0.01);
    angles.pitch = Math.min(1.5, Math.max(0.1, angles.pitch + (y - held[1]) * 0.01));
    held = [x, y];
    turned();
  });
  node.addEventListener('pointerup', () => {
    if (held && angles.yaw !== before.yaw) learned();
    held = null;
  });
  node.addEventListener('pointercancel', letGo);
  /** Turn back: the fingers scroll or zoom the page. */
  function letGo() {
    if (!held) return;
    held = null;
    Object.assign(angles, before);
    turned();
  }

  let shown = null;
  ui.onArrange((state) => {
    const now = visible(state);
    if (now === shown) return;
    shown = now;
    node.hidden = !now;
    dials.hidden = !now;
    if (other) other.node.hidden = now;
    if (now && !painter) {
      node.setAttribute('aria-busy', 'true');
      ui.env.surface3d().then(
        (library) => {
          painter = library;
          node.removeAttribute('aria-busy');
          ui.redraw();
        },
        () => {
          node.removeAttribute('aria-busy');
          node.hidden = dials.hidden = true;
          if (other) other.node.hidden = false;
          ui.say('The 3-D view could not be loaded.', true);
        },
      );
    }
    ui.redraw();
  });

  function draw(self, state, derived, colors) {
    if (!painter || !visible(state)) return;
    const spec = facets(state);
    const project = placed(self);
    if (self.fresh([spec.key, angles, colors.paper])) {
      if (surface.key !== spec.key) surface = { key: spec.key };
      const grain = self.hurried ? (painting.slow ? COARSEST : HURRIED) : 0;
      surface[grain] ??= spec.mesh(GRAINS[grain]);
      self.context.clearRect(0, 0, self.width, self.height);
      drawFrame(self.context, project, colors);
      const start = performance.now();
      painter.paintFacets(self.context, surface[grain], project, colors, grain !== COARSEST);
      if (grain) painting.took(performance.now() - start);
    }
    if (standing.derived !== derived) {
      standing = { derived, ways: ways(state, derived), pins: pins(state, derived) };
    }
    drawWays(project, standing.ways, colors);
    drawPins(project, standing.pins, colors);
    drawPosts(project, colors);
    drawHeights(project, heights(state), colors);
    drawWords(self, colors);
    if (!hasDials) return;
    turn.show();
    tip.show();
  }

  const top = ([x, y]) => [x, y, TALLEST];
  const above = title ? ABOVE + BEHIND : BEHIND;

  /** The projection that keeps it within its frame however it turns, and as large as its tip allows. */
  function placed({ width, height }) {
    const ground = posts.map(({ at }) => at);
    const far = Math.max(...ground.map(([x, y]) => Math.hypot(x, y)));
    const across = Math.max(...ground.flatMap(([x, y]) => ground.map((b) => Math.hypot(x - b[0], y - b[1]))));
    const tall = across * Math.sin(angles.pitch) + TALLEST * Math.cos(angles.pitch);
    const scale = Math.min((height - above - BELOW) / tall, (width / 2 - BESIDE) / far);
    const at = (y) => painter.projection(angles.yaw, angles.pitch, scale, [width / 2, y]);
    const highest = Math.min(...ground.map((corner) => at(0)(top(corner)).y));
    const lowest = Math.max(...ground.map((corner) => at(0)(corner).y));
    return at((height - BELOW + above - highest - lowest) / 2);
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

  function drawWays(project, list, colors) {
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

  function drawPins(project, list, colors) {
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

  /** The title, and until a reader has turned it, that it turns. */
  function drawWords({ width, height }, colors) {
    const words = [
      { name: 'title', text: title, x: 0, y: 12, anchor: 'start', tone: 'ink' },
      {
        name: 'hint',
        text: known.has(angles) ? '' : '↻ drag to turn',
        x: width,
        y: height - 4,
        anchor: 'end',
      },
    ];
    svg
      .selectAll('text.words')
      .data(words)
      .join('text')
      .attr('class', ({ name }) => `words ${name}`)
      .attr('aria-hidden', ({ name }) => (name === 'hint' ? 'true' : null))
      .attr('x', ({ x }) => x)
      .attr('y', ({ y }) => y)
      .attr('text-anchor', ({ anchor }) => anchor)
      .attr('fill', ({ tone }) => colors[tone ?? 'muted'])
      .text(({ text }) => text);
  }

  /** The corners' words: below those in front, above the edges of those behind, never on the surface. */
  function drawPosts(project, colors) {
    const middle = project([0, 0, 0]);
    const right = Math.max(...posts.map(({ at }) => project(at).x)) - middle.x;
    const placeOf = ({ at }) => {
      if (isBehind(project, at)) return { ...project(top(at)), up: -6, anchor: 'middle', aside: 0 };
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

  function drawHeights(project, ticks, colors) {
    const [x, y] = leftmost(project);
    svg
      .selectAll('text.height')
      .data(ticks)
      .join('text')
      .attr('class', 'height')
      .attr('aria-hidden', 'true')
      .attr('text-anchor', 'end')
      .attr('dy', '0.32em')
      .attr('fill', colors.muted)
      .attr('x', ({ share }) => px(project([x, y, share * TALLEST]).x - 5))
      .attr('y', ({ share }) => px(project([x, y, share * TALLEST]).y))
      .text(({ text }) => `${text} –`);
  }
  return view;
}

const wrap = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));
