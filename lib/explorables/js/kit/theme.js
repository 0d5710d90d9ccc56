import palette from '../../palette.json';

/** Whether what stands behind `node` is dark: true on any host, whatever it calls its themes. */
export function isDark(node) {
  for (let at = node; at instanceof Element; at = at.parentElement) {
    const parts = getComputedStyle(at).backgroundColor.match(/[\d.]+/g)?.map(Number);
    if (!parts || (parts.length === 4 && parts[3] < 0.5)) continue;
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 110;
  }
  return false;
}

export const colors = (dark) => (dark ? palette.dark : palette.light);

/** Call `listener` whenever the host may have changed its theme. */
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
