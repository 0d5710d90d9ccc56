import { plot, remembered } from '../charts/plot.js';
import covered from '../generated/sentences.json' with { type: 'json' };
import { assets } from '../kit/assets.js';
import { button, row, slider } from '../kit/controls.js';
import { h, pushButton, uid, write } from '../kit/dom.js';
import { counted, fixed, py } from '../kit/format.js';
import { below, equations, inline, joined, m, tone, words } from '../kit/mathml.js';
import {
  bitsOf,
  CHANCE,
  guessingBounds,
  LETTERS,
  network,
  placeOf,
  player,
  sharesOf,
  table,
} from '../math/guessing.js';

const SHOWN = LETTERS.length; // the rank of a letter that was shown
const HIGHEST = 5; // bits, where the axis ends
const APART = [0.65, 0.25]; // bits between the names of two curves, in a flat and in a tall chart
const FAR = 0.8; // of the axis: from there on the names at the ends of curves stand below the name of chance
const MODELS = ['network', 'triples', 'pairs', 'letters'];
const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');

// ---- what is hidden -------------------------------------------------------------------------------

/** The sentence's letters up to one of them: no other is uncovered. See generate.py. */
function lettersOf({ sentence }, data, length) {
  if (data) return String.fromCodePoint(...data.arrays.text.values.slice(0, length));
  const found = Array.from(covered[sentence - 1].slice(0, length), (letter, i) =>
    LETTERS.at((LETTERS.indexOf(letter) + 16 * (i + 1)) % LETTERS.length),
  );
  return found.join('').replace(/^./, (first) => first.toUpperCase());
}

const lengthOf = ({ sentence }, data) => (data?.arrays.text.values ?? covered[sentence - 1]).length;

// ---- numbers --------------------------------------------------------------------------------------

const players = new WeakMap();
/** What plays with an array of the book's; nothing where it has not come. */
function playersOf(asset, make) {
  if (!asset) return {};
  if (!players.has(asset)) players.set(asset, make(asset));
  return players.get(asset);
}
const reader = (asset) => ({ network: player(network(asset)) });
const counters = (asset) =>
  Object.fromEntries(['letters', 'pairs', 'triples'].map((name, i) => [name, player(table(asset, i + 1))]));

const bounded = (ranks) => guessingBounds(ranks, SHOWN);
const total = (ranks) => ranks.reduce((a, b) => a + b, 0);

/** Of a list, what `f` makes of its first one, its first two … */
const along = (list, f) => list.map((_, i) => f(list.slice(0, i + 1)));

function derive(state, data, assets) {
  const length = lengthOf(state, data);
  const ranks = state.ranks.slice(0, length);
  const text = lettersOf(state, data, ranks.length);
  const answer = placeOf(lettersOf(state, data, ranks.length + 1).slice(ranks.length));
  const all = {
    ...playersOf(assets?.character_model, reader),
    ...playersOf(assets?.character_ngrams, counters),
  };
  const read = MODELS.map((name) => (text ? all[name]?.(text) : []));
  const costs = read.map((one) => one?.map(({ cost }) => cost));
  const runs = costs.map((list) => along(list ?? [], bitsOf));
  const bits = MODELS.map((name, i) => [name, costs[i] && (runs[i].at(-1) ?? Infinity)]);
  const guesses = read[0]?.map(({ guess }) => guess);
  const [lower, upper] = bounded(ranks);
  const [network_lower, network_upper] = !guesses
    ? []
    : text
      ? guessingBounds(guesses)
      : [Infinity, Infinity];
  return {
    data,
    length,
    ranks,
    text,
    guesses,
    costs: costs[0],
    runs,
    tried: [...new Set(state.tried)].map((place) => place - 1).filter((place) => place !== answer),
    bounds: along(ranks, bounded),
    rivals: along(state.rival.slice(0, ranks.length), bounded),
    found: ranks.length,
    left: length - ranks.length,
    own_guesses: total(ranks),
    network_guesses: guesses && total(guesses),
    lower,
    upper,
    network_lower,
    network_upper,
    ...Object.fromEntries(bits),
  };
}

// ---- words ----------------------------------------------------------------------------------------

const named = (letter) => (letter === ' ' ? 'blank' : letter.toLowerCase());
const guessed = (n) => `${n} ${n === 1 ? 'guess' : 'guesses'}`;

