// Where the names of curves stand, clear of everything that is drawn.

const LETTER = 6.6; // pixels that a letter takes, about
const UP = 7; // half of a name's height
const ENOUGH = 5; // pixels between a name and what is next to it
const LEAST = 2; // pixels to curves, for which a name rather stands on a box
const ASIDE = 9; // pixels from a mark to its words, as plots draw them

/** The sides of a point: the words to its right (1), left or middle, and how far down. */
const SIDES = [
  [1, 0],
  [-1, 0],
  [1, 8],
  [-1, -8],
  [1, -8],
  [-1, 8],
  [0, -14],
  [0, 14],
  [0, -28],
  [1, -18],
  [-1, -18],
];
const anchorOf = (way) => (way > 0 ? 'start' : way < 0 ? 'end' : 'middle');

/** How far two boxes [left, top, right, bottom] are apart, along the axis on which they are farther. */
const gap = (a, b) => Math.max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]);

/**
 * Marks without dots that carry names. Each stands beside one of its points, the first where it
 * keeps clear, or else the one where it keeps clearest.
 *
 * `names`: [{key, points, tone, label}], the points where a name may stand, best first; `lines`:
 * curves to keep clear of, of points so close that none lies between two of them unseen; `boxes`:
 * [left, top, right, bottom] to keep clear of if there is room, in pixels; `at(point)`: a point's place in pixels in
 * a plot of `size` [width, height]. What is named is in the way of the names after it.
 * @param {{points: number[][], key: string, tone: string, label: string}[]} names
 * @param {{lines: number[][][], boxes?: number[][], at: (p: number[]) => number[], size: number[]}} options
 */
export function clearNames(names, { lines, boxes = [], at, size: [width, height] }) {
  const dots = lines.flat().map(at);
  const [xs, ys] = [0, 1].map((axis) => Float64Array.from(dots, (dot) => dot[axis]));
  const taken = []; // by names
  /** How clear a box is, as far as it is more than `least`. */
  function clearance(box, least) {
    const [left, top, right, bottom] = box;
    let clear = ENOUGH;
    for (const other of taken) clear = Math.min(clear, gap(box, other));
    for (const other of boxes) clear = Math.min(clear, Math.max(LEAST, gap(box, other)));
    for (let i = 0; i < xs.length && clear > least; i++) {
      const [x, y] = [xs[i], ys[i]];
      clear = Math.min(clear, Math.max(left - x, x - right, top - y, y - bottom));
    }
    return clear;
  }

  return names.flatMap(({ points, label, ...mark }) => {
    const half = (LETTER * label.length) / 2;
    let best = { clear: -Infinity, box: [0], place: {} };
    for (const p of points) {
      const [x, y] = at(p);
      for (const [way, dy] of SIDES) {
        const [u, v] = [x + way * (ASIDE + half), y + dy];
        const box = [u - half, v - UP, u + half, v + UP];
        if (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height) continue;
        const clear = clearance(box, best.clear);
        if (clear > best.clear) best = { clear, box, place: { x: p[0], y: p[1], anchor: anchorOf(way), dy } };
        if (best.clear === ENOUGH) break;
      }
      if (best.clear === ENOUGH) break;
    }
    if (best.clear === -Infinity) return [];
    taken.push(best.box);
    return [{ ...mark, ...best.place, r: 0, label }];
  });
}
