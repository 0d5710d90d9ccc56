import { evaluate } from '../math/expressions.js';

/**
 * What has to change for a state to keep Python's rules between traits.
 * @param {Rule[]} rules
 * @param {State} state
 */
export function mended(rules, state) {
  const patch = {};
  const lookUp = (name) => patch[name] ?? state[name];
  for (const { trait, by, cases } of rules) {
    const [condition, instead] = cases[lookUp(by)] ?? [1, 0];
    if (!evaluate(condition, lookUp)) patch[trait] = evaluate(instead, lookUp);
  }
  return patch;
}
