// The same views inside Jupyter, where their state is an anywidget model's.

import katex from 'katex';
import { VIEWS } from 'views';

import * as surface3d from './charts/surface3d.js';
import { h } from './kit/dom.js';
import { createExplorable } from './kit/shell.js';
import { WidgetStore } from './kit/store.js';

function render({ model, el }) {
  const config = model.get('_config');
  const root = h('figure', {
    class: 'explorable',
    'data-explorable': config.name,
    'aria-label': config.title,
  });
  el.append(root);
  const store = new WidgetStore(config.schema, model, config.state);
  return createExplorable(root, VIEWS[config.name], store, config, {
    permalink: null,
    katex: async () => katex,
    surface3d: async () => surface3d,
    // MathML alone needs neither KaTeX's style sheet nor its fonts.
    mathOutput: 'mathml',
  });
}

export default { render };
