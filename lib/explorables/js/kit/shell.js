// The frame around every explorable: its stage, controls, numbers, formula, Python, challenge,
// permalink and reset. A view (a file in explorables/) fills in what is its own:
//
//   name                         as in the page
//   derive(state)                every number on screen, by quantity key, and what charts need
//   formula(state, d, narrow)    the formula with the current numbers in it: see mathml.js
//   python(state)                the script that prints `quantity value` lines
//   solved(state, d)             whether the challenge is met
//   build(ui)                    adds charts to ui.stage, and controls; if it adds none, each trait gets its usual one
//   summary(state, d)            optional: one sentence for assistive technology, said when the state
//                                rests, in place of the numbers
//   constrain(state, changed)    optional: a patch that follows from the reader's; Python's rules come with
//                                the schema
//   wide                         optional: true where the charts need the whole width

import { usual } from './controls.js';
import { h, write } from './dom.js';
import { drawing } from './drawing.js';
import { compact, fixed } from './format.js';
import { liveFormula } from './formula.js';
import { mended } from './rules.js';
import { isDark, colors as paletteOf, watchTheme } from './theme.js';

const SPEAK_AFTER = 700;
const NARROW = 496; // pixels within the padding: below, formulas break into more lines
const EDGES = 26; // pixels of padding and border, left and right

/**
 * Fill `{trait}` in a unit with the state's value.
 * @param {string} unit
 * @param {State} state
 */
const unitOf = (unit, state) => unit.replace(/\{(\w+)\}/g, (_, key) => state[key]);

/**
 * @param {HTMLElement} root
 * @param {View} view
 * @param {Store} store
 * @param {Config} config
 * @param {Env} env
 */
