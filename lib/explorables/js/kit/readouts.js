// The numbers of an explorable, each with its words and its unit.

import { h, write } from './dom.js';
import { compact, fixed } from './format.js';

/**
 * The text that belongs to the state's view, where there is one for each.
 * @param {Words} text
 * @param {State} state
 */
export const worded = (text, { view }) => (typeof text === 'string' ? text : text[view]);

/** Fill `{trait}` in a unit with the state's value. */
const unitOf = (unit, state) => unit.replace(/\{(\w+)\}/g, (_, key) => state[key]);

/** @param {Quantity[]} quantities */
export function readouts(quantities) {
  const node = h('dl', { class: 'ex-numbers' });
  const all = quantities.map((q) => {
    const output = h('output', { 'data-quantity': q.key, translate: 'no', 'aria-live': 'off' });
    const name = h('dt');
    return { ...q, output, name, box: h('div', { 'data-tone': q.tone }, name, h('dd', {}, output)) };
  });
  let shown = all;

  /** Put those there that the view shows. */
  function arrange(state) {
    shown = all.filter(({ views }) => !views?.length || views.includes(state.view));
    if (shown.some(({ box }, i) => node.children[i] !== box) || node.children[shown.length]) {
      node.replaceChildren(...shown.map(({ box }) => box));
    }
    for (const { name, label } of shown) write(name, worded(label, state));
  }

  function show(state, derived) {
    for (const { key, unit, decimals, scientific, output } of shown) {
      const value = derived[key];
      const number = scientific ? compact : fixed;
      const text = Number.isNaN(value) ? 'NaN' : value === undefined ? '–' : number(value, decimals);
      const exact = String(value);
      if (output.dataset.value !== exact) output.dataset.value = exact;
      write(output, `${text} ${unitOf(unit, state)}`.trim());
    }
  }

  /** What is shown: [what, how much] each. */
  const texts = () => shown.map(({ name, output }) => [name.textContent, output.textContent]);
  const said = () =>
    texts()
      .map((one) => one.join(': '))
      .join('; ');
  return { node, arrange, show, texts, said };
}
