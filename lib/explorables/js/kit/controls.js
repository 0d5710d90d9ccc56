// Native controls bound to traits. Each returns its element and keeps itself current.

import { withProbability } from '../math/simplex.js';
import { h, pushButton, uid, write } from './dom.js';
import { compact, decimalsOf, fixed } from './format.js';
import { readNumber } from './number.js';

/**
 * Call `move(value)` as a range is moved. A finger that sets out on it and then scrolls the page moves
 * nothing: what it did on the way is undone by the function that `hold()` gave when it came down.
 * @param {HTMLInputElement} range
 * @param {() => () => void} hold
 * @param {(value: number) => void} move
 */
export function followRange(range, hold, move) {
  /** @type {(() => void) | null} */
  let undo = null;
  let scrolling = false;
  range.addEventListener('pointerdown', (event) => {
    scrolling = false;
    undo = event.pointerType === 'touch' ? hold() : null;
  });
  range.addEventListener('pointercancel', () => {
    scrolling = undo !== null;
    undo?.();
  });
  for (const type of ['touchend', 'touchcancel', 'keydown']) {
    range.addEventListener(type, () => (scrolling = false), { passive: true });
  }
  range.addEventListener('input', () => (scrolling ? undo?.() : move(Number(range.value))));
}

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/**
 * A range and an entry that move together; `limits(state)` may narrow {min, max, step}, and the
 * label may be a function of the state. Where even steps would be too coarse or too fine, `scale` has
 * the range's own `step`, and takes values `to` it and back.
 * @param {Ui} ui
 * @param {Options} options
 */
function pair(
  ui,
  {
    control,
    label,
    min,
    max,
    step,
    unit = '',
    whole,
    tone = 'ink',
    get,
    set,
    decimals,
    limits = null,
    scale = null,
    advice = null,
  },
) {
  const id = uid('range');
  const places = decimals ?? decimalsOf(step);
  const { to, from } = scale ?? { to: Number, from: Number };
  const range = h('input', {
    type: 'range',
    id,
    min: to(min),
    max: to(max),
    step: scale?.step ?? step,
    'data-control': control,
  });
  // A text: number inputs drop what they do not read without a word, and turn under the wheel.
  const entry = h('input', {
    type: 'text',
    role: 'spinbutton',
    inputmode: 'decimal',
    autocomplete: 'off',
    spellcheck: 'false',
    'data-control': control,
    'aria-valuemin': min,
    'aria-valuemax': max,
  });
  const name = h('label', { for: id });
  const row = h('div', { class: 'ex-slider', 'data-tone': tone }, name, range, entry);
  const hold = () => {
    const before = ui.state();
    return () => {
      range.value = to(get(before));
      ui.set(before);
    };
  };
  followRange(range, hold, (at) => set(from(at)));
  // The state keeps what was typed; what is not a number in range is refused, and said.
  function commit() {
    if (entry.value === shown) return;
    const value = readNumber(entry.value, [unit, called]);
    const good = value >= min && value <= max && (!whole || Number.isInteger(value));
    if (good) set(value);
    else refuse(Number.isNaN(value) ? `“${entry.value}” is not read as a number: ` : '');
    shown = null;
    show(ui.state());
  }
  function refuse(why) {
    const kind = whole ? 'whole number' : 'number';
    const range = `from ${fixed(min, decimalsOf(min))} to ${max}.`;
    ui.say(`${why}${called} takes a ${kind} ${range}`, true, row, advice?.(entry.value));
  }
  entry.addEventListener('change', commit);
  entry.addEventListener('keydown', (event) => {
    if (entry.value !== shown && (event.ctrlKey || event.metaKey)) event.stopPropagation(); // typing is undone
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') commit(); // JupyterLab lets no Enter in an output become a change
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    commit();
    const steps = STEPS[event.key] * (event.shiftKey ? 10 : 1);
    const value = Number((get(ui.state()) + steps * step).toFixed(10));
    set(Math.min(max, Math.max(min, value)));
  });
  let shown = null; // what was written beside the range
  let called = '';
  function narrow(state) {
    const now = { min, max, step, ...limits(state) };
    if (now.min === min && now.max === max && now.step === step) return;
    ({ min, max, step } = now);
    for (const key of ['min', 'max']) {
      range[key] = to(now[key]);
      entry.setAttribute(`aria-value${key}`, now[key]);
    }
    range.step = scale?.step ?? step;
  }
  function show(state) {
    if (limits) narrow(state);
    const words = typeof label === 'function' ? label(state) : label;
    if (words !== called) {
      called = words;
      write(name, words);
      entry.setAttribute('aria-label', `${words}, exact value`);
    }
    const value = get(state);
    if (Number(range.value) !== to(value)) range.value = to(value);
    const [text, digits] = [compact(value, places), value.toFixed(places)];
    const exact = value !== 0 && Number(digits) === 0 ? value.toExponential(2) : digits;
    if (exact === shown) return;
    shown = exact;
    range.setAttribute('aria-valuetext', unit ? `${text} ${unit}` : text);
    entry.value = exact;
    entry.setAttribute('aria-valuenow', value);
  }
  ui.onUpdate(show, row);
  return row;
}

