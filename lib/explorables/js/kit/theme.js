import palette from '../../palette.json' with { type: 'json' };

const channels = (color) => color.match(/[\d.]+/g)?.map(Number) ?? [];
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/**
 * Whether what stands behind `node` is dark: true on any host, whatever it calls its themes. Where
 * nothing opaque stands behind it, light text means a dark page.
 * @param {Element} node
 */
export function isDark(node) {
  for (let at = /** @type {Element | null} */ (node); at instanceof Element; at = at.parentElement) {
    const parts = channels(getComputedStyle(at).backgroundColor);
    if (parts.length < 3 || (parts.length === 4 && parts[3] < 0.5)) continue;
    return luminance(parts) < 110;
  }
  return luminance(channels(getComputedStyle(node).color)) > 140;
}

/**
 * @param {boolean} dark
 * @returns {Colors}
 */
export const colors = (dark) => (dark ? palette.dark : palette.light);

/**
 * Call `listener` whenever the window comes to a screen of another density, or is zoomed.
 * @param {() => void} listener
 */
export function watchDensity(listener) {
  /** @type {MediaQueryList} */
  let media;
  const changed = () => {
    listener();
    watch();
  };
  function watch() {
    media = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    media.addEventListener('change', changed, { once: true });
  }
  watch();
  return () => media.removeEventListener('change', changed);
}

/**
 * Call `listener` whenever the host may have changed its theme.
 * @param {() => void} listener
 */
export function watchTheme(listener) {
  const observer = new MutationObserver(listener);
  const options = {
    attributes: true,
    attributeFilter: ['class', 'style', 'data-theme', 'data-mode', 'data-jp-theme-light', 'theme'],
  };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  const media = matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', listener);
  };
}
