// Axes as every chart draws them: few ticks, no boxes, words at the ends.

import { px } from './frame.js';

const plain = (t) => String(Math.round(t * 1e6) / 1e6).replace('-', '−');

function ticksOf(scale, { ticks, format = plain }, length) {
  const values = Array.isArray(ticks) ? ticks : scale.ticks(ticks ?? Math.max(2, length / 70));
  return values.map((value) => ({ at: px(scale(value)), text: format(value) }));
}

const looks = new WeakMap(); // of the axes drawn in an SVG

/** Draw both axes along the box's left and bottom side; `x` and `y` give {label, ticks, format}.
 * `y.lift` is how far its label stands above the box, where bars may reach the top. */
export function drawAxes(svg, { x, y, box, scales, colors }) {
  const [left, right, top, bottom] = [box.x, box.x + box.width, box.y, box.y + box.height];
  const titles = [
    { text: x.label ?? '', x: right, y: bottom + 32, anchor: 'end' },
    { text: y.label ?? '', x: Math.min(left, 8), y: top - (y.lift ?? 9), anchor: 'start' },
  ];
  const [across, up] = [ticksOf(scales.x, x, box.width), ticksOf(scales.y, y, box.height)];
  // Most axes stay as they are while curves move.
  const look = JSON.stringify([box, titles, across, up, colors.muted, colors.ink]);
  if (looks.get(svg.node()) === look) return;
  looks.set(svg.node(), look);
  const g = svg.selectAll('g.ex-axes').data([0]).join('g').attr('class', 'ex-axes');
  g.attr('aria-hidden', 'true');
  g.selectAll('path.axis')
    .data([`M${px(left)},${px(top)}V${px(bottom)}H${px(right)}`])
    .join('path')
    .attr('class', 'axis')
    .attr('d', String)
    .attr('fill', 'none')
    .attr('stroke', colors.muted);

  const draw = (name, list, place, anchor, mark) => {
    const tick = g
      .selectAll(`g.${name}`)
      .data(list)
      .join((enter) => {
        const node = enter.append('g').attr('class', name);
        node.append('path').attr('d', mark);
        node.append('text');
        return node;
      });
    tick.attr('transform', place);
    tick.select('path').attr('stroke', colors.muted);
    tick
      .select('text')
      .attr('fill', colors.muted)
      .attr('text-anchor', anchor)
      .attr('x', name === 'tick-y' ? -7 : 0)
      .attr('y', name === 'tick-y' ? 0 : 17)
      .attr('dy', name === 'tick-y' ? '0.32em' : 0)
      .text((t) => t.text);
  };
  draw('tick-x', across, (t) => `translate(${t.at},${px(bottom)})`, 'middle', 'M0,0V5');
  draw('tick-y', up, (t) => `translate(${px(left)},${t.at})`, 'end', 'M0,0H-4');
  g.selectAll('text.axis-title')
    .data(titles)
    .join('text')
    .attr('class', 'axis-title')
    .attr('x', (t) => px(t.x))
    .attr('y', (t) => px(t.y))
    .attr('text-anchor', (t) => t.anchor)
    .attr('fill', colors.ink)
    .text((t) => t.text);
}
