// Buttons that walk a whole-number trait: one step, play and pause, back to the start.

import { button, row } from './controls.js';

const LATE = 250; // milliseconds between two frames: the page was not on show

/**
 * Nothing moves before a reader presses Play. For readers who prefer reduced motion, Play goes to
 * the end at once. Whoever else sets the trait takes over: the walk stops. A page that comes back
 * on show goes on from where it was.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{perSecond?: number}} [options]
 */
export function player(ui, trait, { perSecond = 20 } = {}) {
  const { min, max } = ui.schema[trait];
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let frame = 0;
  let last = 0;
  let expected = min;
  let play = null;

  const go = (value) => {
    expected = Math.min(max, value);
    ui.set({ [trait]: expected });
  };
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    play.textContent = 'Play';
  }
  const overtaken = () => ui.state()[trait] !== expected;
  function tick(now) {
    if (overtaken()) return stop();
    if (now - last > LATE) last = now - 1000 / perSecond;
    const due = Math.floor(((now - last) * perSecond) / 1000);
    if (due > 0) {
      last += (due * 1000) / perSecond;
      go(expected + due);
    }
    if (expected >= max) stop();
    else frame = requestAnimationFrame(tick);
    return undefined;
  }
  function start() {
    const now = ui.state()[trait];
    go(now >= max ? min : now);
    if (still.matches) return go(max);
    last = performance.now();
    play.textContent = 'Pause';
    frame = requestAnimationFrame(tick);
    return undefined;
  }

  row(ui, () => {
    button(ui, 'Step', () => {
      stop();
      go(ui.state()[trait] + 1);
    });
    play = button(ui, 'Play', () => (frame ? stop() : start()));
    button(ui, 'Start over', () => {
      stop();
      go(min);
    });
  });
  ui.onUpdate(() => {
    if (frame && overtaken()) stop();
  });
  ui.onReset(stop);
  ui.cleanup(stop);
}
