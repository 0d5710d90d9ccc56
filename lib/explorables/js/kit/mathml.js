// A formula as data, which `formula.js` keeps on screen: MathML's elements, each with its attributes
// and its children or its text.
//
//   m`H(${tone.p('P')}) = − ${tone.p('0.50')} ln ${tone.p('0.50')}`
//
// makes numbers, letters, names (letters that stand together) and signs of what it is given; spaces
// part words and are not shown. `_` and `^` lower and raise what follows them, as do lowered and
// raised digits (log₂, 10⁻³); `~` is a thin space. What is put in is a formula too, a text of `fixed` or `compact` included.
// Spaces around signs are TeX's, written out, since engines have tables of their own.

const TOKEN = /(\d+(?:\.\d+)?)|([A-Za-zα-ω]+\u0302?)|([⁻⁰¹²³⁴-⁹]+)|([₀-₉]+)|(\S)/gu;
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const LOWERED = '₀₁₂₃₄₅₆₇₈₉';
const SYMBOLS = '∞…⋯'; // stand for what is named or numbered
const RELATIONS = '=<>≤≥≠≈→∈';
const [THICK, MEDIUM, THIN] = ['0.2778em', '0.2222em', '0.1667em'];

const node = (tag, children, attributes = {}, kind = 'thing') => ({ tag, children, attributes, kind });
const space = (width) => node('mspace', [], { width }, 'space');
const thin = [space(THIN)];
/** As wide as an equals sign with its room, in the place of one. */
export const below = [node('mspace', [], { width: '1.3333em' }, 'open')];
const nothing = [space('0')];
export const quad = [space('1em')];
export const qquad = [space('2em')];

const NO_ROOM = { lspace: '0', rspace: '0' };
const FENCE = { stretchy: 'false', ...NO_ROOM };

const digits = (text, all) =>
  Array.from(text, (digit) => (digit === '⁻' ? '−' : all.indexOf(digit))).join('');

/** A letter, or a name of several: upright, and apart from what it is applied to. */
function letters(text) {
  if (text === 'undefined') return node('mtext', text);
  if (!text.endsWith('\u0302')) return node('mi', text, {}, text.length > 1 ? 'name' : 'thing');
  const hat = node('mo', '^', { stretchy: 'false' });
  return node('mover', [node('mi', text.slice(0, -1)), hat], { accent: 'true' });
}

function sign(text) {
  if (SYMBOLS.includes(text)) return node('mi', text);
  if ('([⌊'.includes(text)) return node('mo', text, { form: 'prefix', ...FENCE }, 'open');
  if (')]⌋'.includes(text)) return node('mo', text, { form: 'postfix', ...FENCE }, 'close');
  return node('mo', text, { stretchy: 'false' }, 'sign');
}

/** Parts of a formula, and the marks that lower and raise what comes next. */
const parse = (text) =>
  [...text.replace('ŷ', 'y\u0302').matchAll(TOKEN)].flatMap(([, number, word, raised, lowered, other]) => {
    if (number) return [node('mn', number)];
    if (word) return [letters(word)];
    if (raised) return ['^', parse(digits(raised, RAISED))];
    if (lowered) return ['_', parse(digits(lowered, LOWERED))];
    if (other === '~') return thin;
    return [other === '_' || other === '^' ? other : sign(other)];
  });

const formulaOf = (value) => (Array.isArray(value) ? value : m([value.toString()]));

/**
 * A formula: see above.
 * @param {ArrayLike<string>} strings
 * @param {any[]} values
 * @returns {Formula}
 */
export function m(strings, ...values) {
  const out = [];
  let mark = '';
  const add = (part) => {
    if (part === '_' || part === '^') mark = part;
    else if (mark) out.push(script(mark, out.pop(), part));
    else out.push(...[part].flat());
    if (part !== mark) mark = '';
  };
  Array.from(strings).forEach((text, i) => {
    parse(text).forEach(add);
    if (i === values.length) return;
    const value = values[i];
    if (mark || Array.isArray(value)) add(formulaOf(value));
    else parse(value.toString()).forEach(add);
  });
  return out;
}

const script = (mark, base, part) =>
  node(mark === '_' ? 'msub' : 'msup', [base, small([part].flat())], {}, base.kind);

/** One element of several, with the spaces between them; `before` is what stands before the first. */
function group(formula, tight = false, before = '') {
  const parts = spaced(formulaOf(formula), tight, before);
  return parts.length === 1 ? parts[0] : node('mrow', parts);
}
const small = (formula) => group(formula, true);

