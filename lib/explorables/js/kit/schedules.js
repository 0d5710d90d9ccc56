// The learning-rate schedules that a reader may choose from: as functions, as Python, as formulas.
// `s` is a state with init_value, step_size, gamma and k; `total` the steps of a cosine.

import { constant, cosineDecay, exponentialDecay, inverseTimeDecay, stepDecay } from '../math/schedules.js';
import { part, slider } from './controls.js';
import { fixed, py } from './format.js';
import { frac, m, tfrac, within } from './mathml.js';

const first = (s) => fixed(s.init_value, 2);
const decay = (s) => fixed(s.k, 3);

export const SCHEDULES = {
  constant: {
    short: 'constant',
    make: (s) => constant(s.init_value),
    code: (s) => py`constant(${s.init_value})`,
    formula: (s) => m`${first(s)}`,
  },
  step: {
    short: 'step',
    make: (s) => stepDecay(s.init_value, s.step_size, s.gamma),
    code: (s) => py`step_decay(${s.init_value}, step_size=${s.step_size}, gamma=${s.gamma})`,
    formula: (s) => m`${first(s)} ⋅ ${fixed(s.gamma, 2)}^${`⌊t / ${s.step_size}⌋`}`,
  },
  exponential: {
    short: 'exponential',
    make: (s) => exponentialDecay(s.init_value, s.k),
    code: (s) => py`exponential_decay(${s.init_value}, k=${s.k})`,
    formula: (s) => m`${first(s)} ~ e^${m`− ${decay(s)} ~ t`}`,
  },
  inverse_time: {
    short: '1/t',
    make: (s) => inverseTimeDecay(s.init_value, s.k),
    code: (s) => py`inverse_time_decay(${s.init_value}, k=${s.k})`,
    formula: (s) => frac(first(s), m`1 + ${decay(s)} ~ t`),
  },
  cosine: {
    short: 'cosine',
    make: (s, total) => cosineDecay(s.init_value, total),
    code: (s, total) => py`cosine_decay(${s.init_value}, decay_steps=${total})`,
    formula: (s, total) =>
      m`${tfrac(1, 2)} ⋅ ${first(s)} ~ ${within(m`1 + cos ${tfrac('π t', total)}`, '()', 1)}`,
  },
};

/** The Python that makes the chosen schedule, and the name of its factory. */
export function scheduleCode(s, total) {
  const text = SCHEDULES[s.schedule].code(s, total).trim();
  return { text, factory: text.split('(')[0] };
}

/**
 * The sliders that the chosen schedule has.
 * @param {Ui} ui
 */
export function scheduleSliders(ui) {
  const drops = ({ schedule }) => schedule === 'step';
  const decays = ({ schedule }) => schedule === 'exponential' || schedule === 'inverse_time';
  part(ui, drops, () => {
    slider(ui, 'step_size', { label: 'every s' });
    slider(ui, 'gamma', { label: 'drop γ' });
  });
  part(ui, decays, () => slider(ui, 'k', { label: 'decay k' }));
}
