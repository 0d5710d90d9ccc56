// Answers, for each line {name, state} on standard input, what the page would show:
// {values, python, solved, formula, summary}. Infinities travel as strings. With `typeset`, KaTeX
// sets both formulas, and `fault` says what it finds wrong with them.

import { createInterface } from 'node:readline';

import katex from 'katex';

const folder = new URL('../../lib/explorables/js/explorables/', import.meta.url);
const views = new Map();
const load = async (name) => {
  if (!views.has(name)) views.set(name, (await import(new URL(`${name}.js`, folder))).default);
  return views.get(name);
};
const tex = {
  number: (x, decimals) => (Number.isFinite(x) ? x.toFixed(decimals) : '\\infty'),
  tone: (_, text) => text,
  p: String,
  q: String,
  h: String,
  d: String,
  narrow: () => false,
};
const plain = (value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);

function faultOf(...formulas) {
  try {
    for (const formula of formulas) katex.renderToString(formula, { displayMode: true, strict: 'error' });
    return null;
  } catch (error) {
    return error.message;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, state, keys, typeset } = JSON.parse(line);
  const view = await load(name);
  const derived = view.derive(state);
  const answer = {
    values: Object.fromEntries(keys.map((key) => [key, plain(derived[key] ?? null)])),
    python: view.python(state, derived),
    solved: Boolean(view.solved(state, derived)),
    formula: view.formula(state, derived, tex),
    narrow: view.formula(state, derived, { ...tex, narrow: () => true }),
    summary: view.summary(state, derived),
  };
  if (typeset) answer.fault = faultOf(answer.formula, answer.narrow);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
