// Native controls bound to traits. Each returns its element and keeps itself current.

import { withProbability } from '../math/simplex.js';
import { h, uid } from './dom.js';
import { compact } from './format.js';

const decimalsOf = (step) => Math.max(0, (String(step).split('.')[1] ?? '').length);

/**
 * A range and a number entry that move together; `limits(state)` may narrow {min, max, step}.
 * @param {Ui} ui
 * @param {Options} options
 */
function pair(ui, { label, min, max, step, unit = '', tone = 'ink', get, set, decimals, limits = null }) {
  const id = uid('range');
  const places = decimals ?? decimalsOf(step);
  const range = h('input', { type: 'range', id, min, max, step });
  const entry = h('input', {
    type: 'number',
    min,
    max,
    step: 'any',
    inputmode: 'decimal',
    'aria-label': `${label}, exact value`,
  });
  const row = h(
    'div',
    { class: 'ex-slider', 'data-tone': tone },
    h('label', { for: id, text: label }),
    range,
    entry,
  );
  range.addEventListener('input', () => set(Number(range.value)));
  // The state keeps what was typed; what is not a number in range is refused, and said.
  function commit() {
    if (entry.value === shown) return;
    const value = entry.value.trim() === '' ? NaN : Number(entry.value);
    const good = Number.isFinite(value) && value >= min && value <= max;
    if (good) set(value);
    else ui.say(`${label} takes a number from ${min} to ${max}.`, true);
    shown = null;
    show(ui.state());
  }
  entry.addEventListener('change', commit);
  // JupyterLab lets no Enter in an output become a change.
  entry.addEventListener('keydown', (event) => event.key === 'Enter' && commit());
  let shown = null; // what was written beside the range
  function narrow(state) {
    const now = { min, max, step, ...limits(state) };
    if (now.min === min && now.max === max && now.step === step) return;
    ({ min, max, step } = now);
    for (const key of ['min', 'max']) entry[key] = range[key] = now[key];
    range.step = step;
  }
  function show(state) {
    if (limits) narrow(state);
    const value = get(state);
    if (Number(range.value) !== value) range.value = value;
    const [text, digits] = [compact(value, places), value.toFixed(places)];
    const exact = value !== 0 && Number(digits) === 0 ? value.toExponential(2) : digits;
    if (exact === shown) return;
    shown = exact;
    range.setAttribute('aria-valuetext', unit ? `${text} ${unit}` : text);
    entry.value = exact;
  }
  ui.onUpdate(show);
  return row;
}

/**
 * A slider for a number or integer trait; `limits` for a range that depends on the state.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{tone?: string, label?: string, decimals?: number, limits?: ((state: State) => Partial<Trait>) | null}} [options]
 */
export function slider(ui, trait, { tone = 'ink', label, decimals, limits } = {}) {
  const s = ui.schema[trait];
  return ui.addControl(
    pair(ui, {
      ...s,
      tone,
      decimals,
      limits,
      label: label ?? s.label,
      get: (state) => state[trait],
      set: (value) => ui.set({ [trait]: value }),
    }),
  );
}

/**
 * One slider an entry for a vector or distribution trait; a distribution keeps its sum of 1.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{tone?: string, labels?: string[], decimals?: number}} [options]
 */
export function sliders(ui, trait, { tone = 'ink', labels, decimals } = {}) {
  const s = ui.schema[trait];
  const names = labels ?? s.labels;
  const isDistribution = s.kind === 'distribution';
  const group = h('fieldset', { class: 'ex-group', 'data-tone': tone });
  group.append(h('legend', { text: s.label }));
  names.forEach((name, i) => {
    group.append(
      pair(ui, {
        ...s,
        tone,
        decimals,
        label: name,
        get: (state) => state[trait][i],
        set: (value) => {
          const now = ui.state()[trait];
          const next = isDistribution
            ? withProbability(now, i, value, s.step)
            : now.map((x, k) => (k === i ? value : x));
          ui.set({ [trait]: next });
        },
      }),
    );
  });
  return ui.addControl(group);
}

function field(label, id, control) {
  return h('div', { class: 'ex-field' }, h('label', { for: id, text: label }), control);
}

/**
 * A select for a choice trait.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{label?: string}} [options]
 */
export function select(ui, trait, { label } = {}) {
  const s = ui.schema[trait];
  const id = uid('select');
  const control = h('select', { id });
  for (const o of s.options) control.append(h('option', { value: o.value, text: o.label }));
  control.addEventListener('change', () => ui.set({ [trait]: control.value }));
  ui.onUpdate((state) => {
    if (control.value !== state[trait]) control.value = state[trait];
  });
  return ui.addControl(field(label ?? s.label, id, control));
}

