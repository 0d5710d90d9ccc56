// The frame around every explorable: its stage, controls, numbers, formula, Python, challenge,
// permalink and what takes back. A view (a file in explorables/) fills in what is its own:
//
//   name                         as in the page
//   derive(state, data, assets)  every number on screen, by quantity key, and what charts need; `data` are
//                                the reader's own, or null: see data.js; `assets` the book's own that have
//                                come so far: see assets.js
//   formula(state, d, narrow)    the formula with the current numbers in it: see mathml.js
//   python(state)                the script that prints `quantity value` lines
//   solved(state, d)             whether the challenge is met
//   build(ui)                    adds charts to ui.stage, and controls; if it adds none, each trait gets its usual one
//   summary(state, d)            optional: one sentence for assistive technology, said when the state
//                                rests, in place of the numbers
//   constrain(state, changed, schema)   optional: a patch that follows from the reader's; Python's rules come
//                                with the schema
//   shared(state)                optional: the state that a link holds, as Python's `shared`
//   wide                         optional: true where the charts need the whole width

import { copier, undoing } from './actions.js';
import { challengeOf } from './challenge.js';
import { usual } from './controls.js';
import { h, pushButton, write } from './dom.js';
import { drawing } from './drawing.js';
import { liveFormula } from './formula.js';
import { History } from './history.js';
import { readouts, worded } from './readouts.js';
import { mended } from './rules.js';
import { tablesFold } from './tablesfold.js';
import { isDark, colors as paletteOf, watchTheme } from './theme.js';
import { voice } from './voice.js';

const NARROW = 496; // pixels within the padding: below, formulas break into more lines
const EDGES = 26; // pixels of padding and border, left and right

/**
 * @param {HTMLElement} root
 * @param {View} view
 * @param {Store} store
 * @param {Config} config
 * @param {Env} env
 */
