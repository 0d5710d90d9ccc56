// Expressions that Python writes as data: a number, a name, or a list of what is done and what it is
// done to. See `lib/_expressions.py`.

import { logSumExp, sigmoid } from './activations.js';
import { softplus } from './losses.js';

const FUNCTIONS = {
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  logsumexp: (...xs) => logSumExp(xs),
  max: Math.max,
  min: Math.min,
  sgn: Math.sign,
  shown: (a) => a,
  sigmoid,
  softplus,
  sqrt: Math.sqrt,
  list: (...items) => items,
  neg: (a) => 0 - a,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '**': (a, b) => a ** b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  in: (a, b) => b.includes(a),
};

/**
 * A function of what looks names up, which gives an expression's value.
 * @param {Expression} expression
 * @returns {(lookUp: (name: string) => any) => any}
 */
export function compiled(expression) {
  if (typeof expression === 'number') return () => expression;
  if (typeof expression === 'string') return (lookUp) => lookUp(expression);
  const [what, ...parts] = expression;
  if (what === 'text') return () => parts[0][0];
  const all = parts.map(compiled);
  const [a, b, c] = all;
  if (what === 'if') return (lookUp) => (a(lookUp) ? b(lookUp) : c(lookUp));
  if (what === 'and') return (lookUp) => all.every((part) => part(lookUp));
  const f = FUNCTIONS[what];
  if (all.length === 1) return (lookUp) => f(a(lookUp));
  if (all.length === 2) return (lookUp) => f(a(lookUp), b(lookUp));
  return (lookUp) => f(...all.map((part) => part(lookUp)));
}

/**
 * The value of an expression.
 * @param {Expression} expression
 * @param {(name: string) => any} lookUp
 */
export const evaluate = (expression, lookUp) => compiled(expression)(lookUp);
