// Draws an explorable in frames, in two beats. The frame of a change draws the numbers, a surface in three
// dimensions, and the control and the chart under the reader's hand; the next one draws all the rest,
// unless there has been another change: each frame costs the browser a layout of its own. Where changes
// leave no frame between them, the first of these keeps the rest waiting, and each one after it draws a
// third, the longest waiting first: no chart is more than three frames behind. A quick machine draws
// everything at once.

const ROOM = 2; // milliseconds in which everything is drawn at once; less than the browser's own share
const SLICE = 4; // milliseconds of a frame of the first drawing, which is to be no long task
const BEHIND = 3; // frames that a part may be behind the state

/**
 * Options: `root`, which bears `data-drawing` while something waits, by how many frames the part that is
 * furthest behind is so, and `data-ready` from the first complete drawing on; `derive()`, called once for
 * each change, gives the arguments of all parts.
 * @param {HTMLElement} root
 * @param {() => [State, Derived, Colors]} derive
 */
export function drawing(root, derive) {
  const parts = []; // of each: `due`, the frame since which it is not as the state is, or 0
  let given = null;
  let pending = 0;
  let frames = 0;
  let begun = false;
  let ended = false;
  let hand = null; // what the reader last touched
  let busy = 0; // how many frames in a row have shown a change and not all of it

  /**
   * Add `draw`, called with what `derive` gave; without a `node`, or if it is `first`, it never waits.
   * @param {Draw} draw
   * @param {Element | null} [node]
   */
  function add(draw, node = null, first = !node) {
    parts.push({ draw, node, first, due: frames + 1, cost: 0 });
  }

  /**
   * Draw everything anew, or one part as the state is, in the next frame.
   * @param {Draw | null} [draw]
   */
  function request(draw = null) {
    if (!draw) given = null;
    for (const part of parts) if (!draw || part.draw === draw) part.due ||= frames + 1;
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
    busy = given ? 0 : busy + 1;
    given ??= derive();
    const urgent = ({ first, node }) => first || node.contains(hand);
    const waiting = parts.filter((part) => part.due);
    const rest = waiting.filter((part) => !urgent(part)).sort((a, b) => a.due - b.due);
    waiting.filter(urgent).forEach(draw);
    const spent = () => performance.now() - start;
    const some = (count) => rest.splice(0, count).forEach(draw);
    const fits = rest.reduce((sum, { cost }) => sum + cost, spent()) < ROOM;
    if (!begun)
      do some(1);
      while (rest.length && spent() < SLICE);
    else if (!busy || fits) some(rest.length);
    else if (busy > 1) some(Math.ceil(rest.length / BEHIND));
    if (rest.length) {
      root.dataset.drawing = String(1 + frames - Math.min(...rest.map(({ due }) => due)));
      pending ||= requestAnimationFrame(frame);
    } else {
      begun = true;
      busy = 0;
      delete root.dataset.drawing;
      root.dataset.ready = 'true';
    }
  }

  function draw(part) {
    const start = performance.now();
    part.due = 0;
    part.draw(...given);
    part.cost = performance.now() - start;
  }

  function touched(event) {
    if (event.type === 'pointermove' && !event.buttons) return;
    hand = event.target;
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
