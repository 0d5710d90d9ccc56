// Each loss that has a specimen as a function of one number x, with its slope, from the records that
// stand beside lib's functions.

import losses from '../generated/losses.json' with { type: 'json' };
import { compiled } from './expressions.js';

const { families, specimens } = losses;

// What follows from a trait. A curve asks for it at each of its points.
const FOLLOWS = {
  bit: (s) => (s.label === 'positive' ? 1 : 0),
  sign: (s) => (s.label === 'positive' ? 1 : -1),
  power: (s) => Number(s.power),
};

/** A specimen with its family's words and ranges; value, grad, domain and args are functions. */
function specimen(one) {
  const family = families[one.family];
  const where = Object.fromEntries(
    Object.entries(one.where ?? {}).map(([name, part]) => [name, compiled(part)]),
  );
  /** What looks up x, a trait, what follows from one, or a part that has a name. */
  function named(x, s) {
    const lookUp = (name) => {
      if (name === 'x') return x;
      return name in where ? where[name](lookUp) : name in FOLLOWS ? FOLLOWS[name](s) : s[name];
    };
    return lookUp;
  }
  const of = (expression) => {
    const f = compiled(expression);
    return (x, s) => f(named(x, s));
  };
  const ends = family.domain.map(compiled);
  const args = (one.args ?? []).map(of);
  const options = Object.entries(one.options ?? {}).map(([key, option]) => ({ key, of: of(option) }));
  return {
    ...family,
    ...one,
    formula: one.value,
    named,
    value: of(one.value),
    grad: of(one.slope),
    domain: (s) => ends.map((end) => end((name) => s[name])),
    args: (x, s) => ({
      args: args.map((arg) => arg(x, s)),
      options: Object.fromEntries(options.map((option) => [option.key, option.of(x, s)])),
    }),
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
    if (!(Math.abs(fb - fa) > size / 4)) return [];
  }
  return [
    [a, fa],
    [b, NaN],
    [b, fb],
  ];
}
