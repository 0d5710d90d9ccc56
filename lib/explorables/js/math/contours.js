// Level lines of a sampled surface, by marching squares.

// Stands for an infinity, so that a line can be drawn right up to it.
const WALL = 1e6;

const finite = (x) => (Number.isFinite(x) ? x : WALL);

/**
 * Call `line(x0, y0, x1, y1)` for each piece of a level line. The samples stand at the centres of
 * n × m unit squares, row by row; between neighbours the surface is taken to be linear.
 */
export function levelLines({ values, n, m }, levels, line) {
  const crossings = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let j = 0; j < m - 1; j++) {
    for (let i = 0; i < n - 1; i++) {
      const k = j * n + i;
      const [x, y] = [i + 0.5, j + 0.5];
      const a = finite(values[k]);
      const b = finite(values[k + 1]);
      const c = finite(values[k + n + 1]);
      const d = finite(values[k + n]);
      const least = Math.min(a, b, c, d);
      const most = Math.max(a, b, c, d);
      for (const level of levels) {
        if (level <= least || level > most) continue;
        let count = 0;
        const cross = (u, v) => {
          crossings[count++] = u;
          crossings[count++] = v;
        };
        if (a < level !== b < level) cross(x + (level - a) / (b - a), y);
        if (b < level !== c < level) cross(x + 1, y + (level - b) / (c - b));
        if (c < level !== d < level) cross(x + (level - d) / (c - d), y + 1);
        if (d < level !== a < level) cross(x, y + (level - a) / (d - a));
        // Two crossings make a piece; four, on a saddle, make two.
        for (let p = 0; p < count; p += 4) line(...crossings.slice(p, p + 4));
      }
    }
  }
}
