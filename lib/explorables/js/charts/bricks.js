// Rows of bricks laid end to end over one axis: lengths that add up, side by side with others.

import { frame, px } from './frame.js';
import { linear } from './scale.js';

const SIDE = 12;
const TOP = 18;

/**
 * Options
 * - `rows(state, derived)`: [{name, tone, parts: [{value, tone, text, opacity, round}], value}]. What
 *   passes the axis is cut, and an arrow says so; `value` is the whole where the parts are not all.
 * - `axis(state)`: {max, ticks, format, unit, words}; `words(value)` writes a length in a table.
 * - `limit(state, derived)`: {value, tone, label}: a line across all rows, or null.
 * @param {Ui} ui
 * @param {Options} options
 */
export function bricks(ui, { label, rows, count, axis, limit = () => null, brick = 22 }) {
  const pitch = brick + TOP + 4;
  const bottom = TOP - 14 + count * pitch;
  const data = (state, derived) => ({
    kind: 'lengths',
    label,
    unit: axis(state).unit,
    words: axis(state).words,
    rows: rows(state, derived).map(({ name, parts, value }) => ({
      name,
      value: value ?? parts.reduce((sum, part) => sum + part.value, 0),
    })),
  });
  const view = frame(ui, { label, height: () => bottom + 26, draw, data });
  const { svg } = view;

  function draw(self, state, derived, colors) {
    const { max, ticks, format = String, unit = '' } = axis(state);
    const x = linear([0, max], [SIDE, self.width - SIDE]);
    const list = rows(state, derived).map((row, i) => ({ ...row, top: i * pitch + TOP }));
    drawRows(list, x, max, colors);
    drawAxis(x, max, ticks, format, unit, colors);
    drawLimit(limit(state, derived), x, list[0].top - 4, colors);
  }

  function drawRows(list, x, max, colors) {
    const placed = list.flatMap((row) => {
      let end = 0;
      return row.parts.map((part, i) => {
        const from = Math.min(end, max);
        end += part.value;
        const [x0, x1] = [x(from), x(Math.min(end, max))];
        return { ...part, key: `${row.name}-${i}`, top: row.top, x0, width: x1 - x0 };
      });
    });
    const visible = placed.filter((b) => b.width > 0);
    const gap = (b) => (b.width > 4 ? 1 : 0);
    svg
      .selectAll('rect.brick')
      .data(visible, (b) => b.key)
      .join('rect')
      .attr('class', 'brick')
      .attr('x', (b) => px(b.x0))
      .attr('y', (b) => b.top)
      .attr('width', (b) => px(b.width - gap(b)))
      .attr('height', brick)
      .attr('rx', (b) => (b.round ? brick / 2 : 2))
      .attr('fill', (b) => colors[b.tone])
      .attr('fill-opacity', (b) => b.opacity ?? 1);
    svg
      .selectAll('text.brick')
      .data(
        visible.filter((b) => b.text && b.width > 8 * b.text.length + 4),
        (b) => b.key,
      )
      .join('text')
      .attr('class', 'brick')
      .attr('aria-hidden', 'true')
      .attr('x', (b) => px(b.x0 + (b.width - gap(b)) / 2))
      .attr('y', (b) => b.top + brick / 2)
      .attr('dy', '0.35em')
      .attr('text-anchor', 'middle')
      .attr('fill', colors.panel)
      .text((b) => b.text);
    svg
      .selectAll('text.row')
      .data(list)
      .join('text')
      .attr('class', 'row')
      .attr('x', SIDE)
      .attr('y', (row) => row.top - 5)
      .attr('fill', (row) => colors[row.tone])
      .text((row) => row.name);
    const over = list.filter((row) => row.parts.reduce((a, p) => a + p.value, 0) > max * (1 + 1e-9));
    svg
      .selectAll('text.over')
      .data(over)
      .join('text')
      .attr('class', 'over')
      .attr('x', x(max))
      .attr('y', (row) => row.top - 5)
      .attr('text-anchor', 'end')
      .attr('fill', (row) => colors[row.tone])
      .text('and on →');
  }

  function drawAxis(x, max, ticks, format, unit, colors) {
    const words = (t, i) => (i === ticks.length - 1 ? `${format(t)} ${unit}`.trim() : format(t));
    const tick = svg
      .selectAll('g.tick')
      .data(ticks)
      .join((enter) => {
        const g = enter.append('g').attr('class', 'tick').attr('aria-hidden', 'true');
        g.append('line').attr('y2', 5);
        g.append('text').attr('y', 18);
        return g;
      });
    tick.attr('transform', (t) => `translate(${px(x(t))},${bottom})`);
    tick.select('line').attr('stroke', colors.muted);
    tick
      .select('text')
      .attr('fill', colors.muted)
      .attr('text-anchor', (_, i) => (i === ticks.length - 1 ? 'end' : 'middle'))
      .attr('x', (t, i) => (i === ticks.length - 1 ? Math.min(32, x(max) - x(t) + 6) : 0))
      .text(words);
  }

  function drawLimit(rule, x, top, colors) {
    const g = svg
      .selectAll('g.limit')
      .data(rule ? [rule] : [])
      .join((enter) => {
        const group = enter.append('g').attr('class', 'limit').attr('aria-hidden', 'true');
        group.append('line').attr('stroke-width', 2);
        group
          .append('text')
          .attr('x', 4)
          .attr('y', top - 1);
        return group;
      });
    g.attr('transform', (r) => `translate(${px(x(r.value))},0)`);
    g.select('line')
      .attr('y1', top + 2)
      .attr('y2', bottom)
      .attr('stroke', (r) => colors[r.tone]);
    g.select('text')
      .attr('fill', (r) => colors[r.tone])
      .text((r) => r.label);
  }
  return view;
}
