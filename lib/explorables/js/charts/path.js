// The `d` of an SVG path through points, to a tenth of a pixel.

/** A number to a tenth, as text: made of two whole ones, several times as fast as of one that is not. */
function tenth(value) {
  const tenths = Math.round(value * 10);
  const size = Math.abs(tenths);
  return size % 10 && size < 1e9 ? `${tenths < 0 ? '-' : ''}${(size / 10) | 0}.${size % 10}` : tenths / 10;
}

/**
 * Straight lines from point to point, with a gap where `defined` says so; a point alone is a dot.
 * @param {(p: any) => number} x
 * @param {(p: any) => number} y
 * @param {(p: any) => boolean} defined
 */
export const pathThrough = (x, y, defined) => (points) => {
  let d = '';
  let run = 0;
  const end = () => {
    if (run === 1) d += 'Z';
    run = 0;
  };
  for (const p of points) {
    if (defined(p)) {
      d += `${run ? 'L' : 'M'}${tenth(x(p))},${tenth(y(p))}`;
      run += 1;
    } else end();
  }
  end();
  return d || null;
};
