import { plot } from '../../charts/plot.js';
import { BASES, fixed, py } from '../../kit/format.js';
import { entropy, selfInformation } from '../../math/information.js';
import { moveBoundary } from '../../math/simplex.js';
import { axisOf, entropyFormula } from './units.js';

const TOP = 3.5; // nats: where the tiles' axis ends
const GAP = 0.003;
const WIDE = 0.11; // enough for its words

/** One tile an outcome: [left, right] wide and its information content tall, in nats. */
function tilesOf(p) {
  let right = 0;
  return p.map((x, i) => {
    const left = right;
    right += x;
    const height = selfInformation(x);
    return { i, x, left, right, middle: (left + right) / 2, height, area: x && x * height };
  });
}

/** Where words that stand on `y` are not struck through by a line at `line`. */
const clearOf = (line, y) => (line > y && line < y + 0.45 ? line : y);

function boundary(i, labels) {
  const at = (p) => p.slice(0, i + 1).reduce((a, x) => a + x, 0);
  return {
    name: `edge${i}`,
    tone: 'p',
    letter: '↔',
    label: `Boundary between ${labels[i]} and ${labels[i + 1]}`,
    get: ({ p }) => [at(p), 0.3],
    set: ([x], { p }) => ({ p: moveBoundary(p, i, x) }),
    key: ([dx, dy], { p }) => ({ p: moveBoundary(p, i, at(p) + (dx - dy) * 0.01) }),
    slider: ({ p }) => ({
      min: 0,
      max: 1,
      now: at(p),
      text: `${labels[i]} ${fixed(p[i], 2)}, ${labels[i + 1]} ${fixed(p[i + 1], 2)}`,
    }),
  };
}

export const tiles = {
  formula: entropyFormula,

  python: ({ p, unit }) => py`
from lib.information import entropy

p = ${p}
base = ${BASES[unit].base}  # ${{ code: unit }}
print("entropy", entropy(p, base=base))`,

  solved({ p }) {
    const areas = tilesOf(p).map(({ area }) => area);
    const largest = Math.max(...areas);
    return largest > 0 && largest >= 3 * areas[p.indexOf(Math.max(...p))];
  },

  summary: ({ unit }, d) => `The tiles have an area of ${fixed(d.entropy, 3)} ${unit}, the entropy.`,

  build(ui) {
    const { labels } = ui.schema.p;
    const named = (p) => tilesOf(p).filter((t) => t.x > WIDE);
    plot(ui, {
      label: 'Tiles: probability wide, information content tall',
      height: (width) => Math.min(300, Math.max(230, width * 0.72)),
      x: ({ p }) => ({
        domain: [0, 1],
        ticks: named(p).map((t) => t.middle),
        format: (at) => labels[named(p).find((t) => t.middle === at).i],
        label: 'each tile is p wide',
      }),
      y: (state) => ({ domain: [0, TOP], label: `−log p tall, ${state.unit}`, ...axisOf('tall', state) }),
      areas: ({ p }) =>
        tilesOf(p)
          .filter((t) => t.area > 0)
          .map((t) => {
            const [l, r] = t.x > 3 * GAP ? [t.left + GAP, t.right - GAP] : [t.left, t.right];
            const points = [
              [l, 0],
              [l, t.height],
              [r, t.height],
              [r, 0],
            ];
            return { key: t.i, points, tone: 'h', opacity: 0.55 };
          }),
      rules: ({ p }) => [{ key: 'mean', y: entropy(p), tone: 'h' }],
      marks: ({ p, unit }, d) => {
        const word = { r: 0, tone: 'h', anchor: 'middle' };
        const label = `mean height = H(P) = ${fixed(d.entropy, 3)} ${unit}`;
        return [
          { ...word, key: 'mean', x: 1, y: TOP * 0.96, anchor: 'end', label },
          ...named(p)
            .filter((t) => t.height > 0)
            .map((t) => ({
              ...word,
              key: t.i,
              x: t.middle,
              // Inside the tile where there is room between the handles, else on top, clear of the mean.
              y: t.x > 0.22 && t.height > 0.3 ? 0.08 : clearOf(entropy(p), Math.min(t.height, TOP)),
              tone: 'ink',
              label: fixed(t.area / BASES[unit].log, 3),
            })),
          // A tile that ends at the frame and not at its height says so.
          ...tilesOf(p)
            .filter((t) => t.x > 0 && t.height > TOP)
            .map((t) => ({ ...word, key: `beyond${t.i}`, x: t.middle, y: TOP, dy: -7, label: '↑' })),
        ];
      },
      drags: [boundary(0, labels), boundary(1, labels)],
    });
  },
};
