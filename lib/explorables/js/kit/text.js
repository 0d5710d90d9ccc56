// A text that a reader types or pastes, bound to a trait.

import { h, uid } from './dom.js';

/**
 * An area for a text trait; what is typed is the state at once, but for what an input method is still putting
 * together. Python's `maxLength` cuts what is longer, and that is said. `caret(place)`, if given, is told how many
 * characters stand before the caret wherever it goes, and gives a patch.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{ rows?: number, caret?: ((place: number) => State) | null }} [options]
 */
export function textArea(ui, trait, { rows = 3, caret = null } = {}) {
  const { label, maxLength, help } = ui.schema[trait];
  const id = uid('text');
  const area = h('textarea', {
    id,
    rows,
    'data-control': trait,
    autocomplete: 'off',
    autocorrect: 'off',
    spellcheck: 'false',
    translate: 'no',
    'aria-describedby': `${id}-help`,
  });
  let composing = false;
  const place = () => Array.from(area.value.slice(0, area.selectionStart)).length;
  const where = () => caret?.(place()) ?? {};

  function take() {
    const cut = Array.from(area.value).length > maxLength;
    ui.set({ [trait]: area.value, ...where() });
    if (!cut) return;
    show(ui.state());
    ui.say(`${label} has room for ${maxLength} characters: what was beyond is cut off.`, true, node);
  }
  area.addEventListener('compositionstart', () => (composing = true));
  area.addEventListener('compositionend', () => {
    composing = false;
    take();
  });
  area.addEventListener('input', (event) => {
    if (!composing && !event.isComposing) take();
  });
  // JupyterLab lets no Enter in an output become a line.
  area.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    area.setRangeText('\n', area.selectionStart, area.selectionEnd, 'end');
    take();
  });
  if (caret) {
    const follow = () => {
      const focused = /** @type {Document | ShadowRoot} */ (area.getRootNode()).activeElement === area;
      const state = ui.state();
      if (!focused || composing || area.value !== state[trait]) return;
      const patch = where();
      if (Object.keys(patch).some((key) => patch[key] !== state[key])) ui.set(patch);
    };
    document.addEventListener('selectionchange', follow);
    ui.cleanup(() => document.removeEventListener('selectionchange', follow));
  }

  /** Show the state's text; the caret stays behind the characters that it stands behind. */
  function show(state) {
    if (composing || area.value === state[trait]) return;
    const focused = /** @type {Document | ShadowRoot} */ (area.getRootNode()).activeElement === area;
    const { selectionStart } = area;
    area.value = state[trait];
    if (focused) area.setSelectionRange(selectionStart, selectionStart);
  }
  ui.onUpdate(show, area, true); // while the hand is on it, charts wait for every other frame
  const note = h('p', { class: 'ex-key', id: `${id}-help`, text: help });
  const node = h('div', { class: 'ex-field' }, h('label', { for: id, text: label }), area, note);
  return ui.addControl(node);
}
