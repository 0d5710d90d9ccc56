/**
 * Make an element: `h('p', {class: 'x', onclick: f, text: '…'}, child, …)`.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {(string | Node)[]} children
 * @returns {any} an element, of the class that its tag has
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'text') node.textContent = value;
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

/**
 * A push button.
 * @param {string} text
 * @param {Record<string, any>} [more] attributes
 */
export const pushButton = (text, more = {}) =>
  h('button', { type: 'button', class: 'ex-button', text, ...more });

/**
 * Show a text; one that is there already is not laid out again, and another takes its place.
 * @param {Node} node
 * @param {string} text
 */
export function write(node, text) {
  const only = /** @type {Text} */ (node.firstChild);
  const inPlace = only?.nodeType === Node.TEXT_NODE && only === node.lastChild;
  if (!inPlace) node.textContent = text;
  else if (only.data !== text) only.data = text;
}

// A notebook loads the kit once for each widget, and all of them count on.
const all = /** @type {any} */ (globalThis);
/**
 * A document-unique id.
 * @param {string} stem
 */
export function uid(stem) {
  all.exSerial = (all.exSerial ?? 0) + 1;
  return `ex-${stem}-${all.exSerial}`;
}
