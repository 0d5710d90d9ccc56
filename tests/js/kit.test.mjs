import assert from 'node:assert/strict';
import { test } from 'node:test';

import { code, fixed, literal, py } from '../../lib/explorables/js/kit/format.js';
import { Permalink } from '../../lib/explorables/js/kit/permalink.js';
import { coerce, parse, print } from '../../lib/explorables/js/kit/schema.js';
import { LocalStore, sanitize, WidgetStore } from '../../lib/explorables/js/kit/store.js';

const number = { kind: 'number', min: -2, max: 3, step: 0.1 };
const integer = { kind: 'integer', min: 0, max: 9, step: 1 };
const vector = { kind: 'vector', min: -1, max: 1, minLength: 2, maxLength: 3 };
const distribution = { kind: 'distribution', min: 0, max: 1, minLength: 3, maxLength: 3, tolerance: 1e-6 };
const choice = { kind: 'choice', options: [{ value: 'nats' }, { value: 'bits' }] };
const flag = { kind: 'flag' };
const text = { kind: 'text', maxLength: 5, label: 'Text' };

test('values in range stand, values beyond are clamped, the rest is refused', () => {
  assert.equal(coerce(number, 1.25), 1.25);
  assert.equal(coerce(number, 9), 3);
  assert.equal(coerce(integer, 4.4), 4);
  assert.deepEqual(coerce(vector, [0.5, -7]), [0.5, -1]);
  assert.equal(coerce(choice, 'bits'), 'bits');
  assert.equal(coerce(flag, false), false);
  for (const [schema, bad] of [
    [number, NaN],
    [number, '1'],
    [number, null],
    [integer, Infinity],
    [vector, [1]],
    [vector, [1, 2, 3, 4]],
    [vector, [0, NaN]],
    [vector, 'ab'],
    [choice, 'constructor'],
    [flag, 1],
  ]) {
    assert.equal(coerce(schema, bad), undefined, JSON.stringify(bad));
  }
});

test('a text is what Python would have of it, and is cut where a hand goes too far', () => {
  assert.equal(coerce(text, 'a\r\nb\rc'), 'a\nb\nc');
  assert.equal(coerce(text, '\ud800x\udfff'), '\ufffdx\ufffd');
  assert.equal(coerce(text, 'abcdefg'), 'abcde');
  assert.equal(coerce(text, '\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}'), '\u{1f600}'.repeat(5));
  for (const bad of [null, 5, ['a'], undefined]) assert.equal(coerce(text, bad), undefined);
  for (const good of ['', 'ab c', 'a&=%', '世\u{1f600}', '\n\n'])
    assert.equal(parse(text, print(text, good)), good);
  assert.equal(parse(text, 'abcdefg'), undefined, 'of a link nothing is cut');
});

test('a distribution sums to one within 1e-6 and is never clamped into one', () => {
  assert.deepEqual(coerce(distribution, [1 / 3, 1 / 3, 1 / 3]), [1 / 3, 1 / 3, 1 / 3]);
  assert.deepEqual(coerce(distribution, [0.5, 0.5, 5e-7]), [0.5, 0.5, 5e-7]);
  for (const bad of [[0.5, 0.5, 0.1], [0.5, 0.5, 2e-6], [1.5, -0.5, 0], [0.5, 0.5], [1, 0, 0, 0], null]) {
    assert.equal(coerce(distribution, bad), undefined, JSON.stringify(bad));
  }
});

test('what a link prints, a link reads back', () => {
  for (const [schema, value] of [
    [number, 0.1 + 0.2],
    [integer, 7],
    [vector, [-0.123456789012345, 1e-300]],
    [{ ...vector, minLength: 0 }, []],
    [distribution, [1 / 3, 1 / 3, 1 / 3]],
    [choice, 'bits'],
    [flag, true],
    [flag, false],
  ]) {
    assert.deepEqual(parse(schema, print(schema, value)), value);
  }
  for (const bad of ['', ' ', ',', 'NaN', '0x', '1e999', 'true,false', '1'.repeat(3000)]) {
    assert.equal(parse(number, bad), undefined, bad.slice(0, 9));
    assert.equal(parse(distribution, bad), undefined, bad.slice(0, 9));
  }
  // A link is not a hand that moved too far: nothing in it is clamped or rounded.
  for (const [schema, bad] of [
    [number, '3.5'],
    [number, '-1e9'],
    [number, '0x1'],
    [distribution, '0x1,0,0'],
    [integer, '4.5'],
    [integer, '10'],
    [vector, '0,7'],
    [choice, 'undefined'],
    [choice, '__proto__'],
    [flag, 'undefined'],
  ]) {
    assert.equal(parse(schema, bad), undefined, bad);
  }
});

