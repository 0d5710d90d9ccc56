(() => {
  var r = document.documentElement,
    t = new URLSearchParams(location.search).get('theme');
  r.classList.add('js');
  r.dataset.theme =
    t === 'dark' || t === 'light' ? t : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  // Canvas makes a frame as tall as the page in it says that it is.
  if (window.parent !== window)
    addEventListener('DOMContentLoaded', () => {
      const body = document.body,
        tell = () => parent.postMessage({ subject: 'lti.frameResize', height: body.offsetHeight }, '*');
      new ResizeObserver(tell).observe(body);
    });
})();