/**
 * A switch for a flag trait.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{label?: string}} [options]
 */
export function toggle(ui, trait, { label } = {}) {
  const id = uid('switch');
  const control = h('input', { type: 'checkbox', id });
  control.addEventListener('change', () => ui.set({ [trait]: control.checked }));
  ui.onUpdate((state) => {
    control.checked = state[trait];
  });
  return ui.addControl(
    h('div', { class: 'ex-switch' }, control, h('label', { for: id, text: label ?? ui.schema[trait].label })),
  );
}

/**
 * One switch an entry, for a vector of zeros and ones.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{labels?: string[]}} [options]
 */
export function switches(ui, trait, { labels } = {}) {
  const s = ui.schema[trait];
  const group = h('fieldset', { class: 'ex-group ex-switches' }, h('legend', { text: s.label }));
  (labels ?? s.labels).forEach((name, i) => {
    const id = uid('switch');
    const control = h('input', { type: 'checkbox', id });
    control.addEventListener('change', () => {
      const bit = Number(control.checked);
      ui.set({ [trait]: ui.state()[trait].map((x, k) => (k === i ? bit : x)) });
    });
    ui.onUpdate((state) => {
      control.checked = state[trait][i] === 1;
    });
    group.append(h('div', { class: 'ex-switch' }, control, h('label', { for: id, text: name })));
  });
  return ui.addControl(group);
}

/**
 * A select of named states. `presets` lists {label, patch}; where the state is none of them, the
 * select says `own`; choosing that calls `onOwn`, which shows where to set it. Null where the list
 * is complete.
 * @param {Ui} ui
 * @param {string} label
 * @param {{label: string, patch: State}[]} list
 * @param {{own?: string | null, onOwn?: (() => void) | null}} [options]
 */
export function presets(ui, label, list, { own = 'your own', onOwn = null } = {}) {
  const id = uid('presets');
  const control = h('select', { id });
  list.forEach((preset, i) => control.append(h('option', { value: i, text: preset.label })));
  if (own) control.append(h('option', { value: 'own', text: own, disabled: !onOwn }));
  control.addEventListener('change', () => {
    if (control.value === 'own') onOwn?.();
    else ui.set(list[Number(control.value)].patch);
  });
  const matches = (state, patch) =>
    Object.entries(patch).every(([k, v]) => JSON.stringify(state[k]) === JSON.stringify(v));
  ui.onUpdate((state) => {
    const index = list.findIndex((preset) => matches(state, preset.patch));
    const value = index < 0 ? 'own' : String(index);
    if (control.value !== value) control.value = value;
  });
  return ui.addControl(field(label, id, control));
}

/**
 * A push button among the controls.
 * @param {Ui} ui
 * @param {string} label
 * @param {() => void} onclick
 */
export function button(ui, label, onclick) {
  return ui.addControl(h('button', { type: 'button', class: 'ex-button', text: label, onclick }));
}

/**
 * Put the controls that `build` adds side by side.
 * @param {Ui} ui
 * @param {() => void} build
 */
export function row(ui, build) {
  const box = h('div', { class: 'ex-row' });
  ui.within(box, build);
  return ui.addControl(box);
}

/**
 * Put the controls that `build` adds into a fold, closed at first.
 * @param {Ui} ui
 * @param {string} label
 * @param {() => void} build
 */
export function fold(ui, label, build) {
  const box = h('details', { class: 'ex-fold' }, h('summary', { text: label }));
  ui.within(box, build);
  return ui.addControl(box);
}

/**
 * Put the charts that `build` adds side by side.
 * @param {Ui} ui
 * @param {() => void} build
 */
export function columns(ui, build) {
  const box = h('div', { class: 'ex-columns' });
  ui.onStage(box, build);
  return box;
}

/**
 * The same, where narrow screens get them one above the other; columns within do the contrary.
 * @param {Ui} ui
 * @param {() => void} build
 */
export function beside(ui, build) {
  columns(ui, build).classList.add('ex-beside');
}

/**
 * Show the charts and controls that `build` adds only while `visible(state)`.
 * @param {Ui} ui
 * @param {(state: State) => boolean} visible
 * @param {() => void} build
 */
export function part(ui, visible, build) {
  const [charts, controls] = [h('div'), h('div', { class: 'ex-part' })];
  ui.onArrange((state) => {
    const hidden = !visible(state);
    if (charts.hidden !== hidden) charts.hidden = controls.hidden = hidden;
  });
  ui.addControl(controls);
  ui.onStage(charts, () => ui.within(controls, build));
}