test('a store takes what is valid, tells once, and ignores strangers', () => {
  const schema = { a: number, b: choice };
  const store = new LocalStore(schema, { a: 1, b: 'nats' });
  const seen = [];
  store.subscribe((state) => seen.push(state));
  assert.equal(store.set({ a: NaN, b: 'bogus', c: 3 }), false);
  assert.equal(store.set({ a: 1 }), false);
  assert.equal(store.set({ a: 2, b: 'bits' }), true);
  assert.deepEqual(seen, [{ a: 2, b: 'bits' }]);
  const hostile = JSON.parse('{"__proto__": {"a": 2}, "constructor": 1}');
  assert.deepEqual(sanitize(schema, hostile), {});
  assert.equal({}.a, undefined);
});

test('a model that holds what is not valid is shown by the state it began with', () => {
  const held = new Map([
    ['a', 'x'],
    ['b', 'bits'],
  ]);
  const sent = [];
  const model = {
    get: (key) => held.get(key),
    set: (key, value) => held.set(key, value),
    save_changes: () => sent.push(Object.fromEntries(held)),
  };
  const schema = { a: number, b: choice, c: distribution };
  const store = new WidgetStore(schema, model, { a: 1, b: 'nats', c: [0, 0, 1] });
  assert.deepEqual(store.get(), { a: 1, b: 'bits', c: [0, 0, 1] });
  assert.equal(store.set({ a: 2, c: [9, 9, 9] }), true);
  assert.deepEqual(sent, [{ a: 2, b: 'bits' }]);
  assert.deepEqual(store.get(), { a: 2, b: 'bits', c: [0, 0, 1] });
});

test('numbers are written as readers expect them', () => {
  assert.equal(fixed(-1.23456, 3), '−1.235');
  assert.equal(fixed(-0.0001, 2), '0.00');
  assert.equal(fixed(Infinity, 2), '∞');
  assert.equal(fixed(-Infinity, 2), '−∞');
});

test('state becomes Python literals, code stays code', () => {
  assert.equal(literal([0.5, 1e-7, -0]), '[0.5, 1e-7, 0]');
  assert.equal(literal(true), 'True');
  assert.equal(literal(null), 'None');
  assert.equal(literal(-Infinity), 'float("-inf")');
  assert.equal(
    py`
f(${[1, 2]}, ${code('g')}, ${'it"s'})
`,
    'f([1, 2], g, "it\\"s")\n',
  );
});

test('a link that was copied badly is read, and what it names besides is refused', () => {
  const schema = { a: { ...number, label: 'A' }, b: { ...choice, label: 'B' }, c: { ...flag, label: 'C' } };
  const read = (search) => {
    globalThis.location = { search };
    const link = new Permalink('kl', 1, schema, {});
    return { patch: link.read(), refused: link.refused, hidden: link.hidden() };
  };
  assert.deepEqual(read('?kl.a=0,5&amp;kl.b=bits&amp;amp;kl.c=1').patch, { a: 0.5, b: 'bits', c: true });
  assert.deepEqual(read('?KL.A=%E2%88%921&Kl.b=Bits&kl.C=True').patch, { a: -1, b: 'bits', c: true });
  assert.deepEqual(read('?kl.hide=Controls&kl-2.a=1&other=1'), {
    patch: {},
    refused: [],
    hidden: ['controls'],
  });
  assert.deepEqual(read('?kl.a=x&kl.z=1&kl.__proto__=1').refused, ['A', 'z', '__proto__']);
});

test('a link holds what differs of one figure; the address, of all', () => {
  const home = { a: 1, b: 'nats', d: [1, 0, 0] };
  const schema = { a: number, b: choice, d: distribution };
  const search = '?KL.A=2&amp;kl.d=0,1,0&kl.hide=python&kl.z=1&kl-2.a=0&softmax.x=1&lang=en';
  globalThis.location = { search, href: `https://book.example/kl.html${search}#there` };
  const written = [];
  globalThis.history = { replaceState: (...all) => written.push(all[2]) };
  const link = new Permalink('kl', 1, schema, home, 'figure-kl');
  const base = 'https://book.example/kl.html?';
  const state = { ...home, d: [0, 0.5, 0.5] };
  assert.equal(link.url(state), `${base}kl.hide=python&lang=en&kl.d=0,0.5,0.5#figure-kl`);
  link.write(state);
  assert.equal(written[0], `${base}kl.hide=python&kl-2.a=0&softmax.x=1&lang=en&kl.d=0,0.5,0.5#there`);
  link.write(home);
  assert.equal(written[1], `${base}kl.hide=python&kl-2.a=0&softmax.x=1&lang=en#there`);
  const second = new Permalink('kl', 2, schema, home, 'figure-kl-2');
  assert.equal(second.url({ ...home, a: -2 }), `${base}lang=en&kl-2.a=-2#figure-kl-2`);
  globalThis.location.search = '';
  assert.equal(link.url(home), 'https://book.example/kl.html#figure-kl');
});

test('ids differ where the kit is loaded once for each figure, as in a notebook', async () => {
  const kit = new URL('../../lib/explorables/js/kit/dom.js', import.meta.url);
  const [one, other] = await Promise.all(['?1', '?2'].map((query) => import(kit + query)));
  assert.notEqual(one.uid, other.uid);
  assert.equal(new Set([one, other, one, other].map(({ uid }) => uid('clip'))).size, 4);
});
