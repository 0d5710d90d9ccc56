import { bars } from '../../charts/bars.js';
import { bricks } from '../../charts/bricks.js';
import { sliders } from '../../kit/controls.js';
import { fixed, py } from '../../kit/format.js';
import { equations, joined, m, quad, tone, words } from '../../kit/mathml.js';
import { prefixCode } from '../../math/coding.js';
import { selfInformation } from '../../math/information.js';
import { inBits } from './units.js';

const idealLength = (x) => selfInformation(x) / Math.LN2;

export const code = {
  formula({ p, lengths }, d, narrow) {
    const terms = p.map((x, i) => m`${tone.p(fixed(x, 2))} ⋅ ${lengths[i]}`);
    const bound = m`${tone.h(m`H(${tone.p('P')}) = ${fixed(inBits(p), 4)}`)}${words(' bits')}`;
    const length = m`= ${joined(terms, '+')} = ${fixed(d.average_length, 2)}${words(' bits')}`;
    const shares = lengths.map((l) => m`2^${`−${l}`}`);
    const kraft = m`= ${joined(shares, '+')} = ${fixed(d.kraft_sum, 3)} ${d.kraft_sum > 1 ? '>' : '≤'} 1`;
    return equations(['L', ...(narrow ? [length, bound] : [m`${length}, ${quad} ${bound}`])], ['K', kraft]);
  },

  python: ({ p, lengths }) => py`
from lib.coding import expected_length, kraft_sum
from lib.information import entropy

p = ${p}
lengths = ${lengths}
print("entropy_in_bits", entropy(p, base=2))
print("average_length", expected_length(p, lengths))
print("kraft_sum", kraft_sum(lengths))`,

  solved: ({ p }, d) =>
    Math.min(...p) > 0 && d.kraft_sum <= 1 && Math.abs(d.average_length - inBits(p)) < 1e-9,

  summary: (_, d) =>
    `The code averages ${fixed(d.average_length, 2)} bits; its Kraft sum is ${fixed(d.kraft_sum, 3)}. ` +
    `The entropy is ${fixed(d.entropy_in_bits, 3)} bits.`,

  build(ui) {
    bars(ui, {
      label: 'Codeword lengths against information content',
      height: () => 176,
      margin: { top: 34, right: 8, bottom: 24, left: 38 },
      labels: ui.schema.p.labels,
      y: {
        domain: [0, 7],
        ticks: [0, 2, 4, 6],
        label: 'bits: codeword (filled), −log₂ p (outlined)',
        lift: 20,
      },
      series: [
        { name: 'length', trait: 'lengths', tone: 'ink', label: 'Codeword length of', decimals: 0 },
        {
          name: 'ideal',
          label: 'Information content of',
          values: ({ p }) => p.map(idealLength),
          tone: 'h',
          outline: true,
          decimals: 2,
        },
      ],
    });
    bricks(ui, {
      label: 'What the codewords take of the Kraft budget',
      count: 1,
      rows({ lengths }, d) {
        const codewords = prefixCode(lengths);
        const tone = codewords ? 'ink' : 'd';
        const order = lengths.map((_, i) => i).sort((a, b) => lengths[a] - lengths[b] || a - b);
        const parts = order.map((i) => ({ value: 2 ** -lengths[i], tone, text: codewords?.[i] ?? '' }));
        return [
          { name: `Kraft sum ${fixed(d.kraft_sum, 3)}${codewords ? '' : ': no such code'}`, tone, parts },
        ];
      },
      axis: () => ({ max: 1.5, ticks: [0, 0.5, 1, 1.5] }),
      limit: () => ({ value: 1, tone: 'q', label: 'budget' }),
    });
    // The average length, colour by colour, over the least it could be.
    bricks(ui, {
      label: 'Average codeword length against entropy',
      count: 2,
      rows: ({ p, lengths }, d) => [
        {
          name: `average length ${fixed(d.average_length, 3)} bits`,
          tone: 'ink',
          parts: p.map((x, i) => ({ value: x * lengths[i], tone: 'ink' })),
        },
        {
          name: `H(P) ${fixed(inBits(p), 3)} bits`,
          tone: 'h',
          parts: p.map((x) => ({ value: x && x * idealLength(x), tone: 'h' })),
        },
      ],
      axis: () => ({ max: 4, ticks: [0, 1, 2, 3, 4], unit: 'bits' }),
    });
    sliders(ui, 'lengths');
  },
};
