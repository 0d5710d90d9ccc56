// A table of live numbers, its cells shaded by what they mean, some of them buttons.

import { h, write } from '../kit/dom.js';

/**
 * Options
 * - `caption`, `columns` (the first names the row heads): words; `columns` may be a function of
 *   the state.
 * - `rows(state, derived)`: [{head, cells: [{text, tone, share, patch, pressed, label}]}]: `share`
 *   in [0, 1] is how strongly `tone` shades the cell; with `patch` the cell is a button that sets
 *   it, `label` its accessible name. The number of rows and of cells stays.
 * @param {Ui} ui
 * @param {Options} options
 */
export function table(ui, { caption, columns, rows }) {
  const head = h('tr');
  const body = h('tbody');
  const node = h('table', { class: 'ex-table' }, h('caption', { text: caption }), h('thead', {}, head), body);
  ui.stage.append(h('div', { class: 'ex-table-frame' }, node));

  function fill(cell, { text, tone = 'ink', share = 0, patch = null, pressed, label }) {
    let holder = cell;
    if (patch) {
      holder = cell.querySelector('button') ?? cell.appendChild(h('button', { type: 'button' }));
      holder.onclick = () => ui.set(patch);
      holder.setAttribute('aria-pressed', String(Boolean(pressed)));
      if (label) holder.setAttribute('aria-label', label);
    }
    write(holder, text);
    cell.dataset.tone = tone;
    cell.style.setProperty('--share', `${Math.round(30 * Math.min(1, Math.max(0, share)))}%`);
  }

  function draw(state, derived) {
    if (node.closest('[hidden]')) return;
    const words = typeof columns === 'function' ? columns(state) : columns;
    const list = rows(state, derived);
    while (head.children.length < words.length) head.append(h('th', { scope: 'col' }));
    words.forEach((word, i) => write(head.children[i], word));
    while (body.children.length < list.length) {
      const cells = list[body.children.length].cells.map(() => h('td'));
      body.append(h('tr', {}, h('th', { scope: 'row' }), ...cells));
    }
    list.forEach((row, i) => {
      const [first, ...cells] = body.children[i].children;
      write(first, row.head);
      row.cells.forEach((cell, k) => fill(cells[k], cell));
    });
  }

  ui.onUpdate(draw, node);
  ui.onTable(node, (state, derived) => ({
    kind: 'cells',
    label: caption,
    columns: typeof columns === 'function' ? columns(state) : columns,
    rows: rows(state, derived).map((row) => [row.head, ...row.cells.map(({ text }) => text)]),
  }));
  return node;
}
