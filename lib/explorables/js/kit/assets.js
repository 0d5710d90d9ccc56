// Arrays of the book's own that a figure needs besides its script, as Python's `needs` says: asked for when
// the figure is made. Until they have come, and where they do not, the figure does without.

import { arraysOf, bytesOf } from './data.js';
import { h, pushButton, write } from './dom.js';

const PATIENCE = 5000; // milliseconds in which a figure counts as busy; it goes on waiting

/**
 * Have `ui.env.assets` hold what the figure needs, {arrays, facts} by name: what `derive` gets as its
 * third argument. Returns the paragraph that says so while something is missing, and why, with a button
 * that asks again where asking has failed.
 * @param {Ui} ui
 */
export function assets(ui) {
  const { env, needs } = ui;
  const words = h('span');
  const again = pushButton('Try again', { onclick: ask });
  const node = h('p', { class: 'ex-asset', role: 'status' }, words, ' ', again);
  let tired = 0;
  ui.cleanup(() => clearTimeout(tired));

  /** @param {string} text without one, all is there */
  function show(text, busy = false, failed = false) {
    write(words, text);
    node.hidden = !text;
    again.hidden = !failed;
    if (busy) node.setAttribute('aria-busy', 'true');
    else node.removeAttribute('aria-busy');
    clearTimeout(tired);
    if (busy) tired = setTimeout(() => node.removeAttribute('aria-busy'), PATIENCE);
  }

  const lacking = () => needs.filter(({ name }) => !env.assets[name]);
  const wanted = () =>
    lacking()
      .map(({ words }) => words)
      .join(', ');
  async function ask() {
    const missing = lacking();
    if (!missing.length) return show('');
    const where = env.kernel
      ? `In the kernel: ${wanted()}. Where there is none, run the cell.`
      : `Loading ${wanted()}.`;
    show(where, true);
    await Promise.allSettled(
      missing.map(async ({ name }) => {
        const raw = await env.asset(name);
        raw.arrays = raw.bytes ? arraysOf(raw.arrays, bytesOf(raw.bytes)) : raw.arrays;
        raw.bytes = ''; // read once for all figures of a page
        env.assets[name] = raw;
        ui.redraw();
      }),
    );
    const failed = lacking().length > 0;
    show(failed ? `Not loaded: ${wanted()}. What needs it stays empty.` : '', false, failed);
  }

  ask();
  return node;
}
