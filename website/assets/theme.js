(() => {
  var r = document.documentElement,
    m = 'auto',
    l;
  try {
    m = localStorage.getItem('mode') || 'auto';
  } catch {}
  r.classList.add('js');
  r.dataset.mode = m;
  r.dataset.theme =
    m === 'auto' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : m;
  if (location.protocol !== 'file:') {
    (r.dataset.fonts || '').split(' ').forEach((f) => {
      if (!f) return;
      l = document.createElement('link');
      l.rel = 'preload';
      l.as = 'font';
      l.type = 'font/woff2';
      l.crossOrigin = '';
      l.href = `${r.dataset.static + f}.woff2`;
      document.head.append(l);
    });
  }
})();
