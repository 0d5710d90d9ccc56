// How numbers are written: on screen, in formulas (mathml.js reads these texts), in Python.

/**
 * Fixed decimals with a true minus sign and ∞.
 * @param {number} x
 * @param {number} decimals
 */
export function fixed(x, decimals) {
  if (Number.isNaN(x)) return 'undefined';
  if (x === Infinity) return '∞';
  if (x === -Infinity) return '−∞';
  const text = x.toFixed(decimals);
  const unsigned = text.startsWith('-') ? text.slice(1) : text;
  const negative = text.startsWith('-') && Number(unsigned) !== 0;
  return negative ? `−${unsigned}` : unsigned;
}

/** How many decimals the multiples of a step have. */
export const decimalsOf = (step) => (String(step).split('.')[1] ?? '').length;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/**
 * A whole number as a superscript.
 * @param {number | string} exponent
 */
export const raised = (exponent) =>
  String(exponent)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);

/**
 * Fixed decimals, or a power of ten where they would show 0 for a number that is not 0, and from
 * `largest` on. What is exactly 0 is written 0.
 * @param {number} x
 * @param {number} decimals
 */
export function compact(x, decimals, largest = 1e6) {
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (!Number.isFinite(x) || (size >= 0.5 * 10 ** -decimals && size < largest)) return fixed(x, decimals);
  const [mantissa, exponent] = x.toExponential(1).split('e');
  return `${mantissa.replace('-', '−')} × 10${raised(exponent.replace('+', ''))}`;
}

/**
 * How many there are: '1 step', '2 steps'.
 * @param {number} n
 * @param {string} one
 */
export const counted = (n, one) => `${n} ${one}${n === 1 ? '' : 's'}`;

/**
 * A Python literal of a state value.
 * @param {any} value
 * @returns {string}
 */
export function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null) return 'None';
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : 'float("-inf")';
  return Object.is(value, -0) ? '0' : String(value);
}

/** Code that `py` inserts as it is. */
export const code = (text) => ({ code: text });

/** Template tag for Python: values become literals; leading and trailing blank lines go. */
export function py(strings, ...values) {
  let out = strings[0];
  values.forEach((value, i) => {
    const isCode = value !== null && typeof value === 'object' && 'code' in value;
    out += (isCode ? value.code : literal(value)) + strings[i + 1];
  });
  return `${out.replace(/^\n+|\s+$/g, '')}\n`;
}

/** The logarithm's base behind a unit of information, as a number and as Python. */
export const BASES = {
  nats: { base: null, log: 1, name: 'ln' },
  bits: { base: 2, log: Math.LN2, name: 'log₂' },
  bans: { base: 10, log: Math.LN10, name: 'log₁₀' },
};
