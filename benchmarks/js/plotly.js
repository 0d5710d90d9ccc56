// Plotly.js as its documentation updates a plot: Plotly.react with new data.
/* global Plotly */
import { CEILING, centres, field, GRID, LEVELS, SIZE, slider, values } from './surface.js';

const node = document.body.appendChild(document.createElement('div'));
const axis = centres(GRID);
const layout = { width: SIZE + 120, height: SIZE + 120, showlegend: false };
const LENGTH = 1.1; // of the longest arrow, in scores

function arrows(right) {
  const [x, y] = [[], []];
  for (const { a, b, dx, dy } of field(right)) {
    const k = LENGTH / Math.max(Math.hypot(dx, dy), 0.3);
    const [ex, ey] = [a + k * dx, b + k * dy];
    x.push(a, ex, null, ex - 0.3 * k * (dx + dy), ex, ex - 0.3 * k * (dx - dy), null);
    y.push(b, ey, null, ey - 0.3 * k * (dy - dx), ey, ey - 0.3 * k * (dy + dx), null);
  }
  return { type: 'scatter', mode: 'lines', x, y, line: { color: 'black', width: 1 } };
}

slider((right) => {
  const z = values(right);
  const shared = { x: axis, y: axis, z, zmin: 0, zmax: CEILING };
  const lines = { type: 'contour', ...shared, showscale: false, contours: { coloring: 'none' } };
  lines.autocontour = false;
  lines.contours = { coloring: 'none', start: LEVELS[1], end: LEVELS.at(-1), size: 1.25 };
  Plotly.react(node, [{ type: 'heatmap', ...shared }, lines, arrows(right)], layout);
});
