// Answers, for each line {name, state, needs} on standard input: the TeX of the formula, in both widths, and
// what KaTeX makes of it beside what the page shows, both as the texts of MathML without spaces.

import { createInterface } from 'node:readline';

import katex from 'katex';

import { whole } from '../../lib/explorables/js/kit/mathml.js';
import { texOf } from '../../lib/explorables/js/kit/tex.js';
import { assetsOf } from './assets.mjs';

const folder = new URL('../../lib/explorables/js/explorables/', import.meta.url);

const textOf = ({ children }) => (Array.isArray(children) ? children.map(textOf).join('') : children);
const bare = (text) => text.replace(/[\s\u2009\u200a\u2061-\u2064]/g, '');
const ofKatex = (markup) =>
  markup
    .replace(/<annotation.*<\/annotation>/s, '')
    .replace(/<mphantom>.*?<\/mphantom>/gs, '')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');

/** What stands in exponents, primes apart, which KaTeX raises and the page does not. */
const raised = ({ tag, children }) => {
  if (!Array.isArray(children)) return [];
  const here = tag === 'msup' ? [bare(textOf(children[1]))] : [];
  return [...here, ...children.flatMap(raised)].filter((text) => !/^['′]+$/.test(text));
};

/** The elements of KaTeX's MathML as the page has its own: those that hold text have no others. */
function tree(markup) {
  const root = { tag: 'math', children: [] };
  const open = [root];
  for (const [, end, tag, text] of markup.matchAll(/<(\/?)([a-z]+)[^>]*>|([^<]+)/g)) {
    if (text) open.at(-1).children = text;
    else if (end) open.pop();
    else {
      const node = { tag, children: [] };
      open.at(-1).children.push(node);
      open.push(node);
    }
  }
  return root;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, state, needs } = JSON.parse(line);
  const { default: view } = await import(new URL(`${name}.js`, folder));
  const derived = view.derive(state, null, assetsOf(needs));
  const answers = [false, true].map((narrow) => {
    const formula = whole(view.formula(state, derived, narrow));
    const tex = texOf(formula);
    const markup = katex.renderToString(tex, { output: 'mathml', throwOnError: true, strict: 'error' });
    const exponents = [formula, tree(markup)].map((part) => raised(part).join(' '));
    return { tex, shown: bare(textOf(formula)), read: bare(ofKatex(markup)), exponents };
  });
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
