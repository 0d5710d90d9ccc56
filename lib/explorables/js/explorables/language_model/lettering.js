// A text behind each of whose characters stands a column as high as what the character costs.

import { h } from '../../kit/dom.js';

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

const levelOf = (bits) => Math.round(LEVELS * Math.min(1, bits / FULL));

/**
 * Options: `symbols(derived)`, `bits(derived)` with undefined where nothing is known, `place(state, derived)`,
 * `pick(place)`, `say(state, derived)`: the words for the place.
 * @param {Ui} ui
 * @param {Options} options
 */
export function lettering(ui, { label, symbols, bits, place, pick, say }) {
  const end = h('span', { text: '\u00a0', class: 'ex-end' });
  const box = h(
    'div',
    {
      class: 'ex-lettering',
      role: 'slider',
      tabindex: 0,
      translate: 'no',
      'aria-label': label,
      'aria-valuemin': 0,
    },
    end,
  );
  /** @type {{ node: HTMLElement, symbol: string, level: number | undefined, theme: string }[]} */
  let shown = [];
  let chosen = null;
  let colors = null;
  let palette = [];

  const make = (symbol) => {
    const node = h('span', { text: symbol === '\n' ? '↵\n' : symbol });
    return { node, symbol, level: undefined, theme: '' };
  };

  /** Have as many characters as there are: those before and behind an edit stay. */
  function arrange(list) {
    let [first, last] = [0, 0];
    const least = Math.min(list.length, shown.length);
    while (first < least && shown[first].symbol === list[first]) first++;
    while (last < least - first && shown.at(-1 - last)?.symbol === list.at(-1 - last)) last++;
    const old = shown.slice(first, shown.length - last);
    const fresh = list.slice(first, list.length - last).map(make);
    if (!old.length && !fresh.length) return;
    for (const { node } of old) node.remove();
    (shown[shown.length - last]?.node ?? end).before(...fresh.map(({ node }) => node));
    shown = [...shown.slice(0, first), ...fresh, ...shown.slice(shown.length - last)];
  }

  function draw(state, derived, now) {
    if (colors !== now) {
      colors = now;
      palette = tints(now);
    }
    const list = symbols(derived);
    const costs = bits(derived);
    arrange(list);
    shown.forEach((one, i) => {
      const level = costs[i] === undefined ? undefined : levelOf(costs[i]);
      if (one.level === level && one.theme === now.paper) return;
      Object.assign(one, { level, theme: now.paper });
      const tint = palette[level ?? 0];
      const high = level === undefined ? 0 : (100 * level) / LEVELS;
      one.node.style.background = `linear-gradient(${tint},${tint}) 0 100%/100% ${high}% no-repeat`;
    });
    const at = place(state, derived);
    const node = shown[at]?.node ?? end;
    if (chosen !== node) {
      chosen?.classList.remove('ex-chosen');
      node.classList.add('ex-chosen');
      chosen = node;
      if (box.scrollHeight > box.clientHeight) {
        box.scrollTop += Math.min(0, node.offsetTop - box.scrollTop - 8);
        const below = node.offsetTop + node.offsetHeight + 8 - box.scrollTop - box.clientHeight;
        box.scrollTop += Math.max(0, below);
      }
    }
    box.setAttribute('aria-valuemax', String(list.length));
    box.setAttribute('aria-valuenow', String(at));
    box.setAttribute('aria-valuetext', say(state, derived));
  }

  const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, PageUp: -10, PageDown: 10 };
  box.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const at = shown.findIndex(({ node }) => node === chosen);
    const now = at < 0 ? shown.length : at;
    const next = key === 'Home' ? 0 : key === 'End' ? shown.length : now + (KEYS[key] ?? Number.NaN);
    if (Number.isNaN(next)) return;
    event.preventDefault();
    pick(Math.min(shown.length, Math.max(0, next)));
  });
  box.addEventListener('click', ({ target }) => {
    const at = shown.findIndex(({ node }) => node === target);
    if (at >= 0 || target === end) pick(at < 0 ? shown.length : at);
  });
  ui.stage.append(box);
  ui.onUpdate(draw, box, true);
  ui.onTable(box, (_, derived) => {
    const list = symbols(derived).slice(0, LISTED);
    const costs = bits(derived);
    return {
      kind: 'cells',
      label: list.length < symbols(derived).length ? `${label}: the first ${LISTED}` : label,
      columns: ['character', 'surprisal, bits'],
      rows: list.map((symbol, i) => [nameOf(symbol), costs[i]?.toFixed(3) ?? '–']),
    };
  });
  return box;
}

const NAMES = { ' ': 'blank', '\n': 'line break', '\t': 'tab', '\ufffd': 'any other sign' };
/** A character in words, where it cannot be seen. */
export const nameOf = (symbol) => NAMES[symbol] ?? symbol;
