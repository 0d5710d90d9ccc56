// Buttons that play what changes step by step: one step, play and pause, back to the start.

import { button, row } from './controls.js';

const LATE = 250; // milliseconds between two frames: the page was not on show

/**
 * Nothing moves before a reader presses Play. For readers who prefer reduced motion, Play goes to
 * the end at once. Whoever else changes what is played takes over: the play stops. A page that comes
 * back on show goes on from where it was.
 *
 * `begin` is called before playing and before a step; `advance(n)` goes n steps on, which may be
 * Infinity; `ended` says whether there is no further; `rewind` goes back to the start; `overtaken`
 * says whether the state is another than that which `advance` has left.
 * @param {Ui} ui
 * @param {{begin: (playing: boolean) => void, advance: (steps: number) => void, ended: () => boolean,
 * rewind: () => void, overtaken: () => boolean, perSecond: number}} what
 */
export function playback(ui, { begin, advance, ended, rewind, overtaken, perSecond }) {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let frame = 0;
  let last = 0;
  let play = null;

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    play.textContent = 'Play';
  }
  function tick(now) {
    if (overtaken()) return stop();
    if (now - last > LATE) last = now - 1000 / perSecond;
    const due = Math.floor(((now - last) * perSecond) / 1000);
    if (due > 0) {
      last += (due * 1000) / perSecond;
      advance(due);
    }
    if (ended()) stop();
    else frame = requestAnimationFrame(tick);
    return undefined;
  }
  function start() {
    begin(true);
    if (still.matches) return advance(Infinity);
    last = performance.now();
    play.textContent = 'Pause';
    frame = requestAnimationFrame(tick);
    return undefined;
  }

  row(ui, () => {
    button(ui, 'Step', () => {
      stop();
      begin(false);
      advance(1);
    });
    play = button(ui, 'Play', () => (frame ? stop() : start()));
    button(ui, 'Start over', () => {
      stop();
      rewind();
    });
  });
  ui.onUpdate(() => {
    if (frame && overtaken()) stop();
  });
  ui.onReset(stop);
  ui.cleanup(stop);
}

/**
 * Play a whole-number trait, from its least value to its greatest.
 * @param {Ui} ui
 * @param {string} trait
 * @param {{perSecond?: number}} [options]
 */
export function player(ui, trait, { perSecond = 20 } = {}) {
  const { min, max } = ui.schema[trait];
  let expected = min;
  const now = () => ui.state()[trait];
  const go = (value) => {
    expected = Math.min(max, value);
    ui.set({ [trait]: expected });
  };
  playback(ui, {
    perSecond,
    begin(playing) {
      expected = now();
      if (playing && expected >= max) go(min);
    },
    advance: (steps) => go(expected + steps),
    ended: () => expected >= max,
    rewind: () => go(min),
    overtaken: () => now() !== expected,
  });
}
