// One figure's reading of its text: what is read stays, and long texts are read in pieces between two frames.

import {
  characterModel,
  codesOf,
  costOf,
  goOn,
  ngramModel,
  open,
  scores,
  settle,
  tableCosts,
  windows,
} from '../../math/language.js';

/** How many characters before each one the network may see; behind them all. */
export const CONTEXTS = [0, 1, 2, 4, 8, 16];
export const ORDERS = { triples: 3, pairs: 2, letters: 1 };

/** What the model has learnt are straight signs; each of these is read as one of them. */
const [CURLY, STRAIGHT] = ['‘’“”–—\u00a0', `''""-- `];
export const straight = (text) => text.replace(/[‘’“”–—\u00a0]/g, (sign) => STRAIGHT[CURLY.indexOf(sign)]);

/** What has been made of arrays: models are the same for all figures of a page. */
const made = new WeakMap();
function madeOf(asset, make) {
  if (!made.has(asset)) made.set(asset, make(asset));
  return made.get(asset);
}

const never = () => false;
export const REST = 200; // milliseconds without a change
/** The mean of what is known of a list; ∞, which is shown as a dash, where there is nothing to know. */
export const mean = (list) => {
  let [sum, count] = [0, 0];
  for (const x of list) {
    if (x === undefined) continue;
    sum += x;
    count += 1;
  }
  return count ? sum / count : list.length ? undefined : Infinity;
};

export class Reader {
  /** Milliseconds in which a frame reads while the hand types, twice as many at rest; the next ones read on. */
  budget = Infinity;
  /** Whether the hand rests: only then is read exactly what an edit has changed slightly. */
  resting = true;
  /** @type {any[]} */
  shown = [];
  #assets;
  /** @type {any} */
  #model = null;
  /** @type {any} */
  #reading = null;
  /** @type {any} */
  #after = null; // of windows
  #text = '';
  #edited = -Infinity; // when
  /** @type {any} */
  #tables = { text: null, codes: [], lists: [] };
  #found = { key: '' };
  #curve = { key: '' };

  /** @param {Assets} assets those that have come */
  constructor(assets) {
    this.#assets = assets;
  }

  get model() {
    const { character_model: asset } = this.#assets;
    if (!this.#model && asset) {
      this.#model = madeOf(asset, characterModel);
      this.#after = windows(this.#model);
    }
    return this.#model;
  }

  get symbols() {
    return this.model?.symbols ?? this.#assets.character_ngrams?.facts.alphabet.split('') ?? null;
  }

  #late() {
    if (this.budget === Infinity) return never;
    const now = performance.now();
    const end = now + (now - this.#edited < REST ? 1 : 2) * this.budget;
    return () => performance.now() > end;
  }

  /**
   * What each character of a text costs, in nats, undefined where it has not been read yet; whether it has been
   * read, and exactly.
   */
  costs(text, context, temperature) {
    const fresh = text !== this.#text || !this.#reading;
    if (fresh) {
      this.#text = text;
      this.#reading = open(this.model, `\n${straight(text)}`, this.#reading);
      if (this.budget !== Infinity) {
        this.#edited = performance.now();
        if (this.#reading.old) this.resting = false;
      }
    }
    const late = this.#late();
    const reading = this.#reading;
    // The frame of a key reads what was typed and the character behind it.
    const enough = fresh && late !== never ? () => reading.at >= reading.tail || late() : late;
    let whole = reading.at === reading.codes.length || goOn(this.model, reading, enough);
    const exact = () => reading.sure === reading.codes.length;
    if (whole && this.resting && !exact()) whole = settle(this.model, reading, late);
    const key = `${context} ${temperature} ${exact()} ${text}`;
    if (whole && this.#found.done && this.#found.key === key) return this.#found;
    const { codes, surprisals } = reading;
    const plain = context === 'all' && temperature === 1;
    const list = codes.slice(1).map((code, i) => {
      if (plain) return surprisals[i + 1];
      const found = whole || context === 'all' ? this.#scoresAt(i + 1, context, late) : null;
      if (!found) whole = false;
      return found ? costOf(found, code, temperature) : undefined;
    });
    this.#found = { key, list, done: whole, exact: exact() };
    return this.#found;
  }

  /** The scores of a character at a place of what is read, or nothing while that has not come so far. */
  #scoresAt(i, context, late = never) {
    const { codes, states } = this.#reading;
    const least = context === 'all' ? i : Math.min(i, Number(context));
    if (least < i) return this.#after(codes, i, least, late);
    if (i < codes.length) return this.#reading.scores[i];
    return states[i] && scores(this.model, states[i]);
  }

  /** The scores of the character behind so many of the text. */
  scoresAfter(place, context) {
    return this.#scoresAt(place + 1, context);
  }

  /** The place in the alphabet of a character of the text. */
  codeAt(place) {
    return this.#reading.codes[place + 1];
  }

  /** What each character costs by the tables in the mean, in nats, by their names. */
  tables(text) {
    const { character_ngrams: asset } = this.#assets;
    if (!asset) return {};
    if (this.#tables.text === text) return this.#tables;
    const models = madeOf(asset, () =>
      Object.entries(ORDERS).map(([name, order]) => [name, ngramModel(asset, order)]),
    );
    const codes = codesOf(models[0][1], `\n${straight(text)}`);
    const { codes: old, lists: costs } = this.#tables;
    const lists = models.map(([, model], i) =>
      tableCosts(model, codes, costs[i] && { codes: old, costs: costs[i] }),
    );
    const means = models.map(([name], i) => [name, mean(lists[i].slice(1))]);
    this.#tables = { text, codes, lists, ...Object.fromEntries(means) };
    return this.#tables;
  }

  /** Whether what is `shown` is of this text. */
  knows(text, temperature) {
    return this.#curve.done && this.#curve.key === `${temperature} ${text}`;
  }

  /**
   * Find at rest, in pieces, what a character costs in the mean by how many before it are seen: `shown`, in
   * nats, is that of the text before until all is found. Returns whether it is.
   */
  curve(text, temperature) {
    const key = `${temperature} ${text}`;
    if (this.#curve.key !== key) this.#curve = { key, at: 0, lists: CONTEXTS.map(() => []) };
    const curve = this.#curve;
    const late = this.#late();
    const { codes, scores } = this.#reading;
    const n = codes.length - 1;
    for (; curve.at < CONTEXTS.length * n; curve.at++) {
      // From the longest window on, since it reads what shorter ones begin with.
      const which = CONTEXTS.length - 1 - Math.floor(curve.at / n);
      const i = 1 + (curve.at % n);
      const found = this.#scoresAt(i, CONTEXTS[which], late);
      if (!found || late()) return false;
      curve.lists[which].push(costOf(found, codes[i], temperature));
    }
    if (!curve.done) {
      const all = codes.slice(1).map((code, i) => costOf(scores[i + 1], code, temperature));
      this.shown = n ? [...curve.lists, all].map(mean) : [];
    }
    curve.done = true;
    return true;
  }
}

const readers = new WeakMap();
/**
 * The reader of the figure that has these assets.
 * @param {Assets} assets
 */
export function readerOf(assets) {
  if (!readers.has(assets)) readers.set(assets, new Reader(assets));
  return readers.get(assets);
}
