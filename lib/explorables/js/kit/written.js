// An expression that Python writes as data, as a formula with the current numbers in it.

import { evaluate } from '../math/expressions.js';

const [SUM, PRODUCT, ATOM] = [1, 2, 3];
const LONG = 6; // numbers in a line
const part =
  (level) =>
  (tex, negative = false) => ({ tex, level, negative });
const [sum, product, atom] = [part(SUM), part(PRODUCT), part(ATOM)];

const fraction = (over, under) =>
  product(`\\${over.level === ATOM && under.level === ATOM ? 't' : ''}frac{${over.tex}}{${under.tex}}`);
const lnOf = (tex) => atom(`\\ln\\bigl(${tex}\\bigr)`);
const power = ({ tex }) => `e^{${tex}}`;

/** In parentheses where it binds less than what stands beside it, or its sign would meet another. */
const held = (one, level, right = false) =>
  one.level < level || (right && one.negative) ? atom(`(${one.tex})`) : one;

/** What is written of its parts, once these are written. */
const RULES = {
  '+': (a, b) => sum(`${a.tex} + ${held(b, SUM, true).tex}`, a.negative),
  '-': (a, b) => sum(`${a.tex} - ${held(b, PRODUCT, true).tex}`, a.negative),
  '*'(a, b) {
    const [left, right] = [held(a, PRODUCT), held(b, PRODUCT, true)];
    const dot = /^[a-z(]/.test(right.tex) ? '\\,' : ' \\cdot ';
    return product(left.tex + dot + right.tex, left.negative);
  },
  '/': fraction,
  neg: (a) => product(`-${held(a, PRODUCT, true).tex}`, true),
  abs: (a) => atom(`|${a.tex}|`),
  exp: (a) => atom(power(a)),
  log: (a) => (a.level === ATOM ? product(`\\ln ${a.tex}`) : lnOf(a.tex)),
  logsumexp: (...all) => lnOf(all.map(power).join(' + ')),
  max: (...all) => atom(`\\max\\bigl(${all.map(({ tex }) => tex).join(', ')}\\bigr)`),
  sigmoid: (a) => atom(`\\sigma(${a.tex})`),
  softplus: (a) => lnOf(`1 + ${power(a)}`),
  sqrt: (a) => atom(`\\sqrt{${a.tex}}`),
};

/**
 * TeX of an expression.
 * @param {Expression} expression
 * @param {object} how
 * @param {Record<string, Expression>} [how.where] parts with names; one of a single letter keeps its
 *   letter, and is added to `letters`
 * @param {(name: string) => any} how.lookUp
 * @param {(name: string) => string} how.number the value of a name, in its colour
 * @param {string} [how.br] what breaks a long line before a term
 * @param {Record<string, string>} [letters] is given the meaning of each letter
 */
export function written(expression, { where = {}, lookUp, number, br = '' }, letters = {}) {
  let numbers = 0;

  function named(name) {
    if (Object.hasOwn(where, name) && name.length > 1) return write(where[name]);
    if (Object.hasOwn(where, name)) {
      letters[name] = write(where[name]).tex;
      return atom(name);
    }
    const negative = lookUp(name) < 0;
    return negative ? sum(number(name), true) : atom(number(name));
  }

  /** The branch that holds now. */
  const chosen = ([_, test, yes, no]) => (evaluate(test, lookUp) ? yes : no);
  /** What does not write all its parts, or not as they stand. */
  const OWN = {
    if: (test, yes, no) => write(chosen(['if', test, yes, no])),
    shown: (_, b) => write(b),
    log1p: (a) => write(['log', a[0] === 'neg' ? ['-', 1, a[1]] : ['+', 1, a]]),
    '**'(a, b) {
      const [base, exponent] = [write(a), evaluate(b, lookUp)];
      return exponent === 1 ? base : product(`${held(base, ATOM).tex}^{${exponent}}`);
    },
  };

  /** @returns {{tex: string, level: number, negative: boolean}} */
  function write(one) {
    if (!Array.isArray(one)) numbers += 1;
    if (one[0] === 'softplus') numbers += 2;
    if (typeof one === 'number') return one < 0 ? sum(String(one), true) : atom(String(one));
    if (typeof one === 'string') return named(one);
    const [what, ...parts] = one;
    return OWN[what] ? OWN[what](...parts) : RULES[what](...parts.map(write));
  }

  /** The terms of a sum one by one, each on a line of its own where lines break; a mean before them. */
  function terms(one, before) {
    const [what, a, b] = Array.isArray(one) ? one : [];
    if (what === 'if') return terms(chosen(one), before);
    if (what === '/' && a[0] === '+' && typeof b === 'number')
      return `\\tfrac{1}{${b}}\\bigl[${terms(a, before)}\\bigr]`;
    if (what !== '+' && what !== '-') return write(one).tex;
    const right = held(write(b), what === '+' ? SUM : PRODUCT, true).tex;
    return `${terms(a, before)} ${before}${what} ${right}`;
  }

  const line = terms(expression, '');
  return numbers > LONG && br ? terms(expression, br) : line;
}
