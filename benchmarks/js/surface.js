// The surface that every peer draws: the cross-entropy of three scores over the two wrong ones, for
// the right score that a slider sets; 64 × 64 values, contours, and 10 × 10 arrows of descent.

export const DOMAIN = [-4, 12];
export const CEILING = 10;
export const LEVELS = [0.01, 0.5, 1, 2, 4, 6, 8];
export const GRID = 64;
export const ARROWS = 10;
export const SIZE = 360; // pixels, of the square

export function loss(right, a, b) {
  const largest = Math.max(right, a, b);
  return (
    largest + Math.log(Math.exp(right - largest) + Math.exp(a - largest) + Math.exp(b - largest)) - right
  );
}

export function descent(right, a, b) {
  const largest = Math.max(right, a, b);
  const [r, x, y] = [right, a, b].map((s) => Math.exp(s - largest));
  return [-x / (r + x + y), -y / (r + x + y)];
}

/** The centres of n even parts of the domain. */
export const centres = (n) =>
  Array.from({ length: n }, (_, i) => DOMAIN[0] + ((i + 0.5) / n) * (DOMAIN[1] - DOMAIN[0]));

/** Rows of values, from the smallest b. */
export const values = (right) =>
  centres(GRID).map((b) => centres(GRID).map((a) => Math.min(CEILING, loss(right, a, b))));

export const field = (right) =>
  centres(ARROWS).flatMap((b) =>
    centres(ARROWS).map((a) => {
      const [dx, dy] = descent(right, a, b);
      return { a, b, dx, dy };
    }),
  );

/** A slider that calls `draw` with the right score. */
export function slider(draw) {
  const input = document.createElement('input');
  Object.assign(input, { type: 'range', min: -4, max: 12, step: 0.1, value: 3.2 });
  input.style.width = '300px';
  input.setAttribute('aria-label', 'score of the right class');
  document.body.prepend(input);
  input.addEventListener('input', () => draw(Number(input.value)));
  draw(3.2);
}
