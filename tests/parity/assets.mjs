// The arrays of the book's own as a page has them, read from the files that Python reads.

import { readFileSync } from 'node:fs';

import { arraysOf } from '../../lib/explorables/js/kit/data.js';

const here = (file) => new URL(`../../lib/data/${file}`, import.meta.url);
const held = new Map();

function assetOf(name) {
  const facts = JSON.parse(readFileSync(here(`${name}.json`), 'utf8'));
  return { facts, arrays: arraysOf(facts.arrays, readFileSync(here(`${name}.bin`))) };
}

/**
 * What `derive` gets of the arrays that a figure needs.
 * @param {string[]} names
 */
export function assetsOf(names) {
  for (const name of names) if (!held.has(name)) held.set(name, assetOf(name));
  return Object.fromEntries(names.map((name) => [name, held.get(name)]));
}
