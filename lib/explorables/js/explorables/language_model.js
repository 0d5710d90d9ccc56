import { assets } from '../kit/assets.js';
import { beside, presets, row, select, slider } from '../kit/controls.js';
import { h, write } from '../kit/dom.js';
import { code, compact, counted, fixed, py } from '../kit/format.js';
import { equations, frac, large, m, tone, words } from '../kit/mathml.js';
import { textArea } from '../kit/text.js';
import { probsOf } from '../math/language.js';
import { columns } from './language_model/columns.js';
import { lettering, nameOf } from './language_model/lettering.js';
import { CONTEXTS, mean, ORDERS, REST, readerOf, straight } from './language_model/reader.js';

const TOP = 12; // characters whose probabilities are shown
const BUDGET = 4; // milliseconds of a frame that are read
const ALL = [...CONTEXTS, 'all'].map(String);
const MODELS = ['uniform', 'letters', 'pairs', 'triples', 'bits'];
const SIGNS = { ' ': '␣', '\n': '↵' }; // that show what cannot be seen
const BEFORE = 12; // characters before the place that are quoted
const [ENOUGH, CHEAP, DEAR] = [40, 1.8, 12];

function derive({ text, place, context, temperature }, _, come = {}) {
  const reader = readerOf(come);
  const symbols = Array.from(text);
  const at = Math.min(place, symbols.length);
  const known = { symbols, at, ...ofTables(reader, text) };
  if (!reader.model) return { ...known, costs: [], next: [], done: true, exact: true };
  const { list, done, exact } = reader.costs(text, context, temperature);
  const costs = list.map((nats) => nats && nats / Math.LN2);
  const nats = mean(list);
  const bits = nats && nats / Math.LN2;
  const n = symbols.length;
  const highest = costs.reduce((most, cost) => Math.max(most, cost ?? 0), 0);
  const bytes = new TextEncoder().encode(straight(text)).length;
  const scores = reader.scoresAfter(at, context);
  const probs = scores ? probsOf(scores, temperature) : [];
  const actual = at < symbols.length ? reader.codeAt(at) : null;
  return {
    ...known,
    costs,
    done,
    exact,
    bits,
    per_byte: n && bits ? (bits * n) / bytes : bits,
    perplexity: nats === undefined ? nats : Math.exp(nats),
    highest: n ? highest : bits,
    highestAt: costs.indexOf(highest),
    entropy: scores && -probs.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0),
    chance: actual === null ? null : probs[actual],
    next: nextOf(probs, actual, reader.symbols),
  };
}

function ofTables(reader, text) {
  const { symbols } = reader;
  const means = reader.tables(text);
  const found = Object.keys(ORDERS).map((name) => [name, means[name] && means[name] / Math.LN2]);
  return { ...Object.fromEntries(found), uniform: symbols ? Math.log2(symbols.length) : undefined };
}

/** The likeliest characters, the one that follows, and all others together. */
function nextOf(probs, actual, symbols) {
  if (!probs.length) return [];
  const order = Array.from(probs.keys()).sort((a, b) => probs[b] - probs[a]);
  const chosen = order.slice(0, TOP);
  if (actual !== null && !chosen.includes(actual)) chosen.push(actual);
  const rest = order.reduce((sum, k) => sum + (chosen.includes(k) ? 0 : probs[k]), 0);
  const items = chosen.map((k) => ({
    name: SIGNS[symbols[k]] ?? symbols[k],
    words: nameOf(symbols[k]) + (k === actual ? ', what stands there' : ''),
    value: probs[k],
    text: percent(probs[k]),
    tone: k === actual ? 'p' : 'q',
  }));
  return [...items, { name: 'rest', words: 'all others', value: rest, text: percent(rest), tone: 'muted' }];
}

const percent = (p) => (p >= 0.0995 ? fixed(100 * p, 0) : p >= 0.00095 ? fixed(100 * p, 1) : '<0.1');

