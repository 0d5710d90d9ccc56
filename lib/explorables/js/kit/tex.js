// A live formula as TeX, for whoever copies it.

const SIGNS = {
  '−': '-',
  '⋅': '\\cdot',
  '×': '\\times',
  '≤': '\\le',
  '≥': '\\ge',
  '≠': '\\ne',
  '≈': '\\approx',
  '→': '\\to',
  '∈': '\\in',
  '∂': '\\partial',
  '∇': '\\nabla',
  '∞': '\\infty',
  '…': '\\dots',
  '⋯': '\\cdots',
  '∑': '\\sum',
  '∏': '\\prod',
  '⌊': '\\lfloor',
  '⌋': '\\rfloor',
  '‖': '\\|',
  '′': "'",
  '%': '\\%',
  '\u2061': '',
};
const LETTERS = { α: 'alpha', γ: 'gamma', θ: 'theta', λ: 'lambda', π: 'pi', σ: 'sigma', τ: 'tau' };
const FUNCTIONS = /^(ln|log|exp|max|min|cos|sin|tanh)$/;
const SPACES = { '0.25em': '\\ ', '1em': '\\quad', '2em': '\\qquad', '1.3333em': '\\phantom{=}' };
const SIDES = { prefix: 'l', postfix: 'r' };

function name(text) {
  if (text in LETTERS) return `\\${LETTERS[text]}`;
  if (text in SIGNS) return SIGNS[text];
  if (text.length === 1) return text;
  return FUNCTIONS.test(text) ? `\\${text}` : `\\operatorname{${text}}`;
}

function sign(text, { form = '', 'data-size': size }) {
  const one = SIGNS[text] ?? text;
  return size ? `\\${size === 1 ? 'b' : 'B'}ig${SIDES[form] ?? ''}${one}` : one;
}

/** Parts one after the other, with spaces where a command would run into a letter, and a minus apart. */
const row = (parts) =>
  parts
    .map(texOf)
    .filter(Boolean)
    .join(' ')
    .replace(/(?<=[([]) | (?=[)\],;]|\\rfloor|')/g, '')
    .replace(/ (?=[_^])/g, '');

/** What a mark lowers, raises or stands over: in braces unless it is one letter or digit. */
const inBraces = (part) => {
  const text = texOf(part);
  return /^\w$/.test(text) ? text : `{${text}}`;
};
/** What bears an index: in braces where the index would be its last part's alone. */
const base = (part) => (part.tag === 'mrow' && part.kind !== 'fenced' ? `{${texOf(part)}}` : texOf(part));

const TAGS = {
  mi: ({ children }) => name(children),
  mn: ({ children }) => children,
  mo: ({ children, attributes }) => sign(children, attributes),
  mtext: ({ children }) => `\\text{${children}}`,
  mspace: ({ attributes }) => SPACES[attributes.width] ?? '',
  mrow: ({ children }) => row(children),
  math: ({ children }) => row(children),
  mtd: ({ children }) => row(children),
  msub: ({ children: [a, b] }) => `${base(a)}_${inBraces(b)}`,
  msup: ({ children: [a, b] }) => `${base(a)}^${inBraces(b)}`,
  munder: ({ children: [a, b] }) => `${texOf(a)}_${inBraces(b)}`,
  munderover: ({ children: [a, b, c] }) => `${texOf(a)}_${inBraces(b)}^${inBraces(c)}`,
  mover: ({ children: [a] }) => `\\hat{${texOf(a)}}`,
  msqrt: ({ children }) => `\\sqrt{${row(children)}}`,
  mfrac: ({ children: [a, b], attributes }) =>
    `\\${attributes.displaystyle === 'false' ? 't' : ''}frac{${texOf(a)}}{${texOf(b)}}`,
  mtable({ children, attributes }) {
    const kind = attributes.class === 'ex-equations' ? 'aligned' : 'gathered';
    const lines = children.map(({ children: cells }) => cells.map(texOf).join(' & '));
    return `\\begin{${kind}} ${lines.join(' \\\\ ')} \\end{${kind}}`;
  },
};

/**
 * The TeX of an element of a formula, without its colours.
 * @param {any} part
 * @returns {string}
 */
export function texOf(part) {
  return TAGS[part.tag](part);
}
