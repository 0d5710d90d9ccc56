// What a figure says to assistive technology, and shows where it refuses something.

import { h } from './dom.js';

const SPEAK_AFTER = 700; // milliseconds of rest

export function voice() {
  const status = h('p', { class: 'ex-sr', role: 'status' });
  const notice = h('p', { class: 'ex-notice', role: 'alert' });
  let waiting = 0;
  let last = '';

  /**
   * Say a text; an alert is shown too, below the challenge or `node`.
   * @param {string} text
   * @param {boolean} [alert]
   * @param {Element} [node]
   */
  function say(text, alert, node) {
    if (alert && node) node.after(notice);
    else if (alert) status.before(notice);
    (alert ? notice : status).textContent = text;
  }

  return {
    nodes: [notice, status],
    say,
    hush: () => (notice.textContent = ''),
    /** Say a text once the state rests, if it is another than before, the one that it opens with apart. */
    later(text) {
      if (text === last) return;
      clearTimeout(waiting);
      if (last) waiting = setTimeout(() => say(text), SPEAK_AFTER);
      last = text;
    },
    end: () => clearTimeout(waiting),
  };
}
