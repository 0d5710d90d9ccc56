// Numbers as people type and paste them: `0,5`, `−3`, `12 000`, `1/3`, `50 %`, `1.2 × 10⁻³`, `2 bits`.

const UNITS = ['nat', 'bit', 'ban'];
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

const lowered = (sign) => ({ '⁻': '-', '⁺': '+' })[sign] ?? SUPERSCRIPTS.indexOf(sign);

/** Signs, digits and powers of ten as JavaScript writes them; without what is only for the eye. */
const plain = (text) =>
  text
    .replace(/[⁻⁺⁰¹²³⁴-⁹]+/g, (power) => power.replace(/./g, lowered))
    .replace(/[¼½¾⅐-⅞]/g, ' $&') // so that 1½ does not become 11/2
    .normalize('NFKC')
    .replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, '') // marks of direction
    .replace(/[−–]/g, '-')
    .replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt(0) & 15)
    .replace('٫', ',')
    .replace('⁄', '/')
    .replace(/\s*[×·*]\s*10\^?\s*(?=[-+]?\d)/, 'e')
    .replace(/(\d)[\s'’](?=\d{3}(?!\d))/g, '$1')
    .replace(/^\s*([-+])\s+/, '$1')
    .trim();

/** A decimal with a comma or a point, and with the other, or either more than once, between thousands. */
function decimal(text) {
  const [point] = text.match(/[.,](?=[^.,]*$)/) ?? [''];
  const groups = text.split(point === ',' ? '.' : ',');
  const thousands = (parts) => parts.every((part, i) => (i ? /^\d{3}(?!\d)/ : /^[-+]?\d{1,3}$/).test(part));
  let whole = text;
  if (point && groups.length > 1) {
    if (!thousands(groups)) return NaN;
    whole = groups.join('');
  } else if (point && text.split(point).length > 2) {
    return thousands(text.split(point)) ? decimal(text.replaceAll(point, '')) : NaN;
  }
  whole = whole.replace(',', '.');
  return DECIMAL.test(whole) ? Number(whole) : NaN;
}

/** The number that a text means, or NaN; it may bear one of the `units`, or one of information. */
export function readNumber(text, units = []) {
  const words = plain(String(text));
  const [, unit] = words.match(/\s*(%|(?<![a-z])[a-df-z][a-z]*)$/i) ?? [];
  const known = [...UNITS, ...units].some(
    (name) => unit?.toLowerCase().replace(/s$/, '') === name.replace(/s$/, ''),
  );
  const number = unit && (known || unit === '%') ? words.slice(0, -unit.length).trim() : words;
  const [above, below, ...more] = number.split('/').map((part) => decimal(part.trim()));
  const value = below === undefined ? above : above / below;
  return more.length || !Number.isFinite(value) ? NaN : value / (unit === '%' ? 100 : 1);
}
