// What the views of entropy have in common: axes in the reader's unit, and the formula.

import { BASES, fixed } from '../../kit/format.js';
import { below, equations, joined, m, tone, words } from '../../kit/mathml.js';
import { entropy } from '../../math/information.js';

const TICKS = {
  nats: { tall: [0, 1, 2, 3], low: [0, 0.2, 0.4, 0.6], ramp: [0, 0.25, 0.5, 0.75, 1] },
  bits: { tall: [0, 1, 2, 3, 4, 5], low: [0, 0.25, 0.5, 0.75, 1], ramp: [0, 0.5, 1, 1.5] },
  bans: { tall: [0, 0.5, 1, 1.5], low: [0, 0.1, 0.2, 0.3], ramp: [0, 0.1, 0.2, 0.3, 0.4] },
};
const round = (t) => String(Math.round(t * 100) / 100);

/** Ticks of an axis in nats that is read in another unit. */
export const axisOf = (ticks, { unit }) => ({
  ticks: TICKS[unit][ticks].map((t) => t * BASES[unit].log),
  format: (t) => round(t / BASES[unit].log),
  words: (t) => fixed(t / BASES[unit].log, 3),
});

export const inBits = (p) => entropy(p) / Math.LN2;

/** The entropy of `p`, term by term. */
export function expectation(p, value, head, { unit }, narrow) {
  const log = BASES[unit].name;
  const terms = p.map((x) => m`${tone.p(fixed(x, 2))} ${log} ${tone.p(fixed(x, 2))}`);
  const end = m`${tone.h(fixed(value, 4))}${words(` ${unit}`)}`;
  return narrow
    ? equations([head, ...terms.map((one, i) => m`${i ? below : '='} − ${one}`), m`= ${end}`])
    : m`${head} = − ${joined(terms, '−')} = ${end}`;
}

/** That of the three colours. */
export const entropyFormula = (state, d, narrow) =>
  expectation(state.p, d.entropy, m`H(${tone.p('P')})`, state, narrow);
