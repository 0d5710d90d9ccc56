// "Numbers as a table": a fold that asks for its contents when it is opened, and while it is open
// whenever the state rests.

import { h } from './dom.js';

const REST = 200; // milliseconds without a change

/**
 * `add(node, data)`: a chart, and what gives its data. `later(state, derived)` is told of each change.
 * @param {Env} env
 * @param {() => string[][]} numbers
 */
export function tablesFold(env, numbers) {
  const box = h('div');
  const node = h('details', { class: 'ex-tables' }, h('summary', { text: 'Numbers as a table' }), box);
  const charts = [];
  let given = null;
  let resting = 0;
  let ended = false;

  async function show() {
    if (!node.open || !given) return;
    const { showTables } = await env.tables();
    if (ended) return;
    const shown = charts.filter((chart) => !chart.node.closest('[hidden]'));
    showTables(
      box,
      numbers(),
      shown.map(({ data }) => data(...given)),
    );
  }
  const failed = () => (box.textContent = 'The tables could not be loaded.');
  node.addEventListener('toggle', () => show().catch(failed));

  return {
    node,
    add: (chart, data) => charts.push({ node: chart, data }),
    later(...now) {
      given = now;
      clearTimeout(resting);
      if (node.open) resting = setTimeout(() => show().catch(failed), REST);
    },
    end() {
      ended = true;
      clearTimeout(resting);
    },
  };
}
