// Answers, for each line {name, state} on standard input: the TeX of the formula, in both widths, and
// what KaTeX makes of it beside what the page shows, both as the texts of MathML without spaces.

import { createInterface } from 'node:readline';

import katex from 'katex';

import { whole } from '../../lib/explorables/js/kit/mathml.js';
import { texOf } from '../../lib/explorables/js/kit/tex.js';

const folder = new URL('../../lib/explorables/js/explorables/', import.meta.url);

const textOf = ({ children }) => (Array.isArray(children) ? children.map(textOf).join('') : children);
const bare = (text) => text.replace(/[\s\u2009\u200a\u2061-\u2064]/g, '');
const ofKatex = (tex) =>
  katex
    .renderToString(tex, { output: 'mathml', throwOnError: true, strict: 'error' })
    .replace(/<annotation.*<\/annotation>/s, '')
    .replace(/<mphantom>.*?<\/mphantom>/gs, '')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');

for await (const line of createInterface({ input: process.stdin })) {
  const { name, state } = JSON.parse(line);
  const { default: view } = await import(new URL(`${name}.js`, folder));
  const derived = view.derive(state);
  const answers = [false, true].map((narrow) => {
    const formula = whole(view.formula(state, derived, narrow));
    const tex = texOf(formula);
    return { tex, shown: bare(textOf(formula)), read: bare(ofKatex(tex)) };
  });
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
