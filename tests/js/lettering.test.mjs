import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startsOf, tints } from '../../lib/explorables/js/explorables/language_model/lettering.js';
import palette from '../../lib/explorables/palette.json' with { type: 'json' };

const channels = (color) =>
  color.startsWith('#')
    ? [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16))
    : color.match(/\d+/g).map(Number);
function luminance(color) {
  const [r, g, b] = channels(color).map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

test('letters are readable on every colour of what they cost, and the colours go one way', () => {
  for (const theme of ['light', 'dark']) {
    const { ink, paper } = palette[theme];
    const all = tints(palette[theme]);
    for (const tint of all) assert.ok(contrast(ink, tint) >= 4.5, `${theme} ${tint}: ${contrast(ink, tint)}`);
    const away = all.map((tint) => contrast(paper, tint));
    assert.deepEqual(
      away,
      away.toSorted((a, b) => a - b),
    );
    assert.ok(away.at(-1) > 2, `${theme}: ${away.at(-1)}`);
  }
});

test('lines begin behind a blank, and within a word only where it is longer than a line', () => {
  const lines = (text, columns) => {
    const symbols = Array.from(text);
    const starts = startsOf(symbols, columns);
    return starts.map((start, i) => symbols.slice(start, starts[i + 1]).join(''));
  };
  assert.deepEqual(lines('', 5), []);
  assert.deepEqual(lines('a bus', 5), ['a bus']);
  assert.deepEqual(lines('a train', 5), ['a ', 'train']);
  assert.deepEqual(lines('train  is', 5), ['train  ', 'is']);
  assert.deepEqual(lines('an evening', 5), ['an ', 'eveni', 'ng']);
  assert.deepEqual(lines('a\n\nbus stop\n', 5), ['a\n', '\n', 'bus ', 'stop\n']);
  assert.deepEqual(lines('a 世界你好', 5), ['a 世', '界你', '好']);
  assert.deepEqual(lines('as it is', Infinity), ['as it is']);
});
