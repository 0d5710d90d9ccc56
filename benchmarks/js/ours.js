// The book's own kit, its whole frame included: numbers, Python, permalink, descriptions.
import { plane } from '../../lib/explorables/js/charts/plane.js';
import { slider } from '../../lib/explorables/js/kit/controls.js';
import { fixed, py } from '../../lib/explorables/js/kit/format.js';
import { createExplorable } from '../../lib/explorables/js/kit/shell.js';
import { LocalStore } from '../../lib/explorables/js/kit/store.js';
import { ARROWS, CEILING, DOMAIN, descent, GRID, LEVELS, loss } from './surface.js';

const view = {
  name: 'bench',
  derive: ({ right }) => ({ loss: loss(right, 5.1, -1.7) }),
  formula: () => [],
  python: ({ right }) => py`print("loss", ${loss(right, 5.1, -1.7)})`,
  solved: () => false,
  summary: (_, d) => `Cross-entropy ${fixed(d.loss, 3)} nats.`,
  build(ui) {
    plane(ui, {
      label: 'Plane of the wrong scores',
      // A surface that moves is drawn on half its grid: this one on the 64 × 64 of its peers.
      grid: 2 * GRID,
      arrowCount: ARROWS,
      x: { domain: DOMAIN, label: 'score of the dog', ticks: [-4, 0, 4, 8, 12] },
      y: { domain: DOMAIN, label: 'score of the horse', ticks: [-4, 0, 4, 8, 12] },
      surface: ({ right }) => ({
        key: right,
        f: (a, b) => loss(right, a, b),
        domain: [0, CEILING],
        levels: LEVELS,
        ticks: [0, 5, 10],
        format: String,
        title: 'nats',
      }),
      arrows:
        ({ right }) =>
        (a, b) =>
          descent(right, a, b),
    });
    slider(ui, 'right');
  },
};

const config = {
  state: { right: 3.2 },
  schema: { right: { kind: 'number', label: 'right score', min: -4, max: 12, step: 0.1, unit: '' } },
  quantities: [{ key: 'loss', label: 'cross-entropy', unit: 'nats', decimals: 3, tone: 'ink' }],
  prompt: 'Drag.',
  challenge: '',
};
const mount = document.body.appendChild(document.createElement('figure'));
const never = () => new Promise(() => {});
createExplorable(mount, view, new LocalStore(config.schema, config.state), config, {
  permalink: null,
  surface3d: never,
});
