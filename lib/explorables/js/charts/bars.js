// Vertical bars whose tops one can drag.

import { fixed } from '../kit/format.js';
import { withProbability } from '../math/simplex.js';
import { drawAxes } from './axes.js';
import { boxOf, frame, px, resolve } from './frame.js';
import { draggable, setSlider } from './mark.js';
import { bands, linear } from './scale.js';

const MARGIN = { top: 24, right: 8, bottom: 24, left: 38 };
const TARGET = 44; // pixels of what a finger can hit
const CRAMPED = 25; // pixels a bar: below, words and numbers are set smaller

/**
 * Options
 * - `labels`: one a group of bars; may depend on the state.
 * - `y`: {domain, label, ticks, format}; may depend on the state.
 * - `series`: [{name, tone, letter, label, trait or values(state, derived), decimals, outline, among}]: with
 *   `trait` the bars can be dragged (a distribution keeps its sum of 1) and stand `added(state)` higher,
 *   with `values` they show.
 *   `outline` (true, or a function of the index) leaves a bar empty; `letter` stands in the bars,
 *   `label` before the bar's name for assistive technology; only the first `among` bars compare.
 * @param {Ui} ui
 * @param {Options} options
 */
export function bars(ui, { label, labels, height, y, series, margin = MARGIN }) {
  const scales = {};
  let grabbed = 0; // from the pointer to the top of the bar it holds
  const data = (state, derived) => ({
    kind: 'bars',
    label,
    names: resolve(labels, state),
    series: series.map((one) => ({
      name: (one.label ?? one.letter ?? one.name).replace(/ of$/, ''),
      values: valuesOf(one, state, derived),
      decimals: one.decimals,
      among: one.among,
    })),
  });
  const view = frame(ui, { label, height, draw, data });
  const { svg } = view;
  const zero = svg.append('path').attr('aria-hidden', 'true');
  const layer = svg.append('g');

  // What a finger can hit leans away from the neighbour that can be hit too.
  const held = series.filter(({ trait }) => trait);
  const addedTo = (one) => one.added?.(ui.state()) ?? 0;
  const valuesOf = (one, state, derived) =>
    one.trait ? state[one.trait].map((x) => x + addedTo(one)) : one.values(state, derived);

  function change(one, index, value) {
    const schema = ui.schema[one.trait];
    const step = schema.step;
    const snapped = Math.round(Math.min(schema.max, Math.max(schema.min, value)) / step) * step;
    const clean = Number(snapped.toFixed(10));
    const now = ui.state()[one.trait];
    const next =
      schema.kind === 'distribution'
        ? withProbability(now, index, clean, step)
        : now.map((x, i) => (i === index ? clean : x));
    ui.set({ [one.trait]: next });
  }

  // The words below a bar may change with the state, and its name with them.
  const nameOf = ({ one, text }) => `${one.label ?? one.letter ?? ''} ${text}`.trim();

  function enter(selection) {
    const group = selection.append('g').attr('class', 'bar');
    group.append('rect');
    for (const name of ['value', 'letter', 'beyond']) {
      const text = group.append('text').attr('class', name).attr('text-anchor', 'middle');
      if (name !== 'value') text.attr('aria-hidden', 'true');
    }
    group.each(function (bar) {
      if (!bar.one.trait) {
        this.style.pointerEvents = 'none'; // it may stand on what a finger can hit
        return;
      }
      const g = svg.select(() => this).attr('data-control', bar.one.trait);
      g.append('rect').attr('class', 'grip').attr('fill', 'transparent');
      draggable(g, {
        svg,
        label: nameOf(bar),
        onStart: ([, y]) => {
          grabbed = scales.y(ui.state()[bar.one.trait][bar.index] + addedTo(bar.one)) - y;
        },
        onDrag: ([, y]) => change(bar.one, bar.index, scales.y.invert(y + grabbed) - addedTo(bar.one)),
        onKey: ([dx, dy]) => {
          const { step } = ui.schema[bar.one.trait];
          change(bar.one, bar.index, ui.state()[bar.one.trait][bar.index] + (dx - dy) * step);
        },
        onEnd: (start) => {
          const { min, max } = ui.schema[bar.one.trait];
          change(bar.one, bar.index, start ? min : max);
        },
      });
    });
    return group;
  }

  function draw(self, state, derived, colors) {
    const axis = resolve(y, state);
    const words = resolve(labels, state);
    const box = boxOf(self, margin);
    const across = bands(words.length, [box.x, box.x + box.width], 0.25);
    const inner = bands(series.length, [0, across.width], 0.08);
    scales.x = linear([0, 1], [box.x, box.x + box.width]);
    scales.y = linear(axis.domain, [box.y + box.height, box.y]);
    drawAxes(svg, { x: { ticks: [] }, y: axis, box, scales, colors });
    const floor = scales.y(Math.min(axis.domain[1], Math.max(0, axis.domain[0])));
    const size = inner.width < CRAMPED ? '9.5px' : null;
    zero.attr('d', `M${box.x},${px(floor)}H${box.x + box.width}`).attr('stroke', colors.muted);
    svg
      .selectAll('text.group')
      .data(words)
      .join('text')
      .attr('class', 'group')
      .attr('aria-hidden', 'true')
      .attr('x', (_, i) => px(across.at(i) + across.width / 2))
      .attr('y', self.height - 7)
      .style('font-size', size)
      .attr('text-anchor', 'middle')
      .attr('fill', colors.ink)
      .text(String);

    const list = series.flatMap((one, k) =>
      valuesOf(one, state, derived).map((value, index) => {
        const top = scales.y(Math.min(axis.domain[1], Math.max(axis.domain[0], value)));
        return {
          key: `${one.name}-${index}`,
          one,
          index,
          value,
          text: words[index],
          x: across.at(index) + inner.at(k),
          top: Math.min(top, floor),
          end: Math.max(top, floor),
          negative: value < 0,
          lean: held.length > 1 ? held.indexOf(one) / (held.length - 1) - 0.5 : 0,
        };
      }),
    );
    const bar = layer
      .selectAll('g.bar')
      .data(list, (b) => b.key)
      .join(enter);
    const onBar = (b) => (resolve(b.one.outline, b.index) ? colors[b.one.tone] : colors.paper);
    const width = inner.width;
    const middle = (b) => px(b.x + width / 2);
    const target = Math.max(width, TARGET);
    bar
      .select('rect')
      .attr('x', (b) => px(b.x))
      .attr('y', (b) => px(b.top))
      .attr('width', px(width))
      .attr('height', (b) => px(Math.max(1, b.end - b.top)))
      .attr('fill', (b) => (resolve(b.one.outline, b.index) ? 'none' : colors[b.one.tone]))
      .attr('stroke', (b) => colors[b.one.tone]);
    bar
      .select('text.value')
      .attr('x', middle)
      .attr('y', (b) => px(b.negative ? b.end + 12 : b.top - 5))
      .style('font-size', size)
      .attr('fill', (b) => colors[b.one.tone])
      .text((b) => fixed(b.value, b.one.decimals ?? 2));
    bar
      .select('text.letter')
      .attr('x', middle)
      .attr('y', (b) => px(b.end - 6))
      .attr('fill', onBar)
      .text((b) => (b.end - b.top > 20 && width > 14 ? (b.one.letter ?? '') : ''));
    // A bar that ends at the frame and not at its value says so.
    bar
      .select('text.beyond')
      .attr('x', middle)
      .attr('y', (b) => px(b.top + 14))
      .attr('fill', onBar)
      .text((b) => (b.value > axis.domain[1] ? '↑' : ''));
    bar
      .select('.grip')
      .attr('x', (b) => px(b.x + width / 2 - target / 2 + b.lean * (target - width)))
      .attr('y', (b) => px((b.negative ? b.end : b.top) - 22))
      .attr('width', px(target))
      .attr('height', TARGET);
    bar.each(function (b) {
      if (!b.one.trait) return;
      const { min, max } = ui.schema[b.one.trait];
      const g = svg.select(() => this).attr('aria-label', nameOf(b));
      setSlider(g, { min, max, now: b.value, text: fixed(b.value, 2) });
    });
  }
  return view;
}
