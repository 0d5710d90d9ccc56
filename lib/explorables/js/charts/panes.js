// Charts and controls that share one place, of which a choice trait shows some.

/**
 * Call before making the charts; returns `add(chart or control, …values)`, which shows it only
 * while the trait has one of the values, and gives it back.
 * @param {Ui} ui
 */
export function panes(ui, trait) {
  const list = [];
  ui.onArrange((state) => {
    for (const { node, values } of list) node.hidden = !values.includes(state[trait]);
  });
  return (chart, ...values) => {
    list.push({ node: chart.node ?? chart, values });
    return chart;
  };
}
