// A text behind each of whose characters stands a column as high as what the character costs.

import { h } from '../../kit/dom.js';
import { common } from '../../math/language.js';

const LEVELS = 24; // of the columns
const FULL = 12; // bits of a column that fills its place
const [FAINT, STRONG] = [0.14, 0.52]; // shares of the colour of the least and of the highest column
const LISTED = 300; // characters in a table

const channels = (color) => [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));

/** The colours of the levels, on the ground of the text; letters in ink stay readable on each. */
export function tints({ q, paper }) {
  const [over, under] = [channels(q), channels(paper)];
  return Array.from({ length: LEVELS + 1 }, (_, i) => {
    const share = FAINT + ((STRONG - FAINT) * i) / LEVELS;
    return `rgb(${over.map((c, k) => Math.round(share * c + (1 - share) * under[k])).join()})`;
  });
}

const END = 'end'; // what stands behind the last character

/**
 * Where the lines of a text begin that has room for so many letters of one width: behind a blank, or anywhere in
 * a word that is longer than a line. Blanks at the end of a line need no room; Chinese signs need that of two.
 * @param {string[]} symbols
 * @param {number} columns
 */
export function startsOf(symbols, columns) {
  const starts = [];
  let [start, word, used] = [0, 0, 0];
  symbols.forEach((symbol, i) => {
    const behind = symbols[i - 1];
    const wide = Number(symbol > '\u2e7f');
    if (wide || behind === ' ') word = i;
    if (!i || behind === '\n' || (used + wide >= columns && symbol !== ' ')) {
      start = behind !== '\n' && word > start ? word : i;
      starts.push(start);
      used = i - start;
    }
    used += 1 + wide;
  });
  return starts;
}

const levelOf = (bits) => Math.round(LEVELS * Math.min(1, bits / FULL));

/**
 * Options: `symbols(derived)`, `bits(derived)` with undefined where nothing is known, `place(state, derived)`,
 * `pick(place)`, `say(state, derived)`: the words for the place.
 * @param {Ui} ui
 * @param {Options} options
 */
export function lettering(ui, { label, symbols, bits, place, pick, say }) {
  const box = h('div', {
    class: 'ex-lettering',
    role: 'slider',
    tabindex: 0,
    translate: 'no',
    'aria-label': label,
    'aria-valuemin': 0,
  });
  /** @type {{ node: HTMLElement, level: number }[]} */
  let shown = [];
  /** @type {string[]} */
  let list = [];
  /** @type {HTMLElement[]} each is laid out and painted by itself */
  const lines = [];
  let columns = Infinity;
  let broken = 0; // into lines of so many
  let chosen = null;
  let held = null; // the line of the chosen one
  let colors = null;
  let palette = [];

  const make = (symbol) => {
    const text = symbol === END ? '\u00a0' : symbol === '\n' ? '↵\n' : symbol;
    return { node: h('span', { text }), level: 0 };
  };
  const sight = new IntersectionObserver(
    (all) => {
      for (const { target, isIntersecting } of all) {
        /** @type {HTMLElement} */ (target).style.contentVisibility = isIntersecting ? '' : 'hidden';
      }
    },
    { root: box, rootMargin: '50%' },
  );
  ui.cleanup(() => sight.disconnect());

  /** Have as many characters as there are: those before and behind an edit stay, and lines that it leaves alone. */
  function arrange(now) {
    const [first, last] = common(list, now);
    const [from, until] = [list.length - last, now.length - last];
    if (first === from && first === until && broken === columns) return;
    for (const { node } of shown.slice(first, from)) node.remove();
    shown = [...shown.slice(0, first), ...now.slice(first, until).map(make), ...shown.slice(from)];
    list = now;
    broken = columns;
    const starts = startsOf(list, columns);
    starts.forEach((start, k) => {
      const end = starts[k + 1] ?? list.length;
      lines[k] ??= box.appendChild(h('div'));
      const line = lines[k];
      sight.observe(line);
      let next = line.firstChild;
      const apart = end <= first || start >= until;
      if (apart && next === shown[start].node && line.childNodes.length === end - start) return;
      for (const { node } of shown.slice(start, end)) {
        if (node === next) next = node.nextSibling;
        else line.insertBefore(node, next);
      }
    });
    for (const line of lines.splice(starts.length)) line.remove();
  }

  function draw(state, derived, now) {
    arrange([...symbols(derived), END]);
    if (colors !== now) {
      colors = now;
      palette = tints(now);
      for (const one of shown) one.level = -1;
    }
    const costs = bits(derived);
    shown.forEach((one, i) => {
      const level = levelOf(costs[i] ?? 0);
      if (one.level === level) return;
      one.level = level;
      const tint = palette[level];
      one.node.style.background = `linear-gradient(${tint},${tint}) 0 100%/100% ${(100 * level) / LEVELS}% no-repeat`;
    });
    const at = place(state, derived);
    const { node } = shown[at];
    chosen?.removeAttribute('class');
    node.className = 'ex-chosen';
    chosen = node;
    const line = /** @type {HTMLElement} */ (node.parentElement);
    if (held !== line) {
      held = line;
      const { offsetTop, offsetHeight } = line;
      box.scrollTop = Math.max(
        Math.min(box.scrollTop, offsetTop),
        offsetTop + offsetHeight - box.clientHeight,
      );
    }
    box.setAttribute('aria-valuemax', String(list.length - 1));
    box.setAttribute('aria-valuenow', String(at));
    box.setAttribute('aria-valuetext', say(state, derived));
  }

  /** How many characters go into a line, whatever the host scales the figure to. */
  function measure() {
    const [all, one] = [lines[0], shown[shown.length - 1].node].map(
      (node) => node.getBoundingClientRect().width,
    );
    columns = Math.floor(all / one + 1e-3) || Infinity;
    return columns !== broken;
  }

  const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, PageUp: -10, PageDown: 10 };
  box.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const end = list.length - 1;
    const at = shown.findIndex(({ node }) => node === chosen);
    const next = key === 'Home' ? 0 : key === 'End' ? end : at + (KEYS[key] ?? Number.NaN);
    if (Number.isNaN(next)) return;
    event.preventDefault();
    pick(Math.min(end, Math.max(0, next)));
  });
  box.addEventListener('click', ({ target }) => {
    const at = shown.findIndex(({ node }) => node === target);
    if (at >= 0) pick(at);
  });
  ui.stage.append(box);
  arrange([END]);
  ui.observe(lines[0], measure);
  ui.onUpdate(draw, box, true);
  ui.onTable(box, (_, derived) => {
    const all = symbols(derived);
    const costs = bits(derived);
    return {
      kind: 'cells',
      label: all.length > LISTED ? `${label}: the first ${LISTED}` : label,
      columns: ['character', 'surprisal, bits'],
      rows: all.slice(0, LISTED).map((symbol, i) => [nameOf(symbol), costs[i]?.toFixed(3) ?? '–']),
    };
  });
  return box;
}

const NAMES = { ' ': 'blank', '\n': 'line break', '\t': 'tab', '\ufffd': 'any other sign' };
/** A character in words, where it cannot be seen. */
export const nameOf = (symbol) => NAMES[symbol] ?? symbol;
