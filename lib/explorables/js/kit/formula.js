// A formula whose numbers move with the slider. KaTeX sets it once for each structure; while only
// numbers change, their digits are replaced in place, which costs a fraction of a setting. The
// MathML beside them, which nobody sees, follows once the reader rests. So does a new structure on
// a slow machine; until then the old formula is dimmed.

const REST = 150; // milliseconds without a change
const COSTLY = 5; // milliseconds of a setting that does not fit into a moving frame
const SMALLEST = 0.65; // how far a formula shrinks to fit; beyond that one scrolls it

// A minus belongs to its number where nothing stands before it that it could take from.
const NUMBER = /\\textcolor\{[^}]*\}|((?<=(?:[{([,=&]|\\ )\s*)-)?\d+\.\d+|(?<=\{)-?\d+(?=\})/g;
const isNumber = (token) => /^-?\d/.test(token);

/**
 * Part TeX into its structure and its numbers: the decimals, and the integers alone in braces, each
 * with its sign.
 */
export function split(source) {
  const numbers = [];
  const structure = source.replace(NUMBER, (token) => {
    if (!isNumber(token)) return token;
    numbers.push(token.replace('-', '−'));
    return '§';
  });
  return { structure, numbers };
}

/** Text nodes of `root` by their text. */
function textNodes(root) {
  const found = new Map();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = /** @type {Text} */ (node).data;
    found.set(text, [...(found.get(text) ?? []), node]);
  }
  return found;
}

/** Part text nodes into those on screen and those in MathML. */
function byTree(nodes) {
  const spoken = nodes.filter((node) => node.parentElement.closest('math'));
  return { seen: nodes.filter((node) => !spoken.includes(node)), spoken };
}

/** Keeps `element` showing the TeX it is given; `render(source)` returns KaTeX's markup. */
export class LiveFormula {
  #element;
  #render;
  #structure = null;
  /** @type {ReturnType<typeof byTree>[] | null} */
  #places = null;
  /** @type {Element | null} */
  #annotation = null;
  #resting = 0;
  #shownAt = -Infinity;
  #cost = 0; // milliseconds of the last setting

  constructor(element, render) {
    this.#element = element;
    this.#render = render;
  }

  forget() {
    this.#structure = null;
  }

  show(source) {
    const parts = split(source);
    const now = performance.now();
    const hurried = now - this.#shownAt < REST;
    this.#shownAt = now;
    const afresh = parts.structure !== this.#structure || !this.#places;
    const late = afresh && hurried && this.#cost > COSTLY;
    this.#element.classList.toggle('ex-late', late);
    if (!late) this.#write(source, parts);
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      if (late) this.#write(source, parts);
      this.#element.classList.remove('ex-late');
      this.#speak(source, parts.numbers);
      this.#fit();
    }, REST);
  }

  #write(source, { structure, numbers }) {
    const start = performance.now();
    if (structure !== this.#structure || !this.#stands()) {
      this.#set(structure, numbers.length);
      this.#speak(source, numbers); // no machine reads the places' own numerals aloud
    }
    if (this.#places) {
      this.#fill(numbers, 'seen');
    } else {
      this.#element.innerHTML = this.#render(source);
      this.#cost = performance.now() - start;
    }
  }

  /** Bring the MathML up to what is seen. */
  #speak(source, numbers) {
    if (!this.#places) return;
    this.#fill(numbers, 'spoken');
    if (this.#annotation) this.#annotation.textContent = source;
  }

  /** Set the formula smaller where it is wider than its place, in steps, so that it seldom changes. */
  #fit() {
    const { style } = this.#element;
    style.fontSize = '';
    const share = this.#element.clientWidth / this.#element.scrollWidth;
    if (share < 1) style.fontSize = `${Math.max(SMALLEST, Math.floor(share * 20) / 20)}em`;
  }

  /** Whether the text nodes are still the page's: who translates or reads it aloud may put in others. */
  #stands() {
    const nodes = this.#places?.flatMap(({ seen, spoken }) => [...seen, ...spoken]) ?? [];
    return nodes.every((node) => this.#element.contains(node));
  }

  #fill(numbers, tree) {
    numbers.forEach((text, i) => {
      for (const node of this.#places?.[i][tree] ?? []) if (node.data !== text) node.data = text;
    });
  }

  /** Set the structure with a numeral of its own in each place, and remember where each came out. */
  #set(structure, count) {
    const start = performance.now();
    let k = 0;
    const sentinel = (i) => `${7000 + i}.5`;
    const source = structure.replace(/§/g, () => `{${sentinel(k++)}}`); // a text node of its own
    this.#element.innerHTML = this.#render(source);
    this.#structure = structure;
    this.#cost = performance.now() - start;
    this.#annotation = this.#element.querySelector('annotation');
    this.#annotation?.replaceChildren();
    const nodes = textNodes(this.#element);
    const places = Array.from({ length: count }, (_, i) => nodes.get(sentinel(i)) ?? []);
    // Each number stands once in every tree KaTeX made; if not, every change is set afresh.
    const trees = this.#element.querySelectorAll('math, .katex-html').length;
    const whole = places.every((found) => found.length === trees);
    this.#places = whole ? places.map((found) => byTree(found)) : null;
  }
}
