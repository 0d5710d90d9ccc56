import { part } from './controls.js';

/**
 * What a file in explorables/ exports for the views that it has by the trait `view`: each face has
 * the same keys, among them `build`. Several values may have the same face.
 * @param {Record<string, any>} faces
 * @returns {any}
 */
export function byView(faces) {
  const all = [...new Set(Object.values(faces))];
  const keys = Object.keys(all[0]);
  const own = keys.map((key) => [key, (state, ...more) => faces[state.view][key](state, ...more)]);
  return {
    ...Object.fromEntries(own),
    build(ui) {
      for (const face of all) {
        const isShown = ({ view }) => faces[view] === face;
        part(ui, isShown, () => face.build(ui));
      }
    },
  };
}
