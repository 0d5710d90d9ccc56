// Draws an explorable in frames. The controls, the numbers, a surface in three dimensions and the
// chart under the reader's hand are drawn in the frame after the event. The rest follows at once
// where there is time, else in the next frames, the longest waiting first: one part in each, but in
// every other one while a chart is under the hand. A slow phone answers the finger, and catches up.

const SLICE = 4; // milliseconds of a frame; what would take longer waits for the next one

/**
 * Options: `root`, which bears `data-drawing` while something waits and `data-ready` from the first
 * complete drawing on; `derive()`, called once for each change, gives the arguments of all parts.
 * @param {HTMLElement} root
 * @param {() => [State, Derived, Colors]} derive
 */
export function drawing(root, derive) {
  const parts = [];
  let given = null;
  let pending = 0;
  let frames = 0;
  let ended = false;
  let hand = null; // what the reader last touched
  let moved = false; // by the hand, since the last frame
  let passed = false; // whether the last frame drew the chart under the hand and nothing of the rest

  /**
   * Add `draw`, called with what `derive` gave; without a `node`, or if it is `first`, it never waits.
   * @param {Draw} draw
   * @param {Element | null} [node]
   */
  function add(draw, node = null, first = !node) {
    parts.push({ draw, node, first, due: true, drawn: 0, cost: 0 });
  }

  /**
   * Draw everything anew, or one part as the state is, in the next frame.
   * @param {Draw | null} [draw]
   */
  function request(draw = null) {
    if (!draw) given = null;
    for (const part of parts) if (!draw || part.draw === draw) part.due = true;
    if (!pending && !ended) pending = requestAnimationFrame(frame);
  }

  /** Draw what is due in the frame after the next, when the charts know how wide they are. */
  function begin() {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => (pending = requestAnimationFrame(frame)));
  }

  function frame() {
    const start = performance.now();
    pending = 0;
    frames += 1;
    given ??= derive();
    const urgent = ({ first, node }) => first || node.contains(hand);
    const waiting = parts.filter((part) => part.due);
    const rest = waiting.filter((part) => !urgent(part)).sort((a, b) => a.drawn - b.drawn);
    waiting.filter(urgent).forEach(draw);
    passed = moved && !passed && waiting.some(({ node }) => node?.contains(hand));
    moved = false;
    if (!passed && rest.length) draw(rest.shift());
    while (rest.length && performance.now() - start + rest[0].cost < SLICE) draw(rest.shift());
    if (rest.length) {
      root.dataset.drawing = 'true';
      pending ||= requestAnimationFrame(frame);
    } else {
      delete root.dataset.drawing;
      root.dataset.ready = 'true';
    }
  }

  function draw(part) {
    const start = performance.now();
    part.due = false;
    part.drawn = frames;
    part.draw(...given);
    part.cost = performance.now() - start;
  }

  function touched(event) {
    if (event.type === 'pointermove' && !event.buttons) return;
    hand = event.target;
    moved = true;
  }
  const EVENTS = ['pointerdown', 'pointermove', 'keydown', 'input'];
  for (const type of EVENTS) root.addEventListener(type, touched, { capture: true });

  /** Draw nothing more, whatever comes late: a surface's painter may, for an explorable that is gone. */
  function end() {
    ended = true;
    cancelAnimationFrame(pending);
    for (const type of EVENTS) root.removeEventListener(type, touched, { capture: true });
    delete root.dataset.drawing;
    delete root.dataset.ready;
  }

  return { add, request, begin, end };
}
