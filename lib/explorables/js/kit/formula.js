// A formula whose numbers move with the slider: MathML, of which each change touches what differs.

import { write } from './dom.js';
import { whole } from './mathml.js';
import { texOf } from './tex.js';

const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';
const FONT = "1em 'Explorable Formula'";
const REST = 150; // milliseconds without a change
const SMALLEST = 0.65; // how far a formula shrinks to fit; beyond that one scrolls it

const MADE = Symbol('made'); // of an element: the part that it was made of

/** Whether two parts have the same tag and attributes. */
function alike(a, b) {
  const [one, other] = [a.attributes, b.attributes];
  if (a.tag !== b.tag) return false;
  for (const name in one) if (one[name] !== other[name]) return false;
  for (const name in other) if (!(name in one)) return false;
  return true;
}

/** Make an element of MathML's data. */
function make(part) {
  const element = document.createElementNS(NAMESPACE, part.tag);
  for (const [name, value] of Object.entries(part.attributes)) element.setAttribute(name, value);
  element[MADE] = part;
  fill(element, part.children);
  return element;
}

/** Have an element hold `children`: the elements and texts that are there already stay. */
function fill(element, children) {
  if (typeof children === 'string') return write(element, children);
  const there = Array.from(element.children);
  children.forEach((part, i) => {
    if (!there[i]) element.append(make(part));
    else if (!alike(there[i][MADE], part)) there[i].replaceWith(make(part));
    else fill(there[i], part.children);
  });
  for (const rest of there.slice(children.length)) rest.remove();
}

/**
 * Keep `element` showing formulas: returns what shows one. At rest it bears its TeX as the formulas of
 * the page's text do, of which a copy is made.
 * @param {HTMLElement} element
 */
export function liveFormula(element) {
  let resting = 0;
  let shown = null;

  /** Set the formula smaller where it is wider than its place, in steps, so that it seldom changes. */
  function fit() {
    element.style.fontSize = '';
    const share = element.clientWidth / element.scrollWidth;
    if (share < 1) element.style.fontSize = `${Math.max(SMALLEST, Math.floor(share * 20) / 20)}em`;
  }
  document.fonts.load(FONT).then(fit, () => {}); // wider or narrower than the one before

  function rest() {
    fit();
    element.firstElementChild?.setAttribute('data-tex', texOf(shown));
  }
  // Where no page around the figure does it: of a part of a formula the whole is copied, once.
  element.addEventListener('copy', (event) => {
    const { anchorNode, focusNode, isCollapsed = true } = getSelection() ?? {};
    const within = element.contains(anchorNode ?? null) && element.contains(focusNode ?? null);
    if (isCollapsed || !within || !event.clipboardData) return;
    event.clipboardData.setData('text/plain', texOf(shown));
    event.preventDefault();
  });

  /** @param {Formula} formula */
  return (formula) => {
    shown = whole(formula);
    fill(element, [shown]);
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  };
}
