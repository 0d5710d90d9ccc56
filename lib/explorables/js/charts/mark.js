import { uid } from '../kit/dom.js';
import { px } from './frame.js';

const KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  PageUp: [0, -10],
  PageDown: [0, 10],
};

/**
 * By how much pointers have to be divided: WebKit measures what is in a zoomed host by that host's
 * pixels, and pointers by the screen's.
 * @param {Element} node
 */
function zoomOf(node) {
  if ('currentCSSZoom' in Element.prototype) return 1;
  let zoom = 1;
  /** @type {Element | null} */
  let at = node;
  for (; at; at = at.parentElement) zoom *= Number(getComputedStyle(at).zoom) || 1;
  return zoom;
}

/**
 * Where a pointer is, in pixels of an SVG, on a host that scales it too, by `zoom` or a transform.
 * @param {MouseEvent} event
 * @param {any} svg
 * @returns {Point}
 */
export function pointer({ clientX, clientY }, svg) {
  const node = svg.node();
  const { left, top, width, height } = node.getBoundingClientRect();
  const own = node.viewBox.baseVal;
  const zoom = zoomOf(node);
  return [((clientX / zoom - left) * own.width) / width, ((clientY / zoom - top) * own.height) / height];
}

/**
 * Make an SVG group a draggable mark that the keyboard moves too.
 *
 * `onDrag([x, y])` gets the pointer in pixels of the SVG, `onStart([x, y])` where it was pressed,
 * `onKey([dx, dy])` a direction in steps (ten with Shift or Page keys), `onEnd(start)` Home and
 * End. The mark is a slider to assistive technology; `setSlider` keeps its value current. One that moves
 * in two directions says in `keys` which keys move it where.
 * @param {any} group
 * @param {{svg: any, label: string, onDrag: (at: Point) => void, onKey: (steps: Point) => void,
 * onEnd: (start: boolean) => void, onStart?: (at: Point) => void, keys?: string | null}} options
 */
export function draggable(group, { svg, label, onDrag, onKey, onStart, onEnd, keys }) {
  const node = group.node();
  group.attr('class', `${group.attr('class') ?? ''} ex-mark`);
  group.attr('role', 'slider').attr('tabindex', 0).attr('aria-label', label);
  if (keys) {
    const id = uid('keys');
    svg.append('desc').attr('id', id).text(keys);
    group.attr('aria-roledescription', 'slider in two directions').attr('aria-describedby', id);
  }
  group.on('pointerdown', (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    event.stopPropagation();
    node.setPointerCapture(event.pointerId);
    node.focus({ preventScroll: true });
    group.classed('dragging', true);
    onStart?.(pointer(event, svg));
  });
  // A finger on a mark drags it and does not scroll the page; browsers do not heed the touch-action
  // of an SVG group that is moved by a transform.
  group.on('touchstart', (event) => event.preventDefault(), { passive: false });
  group.on('pointermove', (event) => {
    if (node.hasPointerCapture(event.pointerId)) onDrag(pointer(event, svg));
  });
  group.on('pointerup pointercancel', (event) => {
    if (node.hasPointerCapture(event.pointerId)) node.releasePointerCapture(event.pointerId);
    group.classed('dragging', false);
  });
  group.on('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = KEYS[event.key];
    if (direction) {
      const k = event.shiftKey ? 10 : 1;
      onKey(direction.map((d) => d * k));
    } else if (event.key === 'Home' || event.key === 'End') {
      onEnd(event.key === 'Home');
    } else {
      return;
    }
    event.preventDefault();
  });
  return group;
}

/** A press on the surface itself also moves the mark there; a touch that scrolls does not. */
export function pressable(selection, { svg, onPress }) {
  selection.on('click', (event) => onPress(pointer(event, svg)));
}

/** Tell assistive technology where a mark stands. */
export function setSlider(group, { min, max, now, text }) {
  group
    .attr('aria-valuemin', min)
    .attr('aria-valuemax', max)
    .attr('aria-valuenow', Number.isFinite(now) ? now : max)
    .attr('aria-valuetext', text);
}

/** A round handle with a generous invisible target and a halo that parts it from any surface. */
export function handle(svg, name, letter) {
  const group = svg.append('g').attr('class', name);
  group.append('circle').attr('class', 'target').attr('r', 22);
  group.append('circle').attr('class', 'ring').attr('r', 11);
  group.append('circle').attr('class', 'disc').attr('r', 9);
  group.append('text').attr('text-anchor', 'middle').attr('dy', '0.35em').text(letter);
  return group;
}

/** Give a handle its colours and its place, in pixels; a hollow one is a ring. */
export function put(group, { x, y, color, halo, hollow = false }) {
  group.attr('transform', `translate(${px(x)},${px(y)})`);
  group.select('.ring').attr('fill', halo);
  group
    .select('.disc')
    .attr('fill', hollow ? halo : color)
    .attr('stroke', hollow ? color : null)
    .attr('stroke-width', hollow ? 3 : null);
  group.select('text').attr('fill', halo);
}

/**
 * Marks go on top of what the first drawing added, once: a mark that moves within the document
 * loses the pointer that drags it and the keyboard's focus.
 */
export function once(f) {
  let done = false;
  return () => {
    if (!done) f();
    done = true;
  };
}
