import { part } from './controls.js';

/**
 * What an explorable shows by its trait `view`, as a part of what its file exports: `faces` by the
 * trait's values, of which several may have the same.
 * @param {Record<string, Face>} faces
 * @returns {Face}
 */
export function byView(faces) {
  const of = ({ view }) => faces[view];
  return {
    formula: (state, derived, narrow) => of(state).formula(state, derived, narrow),
    python: (state, derived) => of(state).python(state, derived),
    solved: (state, derived) => of(state).solved(state, derived),
    summary: (state, derived) => of(state).summary(state, derived),
    build(ui) {
      for (const face of new Set(Object.values(faces))) {
        part(
          ui,
          (state) => of(state) === face,
          () => face.build(ui),
        );
      }
    },
  };
}
