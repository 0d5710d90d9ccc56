import { h } from '../kit/dom.js';
import { watchDensity } from '../kit/theme.js';
import { selectionOf } from './selection.js';

// A surface that changes again within this many milliseconds is drawn coarsely, and finely at rest.
const HURRY = 120;

const LETTER = 17; // pixels of the book's letters where readers have not made them larger
const NARROWEST = 170; // pixels that a drawing needs: as wide as beside another one on a phone

/** How much larger than its own size a drawing is, for readers whose letters are larger. */
function magnification(width) {
  const letter = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.max(1, Math.min(letter / LETTER, width / NARROWEST));
}

/**
 * A drawing area as wide as its place: a canvas for surfaces below, an SVG for marks above. It is
 * drawn in pixels of its own, which are the page's unless the reader's letters are larger.
 *
 * `height(width, stacked)` gives its height, `stacked` where charts that stand beside one another on a wide
 * screen stand one above the other. `data(state, derived)` gives what it shows, for a table. `draw(frame, state, derived, colors)` paints it; it runs on
 * every change of state, theme or width. `frame.fresh(key)` tells whether `key` differs from the
 * last one given, so that a surface is computed only when it has changed; `frame.hurried` says
 * whether the key keeps changing, and a surface need not be fine: it is drawn once more at rest.
 * `frame.redraw()` draws it alone, where something of its own has changed. What is `first` is drawn
 * before the charts that can wait (see drawing.js).
 * @param {Ui} ui
 * @param {Options} options
 */
export function frame(ui, { height, label, draw, first = false, data = null }) {
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  // What a translator puts into an SVG text is not shown.
  const node = h('div', { class: 'ex-frame', translate: 'no' }, canvas);
  const svg = selectionOf(node).append('svg').attr('role', 'group').attr('aria-label', label);
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
  let outside = 0; // the width of its place
  function measure(inside = node.clientWidth) {
    const place = Math.round(inside);
    const before = shown;
    shown = place > 0;
    if (!shown) return false;
    const scale = magnification(place);
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2) * scale;
    if (place === outside && ratio === self.ratio) return !before;
    outside = place;
    self.width = Math.round(place / scale);
    const row = node.closest('.ex-beside');
    const stacked = row !== null && place > 0.6 * row.clientWidth;
    self.height = Math.round(height(self.width, stacked));
    self.ratio = ratio;
    const tall = self.height * scale;
    node.style.height = `${tall}px`;
    svg.attr('width', place).attr('height', tall).attr('viewBox', `0 0 ${self.width} ${self.height}`);
    canvas.style.width = `${place}px`;
    canvas.style.height = `${tall}px`;
    canvas.width = Math.round(self.width * ratio);
    canvas.height = Math.round(self.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return true;
  }

  ui.stage.append(node);
  ui.observe(node, measure);
  ui.cleanup(watchDensity(() => measure(outside) && self.redraw()));
  function update(state, derived, colors) {
    if (node.closest('[hidden]')) return; // in a view whose state may be of another form
    if (self.width === 0) measure();
    if (shown) draw(self, state, derived, colors);
  }
  ui.onUpdate(update, node, first);
  if (data) ui.onTable(node, data);
  return self;
}

/** The box within margins where a chart draws, with so many pixels more left free below it. */
export const boxOf = ({ width, height }, margin, below = 0) => ({
  x: margin.left,
  y: margin.top,
  width: width - margin.left - margin.right,
  height: height - margin.top - margin.bottom - below,
});

/** An option that may be a function of what is given. */
export const resolve = (option, ...given) => (typeof option === 'function' ? option(...given) : option);

/** Round for SVG attributes: a tenth of a pixel is enough, and keeps the DOM small. */
export const px = (x) => Math.round(x * 10) / 10;

/** A coordinate that SVG can take: what is far outside the frame stays outside it, but finite. */
export const near = (x) => Math.min(1e5, Math.max(-1e5, x));
