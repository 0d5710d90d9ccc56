// The triangle of three-outcome distributions, and keeping distributions on it.

const HEIGHT = Math.sqrt(3) / 2;

/** Corners of the unit triangle, y downwards: first outcome left, second right, third on top. */
export const CORNERS = [
  [0, HEIGHT],
  [1, HEIGHT],
  [0.5, 0],
];

export const toPoint = (q) => [q[1] + q[2] / 2, HEIGHT * (1 - q[2])];

/** Barycentric coordinates; they leave [0, 1] outside the triangle. */
export function toWeights([x, y]) {
  const top = 1 - y / HEIGHT;
  const right = x - top / 2;
  return [1 - right - top, right, top];
}

/** The nearest distribution (Euclidean), by the sorting method. */
export function project(v) {
  const sorted = [...v].sort((a, b) => b - a);
  let running = 0;
  let shift = 0;
  sorted.forEach((x, i) => {
    running += x;
    const candidate = (running - 1) / (i + 1);
    if (x - candidate > 0) shift = candidate;
  });
  return v.map((x) => Math.max(0, x - shift));
}

/** Round to multiples of `step`, so that the sum stays 1 and the numbers stay short. */
export function snap(q, step = 0.01) {
  const scale = Math.round(1 / step);
  const cells = q.map((x) => Math.floor(x * scale + 1e-9));
  const order = q.map((x, i) => [x * scale - cells[i], i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  let left = scale - cells.reduce((a, b) => a + b, 0);
  for (let k = 0; left > 0; k = (k + 1) % order.length, left--) cells[order[k][1]]++;
  return cells.map((c) => c / scale);
}

/** Set one probability and scale the others to keep the sum at 1. */
export function withProbability(q, index, value, step = 0.01) {
  const rest = 1 - value;
  const others = 1 - q[index];
  const scaled = q.map((x, i) =>
    i === index ? value : others > 0 ? (x * rest) / others : rest / (q.length - 1),
  );
  const scale = Math.round(1 / step);
  const onGrid = Math.abs(value * scale - Math.round(value * scale)) < 1e-9;
  if (onGrid) return fixOthers(scaled, index, step);
  const last = scaled.findLastIndex((_, i) => i !== index);
  const sumOfRest = scaled.reduce((a, x, i) => (i === last ? a : a + x), 0);
  scaled[last] = Math.max(0, 1 - sumOfRest);
  return scaled;
}

/** Snap every entry but `index`, whose value stands. */
function fixOthers(q, index, step) {
  const scale = Math.round(1 / step);
  const kept = Math.round(q[index] * scale);
  const others = q.filter((_, i) => i !== index);
  const total = scale - kept;
  if (total <= 0) return q.map((_, i) => (i === index ? 1 : 0));
  const mass = others.reduce((a, b) => a + b, 0);
  const shares = snap(
    others.map((x) => x / mass),
    1 / total,
  ).map((x) => Math.round(x * total));
  shares.splice(index, 0, kept);
  return shares.map((c) => c / scale);
}

/**
 * Lay probabilities end to end and move the boundary after entry `i` to `at`; a boundary in its
 * way is pushed along.
 */
export function moveBoundary(q, i, at, step = 0.01) {
  const scale = Math.round(1 / step);
  const to = Math.min(1, Math.max(0, Math.round(at * scale) / scale));
  let edge = 0;
  const edges = q.slice(0, -1).map((x, k) => {
    edge += x;
    return k === i ? to : k < i ? Math.min(edge, to) : Math.max(edge, to);
  });
  const clean = (x) => Math.max(0, Number(x.toFixed(10)));
  return q.map((_, k) => clean((edges[k] ?? 1) - (edges[k - 1] ?? 0)));
}
