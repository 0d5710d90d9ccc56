// Each loss that has a specimen as a function of one number x, with its slope, from the records that
// stand beside lib's functions.

import losses from '../generated/losses.json' with { type: 'json' };
import { evaluate } from './expressions.js';

const { families, specimens } = losses;

const bit = (s) => (s.label === 'positive' ? 1 : 0);
const OTHERS = { bit, sign: (s) => 2 * bit(s) - 1, power: (s) => Number(s.power) };

/**
 * The value of what an expression names: x, a trait, what follows from one, or a part that has a name.
 * @param {string} name
 * @param {State} s
 */
export const named = (name, s, where = {}) =>
  OTHERS[name]?.(s) ??
  (Object.hasOwn(where, name) ? evaluate(where[name], (inner) => named(inner, s, where)) : s[name]);

/** A specimen with its family's words and ranges, and value, grad, domain and args as functions. */
function specimen(one) {
  const of = (expression) => (x, s) => {
    const state = { ...s, x };
    return evaluate(expression, (name) => named(name, state, one.where));
  };
  const family = families[one.family];
  return {
    ...family,
    ...one,
    value: of(one.value),
    grad: of(one.slope),
    domain: (s) => family.domain.map((end) => evaluate(end, (name) => s[name])),
    args: (x, s) => ({
      args: one.args.map((arg) => of(arg)(x, s)),
      options: Object.fromEntries(Object.entries(one.options).map(([k, v]) => [k, of(v)(x, s)])),
    }),
    formula: one.value,
  };
}

export const SPECIMENS = Object.fromEntries(
  Object.entries(specimens).map(([name, one]) => [name, specimen(one)]),
);

/**
 * Points of f over [low, high], broken where f jumps, so that no line is drawn through the jump.
 * A jump is a difference that stays however near its two sides come.
 */
export function brokenCurve(f, [low, high], n = 200) {
  const points = [];
  let [a, fa] = [low, f(low)];
  points.push([a, fa]);
  for (let i = 1; i <= n; i++) {
    const b = low + ((high - low) * i) / n;
    const fb = f(b);
    if (Math.abs(fb - fa) > 0.05) points.push(...jump(f, a, fa, b, fb));
    points.push([b, fb]);
    [a, fa] = [b, fb];
  }
  return points;
}

function jump(f, a, fa, b, fb) {
  const size = Math.abs(fb - fa);
  for (let k = 0; k < 40; k++) {
    const [m, fm] = [(a + b) / 2, f((a + b) / 2)];
    if (Math.abs(fm - fa) > Math.abs(fb - fm)) [b, fb] = [m, fm];
    else [a, fa] = [m, fm];
  }
  if (!(Math.abs(fb - fa) > size / 4)) return [];
  return [
    [a, fa],
    [b, NaN],
    [b, fb],
  ];
}
