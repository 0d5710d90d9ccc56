// What one can do with a figure as a whole: take back, begin anew, copy a link or the Python.

import { h, pushButton } from './dom.js';

/**
 * A button that copies what `textOf()` gives, and says for a moment that it has.
 * @param {Pick<Ui, 'say'>} ui
 * @param {string} words
 * @param {() => string} textOf
 */
export function copier(ui, words, textOf) {
  const button = pushButton(words);
  let resting = 0;
  button.addEventListener('click', async () => {
    const text = textOf();
    const copied = await toClipboard(text);
    if (!copied) ui.say(`This browser does not let the page copy: ${text}`, true);
    button.textContent = copied ? 'Copied' : 'Not copied';
    button.focus({ preventScroll: true });
    clearTimeout(resting);
    resting = setTimeout(() => (button.textContent = words), 1500);
  });
  return button;
}

/**
 * Copy a text, by a selection where the page has no clipboard; whether that worked.
 * @param {string} text
 */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h('textarea', { readonly: true, class: 'ex-sr' });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}

/** Whether a key takes back (`undo`) or puts back (`redo`), as every editor has them; else ''. */
function askedBy({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || altKey) return '';
  // Scripts other than Latin have no Z but its place.
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code?.slice(3).toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' ? 'redo' : '';
}

/**
 * The button and the keys that take back what was done in `root`. What is being typed is the browser's
 * to take back, until it is taken for a number. Returns the button and what shows whether there is
 * anything to take back.
 * @param {HTMLElement} root
 * @param {import('./history.js').History} past
 * @param {(patch: State | null, words: string) => void} apply
 */
export function undoing(root, past, apply) {
  const button = pushButton('Undo', { 'aria-keyshortcuts': 'Control+Z Meta+Z' });
  const show = () => button.setAttribute('aria-disabled', String(past.empty));
  const act = (what) => {
    apply(past[what](), what === 'undo' ? 'Undone.' : 'Done again.');
    show();
  };
  let on = null;
  // What speaks to a control, and not by keys or a pointer, makes it say only that it has changed.
  const begun = ({ type, target }) => {
    if (type !== 'pointerdown' && target === on) return;
    on = target;
    past.held = type === 'pointerdown';
    past.part();
  };
  const released = () => (past.held = false);
  for (const type of ['pointerdown', 'keydown', 'input', 'change']) root.addEventListener(type, begun, true);
  for (const type of ['pointerup', 'pointercancel']) root.addEventListener(type, released, true);
  root.addEventListener('keydown', (event) => {
    const what = askedBy(event);
    if (!what || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    act(what);
  });
  button.addEventListener('click', () => act('undo'));
  show();
  return { button, show };
}
