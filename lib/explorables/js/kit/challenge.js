// The challenge: whether it is met, and whether this browser's reader has met it before.

import { h, write } from './dom.js';
import { worded } from './readouts.js';

const KEY = 'cross-entropy-book.solved';
const LAST_WORDS = 2; // that stay on one line
const SHOWN = 8000; // milliseconds that it stays on the screen, wherever the reader's hand is

function solvedBefore() {
  try {
    const names = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(names) ? names : [];
  } catch {
    return []; // a private window may refuse, and what is there may be another's
  }
}

function keep(name) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([...solvedBefore(), name])]));
  } catch {
    // As above: it then lasts as long as the page.
  }
}

/**
 * The paragraph with its chip. A view may have a challenge of its own; each is met until `begin()`.
 * @param {Config} config
 */
export function challengeOf({ name, challenge }) {
  const task = h('span');
  const end = h('span', { class: 'ex-kept' }); // its last words, so that none stands alone
  const chip = h('span', { class: 'ex-solved' });
  const said = h('span', { class: 'ex-sr', role: 'status' });
  const strong = h('strong', { text: 'Challenge ' });
  const node = h('p', { class: 'ex-challenge', 'data-challenge': true }, strong, task, end, chip, said);
  const before = new Set(solvedBefore());
  const met = new Set();
  let id = '';
  let hiding = 0;

  function dress() {
    node.toggleAttribute('data-solved', met.has(id));
    node.toggleAttribute('data-before', before.has(id));
    chip.textContent = before.has(id) && !met.has(id) ? 'Solved before' : 'Solved';
  }

  /** Show the challenge of the state's view. */
  function arrange(state) {
    const now = typeof challenge === 'string' ? name : `${name}.${state.view}`;
    if (now === id) return;
    id = now;
    const words = worded(challenge, state);
    const last = words.split(' ').slice(-LAST_WORDS).join(' ');
    write(task, words.slice(0, -last.length));
    write(end, last);
    dress();
  }

  function begin() {
    met.clear();
    node.removeAttribute('data-fresh');
    dress();
  }

  /**
   * The state meets it. A link to a solution solves nothing for whoever opens it: only what the reader
   * has `moved` is kept, stays in sight for a while, and is said, once.
   */
  function solved(moved) {
    if (met.has(id)) return;
    met.add(id);
    if (moved) {
      if (!before.has(id)) said.textContent = `Challenge solved: ${task.textContent}${end.textContent}`;
      before.add(id);
      keep(id);
      node.setAttribute('data-fresh', '');
      clearTimeout(hiding);
      hiding = setTimeout(() => node.removeAttribute('data-fresh'), SHOWN);
    }
    dress();
  }
  return { node, arrange, begin, solved, end: () => clearTimeout(hiding) };
}
