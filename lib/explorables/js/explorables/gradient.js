import { presets, row, select, slider } from '../kit/controls.js';
import { player } from '../kit/player.js';
import { byView } from '../kit/views.js';
import { descend, LOSSES, overLogit } from '../math/neuron.js';
import { KEYS } from './gradient/both.js';
import { neuron } from './gradient/neuron.js';
import { OVER_WEIGHTS, plane } from './gradient/plane.js';

const RATE_PRESETS = [
  { label: 'the same', patch: { squared_error_factor: 1 } },
  { label: 'the same longest step', patch: { squared_error_factor: 6.75 } },
];
const isNeuron = ({ view }) => view === 'neuron';
const lossOf = (state, key) => (isNeuron(state) ? overLogit(LOSSES[key], state.y) : OVER_WEIGHTS[key]);
const startOf = (state) => (isNeuron(state) ? [state.z] : [state.weight, state.bias]);
const rateOf = (state, key) =>
  state.learning_rate * (key === 'squared_error' ? state.squared_error_factor : 1);
const faces = byView({ neuron, map: plane, surface: plane });

/** @satisfies {View} */
export default {
  name: 'gradient',
  ...faces,

  derive(state) {
    const d = { paths: {}, gradients: {}, distances: {} };
    for (const key of KEYS) {
      const loss = lossOf(state, key);
      const path = descend(loss.gradient, startOf(state), rateOf(state, key), state.steps);
      const end = path.at(-1);
      d.paths[key] = path;
      d.gradients[key] = loss.gradient(end);
      d.distances[key] = path.map(loss.distance);
      d[key] = loss.value(end);
      d[`${key}_slope`] = Math.hypot(...d.gradients[key]);
      d[`${key}_distance`] = d.distances[key].at(-1);
    }
    return d;
  },

  build(ui) {
    row(ui, () => {
      select(ui, 'view');
      presets(ui, 'Rate of squared error (SE)', RATE_PRESETS);
    });
    faces.build(ui);
    slider(ui, 'learning_rate', { label: 'rate α' });
    slider(ui, 'squared_error_factor', { label: 'rate of SE ÷ α' });
    slider(ui, 'steps', { label: 'steps' });
    player(ui, 'steps', { perSecond: 30 });
  },
};
