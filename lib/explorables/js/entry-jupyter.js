// The same views inside Jupyter, where their state is an anywidget model's.

import { VIEWS } from 'views';

import * as surface3d from './charts/surface3d.js';
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

function render({ model, el }) {
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
  return createExplorable(root, VIEWS[config.name], store, config, {
    permalink: null,
    surface3d: async () => surface3d,
  });
}

export default { render };
