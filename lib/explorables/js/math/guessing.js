// The mirror of what lib/language.py has of Shannon's guessing game: 27 letters, the bounds, and what models
// make of a text, read letter by letter.

import { begin, characterModel, codesOf, nextProbs, ngramModel, step, tableCosts } from './language.js';

export const LETTERS = 'abcdefghijklmnopqrstuvwxyz ';
/** What a letter costs whoever knows nothing but the alphabet, in bits. */
export const CHANCE = Math.log2(LETTERS.length);

/** A letter's place in the alphabet, in either case. */
export const placeOf = (letter) => LETTERS.indexOf(letter.toLowerCase());

const sum = (values) => values.reduce((a, b) => a + b, 0);

/**
 * The shares of the different ranks, the largest first, and that of the letters that were shown.
 * @param {number[]} ranks
 * @param {number} [shown] the rank that stands for such a letter
 */
export function sharesOf(ranks, shown) {
  const counts = new Map();
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1);
  const told = (counts.get(shown) ?? 0) / ranks.length;
  counts.delete(shown);
  return { q: [...counts.values()].sort((a, b) => b - a).map((count) => count / ranks.length), told };
}

/**
 * Shannon's bounds of the entropy, in bits a letter: [lower, upper]. Before the first letter nothing but the
 * alphabet is known.
 * @param {number[]} ranks
 * @param {number} [shown] the rank that stands for a letter that was shown
 */
export function guessingBounds(ranks, shown) {
  if (!ranks.length) return [0, CHANCE];
  const { q, told } = sharesOf(ranks, shown);
  const lower = sum(q.map((share, i) => (i + 1) * (share - (q[i + 1] ?? 0)) * Math.log2(i + 1)));
  const all = told ? [...q, told] : q;
  return [lower, told * CHANCE - sum(all.map((share) => share * Math.log2(share)))];
}

/** The bits that a letter costs in the mean. */
export const bitsOf = (surprisals) => sum(surprisals) / surprisals.length / Math.LN2;

/** What a letter costs, in nats, and the guess that it takes, where each letter has its weight. */
function judged(weights, place) {
  const own = weights[place];
  const sooner = weights.filter((other, i) => other > own || (other === own && i < place));
  return { cost: Math.max(Math.log(sum(weights)) - Math.log(own), 0), guess: 1 + sooner.length };
}

/**
 * What a model makes of each letter of a text: {cost, guess}. Of the text before, what it begins with is kept.
 * @param {{ first: any, next: (state: any, letter: string) => any, weights: (state: any) => number[] }} model
 * its state before a text and after one more letter, and how likely each letter then is
 */
export function player({ first, next, weights }) {
  const states = [first];
  const read = [];
  let known = '';
  /** @param {string} text */
  return (text) => {
    let same = 0;
    while (same < text.length && text[same] === known[same]) same++;
    known = text;
    states.length = Math.min(states.length, same + 1);
    read.length = Math.min(read.length, same);
    for (let i = read.length; i < text.length; i++) {
      if (states.length === i) states.push(next(states[i - 1], text[i - 1]));
      read.push(judged(weights(states[i]), placeOf(text[i])));
    }
    return [...read];
  };
}

/** The places in a model's alphabet of each letter, in either case. */
const casesOf = (model) =>
  Array.from(LETTERS, (letter) => [...new Set(codesOf(model, letter + letter.toUpperCase()))]);

/** The network, which reads a text after a line break. */
export function network(asset) {
  const model = characterModel(asset);
  const cases = casesOf(model);
  const read = (state, letter) => step(model, state, codesOf(model, letter)[0]);
  return {
    first: read(begin(model), '\n'),
    next: read,
    weights(state) {
      const probs = nextProbs(model, state);
      return cases.map((both) => sum(both.map((code) => probs[code])));
    },
  };
}

/** A table of n-grams, which reads a text after a line break too. */
export function table(asset, order) {
  const model = ngramModel(asset, order);
  const cases = casesOf(model);
  const known = new Map();
  function weights(context) {
    const before = codesOf(model, context);
    const prob = (code) => Math.exp(-tableCosts(model, [...before, code])[before.length]);
    if (!known.has(context)) {
      known.set(
        context,
        cases.map((both) => sum(both.map(prob))),
      );
    }
    return known.get(context);
  }
  return {
    first: '\n',
    next: (context, letter) => (context + letter).slice(-order),
    weights: (context) => weights(order > 1 ? context.slice(1 - order) : ''),
  };
}
