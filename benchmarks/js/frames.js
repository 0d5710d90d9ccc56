// Measures in the page how long a frame takes: from the first event of a frame reaching the page to
// the moment after style, layout and paint, when the main thread is free again.
(() => {
  const channel = new MessageChannel();
  const frames = { latencies: [], ends: [] };
  let start = null;
  channel.port1.onmessage = () => {
    if (start === null) return;
    const end = performance.now();
    frames.latencies.push(end - start);
    frames.ends.push(end);
    start = null;
  };
  const begin = () => {
    if (start !== null) return;
    start = performance.now();
    // A message posted from within the frame's callback is answered when the frame is painted.
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  for (const type of ['input', 'pointermove']) addEventListener(type, begin, { capture: true });
  globalThis.benchFrames = frames;
})();
