// A function of two numbers, from above and, on demand, as a surface in three dimensions.

import { fixed } from '../kit/format.js';
import { plane } from './plane.js';
import { heightsOf, TALLEST, turntable } from './turntable.js';

const SIDE = 24; // facets along a side

const shareOf = ([low, high], v) => (v - low) / (high - low);

/**
 * Options are those of plane.js, with fixed axes, and
 * - `title`: of the function, over the surface and its legend;
 * - `corners`: short names of x and y, for the corners of the ground;
 * - `angles`, `dials`: see turntable.js. At first the lowest x and y are in front.
 * The marks and points of the map stand on the surface too, and its paths run along it. It is shown
 * where the state's view is `surface`.
 * @param {Ui} ui
 * @param {Options} options
 */
export function relief(ui, { title, corners, angles = { yaw: -0.75, pitch: 0.7 }, dials, ...options }) {
  const { x, y, paths = () => [], marks = () => [], points = [] } = options;
  const surface = (state) => ({ title, ...options.surface(state) });
  const height = ({ f, domain }, at) => TALLEST * Math.min(1, Math.max(0, shareOf(domain, f(...at))));
  const place = (spec, at) => [
    shareOf(x.domain, at[0]) - 0.5,
    0.5 - shareOf(y.domain, at[1]),
    height(spec, at),
  ];

  function facets(state) {
    const spec = surface(state);
    return { key: JSON.stringify(spec.key), mesh: (share) => meshOf(spec, Math.round(share * SIDE)) };
  }

  function meshOf(spec, side) {
    const along = ([low, high], i) => low + ((high - low) * i) / side;
    const vertices = [];
    for (let i = 0; i <= side; i++) {
      for (let j = 0; j <= side; j++) {
        vertices.push(place(spec, [along(x.domain, i), along(y.domain, j)]));
      }
    }
    const list = [];
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        const at = i * (side + 1) + j;
        const corners = [at, at + side + 1, at + side + 2, at + 1];
        const value = corners.reduce((total, k) => total + vertices[k][2], 0) / (4 * TALLEST);
        list.push({ corners, value });
      }
    }
    return { vertices, facets: list };
  }

  const outside = (at) => [x, y].some(({ domain: [low, high] }, i) => !(at[i] >= low && at[i] <= high));

  /** What stands over the ground; a descent that diverges leaves it. */
  function pins(state, derived) {
    const spec = surface(state);
    const still = marks(state, derived).map(({ x: u, y: v, tone, r = 4 }) => {
      return { at: [u, v], tone, r };
    });
    const drawn = points.map(({ get, tone, letter }) => {
      return { at: get(state, derived), tone, letter };
    });
    return [...still, ...drawn]
      .filter(({ at }) => !outside(at))
      .map((pin) => ({ ...pin, at: place(spec, pin.at) }));
  }

  function ways(state, derived) {
    const spec = surface(state);
    return paths(state, derived).map(({ key, points: all, tone, dash }) => {
      const end = all.findIndex(outside);
      const kept = end < 0 ? all : all.slice(0, end);
      return { key, tone, dash, points: kept.map((at) => place(spec, at)) };
    });
  }

  const [low, right, top] = [x.domain[0], x.domain[1], y.domain[1]].map((v) => fixed(v, 0));
  turntable(ui, {
    label: `${options.label}, in three dimensions`,
    visible: ({ view }) => view === 'surface',
    other: plane(ui, { ...options, surface }),
    title,
    height: (width, stacked) => Math.min(width * (stacked ? 0.72 : 0.95), 400),
    angles,
    dials,
    facets,
    pins,
    ways,
    heights: (state) => heightsOf(surface(state)),
    posts: [
      { at: [-0.5, 0.5, 0], text: low },
      { at: [0.5, 0.5, 0], text: `${corners[0]} ${right}` },
      { at: [0.5, -0.5, 0], text: '' },
      { at: [-0.5, -0.5, 0], text: `${corners[1]} ${top}` },
    ],
  });
}
