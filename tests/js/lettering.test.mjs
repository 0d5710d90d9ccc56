import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tints } from '../../lib/explorables/js/explorables/language_model/lettering.js';
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