const nth = (rank) => (rank > ORDINALS.length ? `guess ${rank}` : `${ORDINALS[rank - 1]} guess`);

/** How many guesses the reader took, and the network. */
const score = ({ own_guesses, network_guesses }) =>
  guessed(own_guesses) + (network_guesses ? `; the network took ${network_guesses}` : '');

/** What came of the last guess. */
function news(d) {
  const { text, ranks, tried, length, left } = d;
  if (tried.length) return `${named(LETTERS[tried.at(-1)])}: no.`;
  if (!ranks.length)
    return `${counted(length, 'letter')} are hidden, a to z and blanks. From few letters both bounds come out too low.`;
  const how = ranks.at(-1) === SHOWN ? 'shown' : nth(ranks.at(-1));
  const hit = `${named(text.at(-1))}, ${how}`;
  return left ? `${hit}; next letter.` : `${hit}. All ${length} letters are found, in ${score(d)}.`;
}

/** What the network needed for the same letter. */
const beside = ({ tried, left, guesses = [] }) =>
  tried.length || !left || !guesses.length ? '' : ` The network: ${nth(guesses.at(-1))}.`;

const atMost = (bits) => `at most ${fixed(bits, 2)} bits a letter`;

/** Another player's score, without a word of the letters. */
function challenge({ rival }, { ranks }) {
  if (!rival.length) return '';
  const theirs = `Another player found ${counted(rival.length, 'letter')} in ${guessed(total(rival))}`;
  const both = Math.min(rival.length, ranks.length);
  if (!both) return `${theirs}, ${atMost(bounded(rival)[1])}. Can you do with fewer?`;
  const sums = [ranks, rival].map((list) => total(list.slice(0, both)));
  return `${theirs}. For the first ${both}: you ${sums[0]}, they ${sums[1]}.`;
}

function python(state, d) {
  const whole = d.data ? 'a sentence of your own' : `sentence ${state.sentence}`;
  const start = py`
text = ${d.text}  # found so far of ${{ code: whole }}
ranks = ${d.ranks}
print("found", len(text))
print("left", ${d.length} - len(text))
print("own_guesses", sum(ranks))`;
  if (!d.text) {
    const names = 'network_lower network triples pairs letters'.split(' ');
    return py`
import numpy as np

${{ code: start }}
print("network_guesses", 0)
print("upper", np.log2(27))  # nothing is known yet but the alphabet
print("network_upper", np.inf)
print("lower", 0.0)
${{ code: names.map((name) => `print("${name}", np.inf)`).join('\n') }}`;
  }
  return py`
from lib.language import CharacterModel, NGramModel
from lib.language import bits_per_character, guessing_bounds, letter_guesses

${{ code: start }}
surprisals, guesses = letter_guesses(CharacterModel.load(), text, before="\\n")
print("network_guesses", guesses.sum())
lower, upper = guessing_bounds(ranks, shown=27)
network_lower, network_upper = guessing_bounds(guesses)
print("upper", upper)
print("network_upper", network_upper)
print("lower", lower)
print("network_lower", network_lower)
print("network", bits_per_character(surprisals))

for name, order in [("triples", 3), ("pairs", 2), ("letters", 1)]:
    surprisals, _ = letter_guesses(NGramModel.load(order), text, before="\\n")
    print(name, bits_per_character(surprisals))`;
}

function formula(_, d, narrow) {
  if (!d.found) return m`0 ≤ H ≤ log₂ 27 = ${fixed(CHANCE, 3)}`;
  const { q: all, told } = sharesOf(d.ranks, SHOWN);
  const most = narrow ? 2 : 3;
  const rest = all.length > most ? m` + ⋯` : [];
  const q = all.slice(0, most).map((share) => fixed(share, 2));
  const lower = q.map((share, i) => {
    if (narrow && !i) return m`0`; // log₂ 1
    const next = all[i + 1];
    return m`${i + 1} (${share} − ${next === undefined ? '0' : fixed(next, 2)}) log₂ ${i + 1}`;
  });
  const shares = told ? [told, ...all] : all;
  const terms = narrow && told ? 1 : most;
  const upper = shares.slice(0, terms).map((share) => m`${fixed(share, 2)} log₂ ${fixed(share, 2)}`);
  const extra = told ? m` + ${fixed(told, 2)} log₂ 27` : [];
  const low = [
    m`≥ ${inline('∑', 'i')} i (q_i − q_${'i + 1'}) log₂ i`,
    m`= ${lower.length ? joined(lower, ' + ') : '0'} ${rest}`,
    m`= ${tone.h(fixed(d.lower, 3))}`,
  ];
  const high = [
    m`≤ − ${inline('∑', 'i')} q_i log₂ q_i ${told ? m` + q_${SHOWN} log₂ ${SHOWN}` : []}`,
    m`= − ${joined(upper, ' − ')} ${shares.length > terms ? m` − ⋯` : []} ${extra}`,
    m`= ${tone.h(fixed(d.upper, 3))}`,
  ];
  const ideal = m`${narrow ? [] : below} ${words('ideal guesses, shares in falling order')}`;
  return narrow
    ? equations(['H', ...high], ['H', ...low, ideal])
    : equations(['H', high[0], m`${high[1]} ${high[2]}`], ['H', low[0], m`${low[1]} ${low[2]}`, ideal]);
}

