// Measures in the page how long a frame takes: from the first event of a frame reaching the page to
// the moment after style, layout and paint, when the main thread is free again. An explorable that
// leaves part of itself to the next frames says so by `data-drawing`: `wholes` has the times from
// the first event that was not yet shown everywhere to the moment when everything is.
(() => {
  const channel = new MessageChannel();
  const frames = { latencies: [], wholes: [], wholeEnds: [] };
  let start = null;
  let since = null; // the first event of those that are not shown everywhere yet
  const painted = () => {
    // A message posted from within the frame's callback is answered when the frame is painted.
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  channel.port1.onmessage = () => {
    const end = performance.now();
    if (start !== null) {
      frames.latencies.push(end - start);
      start = null;
    }
    if (document.querySelector('[data-drawing]')) {
      painted();
    } else if (since !== null) {
      frames.wholes.push(end - since);
      frames.wholeEnds.push(end);
      since = null;
    }
  };
  const begin = () => {
    if (start !== null) return;
    start = performance.now();
    since ??= start;
    painted();
  };
  for (const type of ['input', 'pointermove']) addEventListener(type, begin, { capture: true });
  globalThis.benchFrames = frames;
})();
