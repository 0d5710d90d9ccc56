// In JupyterLab: the time from a key pressed on a slider to the new picture on screen.
(() => {
  const channel = new MessageChannel();
  const pictures = { latencies: [] };
  let start = null;
  channel.port1.onmessage = () => {
    if (start === null) return;
    pictures.latencies.push(performance.now() - start);
    start = null;
  };
  addEventListener(
    'keydown',
    () => {
      start = performance.now();
    },
    { capture: true },
  );
  const shown = (image) =>
    image.decode().then(
      () => requestAnimationFrame(() => channel.port2.postMessage(0)),
      () => {}, // replaced before it was shown
    );
  new MutationObserver((changes) => {
    for (const { addedNodes, target, type } of changes) {
      if (type === 'attributes') {
        if (target.matches('.jp-OutputArea img')) shown(target);
        continue;
      }
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        const image = node.matches('img') ? node : node.querySelector('img');
        if (image?.closest('.jp-OutputArea')) shown(image);
      }
    }
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ['src'] });
  globalThis.benchPictures = pictures;
})();
