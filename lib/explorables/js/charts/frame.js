import { h } from '../kit/dom.js';
import { select } from './selection.js';

// A surface that changes again within this many milliseconds is drawn coarsely, and finely at rest.
const HURRY = 120;

/**
 * A drawing area as wide as its place: a canvas for surfaces below, an SVG for marks above.
 *
 * `height(width)` gives its height. `draw(frame, state, derived, colors)` paints it; it runs on
 * every change of state, theme or width. `frame.fresh(key)` tells whether `key` differs from the
 * last one given, so that a surface is computed only when it has changed; `frame.hurried` says
 * whether the key keeps changing, and a surface need not be fine: it is drawn once more at rest.
 * `frame.redraw()` draws it alone, where something of its own has changed. What is `first` is drawn
 * before the charts that can wait (see drawing.js).
 * @param {Ui} ui
 * @param {Options} options
 */
export function frame(
  ui,
  { height, label, draw, first = false, margin = { top: 8, right: 8, bottom: 8, left: 8 } },
) {
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const node = h('div', { class: 'ex-frame' }, canvas);
  const svg = select(node).append('svg').attr('role', 'group').attr('aria-label', label);
  const context = canvas.getContext('2d');
  let lastKey = null;
  let changedAt = -Infinity;
  let hurried = false;
  let refining = 0;
  const self = {
    node,
    svg,
    canvas,
    context,
    margin,
    width: 0,
    height: 0,
    fresh(key) {
      const text = JSON.stringify([key, self.width, self.height, self.ratio]);
      if (text === lastKey) return false;
      lastKey = text;
      const now = performance.now();
      hurried = now - changedAt < HURRY;
      changedAt = now;
      clearTimeout(refining);
      if (hurried) refining = setTimeout(refine, HURRY);
      return true;
    },
    get hurried() {
      return hurried;
    },
    redraw: () => ui.redraw(update),
    /** The side of a heat-map's grid: `n`, or half of it in a hurry. */
    fine: (n) => (hurried ? n / 2 : n),
  };

  function refine() {
    lastKey = null;
    self.redraw();
  }
  ui.cleanup(() => clearTimeout(refining));

  // Asking for a width makes the browser lay the page out, so it is asked once and then observed.
  let shown = false;
  function measure(inside = node.clientWidth) {
    const width = Math.round(inside);
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
    const before = shown;
    shown = width > 0;
    if (!shown || (width === self.width && ratio === self.ratio)) return shown && !before;
    self.width = width;
    self.height = Math.round(height(width));
    self.ratio = ratio;
    node.style.height = `${self.height}px`;
    svg.attr('width', width).attr('height', self.height);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${self.height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(self.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return true;
  }

  ui.stage.append(node);
  ui.observe(node, measure);
  function update(state, derived, colors) {
    if (node.closest('[hidden]')) return; // in a view whose state may be of another form
    if (self.width === 0) measure();
    if (shown) draw(self, state, derived, colors);
  }
  ui.onUpdate(update, node, first);
  return self;
}

/** Round for SVG attributes: a tenth of a pixel is enough, and keeps the DOM small. */
export const px = (x) => Math.round(x * 10) / 10;

/** A coordinate that SVG can take: what is far outside the frame stays outside it, but finite. */
export const near = (x) => Math.min(1e5, Math.max(-1e5, x));