/** A place in words: the character there, what stands before it, and what it costs. */
function said({ symbols, at, costs, chance }) {
  const before = symbols
    .slice(Math.max(0, at - BEFORE), at)
    .join('')
    .replaceAll('\n', '↵');
  const behind = at > BEFORE ? `“…${before}”` : at ? `“${before}”` : 'a line break';
  if (at === symbols.length) return `what comes next, after ${behind}`;
  const cost =
    costs[at] === undefined ? '' : `: ${fixed(costs[at], 2)} bits, probability ${compact(chance, 4)}`;
  const name = nameOf(symbols[at]);
  return `${name === symbols[at] ? `“${name}”` : name} after ${behind}${cost}`;
}

const STRAIGHT = `straight = str.maketrans("‘’“”–—\\xa0", "''\\"\\"-- ")`;

/** @satisfies {View} */
export default {
  name: 'language_model',
  derive,
  wide: true,

  // A text that comes without a place is looked at where it is worth it, or at its end.
  constrain: (_, { text, place }, schema) =>
    text !== undefined && place === undefined
      ? { place: schema.text.examples.find((one) => one.text === text)?.place ?? Array.from(text).length }
      : undefined,

  formula({ context, temperature }, d) {
    const n = d.symbols.length;
    const [last, first] = [m`x_${m`i−1`}`, m`x_${m`i−${context}`}`];
    const seen = context === 'all' ? m`x₁ … ${last}` : context === '1' ? last : m`${first} … ${last}`;
    const under = temperature === 1 ? m`Q` : m`Q_T`;
    const given = context === '0' ? m`x_i` : m`x_i ∣ ${seen}`;
    const sum = m`${frac('1', 'n')} ${large('∑', 'i')} − log₂ ${tone.q(m`${under}(${given})`)}`;
    const bits = [m`bits`, m`= ${sum}`];
    if (!Number.isFinite(d.bits)) return equations(bits);
    const total = fixed(d.bits * n, 1);
    return equations(
      [...bits, m`= ${frac(total, String(n))} = ${tone.q(fixed(d.bits, 3))}`],
      [words('perplexity'), m`= 2^${tone.q(fixed(d.bits, 3))} = ${compact(d.perplexity, 2)}`],
    );
  },

  python({ text, place, context, temperature }, d) {
    const window = code(context === 'all' ? 'None' : context);
    const or = code(text ? '' : ' if text else np.inf');
    const curly = straight(text) !== text;
    const at = Math.min(place, d.symbols.length);
    return py`
import numpy as np
from lib.information import entropy
from lib.language import (
    CharacterModel, NGramModel, bits_per_byte, bits_per_character, perplexity_of
)
${code(curly ? `\n${STRAIGHT}` : '')}
text = ${text}${code(curly ? '.translate(straight)' : '')}
read = "\\n" + text
model = CharacterModel.load()
costs = model.surprisals(read, context=${window}, temperature=${temperature})[1:]
print("bits", bits_per_character(costs)${or})
for name, order in (("triples", 3), ("pairs", 2), ("letters", 1)):
    print(name, bits_per_character(NGramModel.load(order).surprisals(read)[1:])${or})
print("uniform", np.log2(len(model.alphabet)))
print("per_byte", bits_per_byte(costs, text)${or})
print("perplexity", perplexity_of(costs)${or})
print("highest", costs.max(initial=${code(text ? '0' : 'np.inf')}) / np.log(2))
before = read[${code(context === 'all' ? '' : `max(0, ${at + 1} - ${context})`)}:${at + 1}]
print("entropy", entropy(model.next_probs(before, temperature=${temperature}), base=2))`;
  },

  solved: ({ temperature }, d) =>
    temperature === 1 && d.symbols.length >= ENOUGH && d.done && d.bits < CHEAP && d.highest > DEAR,

  summary(_, d) {
    const n = d.symbols.length;
    if (!n || d.bits === undefined) return `A text of ${counted(n, 'character')}.`;
    const beside = d.triples === undefined ? '' : `, ${fixed(d.triples, 2)} by triples`;
    return (
      `A text of ${counted(n, 'character')} costs the network ${fixed(d.bits, 2)} bits a character${beside}. ` +
      `The most surprising is character ${d.highestAt + 1}, at ${fixed(d.highest, 2)} bits. Looked at: ${said(d)}.`
    );
  },

  build(ui) {
    const reader = readerOf(ui.env.assets);
    reader.budget = BUDGET;
    const node = assets(ui);
    const box = lettering(ui, {
      label: 'The text, each character coloured by its surprisal',
      symbols: (d) => d.symbols,
      bits: (d) => d.costs,
      place: (_, d) => d.at,
      pick: (place) => ui.set({ place }),
      say: (_, d) => said(d),
    });
    const line = h('p', { class: 'ex-key' });
    ui.stage.append(node, line);
    ui.onUpdate(
      (_, d) =>
        write(
          line,
          `${said(d)}.`.replace(/^./u, (letter) => letter.toUpperCase()),
        ),
      line,
      true,
    );

    columns(ui, {
      label: 'Probabilities of the character there',
      title: (_, { at, symbols }) =>
        at < symbols.length
          ? 'probability, %; underlined: what stands there'
          : 'probability of what is next, %',
      height: () => 140,
      of: 'probability',
      full: 1,
      items: (_, d) => d.next,
    });
    beside(ui, () => {
      const height = (_, stacked) => (stacked ? 120 : 180);
      columns(ui, {
        label: 'What a character costs each model',
        title: () => 'bits a character, by model',
        height,
        of: 'bits a character',
        full: 7,
        items: (_, d) =>
          MODELS.filter((key) => Number.isFinite(d[key])).map((key) =>
            costing(key === 'bits' ? 'network' : key, d[key], key !== 'bits'),
          ),
      });
      const curve = columns(ui, {
        label: 'What a character costs the network by context',
        title: () => 'bits a character, by context',
        height,
        of: 'bits a character',
        full: 7,
        items: ({ context, text, temperature }, { bits }) =>
          (Number.isFinite(bits) ? reader.shown : []).map((nats, i) => {
            const name = ALL[i];
            if (name === context) return costing(name, bits);
            const bar = costing(name, nats / Math.LN2, true);
            const old = { ...bar, tone: 'muted', words: `${name} (grey: of the text before)` };
            return reader.knows(text, temperature) ? bar : old;
          }),
      });
      keepReading(ui, reader, box, curve);
    });

    row(ui, () => {
      const list = ui.schema.text.examples.map(({ label, text }) => ({ label, patch: { text } }));
      presets(ui, 'Example', list);
      select(ui, 'context');
    });
    line.after(textArea(ui, 'text', { caret: (place) => ({ place }) }));
    slider(ui, 'temperature');
  },
};

const costing = (name, value, hollow) => ({ name, value, text: fixed(value, 2), tone: 'q', hollow });

/** Read on in the next frames what one has left, and at rest what is only nearly right, and the windows. */
function keepReading(ui, reader, box, curve) {
  let resting = 0;
  ui.cleanup(() => clearTimeout(resting));
  const soon = (part) => queueMicrotask(() => ui.redraw(part));
  const busy = (node, is) => node.setAttribute('aria-busy', String(is));
  function goOn({ text, temperature }, { done, exact }) {
    clearTimeout(resting);
    busy(box, !done);
    if (!reader.model) return;
    if (!done) return soon();
    const rest = () => {
      reader.resting = true;
      ui.redraw();
    };
    if (!exact || !reader.resting) resting = setTimeout(rest, REST);
    else {
      const before = reader.shown;
      const found = reader.curve(text, temperature);
      busy(curve.node, !found);
      if (!found) soon(goOn);
      if (reader.shown !== before) soon();
    }
  }
  ui.onUpdate(goOn);
}
