// The mirror of lib/precision.py: numbers of 8 to 32 bits, by arithmetic on those of 64.

/** Binary digits after the first, exponent of the smallest normal number, largest, what is beyond it. */
const FORMATS = {
  bfloat16: { digits: 7, least: -126, largest: (2 - 2 ** -7) * 2 ** 127, beyond: Infinity },
  float16: { digits: 10, least: -14, largest: 65504, beyond: Infinity },
  float32: { digits: 23, least: -126, largest: (2 - 2 ** -23) * 2 ** 127, beyond: Infinity },
  float8_e4m3fn: { digits: 3, least: -6, largest: 448, beyond: NaN },
};
const EPSILON = 1e-8;
const WHOLE = 2 ** 52; // numbers from here on have no fraction

const bits = new DataView(new ArrayBuffer(8));
/** e with 2^e ≤ |x| < 2^(e+1); −1023 where x is smaller than any normal number. */
function exponentOf(x) {
  bits.setFloat64(0, x);
  return ((bits.getUint16(0) >> 4) & 0x7ff) - 1023;
}

/** The distance between a format's numbers around x. */
const stepOf = (x, { digits, least }) => 2 ** (Math.max(exponentOf(x), least) - digits);

/** The nearest number of a format, the even one of two. */
export function roundTo(x, dtype) {
  if (dtype === 'float32') return Math.fround(x);
  if (!Number.isFinite(x) || x === 0) return Number.isFinite(x) ? x : beyond(x, FORMATS[dtype]);
  const format = FORMATS[dtype];
  const step = stepOf(x, format);
  const size = (Math.abs(x) / step + WHOLE - WHOLE) * step; // the sum rounds to an even integer
  return size > format.largest ? beyond(x, format) : Math.sign(x) * size;
}
const beyond = (x, { beyond: value }) => (Number.isNaN(x) ? x : Math.sign(x) * value);

/** The decimal digits that a format has. */
export const mostDigits = (dtype) => (FORMATS[dtype].digits + 1) * Math.log10(2);

/** How many decimal digits of a computed number are right. */
export function correctDigits(computed, exact, dtype) {
  if (!Number.isFinite(computed)) return 0;
  const most = mostDigits(dtype);
  if (computed === exact) return most;
  const error = Math.abs(computed - exact) / Math.abs(exact);
  return Math.min(most, Math.max(0, -Math.log10(error)));
}

/** The larger score, the exponential of the right one below it, and the sum of both. */
function parts(m, r) {
  const top = Math.max(m, 0);
  const right = r(Math.exp(m - top));
  return { top, right, total: r(right + r(Math.exp(-top))) };
}
function probability(m, r) {
  const { right, total } = parts(m, r);
  return r(right / total);
}
const safe = (m, r) => r(probability(m, r) + r(EPSILON));
function logSum(m, r) {
  const { top, total } = parts(m, r);
  return r(top + r(Math.log(total)));
}
function logSoftmaxLoss(m, r) {
  const { top, total } = parts(m, r);
  return -r(m - top - r(Math.log(total)));
}
const logSoftmaxSlope = (m, r) => r(r(Math.exp(-logSoftmaxLoss(m, r))) - 1);
/** The slope g with respect to a probability, taken through the softmax. */
const through = (g, p, r) => r(p * r(g - r(g * p)));
function softplusSlope(m, r) {
  const small = r(Math.exp(-Math.abs(m)));
  return -r((m < 0 ? 1 : small) / r(1 + small));
}

const FORMULAS = {
  softmax: {
    loss: (m, r) => -r(Math.log(probability(m, r))),
    slope(m, r) {
      const p = probability(m, r);
      return through(-r(1 / p), p, r);
    },
  },
  epsilon: {
    loss: (m, r) => -r(Math.log(safe(m, r))),
    slope: (m, r) => through(-r(1 / safe(m, r)), probability(m, r), r),
  },
  logsumexp: {
    loss: (m, r) => r(logSum(m, r) - m),
    slope: (m, r) => r(r(Math.exp(r(m - logSum(m, r)))) - 1),
  },
  log_softmax: { loss: logSoftmaxLoss, slope: logSoftmaxSlope },
  float32: {
    loss: (m, r) => r(logSoftmaxLoss(m, Math.fround)),
    slope: (m, r) => r(logSoftmaxSlope(m, Math.fround)),
  },
  softplus: {
    loss: (m, r) => r(Math.max(-m, 0) + r(Math.log1p(r(Math.exp(-Math.abs(m)))))),
    slope: softplusSlope,
  },
};
const roundings = Object.fromEntries(
  Object.keys(FORMATS).map((dtype) => [dtype, (/** @type {number} */ x) => roundTo(x, dtype)]),
);

/** The cross-entropy of two classes, of which the right one leads by the margin. */
export function roundedLoss(margin, dtype, formula) {
  const r = roundings[dtype];
  return FORMULAS[formula].loss(r(margin), r) + 0;
}

/** Its slope with respect to the score of the right class. */
export function roundedLossGrad(margin, dtype, formula) {
  const r = roundings[dtype];
  return FORMULAS[formula].slope(r(margin), r) + 0;
}