/** @satisfies {View} */
export default {
  name: 'guessing_game',
  derive,
  formula,
  python,

  solved: (_, { found, ranks, own_guesses, network_guesses }) =>
    found >= 30 && !ranks.includes(SHOWN) && own_guesses < network_guesses,

  shared: (state) => ({
    ...state,
    ranks: [],
    tried: [],
    rival: state.ranks.length ? state.ranks : state.rival,
  }),

  summary(state, d) {
    const which = d.data ? 'A sentence of your own' : `Sentence ${state.sentence}`;
    const found = `${d.found} of ${counted(d.length, 'letter')} found`;
    if (!d.found) return `${which}: ${found}. ${challenge(state, d)}`.trim();
    const theirs = d.guesses ? `, the network ${fixed(d.network_upper, 2)}` : '';
    return `${which}: ${found}, “${d.text}”, in ${score(d)}. You need ${atMost(d.upper)}${theirs}. ${challenge(state, d)}`.trim();
  },

  build(ui) {
    const letters = board(ui);
    bounds(ui);
    const entry = keys(ui);
    letters.addEventListener('click', () => entry.focus());
    ui.addControl(assets(ui));
  },
};

// ---- the letters that are found -------------------------------------------------------------------

// Their looks stand here, as style attributes, which the pages' policy allows: other figures do without them.
const CELL = 'display:grid;justify-items:center;align-content:start;width:1.05rem;';
const LETTER = 'font-size:1.125rem;line-height:1.4;font-weight:400';
const COUNT = 'font-size:0.6875rem;line-height:1.2;font-style:normal;';
const HERE = 'color:var(--paper);background:var(--ink);border-radius:3px;';
const RIGHT_AT_ONCE = `${COUNT}color:var(--h)`;
const FOUND = `${COUNT}color:var(--ink);font-weight:700`;
const BESIDE = 640; // pixels: as in explorables.css, where the keys stand beside the letters

const isNarrow = (ui) => ui.stage.closest('.ex').clientWidth < BESIDE;

/** @returns {HTMLElement} */
function board(ui) {
  const score = h('p', { class: 'ex-key' });
  const cells = h('div', {
    class: 'ex-guessed',
    style: 'display:flex;flex-wrap:wrap;gap:0.25rem 1px',
    translate: 'no',
    'aria-hidden': 'true',
  });
  const box = h('div', {}, score, cells);
  ui.stage.append(box);
  // On a narrow screen the letters stand right above the keys, below the chart.
  ui.observe(box, () => {
    ui.stage.style.cssText = `display:flex;flex-direction:column${isNarrow(ui) ? '-reverse' : ''}`;
    return false;
  });
  ui.onTable(box, (_, d) => ({
    kind: 'cells',
    label: 'Letter by letter',
    columns: ['letter', 'your guesses', 'the network’s', 'its bits'],
    rows: d.ranks.map((rank, i) => [
      `${i + 1}: ${named(d.text[i])}`,
      String(rank),
      String(d.guesses?.[i] ?? '–'),
      d.costs ? fixed(d.costs[i] / Math.LN2, 2) : '–',
    ]),
  }));
  function cell(i) {
    if (!cells.children[i]) {
      cells.append(h('span', {}, h('b', { style: LETTER }), h('i'), h('i', { style: COUNT })));
    }
    return cells.children[i];
  }
  ui.onUpdate((state, d) => {
    write(score, challenge(state, d));
    const tall = `min-height:${state.rival.length ? 3.1 : 2.3}rem;`;
    for (let i = 0; i < d.length; i++) {
      const [one, [letter, own, theirs]] = [cell(i), cell(i).children];
      const [known, here] = [i < d.found, i === d.found];
      write(letter, known ? d.text[i].replace(' ', '␣') : here ? '?' : '·');
      write(own, known ? String(d.ranks[i]) : '');
      write(theirs, known ? String(state.rival[i] ?? '') : '');
      dress(
        one,
        CELL + tall + (here ? HERE : `color:var(--${known && d.text[i] !== ' ' ? 'ink' : 'muted'})`),
      );
      dress(own, d.ranks[i] === 1 ? RIGHT_AT_ONCE : FOUND);
      dress(theirs, `${COUNT}color:var(--muted)`);
    }
    while (cells.children.length > d.length) cells.lastChild.remove();
  }, cells);
  return cells;
}

