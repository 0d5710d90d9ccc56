// Observable Plot as its documentation updates a plot: a new one in the place of the old.
/* global Plot */
import { CEILING, DOMAIN, field, GRID, LEVELS, SIZE, slider, values } from './surface.js';

const node = document.body.appendChild(document.createElement('div'));

slider((right) => {
  const grid = { width: GRID, height: GRID, x1: DOMAIN[0], x2: DOMAIN[1], y1: DOMAIN[0], y2: DOMAIN[1] };
  const flat = values(right).flat();
  const arrow = { x: 'a', y: 'b', rotate: ({ dx, dy }) => (Math.atan2(dx, dy) * 180) / Math.PI };
  const chart = Plot.plot({
    width: SIZE + 120,
    height: SIZE + 120,
    color: { type: 'linear', domain: [0, CEILING], legend: true },
    marks: [
      Plot.raster(flat, grid),
      Plot.contour(flat, { ...grid, thresholds: LEVELS, stroke: 'black', fill: null }),
      Plot.vector(field(right), { ...arrow, length: ({ dx, dy }) => Math.hypot(dx, dy) }),
    ],
  });
  node.replaceChildren(chart);
});
