// Draggable handles over a pair of scales, shared by plots and planes.

import { decimalsOf, fixed } from '../kit/format.js';
import { draggable, handle, once, put, setSlider } from './mark.js';

const KEYS =
  'Arrow keys: left, right, up and down, with Shift ten steps; Home and End: the left and right end.';
const FAR = 1e4; // steps: beyond the end of every range, which the state clamps to
const FARTHEST = 1e9; // what is infinite stands at the frame, as all that lies beyond it

/**
 * The point of a number trait that is dragged along the curve y = f(x, state).
 * @param {Ui} ui
 * @param {string} trait
 * @param {(x: number, state: State) => number} f
 * @param {{tone?: string, letter?: string}} [looks]
 */
export function along({ schema }, trait, f, { tone = 'ink', letter = '' } = {}) {
  const { label, unit, min, max, step } = schema[trait];
  const places = decimalsOf(step);
  const snapped = (x) => ({ [trait]: Number((Math.round(x / step) * step).toFixed(places)) });
  return {
    name: trait,
    tone,
    letter,
    label: `${label}, on the curve`,
    get: (state) => [state[trait], f(state[trait], state)],
    set: ([x]) => snapped(x),
    key: ([dx, dy], state) => snapped(state[trait] + (dx - dy) * step),
    slider: (state) => ({
      min,
      max,
      now: state[trait],
      text: `${fixed(state[trait], places)} ${unit}`.trim(),
    }),
  };
}

/**
 * Add one handle for each of `points`; returns the function that draws them.
 *
 * A point: {name, tone, letter, label, get(state, derived) → [x, y] or null where it is not shown,
 * hollow(state, derived),
 * set([x, y], state) → patch, step: [dx, dy] for the arrow keys,
 * slider(state, derived) → {min, max, now, text}}. Where an arrow key should do other than move the
 * point by `step` (along a curve, say), `key([dx, dy], state)` gives the patch, y downwards. Home
 * and End move the point to the left and right end of its range, which `slider` names.
 * @param {Ui} ui
 */
export function addPoints(ui, svg, points, scalesOf) {
  let last = {};
  const groups = points.map((point) => {
    const group = handle(svg, `ex-point-${point.name}`, point.letter);
    const move = (at) => ui.set(point.set(at, ui.state()));
    draggable(group, {
      svg,
      label: point.label,
      keys: point.key ? null : KEYS,
      onDrag: ([px_, py_]) => {
        const { x, y } = scalesOf();
        move([x.invert(px_), y.invert(py_)]);
      },
      onKey: ([dx, dy]) => {
        if (point.key) return ui.set(point.key([dx, dy], ui.state()));
        const [x, y] = point.get(ui.state(), last);
        const [sx, sy] = point.step;
        return move([x + dx * sx, y - dy * sy]);
      },
      onEnd: (start) => {
        if (point.key) return ui.set(point.key([start ? -FAR : FAR, 0], ui.state()));
        const [, y] = point.get(ui.state(), last);
        const { min, max } = point.slider(ui.state(), last);
        return move([start ? min : max, y]);
      },
    });
    return group;
  });
  const controls = []; // the traits that each moves
  const raise = once(() => groups.forEach((group) => group.raise()));
  return (state, derived, colors) => {
    last = derived;
    const { x, y } = scalesOf();
    raise();
    points.forEach((point, i) => {
      const at = point.get(state, derived);
      groups[i].attr('display', at ? null : 'none');
      if (!at) return;
      const inside = (scale, value) => {
        const [a, b] = scale.range;
        const place = scale(Math.min(FARTHEST, Math.max(-FARTHEST, value)));
        return Math.min(Math.max(a, b), Math.max(Math.min(a, b), place));
      };
      put(groups[i], {
        x: inside(x, at[0]),
        y: inside(y, at[1]),
        color: colors[point.tone],
        halo: colors.paper,
        hollow: point.hollow?.(state, derived),
      });
      setSlider(groups[i], point.slider(state, derived));
      controls[i] ??= Object.keys(point.set(at, state)).join(' ');
      groups[i].attr('data-control', controls[i]);
    });
  };
}
