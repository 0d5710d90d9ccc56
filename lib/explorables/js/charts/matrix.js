// A square matrix as a map of colours, with its numbers, its diagonal framed.

import { uid } from '../kit/dom.js';
import { fixed } from '../kit/format.js';
import { frame, px } from './frame.js';
import { colorTable, legend } from './surface.js';

const MARGIN = { top: 36, right: 4, bottom: 38, left: 34 };
const BREADTH = 31; // pixels that a number takes: on narrower cells there is none
const DEPTH = 16;

/** How light a colour is, to the eye, from 0 to 1: WCAG's relative luminance. */
const lightness = (channels) =>
  channels
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);

/** Black or white, what stands out more on a colour: one of them does by 4.58 to 1 on every one. */
export const legible = (channels) => ((lightness(channels) + 0.05) ** 2 > 0.05 * 1.05 ? 'black' : 'white');

/**
 * `cells(state, derived)` gives {values, domain, ticks, title, decimals}: rows of numbers. `rows` and
 * `columns` are {name, tone}: what they are, and its colour.
 * @param {Ui} ui
 * @param {Options} options
 */
export function matrix(ui, { label, height, cells, rows, columns }) {
  const ramp = uid('ramp');
  const data = (state, derived) => {
    const { values, decimals, title } = cells(state, derived);
    return {
      kind: 'cells',
      label: `${label}: ${title}`,
      columns: [`${rows.name} ↓, ${columns.name} →`, ...values.map((_, j) => String(j + 1))],
      rows: values.map((row, i) => [String(i + 1), ...row.map((x) => fixed(x, decimals))]),
    };
  };
  const view = frame(ui, { label, height, draw, data });
  const { svg } = view;
  const [body, heads] = ['cells', 'heads'].map((name) =>
    svg.append('g').attr('class', name).attr('aria-hidden', 'true'),
  );

  function draw(self, state, derived, colors) {
    const { values, domain, ticks, title, decimals } = cells(state, derived);
    const n = values.length;
    const wide = (self.width - MARGIN.left - MARGIN.right) / n;
    const tall = (self.height - MARGIN.top - MARGIN.bottom) / n;
    const [x, y] = [(j) => MARGIN.left + j * wide, (i) => MARGIN.top + i * tall];
    const table = colorTable(colors.surface);
    const share = (value) => Math.min(1, Math.max(0, (value - domain[0]) / (domain[1] - domain[0])));
    const colorOf = (c) => table[Math.round(255 * share(c.value))];
    const list = values.flatMap((row, i) =>
      row.map((value, j) => ({ key: `${i} ${j}`, i, j, value, own: i === j })),
    );
    const cell = body
      .selectAll('g')
      .data(list, (c) => c.key)
      .join((enter) => {
        const g = enter.append('g');
        g.append('rect');
        g.append('text').attr('text-anchor', 'middle').attr('dy', '0.35em');
        return g;
      });
    cell
      .select('rect')
      .attr('x', (c) => px(x(c.j) + (c.own ? 1 : 0)))
      .attr('y', (c) => px(y(c.i) + (c.own ? 1 : 0)))
      .attr('width', (c) => px(wide - (c.own ? 2 : 1)))
      .attr('height', (c) => px(tall - (c.own ? 2 : 1)))
      .attr('fill', (c) => `rgb(${colorOf(c)})`)
      .attr('stroke', (c) => (c.own ? colors.ink : 'none'))
      .attr('stroke-width', 2);
    const roomy = wide >= BREADTH && tall >= DEPTH;
    cell
      .select('text')
      .attr('x', (c) => px(x(c.j) + wide / 2))
      .attr('y', (c) => px(y(c.i) + tall / 2))
      .attr('fill', (c) => legible(colorOf(c)))
      .text((c) => (roomy ? fixed(c.value, decimals) : ''));

    const numbers = values.flatMap((_, i) => [
      { text: i + 1, x: MARGIN.left - 9, y: y(i) + tall / 2, tone: rows.tone },
      { text: i + 1, x: x(i) + wide / 2, y: MARGIN.top - 9, tone: columns.tone },
    ]);
    const names = [
      { text: `${rows.name} ↓`, x: 2, y: 10, tone: rows.tone, anchor: 'start' },
      { text: `${columns.name} →`, x: self.width - 4, y: 10, tone: columns.tone, anchor: 'end' },
    ];
    heads
      .selectAll('text')
      .data([...numbers, ...names])
      .join('text')
      .attr('x', (t) => px(t.x))
      .attr('y', (t) => px(t.y))
      .attr('dy', '0.35em')
      .attr('text-anchor', (t) => t.anchor ?? 'middle')
      .attr('fill', (t) => colors[t.tone])
      .text((t) => String(t.text));
    const width = Math.min(160, self.width - MARGIN.left - MARGIN.right);
    const at = { x: MARGIN.left, y: self.height - 24, width };
    legend(svg, { ...at, id: ramp, domain, ticks, format: (t) => fixed(t, 0), title, colors });
  }
  return view;
}
