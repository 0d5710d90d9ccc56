// The mirror of lib/activations.py, in its order of operations.

export const sigmoid = (x) => {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
};
export const sigmoidGrad = (x) => sigmoid(x) * sigmoid(-x);
export const tanh = Math.tanh;
export const tanhGrad = (x) => 4 * sigmoidGrad(2 * x);
export const relu = (x) => Math.max(x, 0);
export const reluGrad = (x) => (x > 0 ? 1 : 0);

const total = (values) => values.reduce((a, b) => a + b, 0);

/** Scores minus their largest, over the temperature: no exponential of them can overflow. */
function shifted(logits, temperature) {
  const largest = Math.max(...logits);
  return logits.map((z) => (z - largest) / temperature);
}

export function softmax(logits, temperature = 1) {
  const e = shifted(logits, temperature).map(Math.exp);
  const sum = total(e);
  return e.map((x) => x / sum);
}

/** log Σ e of scores whose largest is 0: that one stays out of the sum, so that no digit is lost. */
export function logSumExp(z) {
  const largest = z.indexOf(0);
  return Math.log1p(total(z.map((x, i) => (i === largest ? 0 : Math.exp(x)))));
}

export function logSoftmax(logits, temperature = 1) {
  const z = shifted(logits, temperature);
  const log = logSumExp(z);
  return z.map((x) => x - log);
}

/** Row i holds the derivatives of the i-th probability; they sum to 0. */
export function softmaxJacobian(logits) {
  const p = softmax(logits);
  return p.map((a, i) =>
    setToMinusTheRest(
      p.map((b) => a * (0 - b)),
      i,
    ),
  );
}

/** Set one number so that all sum to 0: a sum of small ones keeps the digits that 1 − p loses. */
export function setToMinusTheRest(numbers, index) {
  let rest = 0;
  for (let i = 0; i < numbers.length; i++) if (i !== index) rest += numbers[i];
  numbers[index] = 0 - rest;
  return numbers;
}

/** How each number format rounds. */
export const ROUND = { float32: Math.fround, float64: (x) => x };

/**
 * The softmax as its formula is written, every step rounded to the format: what is computed, with
 * its overflow. The exponential itself can differ from NumPy's in float32 by its last digits.
 */
export function naiveSoftmax(logits, dtype = 'float64') {
  const round = ROUND[dtype];
  const scores = logits.map(round);
  const exponentials = scores.map((z) => round(Math.exp(z)));
  const sum = exponentials.reduce((a, b) => round(a + b), 0);
  return { scores, exponentials, sum, probabilities: exponentials.map((e) => round(e / sum)) };
}
