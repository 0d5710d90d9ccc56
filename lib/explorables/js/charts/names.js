// Where the names of curves stand, clear of everything that is drawn.

const LETTER = 6.6; // pixels that a letter takes, about
const UP = 7; // half of a name's height
const ENOUGH = 4; // pixels between a name and what is next to it
const LEAST = 2; // pixels to curves, for which a name rather stands on a box
const COLUMN = 8; // pixels
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
  [1, -18],
  [-1, -18],
];
/** One so far from it that it is taken where no other keeps clear. */
const FAR = [[0, -28]];
const anchorOf = (way) => (way > 0 ? 'start' : way < 0 ? 'end' : 'middle');

/** How far two boxes [left, top, right, bottom] are apart, along the axis on which they are farther. */
const gap = (a, b) => Math.max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]);

/**
 * @typedef {{points: number[][], key: string, tone: string, label: string}} Name
 * @typedef {{lines: number[][][], boxes?: number[][], at: (p: number[]) => number[], size: number[]}} Surroundings
 */

/**
 * Marks without dots that carry names. Each stands beside one of its points, the first where it
 * keeps clear, or else the one where it keeps clearest.
 *
 * `names`: [{key, points, tone, label}], the points where a name may stand, best first; `lines`:
 * curves to keep clear of, of points so close that none lies between two of them unseen; `boxes`:
 * [left, top, right, bottom] to keep clear of if there is room, in pixels; `at(point)`: a point's place in pixels in
 * a plot of `size` [width, height]. What is named is in the way of the names after it, so where they
 * crowd the last is tried first.
 * @param {Name[]} names
 * @param {Surroundings} options
 */
export function clearNames(names, options) {
  const first = placed(names, options);
  if (first.least === ENOUGH) return first.marks;
  const second = placed([...names].reverse(), options);
  return (second.least > first.least ? second : first).marks;
}

/** @param {Name[]} names @param {Surroundings} options */
function placed(names, { lines, boxes = [], at, size: [width, height] }) {
  const columns = []; // the curves' points, by where they are from left to right
  for (const [x, y] of lines.flat().map(at)) {
    const column = Math.floor(x / COLUMN);
    columns[column] ??= [];
    columns[column].push([x, y]);
  }
  const taken = []; // by names
  /** How clear a box is, as far as it is more than `above`. */
  function clearance(box, above) {
    const [left, top, right, bottom] = box;
    let clear = ENOUGH;
    for (const other of taken) clear = Math.min(clear, gap(box, other));
    if (clear <= above) return clear;
    for (const other of boxes) clear = Math.min(clear, Math.max(LEAST, gap(box, other)));
    const last = Math.floor((right + ENOUGH) / COLUMN);
    for (let i = Math.floor((left - ENOUGH) / COLUMN); i <= last && clear > above; i++) {
      for (const [x, y] of columns[i] ?? []) {
        clear = Math.min(clear, Math.max(left - x, x - right, top - y, y - bottom));
      }
    }
    return clear;
  }

  /** Where a name stands that is so wide: at the first place that is clear, or the clearest. */
  function stand(points, half) {
    let best = { clear: -Infinity, box: [0], place: {} };
    for (const sides of [SIDES, FAR]) {
      for (const p of points) {
        const [x, y] = at(p);
        for (const [way, dy] of sides) {
          const [u, v] = [x + way * (ASIDE + half), y + dy];
          const box = [u - half, v - UP, u + half, v + UP];
          if (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height) continue;
          const clear = clearance(box, best.clear);
          if (clear > best.clear)
            best = { clear, box, place: { x: p[0], y: p[1], anchor: anchorOf(way), dy } };
          if (best.clear === ENOUGH) return best;
        }
      }
    }
    return best;
  }

  let least = ENOUGH;
  const marks = names.flatMap(({ points, label, ...mark }) => {
    const { clear, box, place } = stand(points, (LETTER * label.length) / 2);
    if (clear === -Infinity) return [];
    taken.push(box);
    least = Math.min(least, clear);
    return [{ ...mark, ...place, r: 0, label }];
  });
  return { marks, least };
}
