(() => {
  var r = document.documentElement,
    t = new URLSearchParams(location.search).get('theme');
  r.classList.add('js');
  r.dataset.theme =
    t === 'dark' || t === 'light' ? t : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
})();