/**
 * A slider for a number or integer trait; `limits` and a `label` may depend on the state, and `scale` is for
 * one whose steps are not even.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{tone?: string, label?: string | ((state: State) => string), decimals?: number, limits?: ((state: State) => Partial<Trait>) | null,
 * scale?: {to: (value: number) => number, from: (at: number) => number, step: number} | null,
 * advice?: ((text: string) => Node) | null}} [options] `advice` follows the refusal of a text
 */
export function slider(ui, trait, { tone = 'ink', label, decimals, limits, scale, advice } = {}) {
  const s = ui.schema[trait];
  return ui.addControl(
    pair(ui, {
      ...s,
      control: trait,
      tone,
      decimals,
      limits,
      scale,
      advice,
      whole: s.kind === 'integer',
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
 * @param {{tone?: string, labels?: string[] | ((state: State) => string[]), decimals?: number,
 * parts?: ((state: State) => number) | null}} [options] of a distribution, how many `parts` are shown: the
 * last of them is what the others leave
 */
export function sliders(ui, trait, { tone = 'ink', labels, decimals, parts = null } = {}) {
  const s = ui.schema[trait];
  const names = typeof labels === 'function' ? labels : () => labels ?? s.labels;
  const isDistribution = s.kind === 'distribution';
  const group = h('fieldset', { class: 'ex-group', 'data-tone': tone });
  group.append(h('legend', { text: isDistribution ? `${s.label} (sum 1: the others follow)` : s.label }));
  const last = s.labels.length - 1;
  const before = (state) => (parts ? parts(state) - 1 : last); // entries that stand by themselves
  const sum = (shares) => shares.reduce((a, b) => a + b, 0);
  function shared(state, i, value) {
    const [now, own] = [state[trait], before(state)];
    const shown = [...now.slice(0, own), sum(now.slice(own))];
    const next = withProbability(shown, Math.min(i, own), value, s.step);
    return [...next.slice(0, own), ...Array(last - own).fill(0), next[own]];
  }
  const rows = s.labels.map((_, i) =>
    pair(ui, {
      ...s,
      control: trait,
      tone,
      decimals,
      whole: s.integer,
      label: (state) => names(state)[i],
      get: (state) => (parts && i === last ? sum(state[trait].slice(before(state))) : state[trait][i]),
      set: (value) => {
        const state = ui.state();
        const next = isDistribution
          ? shared(state, i, value)
          : state[trait].map((x, k) => (k === i ? value : x));
        ui.set({ [trait]: next });
      },
    }),
  );
  group.append(...rows);
  if (parts) {
    ui.onArrange((state) =>
      rows.forEach((row, i) => {
        row.hidden = i < last && i >= before(state);
      }),
    );
  }
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
  const control = h('select', { id, 'data-control': trait });
  for (const o of s.options) control.append(h('option', { value: o.value, text: o.label }));
  control.addEventListener('change', () => ui.set({ [trait]: control.value }));
  ui.onUpdate((state) => {
    if (control.value !== state[trait]) control.value = state[trait];
  });
  return ui.addControl(field(label ?? s.label, id, control));
}

/** A box to tick with its name: `isOn(value)` of the trait's value, and `put(on)` gives another. */
function box(ui, trait, label, isOn, put) {
  const id = uid('switch');
  const control = h('input', { type: 'checkbox', id, 'data-control': trait });
  control.addEventListener('change', () => ui.set({ [trait]: put(control.checked) }));
  ui.onUpdate((state) => {
    control.checked = isOn(state[trait]);
  });
  return h('div', { class: 'ex-switch' }, control, h('label', { for: id, text: label }));
}

/**
 * A switch for a flag trait.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{label?: string}} [options]
 */
export function toggle(ui, trait, { label } = {}) {
  return ui.addControl(box(ui, trait, label ?? ui.schema[trait].label, Boolean, Boolean));
}

const USUAL = {
  number: slider,
  integer: slider,
  vector: sliders,
  distribution: sliders,
  choice: select,
  flag: toggle,
};
/**
 * The usual control of each trait, in their order: what a view gets that builds none.
 * @param {Ui} ui
 */
export const usual = (ui) => Object.entries(ui.schema).forEach(([trait, { kind }]) => USUAL[kind](ui, trait));

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
    const put = (on) => ui.state()[trait].map((x, k) => (k === i ? Number(on) : x));
    group.append(box(ui, trait, name, (bits) => bits[i] === 1, put));
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
  return ui.addControl(pushButton(label, { onclick }));
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
 * Put the charts that `build` adds side by side; narrow screens get them one above the other: see the
 * height of frame.js.
 * @param {Ui} ui
 * @param {() => void} build
 */
export function beside(ui, build) {
  ui.onStage(h('div', { class: 'ex-beside' }), build);
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