export function createExplorable(root, view, store, config, env) {
  const cleanups = [];
  const arrangers = [];
  const resets = [];
  const observed = new Map();
  let palette = paletteOf(isDark(root));
  let solved = false;

  const status = h('p', { class: 'ex-sr', role: 'status' });
  const notice = h('p', { class: 'ex-notice', role: 'alert' });
  const stage = h('div', { class: 'ex-stage' });
  const controls = h('div', { class: 'ex-controls', role: 'group', 'aria-label': 'Controls' });
  const numbers = h('dl', { class: 'ex-numbers' });
  const formula = h('div', {
    class: 'ex-formula',
    translate: 'no',
    tabindex: 0,
    role: 'group',
    'aria-label': 'Formula',
  });
  const script = h('pre', { 'data-python': true, translate: 'no', tabindex: 0, 'aria-label': 'Python' });
  const challenge = h('p', { class: 'ex-challenge', 'data-challenge': true });
  const body = h(
    'div',
    { class: 'ex', lang: 'en', dir: 'ltr' },
    h('p', { class: 'ex-prompt', text: config.prompt }),
    h(
      'div',
      { class: view.wide ? 'ex-grid ex-wide' : 'ex-grid' },
      stage,
      h('div', { class: 'ex-side' }, controls, numbers),
    ),
    formula,
    challenge,
    notice,
    status,
  );
  if (config.challenge) {
    challenge.append(
      h('strong', { text: 'Challenge ' }),
      config.challenge,
      h('span', { class: 'ex-solved', text: 'Solved' }),
    );
  } else challenge.remove();

  let slot = controls;
  const ui = {
    stage,
    schema: config.schema,
    env,
    state: () => store.get(),
    colors: () => palette,
    set(patch) {
      notice.textContent = '';
      const next = { ...store.get(), ...patch };
      store.set({ ...patch, ...view.constrain?.(next, patch), ...mended(config.rules, next) });
    },
    onArrange: (f) => arrangers.push(f), // decides by the state what is hidden, before anything is drawn
    onUpdate: (f, ...where) => picture.add(f, ...where),
    onReset: (f) => resets.push(f),
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
    /**
     * Say a text to assistive technology; an alert is shown too, below the challenge or `node`.
     * @param {string} text
     * @param {boolean} [alert]
     * @param {Element} [node]
     */
    say(text, alert, node) {
      if (alert && node) node.after(notice);
      else if (alert) status.before(notice);
      (alert ? notice : status).textContent = text;
    },
    /** Draw again: everything, or one updater whose state is its own. */
    redraw: (updater) => picture.request(updater),
    cleanup: (f) => cleanups.push(f),
  };

  const picture = drawing(root, () => {
    const state = store.get();
    arrange(state);
    return [state, view.derive(state), palette];
  });
  cleanups.push(picture.end);

  const resizer = new ResizeObserver((entries) => {
    const changed = entries.map((e) => observed.get(e.target)?.(e.contentRect.width)).some(Boolean);
    if (changed) picture.request();
  });
  cleanups.push(() => resizer.disconnect());

  const outputs = config.quantities.map((q) => {
    const output = h('output', { 'data-quantity': q.key, translate: 'no', 'aria-live': 'off' });
    numbers.append(h('div', { 'data-tone': q.tone }, h('dt', { text: q.label }), h('dd', {}, output)));
    return { ...q, output };
  });

  let narrow = false;
  const show = liveFormula(formula);

  function showNumbers(state, derived) {
    for (const { key, unit, decimals, scientific, output } of outputs) {
      const value = derived[key];
      const text = scientific ? compact(value, decimals, 1e6) : fixed(value, decimals);
      const exact = String(value);
      if (output.dataset.value !== exact) output.dataset.value = exact;
      write(output, `${text} ${unitOf(unit, state)}`.trim());
    }
  }

  function showChallenge(state, derived) {
    if (solved || !config.challenge || !view.solved(state, derived)) return;
    solved = true;
    challenge.dataset.solved = 'true';
    ui.say(`Challenge solved: ${config.challenge}`);
  }

  const numbersSaid = () => outputs.map(({ label, output }) => `${label}: ${output.textContent}`).join('; ');

  let speech = 0;
  let spoken = false;
  function speakLater(state, derived) {
    const text = view.summary?.(state, derived) ?? numbersSaid();
    stage.setAttribute('aria-label', text);
    clearTimeout(speech);
    if (spoken) speech = setTimeout(() => ui.say(text), SPEAK_AFTER);
    spoken = true;
  }

  function arrange(state) {
    for (const arrangement of arrangers) arrangement(state);
  }

  function showFormula(state, derived) {
    show(view.formula(state, derived, narrow));
  }

  function showScript(state, derived) {
    write(script, view.python(state, derived));
    speakLater(state, derived);
  }

  // ---- actions: reset, link, Python -----------------------------------------------------------

  /** A button that copies what `textOf()` gives, and says for a moment that it has. */
  function copier(words, textOf) {
    const button = h('button', { type: 'button', class: 'ex-button', text: words });
    let resting = 0;
    button.addEventListener('click', async () => {
      const text = textOf();
      const copied = await toClipboard(text);
      if (!copied) ui.say(`This browser does not let the page copy: ${text}`, true);
      button.textContent = copied ? 'Copied' : 'Not copied';
      button.focus({ preventScroll: true });
      clearTimeout(resting);
      resting = setTimeout(() => (button.textContent = words), 1500);
    });
    return button;
  }

  const actions = h('div', { class: 'ex-actions' });
  function reset() {
    solved = false;
    delete challenge.dataset.solved;
    notice.textContent = '';
    resets.forEach((f) => f());
    store.set(config.state);
    env.permalink?.write(null);
    ui.say('Back to the start.');
  }
  actions.append(h('button', { type: 'button', class: 'ex-button', text: 'Reset', onclick: reset }));
  if (env.permalink) actions.append(copier('Copy link', () => env.permalink?.url(store.get())));
  const fold = h(
    'details',
    { class: 'ex-python' },
    h('summary', { text: 'Show the Python' }),
    h(
      'div',
      {},
      script,
      copier('Copy', () => script.textContent),
    ),
  );
  body.append(actions, fold);

  // ---- life -----------------------------------------------------------------------------------

  function applyTheme() {
    const dark = isDark(root);
    body.dataset.theme = dark ? 'dark' : 'light';
    palette = paletteOf(dark);
    picture.request();
  }

  for (const part of env.permalink?.hidden() ?? []) body.classList.add(`ex-hide-${part}`);
  const caption = root.querySelector(':scope > figcaption');
  stage.setAttribute('role', 'group');
  narrow = root.clientWidth - EDGES < NARROW;
  root.insertBefore(body, caption);
  ui.observe(body, (width) => {
    const before = narrow;
    narrow = width < NARROW;
    return before !== narrow;
  });
  view.build(ui);
  if (!controls.firstChild) usual(ui);
  picture.add(showNumbers);
  picture.add(showChallenge);
  picture.add(showFormula, formula);
  picture.add(showScript, fold);
  arrange(store.get());
  applyTheme();
  picture.begin();
  cleanups.push(watchTheme(applyTheme));

  let writing = 0;
  cleanups.push(
    store.subscribe((state) => {
      picture.request();
      if (!env.permalink) return;
      clearTimeout(writing);
      writing = setTimeout(() => {
        const home = JSON.stringify(state) === JSON.stringify(config.state);
        env.permalink?.write(home ? null : state);
      }, 250);
    }),
  );
  if (env.permalink?.refused.length) {
    ui.say(
      `The link does not fit this figure, which keeps its own: ${env.permalink.refused.join(', ')}.`,
      true,
    );
  }

  return () => {
    clearTimeout(speech);
    clearTimeout(writing);
    cleanups.forEach((f) => f());
    body.remove();
  };
}

/**
 * Copy a text, by a selection where the page has no clipboard; whether that worked.
 * @param {string} text
 */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h('textarea', { readonly: true, class: 'ex-sr' });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}
