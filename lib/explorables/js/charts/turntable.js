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

/** The surfaces that turn with some angles. */
const turning = new WeakMap();

/**
 * Options
 * - `visible(state)`: whether the surface is asked for; `other`, if any, is the frame it takes the
 *   place of.
 * - `facets(state)`: {key, mesh(share)}: a mesh as surface3d.js wants it, in [-½, ½]² × [0, 1],
 *   with a share of the facets along a side.
 * - `pins(state, derived)`: [{at: [x, y, z], tone, letter, r}]: marks standing on the surface.
 * - `ways(state, derived)`: [{key, points: [[x, y, z]], tone, dash}]: lines along the surface.
 * - `posts`: [{at: [x, y, 0], text, shy}]: the corners of the ground and their words; a shy one is
 *   silent while it is the farthest, behind the surface.
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
  const view = frame(ui, { label, height, draw, first: true });
  const { node, svg } = view;
  node.classList.add('ex-turntable');
  if (!turning.has(angles)) turning.set(angles, []);
  turning.get(angles).push(view);
  const turned = () => turning.get(angles).forEach((one) => one.redraw());

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
  node.addEventListener('pointerup', () => (held = null));
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
      drawGround(self.context, project, colors);
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
    drawTitle(colors);
    if (!hasDials) return;
    turn.show();
    tip.show();
  }

  /** The projection that keeps it within its frame, however turned, with the words at its corners. */
  function placed({ width, height }) {
    const ground = posts.map(({ at }) => at);
    const far = Math.max(...ground.map(([x, y]) => Math.hypot(x, y)));
    const across = Math.max(...ground.flatMap(([x, y]) => ground.map((b) => Math.hypot(x - b[0], y - b[1]))));
    const scale = Math.min((height - 44) / Math.hypot(across, TALLEST), (width / 2 - 20) / far);
    const at = (y) => painter.projection(angles.yaw, angles.pitch, scale, [width / 2, y]);
    const ys = ground.map((corner) => at(0)(corner).y);
    const top = Math.min(...ys) - TALLEST * Math.cos(angles.pitch) * scale;
    return at((height - 12 - top - Math.max(...ys)) / 2);
  }

  function drawGround(context, project, colors) {
    context.beginPath();
    posts.forEach(({ at }, i) => {
      const { x, y } = project(at);
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    context.closePath();
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

  function drawTitle(colors) {
    svg
      .selectAll('text.title')
      .data(title ? [title] : [])
      .join('text')
      .attr('class', 'title')
      .attr('y', 12)
      .attr('fill', colors.ink)
      .text(String);
  }

  function drawPosts(project, colors) {
    const farthest = Math.min(...posts.map(({ at }) => project(at).y));
    svg
      .selectAll('text.post')
      .data(posts)
      .join('text')
      .attr('class', 'post')
      .attr('text-anchor', 'middle')
      .attr('fill', colors.ink)
      .attr('x', ({ at }) => px(project(at).x))
      .attr('y', ({ at }) => px(project(at).y + 16))
      .text(({ at, text, shy }) => (shy && project(at).y === farthest ? '' : text));
  }
  return view;
}

const wrap = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));
