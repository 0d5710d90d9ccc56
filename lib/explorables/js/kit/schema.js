// The page's half of the state's validation. The schema comes from the Python traits, so both
// sides refuse the same values; the page clamps where a reader's hand is behind the value.

import { readNumber } from './number.js';

const clamp = (x, lo, hi) => Math.min(hi, Math.max(lo, x));
const finite = (x) => typeof x === 'number' && Number.isFinite(x);

const coerceNumber = (s, x) => (finite(x) ? clamp(x, s.min, s.max) : undefined);
const coerceInteger = (s, x) => (finite(x) ? clamp(Math.round(x), s.min, s.max) : undefined);

/** @returns {any[] | undefined} */
function coerceVector(s, value) {
  if (!Array.isArray(value)) return undefined;
  if (value.length < s.minLength || value.length > s.maxLength) return undefined;
  const one = s.integer ? coerceInteger : coerceNumber;
  const out = value.map((x) => one(s, x));
  return out.includes(undefined) ? undefined : out;
}

function coerceDistribution(s, value) {
  if (!Array.isArray(value) || value.some((x) => !finite(x) || x < 0 || x > 1)) return undefined;
  const out = coerceVector(s, value);
  if (!out) return undefined;
  const total = out.reduce((a, b) => a + b, 0);
  return Math.abs(total - 1) <= s.tolerance ? out : undefined;
}

/** As Python has it: line breaks alone, no halves of surrogate pairs. What is too long is cut. */
function coerceText({ maxLength }, x) {
  if (typeof x !== 'string') return undefined;
  const text = x.replace(/\r\n?/g, '\n').replace(/\p{Cs}/gu, '\ufffd');
  return text.length > maxLength ? Array.from(text).slice(0, maxLength).join('') : text;
}

const parseNumber = (text) => readNumber(text);

const KINDS = {
  number: { coerce: coerceNumber, parse: parseNumber, print: String },
  integer: { coerce: coerceInteger, parse: parseNumber, print: String },
  vector: { coerce: coerceVector, parse: parseList, print: (v) => v.join(',') },
  distribution: { coerce: coerceDistribution, parse: parseList, print: (v) => v.join(',') },
  choice: {
    coerce: (s, x) => (s.options.some((o) => o.value === x) ? x : undefined),
    parse: (text, { options }) =>
      options.find(({ value }) => value.toLowerCase() === text.toLowerCase())?.value,
    print: String,
  },
  text: { coerce: coerceText, parse: String, print: String },
  flag: {
    coerce: (_, x) => (typeof x === 'boolean' ? x : undefined),
    parse: (text) => ({ true: true, false: false, 1: true, 0: false })[text.toLowerCase()],
    print: String,
  },
};

/** Between semicolons, numbers may have decimal commas; nothing is the empty list. */
function parseList(text) {
  return text ? text.split(text.includes(';') ? ';' : ',').map(parseNumber) : [];
}

/**
 * The valid value nearest to `value`, or undefined where there is none.
 * @param {Trait} schema
 * @param {unknown} value
 */
export const coerce = (schema, value) => KINDS[schema.kind].coerce(schema, value);

/**
 * Read a permalink's text; undefined where it makes no valid value. Nothing is clamped.
 * @param {Trait} schema
 * @param {unknown} text
 */
export function parse(schema, text) {
  if (typeof text !== 'string' || text.length > 2000) return undefined;
  const value = KINDS[schema.kind].parse(text, schema);
  const valid = coerce(schema, value);
  return String(valid) === String(value) ? valid : undefined;
}

/**
 * Write a value as a permalink's text; `parse` reads it back.
 * @param {Trait} schema
 * @param {any} value
 */
export const print = (schema, value) => KINDS[schema.kind].print(value);
