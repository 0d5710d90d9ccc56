// The mirror of lib/information.py. Natural logarithms; divide by `log` for other units.

import { sum } from './numeric.js';

/** −p log q, which is 0 for p = 0 and infinite for q = 0 < p. */
const crossTerm = (p, q) => (p === 0 ? 0 : q === 0 ? Infinity : -p * Math.log(q));

/** p log(p/q), which is 0 for p = 0 and infinite for q = 0 < p. */
const relativeTerm = (p, q) => crossTerm(p, q) - crossTerm(p, p);

export const selfInformation = (p) => (p === 0 ? Infinity : Math.abs(-Math.log(p)));
export const entropyTerms = (p) => p.map((x) => crossTerm(x, x));
export const entropy = (p) => sum(entropyTerms(p));
/** With log1p, so that a tiny p loses nothing to rounding in 1 − p. */
export const binaryEntropy = (p) => crossTerm(p, p) + (p === 1 ? 0 : -(1 - p) * Math.log1p(-p));
export const crossEntropyTerms = (p, q) => p.map((x, i) => crossTerm(x, q[i]));
export const crossEntropy = (p, q) => sum(crossEntropyTerms(p, q));
export const divergenceTerms = (p, q) => p.map((x, i) => relativeTerm(x, q[i]));
/** Rounding can leave -1e-17 where P and Q are nearly equal. */
export const klDivergence = (p, q) => Math.max(0, sum(divergenceTerms(p, q)));
export const jensenShannon = (p, q) =>
  Math.max(0, sum(p.map((x, i) => mixtureTerm(x, q[i], (x + q[i]) / 2))));
const mixtureTerm = (p, q, m) => crossTerm(m, m) - (crossTerm(p, p) + crossTerm(q, q)) / 2;
export const perplexity = (p) => Math.exp(entropy(p));
