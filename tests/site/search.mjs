// Answers queries as the site's search does: `node search.mjs SITE < queries.json`.
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

const [site] = process.argv.slice(2);
const page = createContext({ window: {}, setTimeout });
for (const file of [
  'minisearch/minisearch.min.js',
  'snowball/stemmer.js',
  'search/engine.js',
  'search-index.js',
])
  runInContext(readFileSync(`${site}/_static/${file}`, 'utf8'), page, { filename: file });
const search = await runInContext(
  'window.bookSearch.make(MiniSearch, new EnglishStemmer(), window.bookSearchIndex)',
  page,
);
const { queries = [], suggest = [], nearest = [] } = JSON.parse(readFileSync(0, 'utf8'));
const answer = (query) =>
  search.search(query).map(({ url, title, sections, setting }) => ({
    url,
    title,
    setting,
    sections: sections.map((section) => section.url),
    excerpt: search.excerpt(sections[0]),
  }));
console.log(
  JSON.stringify({
    found: queries.map(answer),
    suggested: suggest.map((query) => search.suggest(query)),
    near: nearest.map((query) => search.nearest(query)),
    stems: Object.fromEntries(search.known.map((word) => [word, search.stem(word)])),
  }),
);
