// A 3-D surface in the place of a map, on demand: its painter loads the first time it is shown.

import { followRange } from '../kit/controls.js';
import { h, uid } from '../kit/dom.js';
import { pace } from '../kit/pace.js';
import { frame } from './frame.js';

/** The share of a side that facets rise to. */
export const TALLEST = 0.6;

// Shares of a surface's facets along a side: at rest, while it changes, and then on a slow machine,
// where they also go without edges.
const GRAINS = [1, 2 / 3, 1 / 2];
const [HURRIED, COARSEST] = [1, 2];
const COSTLY = 1.5; // milliseconds; the browser then takes longer still to put it on the screen

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
    const stand = painter.stand(self, { posts, angles, titled: title !== '', tallest: TALLEST });
    if (self.fresh([spec.key, angles, colors.paper])) {
      if (surface.key !== spec.key) surface = { key: spec.key };
      const grain = self.hurried ? (painting.slow ? COARSEST : HURRIED) : 0;
      surface[grain] ??= spec.mesh(GRAINS[grain]);
      self.context.clearRect(0, 0, self.width, self.height);
      stand.drawFrame(colors);
      const start = performance.now();
      painter.paintFacets(self.context, surface[grain], stand.project, colors, grain !== COARSEST);
      if (grain) painting.took(performance.now() - start);
    }
    if (standing.derived !== derived) {
      standing = { derived, ways: ways(state, derived), pins: pins(state, derived) };
    }
    stand.draw(svg, standing, heights(state), colors);
    drawWords(self, colors);
    if (!hasDials) return;
    turn.show();
    tip.show();
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
  return view;
}

const wrap = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));
