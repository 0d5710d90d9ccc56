// A view inside Jupyter, where its state is an anywidget model's.

import { askKernel } from './kit/data.js';
import { h } from './kit/dom.js';
import { createExplorable } from './kit/shell.js';
import { WidgetStore } from './kit/store.js';

/**
 * Keys move what has the focus, not the notebook around it. Lumino asks the focused element alone:
 * an ancestor's attribute comes after a shortcut whose selector ends in `:focus`.
 */
function keepKeys(event) {
  event.target.setAttribute('data-lm-suppress-shortcuts', 'true');
}

/** Let the notebook hear what saves it, as from beside the figure; else the browser would save its page. */
function passOnSaving(event) {
  if (event.key?.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return;
  const heard = !event.currentTarget.parentElement.dispatchEvent(new KeyboardEvent('keydown', event));
  if (heard) event.preventDefault();
}

const NO_DATA =
  'The data of this figure are in its kernel, not in the notebook: run the cell to see the figure.';

/**
 * What anywidget calls to show a view; `surface3d` paints its surfaces, if it has any, and `tables` makes
 * tables of its charts.
 * @param {View} view
 * @param {any} surface3d
 * @param {any} tables
 */
export const widget = (view, surface3d, tables) => ({
  render({ model, el }) {
    const config = model.get('_config');
    const root = h('figure', {
      class: 'explorable',
      'data-explorable': config.name,
      'aria-label': config.title,
    });
    root.addEventListener('focusin', keepKeys);
    root.addEventListener('keydown', passOnSaving);
    el.append(root);
    const store = new WidgetStore(config.schema, model, config.state);
    /** @type {(() => void)[]} */
    const waits = [];
    const begin = (data) => {
      const end = createExplorable(root, view, store, config, {
        permalink: null,
        data,
        kernel: true,
        assets: {},
        asset: (name) =>
          new Promise((resolve) => {
            waits.push(askKernel(model, name, (arrays, facts) => resolve({ arrays, facts })));
          }),
        surface3d: async () => surface3d,
        tables: async () => tables,
      });
      return () => [...waits, end].forEach((f) => f());
    };
    if (!config.variables) return begin(null);
    const waiting = h('p', { class: 'explorable-wait', text: NO_DATA });
    root.append(waiting);
    const { variables } = config;
    let end = askKernel(model, 'data', (arrays) => {
      waiting.remove();
      end = begin({ variables, arrays });
    });
    return () => end();
  },
});
