import { part, presets, row, select, sliders } from '../kit/controls.js';
import { BASES } from '../kit/format.js';
import { byView } from '../kit/views.js';
import { expectedLength, kraftSum } from '../math/coding.js';
import { binaryEntropy, entropy, perplexity } from '../math/information.js';
import { binary } from './entropy/binary.js';
import { code } from './entropy/code.js';
import { tiles } from './entropy/tiles.js';
import { surface, triangle } from './entropy/triangle.js';

const BOXES = [
  { label: '5 : 3 : 2', patch: { p: [0.5, 0.3, 0.2] } },
  { label: '1 : 1 : 1', patch: { p: [1 / 3, 1 / 3, 1 / 3] } },
  { label: '45 : 4 : 1', patch: { p: [0.9, 0.08, 0.02] } },
  { label: '1 : 1 : 0', patch: { p: [0.5, 0.5, 0] } },
  { label: '1 : 0 : 0', patch: { p: [1, 0, 0] } },
];
const faces = byView({ tiles, code, binary, triangle, surface });

/** @satisfies {View} */
export default {
  name: 'entropy',
  ...faces,

  derive({ p, lengths, unit }) {
    const { log } = BASES[unit];
    return {
      entropy: entropy(p) / log,
      entropy_in_bits: entropy(p) / Math.LN2,
      perplexity: perplexity(p),
      binary_entropy: binaryEntropy(p[0]) / log,
      average_length: expectedLength(p, lengths),
      kraft_sum: kraftSum(lengths),
    };
  },

  build(ui) {
    row(ui, () => {
      select(ui, 'view');
      presets(ui, 'Box', BOXES);
      // A binary code is measured in bits, and so is what it is compared with.
      const hasUnit = ({ view }) => view !== 'code';
      part(ui, hasUnit, () => select(ui, 'unit'));
    });
    faces.build(ui);
    sliders(ui, 'p', { tone: 'p' });
  },
};
