// The website's script: classic, because modules do not load from file://. Finds the mounts of a
// page and brings each to life; one that fails leaves its page and the others whole. The views are
// scripts of their own, loaded by name: each puts itself into `CrossEntropyBook`, before or after this one.

import { carriedData } from './kit/data.js';
import { h } from './kit/dom.js';
import { Permalink } from './kit/permalink.js';
import { createExplorable } from './kit/shell.js';
import { LocalStore } from './kit/store.js';

const base = /** @type {HTMLScriptElement} */ (document.currentScript).src;
const loaded = new Map();
const made = new Map(); // the views that have come, by name

/**
 * Load another classic script from beside this one, once, and give what it defines.
 * @param {string} file
 * @param {string} [global]
 */
function load(file, global = '') {
  if (globalThis[global]) return Promise.resolve(globalThis[global]); // as in a page that was saved
  if (!loaded.has(file)) {
    loaded.set(
      file,
      new Promise((resolve, reject) => {
        const script = h('script', { src: new URL(file, base).href });
        script.onerror = () => {
          loaded.delete(file); // so that the next who asks tries again
          reject(new Error(`${file} did not load`));
        };
        script.onload = () => {
          if (global && !globalThis[global])
            script.onerror(); // as where a network wants its password first
          else resolve(globalThis[global]);
        };
        document.head.append(script);
      }),
    );
  }
  return loaded.get(file);
}

let arrived = false;
const ARRIVED = 5000; // milliseconds in which a page takes its shape
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
  const view = made.get(name);
  const config = JSON.parse(mount.querySelector('script[data-config]').textContent);
  const data = carriedData(config);
  if (data === undefined) return; // its picture stays, with the words why
  const permalink = new Permalink(name, ordinal, config.schema, config.state, mount.id, view.shared);
  const state = { ...config.state, ...permalink.read() };
  Object.assign(state, view.constrain?.(state, state) ?? {});
  createExplorable(mount, view, new LocalStore(config.schema, state), config, {
    permalink,
    data,
    assets: {},
    asset: (name) => load(`data-${name}.js`, `CrossEntropyData_${name}`),
    surface3d: () => load('explorables-3d.js', 'CrossEntropySurface3D'),
    tables: () => load('explorables-tables.js', 'CrossEntropyTables'),
  });
}

/**
 * Whether the view of a mount is there; it is made once, of the kit's modules, or loaded.
 * @param {Record<string, object>} kit
 */
function has(name, kit) {
  const view = globalThis.CrossEntropyBook.views[name];
  if (view && !made.has(name)) view(kit, (one) => made.set(name, one));
  if (!view) load(`view-${name}.js`).catch(() => {}); // its picture stays; it calls `start` if it comes
  return Boolean(view);
}

/**
 * A link to a figure's state leads to the figure: above it others get their heights as they come to life.
 * Until all have, or the reader moves, it is kept where the link led.
 * @param {HTMLElement[]} mounts
 */
function arrive(mounts) {
  if (arrived) return;
  arrived = true;
  const target = mounts.find(({ id }) => id && `#${id}` === location.hash);
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  if (!target || entry?.type !== 'navigate') return;
  const watch = new ResizeObserver(() => target.scrollIntoView());
  for (const mount of mounts.slice(0, mounts.indexOf(target))) watch.observe(mount);
  const leave = () => watch.disconnect();
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
    addEventListener(type, leave, { once: true, passive: true });
  setTimeout(leave, ARRIVED);
}

/** One after another, the nearest to the reader first; between them the page may answer. */
function start(kit) {
  /** @type {HTMLElement[]} */
  const mounts = Array.from(document.querySelectorAll('[data-explorable]'));
  arrive(mounts);
  const waiting = mounts.map((mount, i) => {
    const sameKind = mounts.slice(0, i + 1).filter((m) => m.dataset.explorable === mount.dataset.explorable);
    return { mount, ordinal: sameKind.length, away: Math.abs(mount.getBoundingClientRect().top) };
  });
  waiting.sort((a, b) => a.away - b.away);
  const next = () => {
    const { mount, ordinal } = /** @type {(typeof waiting)[0]} */ (waiting.shift());
    try {
      if (has(mount.dataset.explorable, kit)) bring(mount, ordinal);
    } catch (error) {
      clear(mount);
      console.error(`explorable ${mount.dataset.explorable}:`, error);
    }
    if (waiting.length) setTimeout(next);
  };
  if (waiting.length) next();
}

/**
 * Begin with the modules that views share.
 * @param {Record<string, object>} kit
 */
export function begin(kit) {
  globalThis.CrossEntropyBook ??= { views: {} };
  const now = () => start(kit);
  globalThis.CrossEntropyBook.start = now;
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', now);
  else now();
}
