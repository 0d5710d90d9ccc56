// The mirror of lib/coding.py, for binary codes.

import { dot, sum } from './numeric.js';

export const kraftSum = (lengths) => sum(lengths.map((l) => 2 ** -l));

export const expectedLength = (p, lengths) => dot(p, lengths);

/** The canonical prefix code of the given lengths, or null where they exceed the Kraft budget. */
export function prefixCode(lengths) {
  if (kraftSum(lengths) > 1) return null;
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[a] - lengths[b] || a - b);
  const words = [];
  let start = 0;
  for (const i of order) {
    words[i] = Math.round(start * 2 ** lengths[i])
      .toString(2)
      .padStart(lengths[i], '0');
    start += 2 ** -lengths[i];
  }
  return words;
}
