// Measures in the page how long a frame takes: from the first event of a frame reaching the page to
// the moment after style, layout and paint, when the main thread is free again. An explorable that
// leaves part of itself to the next frames says by `data-drawing` how many frames some of it is behind:
// `wholes` has the times from an event to the moment when every part has been drawn since.
(() => {
  const channel = new MessageChannel();
  const frames = { latencies: [], wholes: [] };
  let start = null;
  let count = 0; // of the frames
  let waiting = []; // the events that are not shown everywhere yet, and the frame that showed each first
  let asked = false;
  const painted = () => {
    // A message posted from within the frame's callback is answered when the frame is painted.
    if (!asked) requestAnimationFrame(() => channel.port2.postMessage(0));
    asked = true;
  };
  channel.port1.onmessage = () => {
    const end = performance.now();
    asked = false;
    count += 1;
    if (start !== null) {
      frames.latencies.push(end - start);
      waiting.push({ start, frame: count });
      start = null;
    }
    const behind = document.querySelector('[data-drawing]')?.dataset.drawing ?? 0;
    const isShown = ({ frame }) => frame <= count - behind;
    frames.wholes.push(...waiting.filter(isShown).map((event) => end - event.start));
    waiting = waiting.filter((event) => !isShown(event));
    if (behind) painted();
  };
  const begin = () => {
    if (start !== null) return;
    start = performance.now();
    painted();
  };
  for (const type of ['input', 'pointermove']) addEventListener(type, begin, { capture: true });
  globalThis.benchFrames = frames;

  /**
   * Move a slider, or what is held by the mouse, once in every frame for so many seconds, and return
   * how often a second the surfaces were painted that this changes: the slowest of them; null if it
   * changes none.
   */
  globalThis.benchSpin = (node, seconds) =>
    new Promise((resolve) => {
      const surfaces = [...document.querySelectorAll('.ex-turntable canvas')].filter((c) => c.offsetParent);
      const painted = new Map(surfaces.map((canvas) => [canvas, 0]));
      const { clearRect } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (painted.has(this.canvas)) painted.set(this.canvas, painted.get(this.canvas) + 1);
        return clearRect.apply(this, box);
      };
      const { left, top, width, height } = node.getBoundingClientRect();
      const middle = (Number(node.min) + Number(node.max)) / 2;
      const reach = 0.4 * (node.max - node.min);
      const start = performance.now();
      let turn = 0;
      const step = (now) => {
        if (now - start > seconds * 1000) {
          CanvasRenderingContext2D.prototype.clearRect = clearRect;
          const counts = [...painted.values()].filter((count) => count > 2);
          return resolve(counts.length ? Math.min(...counts) / ((now - start) / 1000) : null);
        }
        const angle = (2 * Math.PI * ++turn) / 37;
        if (node.matches('input')) {
          node.value = middle + reach * Math.sin(angle);
          node.dispatchEvent(new Event('input', { bubbles: true }));
        } else {
          node.dispatchEvent(
            new PointerEvent('pointermove', {
              bubbles: true,
              pointerId: 1,
              pointerType: 'mouse',
              buttons: 1,
              clientX: left + width / 2 + 30 * Math.sin(angle),
              clientY: top + height / 2 + 20 * (1 - Math.cos(angle)),
            }),
          );
        }
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
})();
