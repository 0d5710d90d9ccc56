// Shows the pictures of figures whose script does not come, and asks for a lost script again.
(function () {
  var r = document.documentElement,
    lost = [],
    tries = 0;
  function again() {
    if (!lost.length) return location.reload();
    tries += 1;
    lost.splice(0).forEach(function (src) {
      var script = document.createElement('script');
      script.src = src.split('?')[0] + '?again=' + tries;
      document.head.append(script);
    });
  }
  function still() {
    r.classList.add('still');
    document.querySelectorAll('.explorable-wait').forEach(function (words) {
      if (words.retry) return;
      words.querySelectorAll('button').forEach(function (saved) {
        saved.remove();
      });
      words.retry = document.createElement('button');
      words.retry.textContent = 'Try again';
      words.retry.onclick = again;
      words.append(' ', words.retry);
    });
  }
  addEventListener(
    'error',
    function (event) {
      var unread = event.error instanceof SyntaxError && event.filename;
      var src = unread || (event.target.localName === 'script' && event.target.src);
      if (!src) return;
      lost.push(src);
      still();
    },
    true,
  );
  addEventListener('online', function () {
    if (lost.length) again();
  });
  addEventListener('DOMContentLoaded', function () {
    if (lost.length) still();
  });
  setTimeout(still, 4000);
})();
