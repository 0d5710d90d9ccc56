// A horizontal bar made of parts that add up, over an axis that stays.

import { fixed } from '../kit/format.js';
import { frame, px } from './frame.js';
import { linear } from './scale.js';

const GAP = 12; // pixels from name to name

/** Places in their order, each at least a gap from the next and none beyond `end`. */
function apart(places, end) {
  const out = [];
  for (const x of places) out.push(Math.max(x, (out.at(-1) ?? -GAP) + GAP));
  for (let i = out.length - 1, most = end; i >= 0; i--, most -= GAP) out[i] = Math.min(out[i], most);
  return out;
}

/**
 * `parts(state, derived)` lists {label, value, tone}; `axis(state, derived)` gives {max, ticks, unit}. Two
 * parts are named, with their values, on their segments; where a segment is too short, the first is
 * named above it and the second behind it. With `above`, any number of names stand in a row above the bar,
 * none upon another.
 * @param {Ui} ui
 * @param {Options} options
 */
export function stack(ui, { parts, axis, label, total, above = false }) {
  const lower = above ? 16 : 0; // pixels by which the bar makes room for a row of names
  const data = (state, derived) => ({
    kind: 'lengths',
    label,
    unit: axis(state, derived).unit,
    rows: parts(state, derived).map(({ label: name, value }) => ({ name, value })),
  });
  const view = frame(ui, { label, height: () => 76 + lower, draw, data });
  const { svg } = view;

  function draw(self, state, derived, colors) {
    const { max, ticks, unit } = axis(state, derived);
    const x = linear([0, max], [12, self.width - 12]);
    const list = parts(state, derived);
    let start = 0;
    const boxes = list.map((part) => {
      const from = Math.min(start, max);
      start += part.value;
      return { ...part, x0: x(from), x1: x(Math.min(start, max)), over: start > max };
    });
    svg
      .selectAll('rect.part')
      .data(boxes)
      .join('rect')
      .attr('class', 'part')
      .attr('x', (b) => px(b.x0))
      .attr('y', 24 + lower)
      .attr('width', (b) => px(Math.max(0, b.x1 - b.x0)))
      .attr('height', 22)
      .attr('fill', (b) => colors[b.tone])
      .attr('stroke', colors.panel);
    const over = boxes.some((b) => b.over);
    const name = (b) => (above ? b.label : `${b.label} ${fixed(b.value, 3)}`);
    // A letter is about 7 px wide; the arrow of a bar that is cut takes some room.
    const fits = (b) => !above && b.x1 - b.x0 > 7 * name(b).length + (b.over ? 40 : 8);
    const places = apart(
      boxes.map((b) => (b.x0 + b.x1) / 2),
      self.width - 12,
    );
    const beside = (b, i) => (i ? Math.max(b.x0, b.x1) + 6 : b.x0);
    // The sum stands at the end of the bar, or as near as what is on its line lets it.
    const sum = total(state, derived);
    const room = above || fits(boxes[0]) ? 12 : boxes[0].x0 + 7 * name(boxes[0]).length + 8;
    const end = Math.max(boxes.at(-1).x1, room + 6 * sum.length);
    svg
      .selectAll('text.over')
      .data(over ? [0] : [])
      .join('text')
      .attr('class', 'over')
      .attr('x', self.width - 16)
      .attr('y', 40 + lower)
      .attr('text-anchor', 'end')
      .attr('fill', colors.paper)
      .text('→');
    svg
      .selectAll('text.part')
      .data(boxes)
      .join('text')
      .attr('class', 'part')
      .attr('x', (b, i) => px(above ? places[i] : fits(b) ? (b.x0 + b.x1) / 2 : beside(b, i)))
      .attr('y', (b, i) => (above ? 34 : fits(b) || i > 0 ? 39 : 16))
      .attr('text-anchor', (b) => (above || fits(b) ? 'middle' : 'start'))
      .attr('fill', (b) => (fits(b) ? colors.paper : colors[b.tone]))
      .text(name);
    svg
      .selectAll('text.total')
      .data([sum])
      .join('text')
      .attr('class', 'total')
      .attr('x', px(Math.min(end, self.width - 12)))
      .attr('y', 16)
      .attr('text-anchor', 'end')
      .attr('fill', colors.ink)
      .text(String);
    const tick = svg.selectAll('g.tick').data(ticks).join(enterTick);
    tick.attr('transform', (t) => `translate(${px(x(t))},${50 + lower})`);
    tick.select('line').attr('stroke', colors.muted);
    tick
      .select('text')
      .attr('fill', colors.muted)
      .text((t, i) => (i === ticks.length - 1 ? `${t} ${unit}` : t));
    tick.select('text').attr('text-anchor', (_, i) => (i === ticks.length - 1 ? 'end' : 'middle'));
  }

  function enterTick(enter) {
    const g = enter.append('g').attr('class', 'tick').attr('aria-hidden', 'true');
    g.append('line').attr('y2', 5);
    g.append('text').attr('y', 18);
    return g;
  }
  return view;
}
