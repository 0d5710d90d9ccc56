// Scales as those of D3, as far as the charts use them: functions from a domain to a range of pixels.

/** A straight line through the ends of two intervals. */
function through([a, b], [c, d]) {
  if (b < a) [a, b, c, d] = [b, a, d, c];
  return (x) => {
    const share = b === a ? 0.5 : (x - a) / (b - a);
    return c * (1 - share) + d * share;
  };
}

/** About `count` round values of an interval, which steps of 1, 2 or 5 times a power of ten part. */
function ticksOf([low, high], count) {
  const rough = (high - low) / count;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const [times] = [10, 5, 2, 1].filter((k) => rough / ten >= Math.sqrt(k * { 10: 5, 5: 2, 2: 1, 1: 0 }[k]));
  const step = ten * times;
  const parts = step < 1 ? Math.round(1 / step) : 1 / step; // to a unit
  const at = (i) => (step < 1 ? i / parts : i * step);
  const [first, last] = [low, high].map((x) => Math.round(x * parts));
  const [from, to] = [first + Number(at(first) < low), last - Number(at(last) > high)];
  return Array.from({ length: to - from + 1 }, (_, i) => at(from + i));
}

function scale(domain, range, to, from) {
  const inner = domain.map(to);
  const [forth, back] = [through(inner, range), through(range, inner)];
  return Object.assign((x) => forth(to(x)), {
    domain,
    range,
    invert: (y) => from(back(y)),
    ticks: (count) => ticksOf(domain, count),
  });
}

export const linear = (domain, range) => scale(domain, range, Number, Number);
export const logarithmic = (domain, range) => scale(domain, range, Math.log, Math.exp);

/** `count` bands beside one another: where each begins, and how wide they are. */
export function bands(count, [start, end], padding) {
  const step = (end - start) / Math.max(1, count + padding);
  const first = start + (end - start - step * (count - padding)) / 2;
  return { at: (i) => first + step * i, width: step * (1 - padding) };
}
