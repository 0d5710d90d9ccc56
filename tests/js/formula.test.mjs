import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  equations,
  frac,
  joined,
  large,
  lines,
  m,
  tfrac,
  tone,
  whole,
  within,
  words,
} from '../../lib/explorables/js/kit/mathml.js';

const ROOM = { '0.1667em': 'thin', '0.2222em': 'medium', '0.2778em': 'thick', 0: '' };

/** A formula as one line: of signs what room they have left and right, of spaces how wide they are. */
function line({ tag, children, attributes }) {
  if (tag === 'mspace') return `<${ROOM[attributes.width] || attributes.width}>`;
  if (tag === 'mo' && attributes.lspace + attributes.rspace !== '00') {
    return [ROOM[attributes.lspace], children, ROOM[attributes.rspace]].filter(Boolean).join('|');
  }
  if (tag === 'mo' || tag === 'mn' || tag === 'mi') return children;
  if (tag === 'mtext') return `"${children}"`;
  return `${tag}(${children.map(line).join(' ')})`;
}
const read = (formula) => line(whole(formula)).slice('math('.length, -1);

test('numbers, letters, names and signs are parted, with the room that they have in TeX', () => {
  assert.equal(read(m`H(P) = 1.5 + x`), 'H ( P ) thick|=|thick 1.5 medium|+|medium x');
  assert.equal(read(m`2x_i y^2 , z`), '2 msub(x i) msup(y 2) ,|thin z');
  assert.equal(read(m`D(P ‖ Q)`), 'D ( P thin|‖|thin Q )');
  assert.equal(read(m`f′(a) ~ b`), 'f ′ ( a ) <thin> b');
});

test('a sign before a number takes no room, one between two does', () => {
  assert.equal(read(m`x − ${'−0.5'}`), 'x medium|−|medium − 0.5');
  assert.equal(read(m`= ${'−0.5'} − 1`), 'thick|=|thick − 0.5 medium|−|medium 1');
  assert.equal(read(m`(−2, ${'−3.5'})`), '( − 2 ,|thin − 3.5 )');
  assert.equal(read(m`${m`a`} ${m`− b`}`), 'a medium|−|medium b');
});

test('names stand apart from operands, not from what encloses these', () => {
  assert.equal(read(m`2 ln x`), '2 <thin> ln \u2061|thin x');
  assert.equal(read(m`− ln x`), '− <thin> ln \u2061|thin x');
  assert.equal(read(m`= max(0, x)`), 'thick|=|thick max \u2061 ( 0 ,|thin x )');
  assert.equal(read(m`ln${within(m`1 + x`, '()', 1)}`), 'ln \u2061 mrow(( 1 medium|+|medium x ))');
  assert.equal(read(m`log₂ ${'3'}`), 'msub(log 2) \u2061|thin 3');
  assert.equal(read(m`2 ${large('∑', 'k = 1', 'n')} x`), '2 <thin> munderover(∑ mrow(k = 1) n) <thin> x');
});

test('what the page writes as text is a formula', () => {
  assert.equal(read(m`${'1.2 × 10⁻⁵'}`), '1.2 medium|×|medium msup(10 mrow(− 5))');
  assert.equal(read(m`${'∞'}`), '∞');
  assert.equal(read(m`${'undefined'}`), '"undefined"');
  assert.equal(read(m`e^${'−0.50/2'}`), 'msup(e mrow(− 0.50 / 2))');
  assert.equal(read(m`${0.5}${words(' nats')}`), '0.5 <0.25em> "nats"');
  assert.equal(read(m`ŷ`), 'mover(y ^)');
  assert.throws(() => m`${undefined}`);
});

test('a colour takes no more elements than it must', () => {
  assert.deepEqual(
    whole(m`${tone.p('P')} + ${tone.q(m`x + 1`)}`).children.map(({ tag, attributes }) => [
      tag,
      attributes['data-tone'],
    ]),
    [
      ['mi', 'p'],
      ['mo', undefined],
      ['mrow', 'q'],
    ],
  );
});

test('fractions, lines and equations', () => {
  assert.equal(read(frac(m`a + b`, 2)), 'mfrac(mrow(a medium|+|medium b) 2)');
  assert.equal(read(tfrac(m`a + b`, 2)), 'mfrac(mrow(a + b) 2)');
  assert.equal(read(joined(['a', 'b', 'c'], '⋅')), 'a medium|⋅|medium b medium|⋅|medium c');
  assert.equal(read(lines('a', 'b')), 'mtable(mtr(mtd(a)) mtr(mtd(b)))');
  const [table] = equations(['a', '= b', '− c'], ['d', '= e']);
  assert.equal(
    line(table),
    'mtable(mtr(mtd(a) mtd(mrow(thick|=|thick b))) mtr(mtd(<0>) mtd(mrow(medium|−|medium c))) ' +
      'mtr(mtd(d) mtd(mrow(thick|=|thick e))))',
  );
  assert.equal(table.attributes.displaystyle, 'true');
});