export function createExplorable(root, view, store, config, env) {
  const arrangers = [];
  const resets = [];
  const observed = new Map();
  const told = voice();
  const numbers = readouts(config.quantities);
  const challenge = challengeOf(config);
  const past = new History();
  const { permalink } = env;
  let palette = paletteOf(isDark(root));

  const prompt = h('p', { class: 'ex-prompt' });
  const stage = h('div', { class: 'ex-stage', role: 'group' });
  const controls = h('div', { class: 'ex-controls', role: 'group', 'aria-label': 'Controls' });
  const formula = h('div', {
    class: 'ex-formula',
    translate: 'no',
    tabindex: 0,
    role: 'group',
    'aria-label': 'Formula',
  });
  const script = h('pre', { 'data-python': true, translate: 'no', tabindex: 0, 'aria-label': 'Python' });
  const body = h(
    'div',
    { class: 'ex', lang: 'en', dir: 'ltr' },
    prompt,
    h(
      'div',
      { class: view.wide ? 'ex-grid ex-wide' : 'ex-grid' },
      stage,
      h('div', { class: 'ex-side' }, controls, numbers.node),
    ),
    formula,
    ...(config.challenge ? [challenge.node] : []),
    ...told.nodes,
  );

  // ---- the state, and what is done to it --------------------------------------------------------

  /** Apply a patch of the reader's. */
  function change(patch) {
    const before = store.get();
    if (!store.set(patch)) return;
    past.note(before, store.get());
    undo.show();
  }

  const undo = undoing(root, past, (patch, words) => {
    if (!patch) return;
    told.hush();
    store.set(patch);
    told.say(words);
  });

  function reset() {
    challenge.begin();
    told.hush();
    resets.forEach((f) => f());
    past.part();
    change(config.state);
    permalink?.write(config.state);
    told.say('Back to the start. Undo takes that back.');
  }

  // ---- what charts and controls are given -------------------------------------------------------

  let slot = controls;
  const ui = {
    stage,
    schema: config.schema,
    needs: config.needs ?? [],
    env,
    state: () => store.get(),
    colors: () => palette,
    set(patch) {
      told.hush();
      const next = { ...store.get(), ...patch };
      change({ ...patch, ...view.constrain?.(next, patch, config.schema), ...mended(config.rules, next) });
    },
    onArrange: (f) => arrangers.push(f),
    onUpdate: (f, ...where) => picture.add(f, ...where),
    onReset: (f) => resets.push(f),
    onTable: (node, data) => tables.add(node, data),
    observe(node, f) {
      observed.set(node, f);
      resizer.observe(node);
    },
    addControl(node) {
      slot.append(node);
      return node;
    },
    within(box, build) {
      const outer = slot;
      slot = box;
      build();
      slot = outer;
    },
    onStage(box, build) {
      const outer = ui.stage;
      outer.append(box);
      ui.stage = box;
      build();
      ui.stage = outer;
    },
    say: told.say,
    redraw: (updater) => picture.request(updater),
    cleanup: (f) => cleanups.push(f),
  };

  // ---- drawing ----------------------------------------------------------------------------------

  function arrange(state) {
    write(prompt, worded(config.prompt, state));
    [numbers.arrange, challenge.arrange, ...arrangers].forEach((f) => f(state));
  }

  const picture = drawing(root, () => {
    const state = store.get();
    arrange(state);
    return [state, view.derive(state, env.data, env.assets), palette];
  });
  const resizer = new ResizeObserver((entries) => {
    const changed = entries.map(({ target, contentRect: { width, height } }) =>
      observed.get(target)?.(width, height),
    );
    if (changed.some(Boolean)) picture.request();
  });
  const cleanups = [picture.end, told.end, challenge.end, () => resizer.disconnect()];

  const show = liveFormula(formula);
  const tables = tablesFold(env, () => numbers.texts());
  let narrow = false;
  const opened = JSON.stringify(store.get());

  function showChallenge(state, derived) {
    if (view.solved(state, derived)) challenge.solved(JSON.stringify(state) !== opened);
  }

  function showScript(state, derived) {
    const text = view.summary?.(state, derived) ?? numbers.said();
    write(script, view.python(state, derived));
    stage.setAttribute('aria-label', text);
    told.later(text);
    tables.later(state, derived);
  }

  // ---- actions ----------------------------------------------------------------------------------

  const actions = h('div', { class: 'ex-actions' }, undo.button, pushButton('Reset', { onclick: reset }));
  if (permalink) actions.append(copier(ui, 'Copy link', () => permalink.url(store.get(), told.say)));
  const copyScript = copier(ui, 'Copy', () => script.textContent);
  const python = h('details', { class: 'ex-python' }, h('summary', { text: 'Show the Python' }));
  python.append(h('div', {}, script, copyScript));
  body.append(actions, python, tables.node);

  // ---- life -------------------------------------------------------------------------------------

  function applyTheme() {
    const dark = isDark(root);
    body.dataset.theme = dark ? 'dark' : 'light';
    palette = paletteOf(dark);
    picture.request();
  }

  for (const part of permalink?.hidden() ?? []) body.classList.add(`ex-hide-${part}`);
  narrow = root.clientWidth - EDGES < NARROW;
  root.insertBefore(body, root.querySelector(':scope > figcaption'));
  ui.observe(body, (width) => {
    const before = narrow;
    narrow = width < NARROW;
    return before !== narrow;
  });
  ui.observe(stage, (_, height) => {
    body.style.setProperty('--ex-stage', `${Math.ceil(height)}px`);
    return false;
  });
  view.build(ui);
  if (!controls.firstChild) usual(ui);
  picture.add(numbers.show);
  if (config.challenge) picture.add(showChallenge);
  picture.add((state, derived) => show(view.formula(state, derived, narrow)), formula);
  picture.add(showScript, python);
  arrange(store.get());
  applyTheme();
  picture.begin();
  cleanups.push(watchTheme(applyTheme));

  let writing = 0;
  const unsubscribe = store.subscribe((state) => {
    picture.request();
    clearTimeout(writing);
    if (permalink) writing = setTimeout(() => permalink.write(state), 250);
  });
  if (permalink?.refused.length) {
    const refused = permalink.refused.join(', ');
    told.say(`The link does not fit this figure, which keeps its own: ${refused}.`, true, prompt);
  }

  return () => {
    clearTimeout(writing);
    [unsubscribe, tables.end, ...cleanups].forEach((f) => f());
    body.remove();
  };
}
