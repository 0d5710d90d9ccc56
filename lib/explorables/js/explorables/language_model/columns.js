// Columns with a number above and a name below each: what is likely next, and what models cost.

import { frame, px } from '../../charts/frame.js';
import { bands, linear } from '../../charts/scale.js';

const sizeOf = ({ value }) => value;
const [ABOVE, BELOW] = [34, 22]; // pixels, for the title and a number, and for the names

/**
 * Options: `label`; `title(state, derived)`; `height`; `of`, what the numbers are; and
 * `items(state, derived)`: [{name, words, value, text, tone, hollow}], of which `words` say in a table what the
 * name below a column stands for; one in the tone of truth is underlined. One of `full` fills the chart, or the largest.
 * @param {Ui} ui
 * @param {Options} options
 */
export function columns(ui, { label, title, items, height, of, full }) {
  const data = (state, derived) => {
    const list = items(state, derived);
    const names = list.map(({ name, words = name }) => words);
    return { kind: 'bars', label, names, series: [{ name: of, values: list.map(sizeOf), decimals: 4 }] };
  };
  const view = frame(ui, { label, height, draw, data });
  const { svg } = view;
  const axis = svg.append('path').attr('aria-hidden', 'true');
  const head = svg.append('text').attr('y', 12);

  function draw(self, state, derived, colors) {
    const list = items(state, derived);
    const base = self.height - BELOW;
    const across = bands(Math.max(1, list.length), [2, self.width - 2], 0.2);
    const up = linear([0, Math.max(full, ...list.map(sizeOf))], [base, ABOVE]);
    axis.attr('d', `M2,${base}H${px(self.width - 2)}`).attr('stroke', colors.muted);
    head.attr('fill', colors.ink).text(title(state, derived));
    const column = svg
      .selectAll('g.column')
      .data(list)
      .join((enter) => {
        const g = enter.append('g').attr('class', 'column').attr('aria-hidden', 'true');
        g.append('rect');
        for (const name of ['value', 'name'])
          g.append('text').attr('class', name).attr('text-anchor', 'middle');
        return g;
      });
    const tone = ({ tone }) => colors[tone];
    const middle = (_, i) => px(across.at(i) + across.width / 2);
    column
      .select('rect')
      .attr('x', (_, i) => px(across.at(i)))
      .attr('y', ({ value }) => px(Math.min(up(value), base - 1)))
      .attr('width', px(across.width))
      .attr('height', ({ value }) => px(Math.max(1, base - up(value))))
      .attr('fill', (one) => (one.hollow ? 'none' : tone(one)))
      .attr('stroke', tone);
    column
      .select('.value')
      .attr('x', middle)
      .attr('y', ({ value }) => px(up(value) - 4))
      .style('font-size', across.width < 30 ? '9.5px' : '12px')
      .attr('fill', tone)
      .text(({ text }) => text);
    column
      .select('.name')
      .attr('x', middle)
      .attr('y', self.height - 6)
      .attr('fill', colors.ink)
      .attr('text-decoration', ({ tone }) => (tone === 'p' ? 'underline' : null))
      .text(({ name }) => name);
  }
  return view;
}