function spaced(formula, tight, before = '') {
  const out = [];
  formula.forEach((part, i) => {
    const operand = !['', 'open', 'sign', 'prefix'].includes(before);
    const next = formula[i + 1]?.kind;
    if (part.kind === 'name' || part.kind === 'large') {
      if (operand || before === 'prefix') out.push(...thin);
      out.push(part);
      const rspace = !next || ['open', 'fenced', 'space'].includes(next) ? '0' : THIN;
      if (part.kind === 'large') out.push(space(rspace));
      else if (next) out.push(node('mo', '\u2061', { class: 'ex-of', lspace: '0', rspace }));
      before = 'thing';
    } else {
      out.push(part.kind === 'sign' ? placed(part, operand, tight) : part);
      if (part.kind === 'sign' && '+−'.includes(part.children) && !operand) before = 'prefix';
      else if (part.kind !== 'space') before = part.kind;
    }
  });
  return out;
}

/** A sign with the room that TeX gives it: between two operands, before one, or in small print. */
function placed(part, operand, tight) {
  const text = part.children;
  let [left, right] = ['0', '0'];
  if (RELATIONS.includes(text)) left = right = THICK;
  else if (text === '‖') left = right = THIN;
  else if (',;'.includes(text)) right = THIN;
  else if ('+−⋅×'.includes(text) && operand) left = right = MEDIUM;
  const form = operand ? 'infix' : 'prefix';
  const [lspace, rspace] = tight ? ['0', '0'] : [left, right];
  return { ...part, attributes: { ...part.attributes, form, lspace, rspace } };
}

const toned = (tone) => (formula) => {
  const one = group(formula);
  return [{ ...one, attributes: { ...one.attributes, 'data-tone': tone } }];
};
/** In the colours of truth, prediction, entropy and divergence. */
export const tone = { p: toned('p'), q: toned('q'), h: toned('h'), d: toned('d') };

/**
 * Formulas one after the other, with a sign between two.
 * @param {any[]} formulas
 * @param {string} between
 */
export const joined = (formulas, between) =>
  formulas.flatMap((one, i) => (i ? m`${between}${one}` : formulaOf(one)));

/** Words as they are; a blank at an end is kept. */
export const words = (text) => [
  ...(text.startsWith(' ') ? [space('0.25em')] : []),
  node('mtext', text.trim()),
  ...(text.endsWith(' ') ? [space('0.25em')] : []),
];

export const frac = (over, under) => [node('mfrac', [group(over), group(under)])];
/** A fraction as small as the line it stands in. */
export const tfrac = (over, under) => [node('mfrac', [small(over), small(under)], { displaystyle: 'false' })];
export const root = (formula) => [node('msqrt', [group(formula)])];
/** A large sign with what stands below it, and above it. */
export const large = (symbol, ...limits) => [
  node(
    limits.length > 1 ? 'munderover' : 'munder',
    [node('mo', symbol, NO_ROOM), ...limits.map(small)],
    {},
    'large',
  ),
];
/** The same in a line, what stands below it at its side. */
export const inline = (symbol, below) => [
  node('msub', [node('mo', symbol, { largeop: 'false', ...NO_ROOM }), small(below)], {}, 'large'),
];

/** A larger bracket, whose other may stand in another line. */
export const big = (text) =>
  parse(text).map((one) => ({ ...one, attributes: { ...one.attributes, 'data-size': 1 } }));

/**
 * Between two signs that belong together, by default parentheses; of `size` 1 and 2 these are larger.
 * @param {any} formula
 * @param {string} [signs]
 * @param {number} [size]
 */
export function within(formula, [left, right] = '()', size) {
  const fence = (text, form) => node('mo', text, { form, ...FENCE, ...(size ? { 'data-size': size } : {}) });
  const inside = spaced(formulaOf(formula), false);
  return [node('mrow', [fence(left, 'prefix'), ...inside, fence(right, 'postfix')], {}, 'fenced')];
}

const cell = (formula, before = '') => node('mtd', [group(formula, false, before)]);
const table = (kind, rows) => [
  node(
    'mtable',
    rows.map((cells) => node('mtr', cells)),
    { displaystyle: 'true', class: `ex-${kind}` },
  ),
];
/** Lines below one another. */
export const lines = (...formulas) =>
  table(
    'lines',
    formulas.map((one) => [cell(one)]),
  );
/** Equations below one another: of each the left side, then one line or more of the right. */
export const equations = (...all) =>
  table(
    'equations',
    all.flatMap(([left, ...right]) =>
      right.map((line, i) => [cell(i ? nothing : left), cell(line, 'thing')]),
    ),
  );

/** The element of a whole formula. */
export const whole = (formula) => node('math', spaced(formula, false), { displaystyle: 'true' });