/** Give an element a look; the one that it has is not given again. */
function dress(element, look) {
  if (element.getAttribute('style') !== look) element.setAttribute('style', look);
}

// ---- the bounds, letter by letter -----------------------------------------------------------------

const points = (values) => values.map((y, i) => [i + 1, y]);
const level = remembered((length) => Array.from({ length: length + 1 }, (_, x) => [x, CHANCE]));

/** Names at the ends of curves, moved apart. */
function names(list, apart, highest = HIGHEST) {
  const out = list.filter(({ y }) => y !== undefined).sort((a, b) => b.y - a.y);
  out.forEach((one, i) => {
    one.y = Math.min(one.y, i ? out[i - 1].y - apart : highest);
  });
  for (let i = out.length - 1, least = apart / 2; i >= 0; i--, least += apart) {
    out[i].y = Math.max(out[i].y, least);
  }
  return out.map((one) => ({ ...one, r: 0 }));
}

function bounds(ui) {
  plot(ui, {
    label: 'Bits a letter, after each letter that is found',
    margin: { top: 24, right: 62, bottom: 38, left: 30 },
    height: (width) => (isNarrow(ui) ? (width < 420 ? 160 : 230) : 390),
    x: (_, { length }) => ({ domain: [0, length], label: 'letters found' }),
    y: { domain: [0, HIGHEST], ticks: [0, 1, 2, 3, 4, 5], label: 'bits a letter' },
    areas: (_, d) => [
      {
        key: 'between',
        points: [
          ...points(d.bounds.map(([low]) => low)),
          ...points(d.bounds.map(([, high]) => high)).reverse(),
        ],
        tone: 'h',
      },
    ],
    curves: (_, d) => [
      {
        key: 'chance',
        points: level(d.length),
        tone: 'muted',
        dash: '4 3',
        width: 1,
        name: 'chance, 27 letters alike',
      },
      ...MODELS.map((name, i) => ({
        key: name,
        points: points(d.runs[i]),
        tone: i ? 'muted' : 'q',
        width: i ? 1 : 2,
        name: i ? `${name} of letters`.replace('letters of letters', 'single letters') : name,
      })),
      {
        key: 'rival',
        points: points(d.rivals.map(([, high]) => high)),
        tone: 'ink',
        dash: '2 3',
        name: 'the other player’s upper bound',
      },
      { key: 'upper', points: points(d.bounds.map(([, high]) => high)), tone: 'h', name: 'your upper bound' },
      { key: 'lower', points: points(d.bounds.map(([low]) => low)), tone: 'h', name: 'your lower bound' },
    ],
    marks: (_, d) => {
      const x = d.found;
      const chance = { key: 'chance', x: d.length, y: CHANCE, tone: 'muted', label: 'chance' };
      const others = [
        ...MODELS.map((key, i) => ({ key, x, y: d[key], tone: i ? 'muted' : 'q', label: key })),
        { key: 'they', x, y: d.rivals[x - 1]?.[1], tone: 'ink', label: 'they' },
        { key: 'you', x, y: (d.lower + d.upper) / 2, tone: 'h', label: 'you' },
      ];
      const apart = APART[isNarrow(ui) ? 0 : 1];
      if (x > FAR * d.length) return names([chance, ...others], apart);
      return [...names([chance], apart), ...names(x ? others : [], apart, CHANCE - apart)];
    },
  });
}

// ---- guessing -------------------------------------------------------------------------------------

