// The website's script: classic, because modules do not load from file://. Finds the mounts of a
// page and brings each to life; one that fails leaves its page and the others whole.

import { VIEWS } from 'views';

import { h } from './kit/dom.js';
import { Permalink } from './kit/permalink.js';
import { createExplorable } from './kit/shell.js';
import { LocalStore } from './kit/store.js';

const base = /** @type {HTMLScriptElement} */ (document.currentScript).src;
const loaded = new Map();

/** Load another classic script from beside this one, once, and give what it defines. */
function load(file, global) {
  if (globalThis[global]) return Promise.resolve(globalThis[global]); // as in a page that was saved
  if (!loaded.has(file)) {
    loaded.set(
      file,
      new Promise((resolve, reject) => {
        const script = h('script', { src: new URL(file, base).href });
        script.onload = () => resolve(globalThis[global]);
        script.onerror = () => {
          loaded.delete(file); // so that the next who asks tries again
          reject(new Error(`${file} did not load`));
        };
        document.head.append(script);
      }),
    );
  }
  return loaded.get(file);
}

const ALIVE = Symbol.for('cross-entropy-book explorable');

/** Remove what a view has drawn: one that failed, or that was saved with the page. */
function clear(mount) {
  for (const body of mount.querySelectorAll(':scope > .ex')) body.remove();
  delete mount.dataset.ready;
  delete mount.dataset.drawing;
}

/** Bring a mount to life, once: the `ordinal`-th of its kind on the page. */
function bring(mount, ordinal) {
  if (mount[ALIVE]) return;
  clear(mount);
  mount[ALIVE] = true;
  const name = mount.dataset.explorable;
  const view = VIEWS[name];
  const config = JSON.parse(mount.querySelector('script[data-config]').textContent);
  const permalink = new Permalink(name, ordinal, config.schema);
  const state = { ...config.state, ...permalink.read() };
  Object.assign(state, view.constrain?.(state, state) ?? {});
  createExplorable(mount, view, new LocalStore(config.schema, state), config, {
    permalink,
    surface3d: () => load('explorables-3d.js', 'CrossEntropySurface3D'),
  });
}

/** One after another, the nearest to the reader first; between them the page may answer. */
function start() {
  /** @type {HTMLElement[]} */
  const mounts = Array.from(document.querySelectorAll('[data-explorable]'));
  const waiting = mounts.map((mount, i) => {
    const sameKind = mounts.slice(0, i + 1).filter((m) => m.dataset.explorable === mount.dataset.explorable);
    return { mount, ordinal: sameKind.length, away: Math.abs(mount.getBoundingClientRect().top) };
  });
  waiting.sort((a, b) => a.away - b.away);
  const next = () => {
    const { mount, ordinal } = /** @type {(typeof waiting)[0]} */ (waiting.shift());
    try {
      bring(mount, ordinal);
    } catch (error) {
      clear(mount);
      console.error(`explorable ${mount.dataset.explorable}:`, error);
    }
    if (waiting.length) setTimeout(next);
  };
  if (waiting.length) next();
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
