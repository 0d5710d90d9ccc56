// An expression that Python writes as data, as a formula with the current numbers in it.

import { evaluate } from '../math/expressions.js';
import { big, frac, joined, m, root, tfrac, within } from './mathml.js';

const [SUM, PRODUCT, ATOM] = [1, 2, 3];
const LONG = 6; // numbers in a line
const part =
  (level) =>
  (it, negative = false) => ({ it, level, negative });
const [sum, product, atom] = [part(SUM), part(PRODUCT), part(ATOM)];

const fraction = (over, under) =>
  product((over.level === ATOM && under.level === ATOM ? tfrac : frac)(over.it, under.it));
const lnOf = (it) => atom(m`ln${within(it, '()', 1)}`);
const power = ({ it }) => m`e^${it}`;

/** In parentheses where it binds less than what stands beside it, or its sign would meet another. */
const held = (one, level, right = false) =>
  one.level < level || (right && one.negative) ? atom(m`(${one.it})`) : one;

/** Whether a formula begins with a letter or a parenthesis, which show that a product goes on. */
const opens = ([{ tag, kind, children }]) =>
  kind === 'open' || (kind !== 'name' && (tag === 'mi' || children[0]?.tag === 'mi'));

/** What is written of its parts, once these are written. */
const RULES = {
  '+': (a, b) => sum(m`${a.it} + ${held(b, SUM, true).it}`, a.negative),
  '-': (a, b) => sum(m`${a.it} − ${held(b, PRODUCT, true).it}`, a.negative),
  '*'(a, b) {
    const [left, right] = [held(a, PRODUCT), held(b, PRODUCT, true)];
    return product(m`${left.it} ${opens(right.it) ? '~' : '⋅'} ${right.it}`, left.negative);
  },
  '/': fraction,
  neg: (a) => product(m`− ${held(a, PRODUCT, true).it}`, true),
  abs: (a) => atom(within(a.it, '||')),
  exp: (a) => atom(power(a)),
  log: (a) => (a.level === ATOM ? product(m`ln ${a.it}`) : lnOf(a.it)),
  logsumexp: (...all) => lnOf(joined(all.map(power), '+')),
  max(...all) {
    const parts = all.map(({ it }) => it);
    return atom(m`max${within(joined(parts, ','), '()', 1)}`);
  },
  sigmoid: (a) => atom(m`σ(${a.it})`),
  softplus: (a) => lnOf(m`1 + ${power(a)}`),
  sqrt: (a) => atom(root(a.it)),
};

/**
 * An expression as a formula: its lines, one unless it is long.
 * @param {Expression} expression
 * @param {object} how
 * @param {Record<string, Expression>} [how.where] parts with names; one of a single letter keeps its
 *   letter, and is added to `letters`
 * @param {(name: string) => any} how.lookUp
 * @param {(name: string) => Formula} how.number the value of a name, in its colour
 * @param {Record<string, Formula>} [letters] is given the meaning of each letter
 */
export function written(expression, { where = {}, lookUp, number }, letters = {}) {
  let numbers = 0;

  function named(name) {
    if (Object.hasOwn(where, name) && name.length > 1) return write(where[name]);
    if (Object.hasOwn(where, name)) {
      letters[name] = write(where[name]).it;
      return atom(m`${name}`);
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
      return exponent === 1 ? base : product(m`${held(base, ATOM).it}^${exponent}`);
    },
  };

  /** @returns {{it: Formula, level: number, negative: boolean}} */
  function write(one) {
    if (!Array.isArray(one)) numbers += 1;
    if (one[0] === 'softplus') numbers += 2;
    if (typeof one === 'number') return one < 0 ? sum(m`−${-one}`, true) : atom(m`${one}`);
    if (typeof one === 'string') return named(one);
    const [what, ...parts] = one;
    return OWN[what] ? OWN[what](...parts) : RULES[what](...parts.map(write));
  }

  /** The terms of a sum one by one, as lines; a mean before them. */
  function terms(one) {
    const [what, a, b] = Array.isArray(one) ? one : [];
    if (what === 'if') return terms(chosen(one));
    if (what === '/' && a[0] === '+' && typeof b === 'number') {
      const lines = terms(a);
      lines[0] = m`${tfrac(1, b)} ${big('[')} ${lines[0]}`;
      lines.push(m`${lines.pop()} ${big(']')}`);
      return lines;
    }
    if (what !== '+' && what !== '-') return [write(one).it];
    const right = held(write(b), what === '+' ? SUM : PRODUCT, true).it;
    return [...terms(a), m`${what === '+' ? '+' : '−'} ${right}`];
  }

  const lines = terms(expression);
  return numbers > LONG ? lines : [joined(lines, '')];
}