const GUESS = 'display:flex;align-items:center;gap:0.5rem';
const KEYS = 'display:grid;grid-template-columns:repeat(7,minmax(0,1fr));gap:3px';
const KEY = 'padding:0.4rem 0;';

function keys(ui) {
  /** By sentence and place: the letters that were tried there, and the guess that was right. */
  const memory = new Map();
  const { data } = ui.env;
  const d = () => derive(ui.state(), data, ui.env.assets);

  /** Find the next letter, as the guess that it was when it was found first. */
  function find({ ranks, tried }, known, rank) {
    known.rank ??= rank ?? new Set([...known.wrong, ...tried]).size + 1;
    ui.set({ ranks: [...ranks, known.rank], tried: [] });
    ui.say(news(d()));
  }
  /** @param {number} place
   * @param {number} [rank] as which the letter counts that is shown */
  function guess(place, rank) {
    const now = d();
    // Each guess is a step to take back, however quickly they are typed.
    for (const node of [told, entry]) node.dispatchEvent(new Event('change'));
    if (!now.left) return ui.say('All letters are found: go on to the next sentence.');
    const key = `${ui.state().sentence} ${now.found}`;
    if (!memory.has(key)) memory.set(key, { wrong: [] });
    const known = memory.get(key);
    const answer = placeOf(lettersOf(ui.state(), data, now.found + 1).slice(now.found));
    if (rank || place === answer) return find(now, known, rank);
    if (now.tried.includes(place)) return ui.say(`${named(LETTERS[place])} has been tried here.`);
    known.wrong = [...new Set([...known.wrong, ...now.tried])].filter((one) => one !== place);
    known.wrong.push(place);
    ui.set({ tried: known.wrong.map((one) => one + 1) });
    ui.say(news(d()));
  }

  const id = uid('guess');
  const entry = h('input', {
    type: 'text',
    id,
    inputmode: 'none',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    style: 'text-align:center;width:2.75rem',
    'data-control': 'ranks tried',
  });
  entry.addEventListener('input', ({ isComposing }) => {
    if (isComposing) return;
    const places = Array.from(entry.value.normalize('NFKD'), placeOf).filter((place) => place >= 0);
    entry.value = '';
    for (const place of places) guess(place);
  });
  entry.addEventListener('compositionend', () => entry.dispatchEvent(new Event('input')));
  const told = h('p', { class: 'ex-key', style: 'min-height:2.8em' });
  ui.addControl(h('div', { style: GUESS }, h('label', { for: id, text: 'Type a letter' }), entry));
  ui.addControl(told);
  ui.onUpdate((_, derived) => write(told, news(derived) + beside(derived)), told, true);

  const board = h('div', { class: 'ex-keys', style: KEYS, role: 'group', 'aria-label': 'Letters' });
  const all = Array.from(LETTERS, (letter, place) =>
    pushButton(letter === ' ' ? 'blank' : letter, { onclick: () => guess(place) }),
  );
  board.append(...all);
  board.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !/^[a-z]$/i.test(key)) return;
    event.preventDefault();
    guess(placeOf(key));
  });
  ui.addControl(board);
  // After a mouse or a finger, letters and blanks are typed, and press no button again.
  board.parentElement?.addEventListener('click', ({ target, detail }) => {
    if (detail && /** @type {Element} */ (target).closest('button')) entry.focus({ preventScroll: true });
  });
  ui.onUpdate(
    (_, { tried, left }) => {
      all.forEach((one, place) => {
        const out = tried.includes(place);
        one.classList.toggle('ex-tried', out);
        dress(
          one,
          KEY +
            (out ? 'text-decoration:line-through;' : '') +
            (LETTERS[place] === ' ' ? 'grid-column:span 2' : ''),
        );
        one.setAttribute('aria-disabled', String(out || !left));
      });
    },
    board,
    true,
  );

  row(ui, () => {
    button(ui, 'Reveal this letter (27)', () => guess(-1, SHOWN));
    if (!data) button(ui, 'Next sentence', () => turn((ui.state().sentence % ui.schema.sentence.max) + 1));
  });
  /** Another sentence begins anew. */
  function turn(sentence) {
    if (sentence !== ui.state().sentence) ui.set({ sentence, ranks: [], tried: [], rival: [] });
  }
  const set = (patch) => ('ranks' in patch ? ui.set(patch) : turn(patch.sentence));
  if (!data) slider({ ...ui, set }, 'sentence');
  return entry;
}
