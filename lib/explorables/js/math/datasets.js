// The mirror of lib/datasets.py: the same points here and there.

import { PortableRandom } from './randomness.js';

const SIZE = 60;

function clouds(centres, spread, seed) {
  const source = new PortableRandom(seed);
  const points = [];
  centres.forEach((centre, label) => {
    for (let i = 0; i < SIZE / centres.length; i++) {
      points.push({ at: centre.map((m) => m + spread * source.normal()), label });
    }
  });
  return { points, classes: centres.length };
}

function discAndRing(seed) {
  const source = new PortableRandom(seed);
  const points = [];
  [
    [0, 1.2],
    [2.2, 1],
  ].forEach(([inner, width], label) => {
    for (let i = 0; i < SIZE / 2; i++) {
      const radius = inner + width * source.random();
      const angle = 2 * Math.PI * source.random();
      points.push({ at: [radius * Math.cos(angle), radius * Math.sin(angle)], label });
    }
  });
  return { points, classes: 2 };
}

/** By name, {points: [{at: [x, y], label}], classes}. */
export const TOYS = {
  separable: clouds(
    [
      [-1.5, -0.8],
      [1.5, 0.8],
    ],
    0.6,
    4,
  ),
  overlapping: clouds(
    [
      [-0.8, -0.5],
      [0.8, 0.5],
    ],
    1,
    2,
  ),
  three: clouds(
    [
      [-1.5, -0.9],
      [1.5, -0.9],
      [0, 1.6],
    ],
    0.8,
    3,
  ),
  ring: discAndRing(1),
};
