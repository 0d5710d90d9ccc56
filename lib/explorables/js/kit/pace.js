// Whether a machine is slow at something it does again and again. One slow time says little, because
// a busy moment looks like a slow machine; so the mean decides, the latest times weighing most.

const WEIGHT = 1 / 4; // of the latest time
const EASY = 1 / 3; // of what is costly: only then is the machine taken for quick again

/**
 * `took(milliseconds)` notes a time; `slow` says whether the mean has passed `costly` since it was
 * last below a third of it. What is done more cheaply while slow must not come below that third by
 * being cheaper.
 * @param {number} costly
 */
export function pace(costly) {
  let mean = 0;
  let slow = false;
  return {
    get slow() {
      return slow;
    },
    took(milliseconds) {
      mean += (milliseconds - mean) * WEIGHT;
      if (mean > costly) slow = true;
      if (mean < costly * EASY) slow = false;
    },
  };
}
