// A function of two numbers, from above and, on demand, as a surface in three dimensions.

import { fixed } from '../kit/format.js';
import { plane } from './plane.js';
import { heightsOf, TALLEST, turntable } from './turntable.js';

const shareOf = ([low, high], v) => (v - low) / (high - low);

/**
 * A point of the map that moves two number traits, by tenths.
 * @param {Ui} ui
 * @param {string} a
 * @param {string} b
 * @param {{name: string, tone: string, label: string}} looks
 */
export function across({ schema }, a, b, looks) {
  const { min, max } = schema[a];
  const tenth = (x) => Math.round(x * 10) / 10;
  return {
    ...looks,
    letter: '',
    get: (state) => [state[a], state[b]],
    set: ([x, y]) => ({ [a]: tenth(x), [b]: tenth(y) }),
    step: [0.1, 0.1],
    slider: (state) => ({
      min,
      max,
      now: state[a],
      text: `${a} ${fixed(state[a], 1)}, ${b} ${fixed(state[b], 1)}`,
    }),
  };
}

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
  const surface = (state) => {
    const spec = options.surface(state);
    const format = (t) => (t === spec.domain[1] ? `≥ ${t}` : String(t)); // what is above has its colour
    return { title, format, ...spec };
  };
  const ground = [x.domain, y.domain];
  /** What stands over the ground. */
  const pins = (state, derived) => [
    ...marks(state, derived).map(({ x: u, y: v, tone, r = 4 }) => ({ at: [u, v], tone, r })),
    ...points.map(({ get, tone, letter }) => ({ at: get(state, derived), tone, letter })),
  ];

  const [[left, right], [front, back]] = ground.map((domain) => domain.map((v) => fixed(v, 0)));
  const nearest = left === front ? `${corners.join(', ')} = ${left}` : '';
  turntable(ui, {
    label: `${options.label}, in three dimensions`,
    visible: ({ view }) => view === 'surface',
    other: plane(ui, { ...options, surface }),
    title,
    height: (width, stacked) => Math.min(width * (stacked ? 0.72 : 0.95), 400),
    angles,
    dials,
    facets: (state) => {
      const { key, f, domain } = surface(state);
      const height = (u, v) => TALLEST * Math.min(1, Math.max(0, shareOf(domain, f(u, v))));
      return { key: JSON.stringify(key), ground, f: height };
    },
    pins,
    ways: paths,
    heights: (state) => heightsOf(surface(state)),
    posts: [
      { at: [-0.5, 0.5, 0], text: nearest },
      { at: [0.5, 0.5, 0], text: `${corners[0]} = ${right}` },
      { at: [0.5, -0.5, 0], text: '' },
      { at: [-0.5, -0.5, 0], text: `${corners[1]} = ${back}` },
    ],
  });
}
