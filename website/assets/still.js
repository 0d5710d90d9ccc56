// Shows the pictures of figures whose script does not come, and asks for a lost script again.
(() => {
  const lost = [];
  let tries = 0;
  const again = () => {
    if (!lost.length) location.reload();
    tries += 1;
    for (const src of new Set(lost.splice(0))) {
      const script = document.createElement('script');
      script.src = `${src.split('?')[0]}?again=${tries}`;
      document.head.append(script);
    }
  };
  const still = () => {
    document.documentElement.classList.add('still');
    for (const words of document.querySelectorAll('.explorable-wait')) {
      if (words.retry) continue;
      words.querySelector('button')?.remove(); // of a page that was saved
      words.retry = document.createElement('button');
      words.retry.textContent = 'Try again';
      words.retry.onclick = again;
      words.append(' ', words.retry);
    }
  };
  const failed = ({ error, filename, target }) => {
    const unread = error instanceof SyntaxError && filename;
    const src = unread || (target.localName === 'script' && target.src);
    if (!/\/(explorables|view-\w+|site)\.js\b/.test(src || '')) return; // who needs another asks for it again
    lost.push(src);
    document.documentElement.classList.add('lost');
    still();
  };
  addEventListener('error', failed, true);
  addEventListener('online', () => lost.length && again());
  addEventListener('DOMContentLoaded', () => lost.length && still());
  setTimeout(still, 4000);
})();
