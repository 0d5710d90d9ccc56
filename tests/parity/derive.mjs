// Answers, for each line {name, state, keys, words, variables, data, needs} on standard input, what the page
// would show: {values} and, if words are asked for, {python, solved, formula, narrow, summary, faults}
// too. Infinities travel as strings; of the formulas, what stands in them, and what is wrong with them
// as MathML.

import { createInterface } from 'node:readline';

import { whole } from '../../lib/explorables/js/kit/mathml.js';
import { assetsOf } from './assets.mjs';

const folder = new URL('../../lib/explorables/js/explorables/', import.meta.url);
const views = new Map();
const load = async (name) => {
  if (!views.has(name)) views.set(name, (await import(new URL(`${name}.js`, folder))).default);
  return views.get(name);
};
const plain = (value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);

/** How many children an element of MathML has: as many as it says, or at least one. */
const ARITY = { mfrac: 2, msub: 2, msup: 2, munder: 2, mover: 2, munderover: 3, mtd: 1, mspace: 0 };
const TEXT = {
  mn: /^(\d+|\d+\.\d+)$/,
  mi: /^([A-Za-zα-ω]+|[∞…⋯])$/u,
  mo: /^[^\w\s-]$/u,
  mtext: /^[^\d\s]([^\d]*[^\d\s])?$/,
};

function faultsOf({ tag, children, attributes }) {
  const whole = `${tag} ${JSON.stringify(attributes)}: ${JSON.stringify(children).slice(0, 200)}`;
  if (tag in TEXT) return TEXT[tag].test(children) ? [] : [whole];
  const right = tag in ARITY ? children.length === ARITY[tag] : children.length > 0;
  return [...(right ? [] : [whole]), ...children.flatMap(faultsOf)];
}

/** The texts of a formula, those of the words `undefined` apart, which a number may be. */
const textOf = ({ tag, children }) =>
  Array.isArray(children)
    ? children.map(textOf).join(' ')
    : tag === 'mtext' && children === 'undefined'
      ? ''
      : children;

function wordsOf(view, state, derived) {
  const [formula, narrow] = [false, true].map((room) => whole(view.formula(state, derived, room)));
  return {
    python: view.python(state, derived),
    solved: Boolean(view.solved(state, derived)),
    formula: textOf(formula),
    narrow: textOf(narrow),
    faults: [formula, narrow].flatMap(faultsOf),
    summary: view.summary?.(state, derived) ?? null,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, state, keys, words, variables, data, needs } = JSON.parse(line);
  const view = await load(name);
  for (const one of Object.values(data)) one.values = Float64Array.from(one.values);
  const own = variables ? { variables, arrays: data } : null;
  const derived = view.derive(state, own, assetsOf(needs));
  const answer = {
    values: Object.fromEntries(keys.map((key) => [key, plain(derived[key] ?? null)])),
    ...(words ? wordsOf(view, state, derived) : {}),
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
