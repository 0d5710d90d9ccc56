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
 * The value of an expression.
 * @param {Expression} expression
 * @param {(name: string) => any} lookUp
 * @returns {any}
 */
export function evaluate(expression, lookUp) {
  if (typeof expression === 'number') return expression;
  if (typeof expression === 'string') return lookUp(expression);
  const [what, ...parts] = expression;
  if (what === 'text') return parts[0][0];
  if (what === 'if') return evaluate(parts[evaluate(parts[0], lookUp) ? 1 : 2], lookUp);
  if (what === 'and') return parts.every((part) => evaluate(part, lookUp));
  return FUNCTIONS[what](...parts.map((part) => evaluate(part, lookUp)));
}
