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
/** No term is negative, and the sums of P and Q differ by their rounding, which is added exactly. */
export const klDivergence = (p, q) =>
  Math.max(0, sum(p.map((x, i) => excess(x, q[i]))) + sum(p.map((x, i) => x - q[i])));
export const jensenShannon = (p, q) => sum(p.map((x, i) => mixtureTerm(x, q[i])));

/** Below it a series replaces a difference of logarithms. */
const NEAR = 0.2;
const TERMS = 12;

/** Σₖ squareᵏ / denominator(k) */
function series(square, denominator) {
  let total = 0;
  for (let k = TERMS - 1; k >= 0; k--) total = total * square + 1 / denominator(k);
  return total;
}

/** p log(p/q) − p + q, which is never negative; by its series where p is near q. */
function excess(p, q) {
  if (p === 0 || q === 0) return p === 0 ? q : Infinity;
  const v = (p - q) / (p + q);
  if (Math.abs(v) < NEAR) return v * (p - q) + 2 * p * v ** 3 * series(v ** 2, (k) => 2 * k + 3);
  const ratio = p / q;
  return p * (ratio === Infinity ? Math.log(p) - Math.log(q) : Math.log(ratio)) - p + q;
}

/** What an outcome adds to the divergence of Jensen and Shannon, from t = (p − q) / (p + q). */
function mixtureTerm(p, q) {
  if (p + q === 0) return 0;
  const t = (p - q) / (p + q);
  if (Math.abs(t) < NEAR) return ((p + q) / 4) * series(t ** 2, (k) => (k + 1) * (2 * k + 1)) * t ** 2;
  const side = (u) => (u === -1 ? 0 : (1 + u) * Math.log1p(u));
  return ((p + q) / 4) * (side(t) + side(-t));
}
export const perplexity = (p) => Math.exp(entropy(p));
