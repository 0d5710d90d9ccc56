// Searches the book: the index, the glossary's names and a query all pass through the same words.
window.bookSearch = (() => {
  'use strict';
  // Snowball's English stop words, and what people put around a question.
  const SILENT = new Set(
    `a about above after again against all am an and any are as at be because been before being below
    between both but by can cannot compare could did difference do does doing down during each explain few
    for from further had has have having he her here hers him his how i if in into is it its itself me
    meaning more most my no nor not of off on once or other ought our ours out over own same she should so
    some such than that the their theirs them then there these they this those through to too under until
    up use used using versus very vs was we were what when where which while who whom why will with would
    you your`.split(/\s+/),
  );
  const WORD = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}\p{M}])+(?:[.](?=\d)\d+)*/gu;
  const HUMPS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\d+/gu;
  const HAN = /\p{Script=Han}/u;
  const fold = (text) =>
    (/[^\0-\x7f]/.test(text) ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text).toLowerCase();
  // Names are compared as they are typed in Chinese: without spaces and hyphens.
  const tight = (text) => fold(text).replace(/[\s\-‐–·]/g, '');

  // What a word counts for in a section's title and text, in its page's title, and where the glossary
  // says that the page explains it.
  const WEIGHTS = { title: 2, text: 1, page: 1, terms: 2 };
  const MEMBER = 0.5; // a word of a name, beside the name
  const LAST = 0.5; // a page that comes after the others
  const LEAST = 0.3; // of the best score: what is still shown

  const make = (MiniSearch, stemmer, data) => {
    const stems = new Map(); // of every word met so far
    const stem = (word) => {
      let found = stems.get(word);
      if (found === undefined) {
        // Both spellings of -ise and -ize are one word.
        found = stemmer.stemWord(word.replace(/is(?=(e[drs]?|es|ers?|ing|ations?)$)/, 'iz'));
        stems.set(word, found);
      }
      return found;
    };
    // The words of a text with their places; an identifier has its parts, too.
    const words = (text) => {
      const found = [];
      for (const match of text.matchAll(WORD)) {
        const word = fold(match[0]);
        const parts = (word !== match[0] && match[0].match(HUMPS)) || [];
        found.push({
          word,
          stem: stem(word),
          parts: parts.length > 1 ? parts.map((part) => stem(fold(part))) : [],
          start: match.index,
          end: match.index + match[0].length,
        });
      }
      return found;
    };

    // ---- the glossary's names: each is found as a sequence of stems, in Chinese as a string ----
    const key = (term) => `§${term}`;
    const names = new Map(); // the first stem: [[stems, term], …], the longest first
    const chinese = []; // [string, term], the longest first
    data.terms.forEach((term, number) => {
      for (const name of [term.name, ...term.others]) {
        const sequence = words(name).map((w) => w.stem);
        if (!names.has(sequence[0])) names.set(sequence[0], []);
        names.get(sequence[0]).push([sequence, number]);
      }
      for (const name of term.chinese) chinese.push([tight(name), number]);
    });
    for (const list of names.values()) list.sort((a, b) => b[0].length - a[0].length);
    chinese.sort((a, b) => b[0].length - a[0].length);
    const named = (found, at) => {
      for (const [sequence, number] of names.get(found[at].stem) ?? [])
        if (sequence.every((s, i) => found[at + i]?.stem === s)) return [sequence.length, number];
    };
    // A text in pieces: the names in it, and the words that belong to none.
    const pieces = (text) => {
      const found = words(text);
      const made = [];
      for (let at = 0; at < found.length; ) {
        const [length, term] = named(found, at) ?? [1, -1];
        made.push({ term, words: found.slice(at, at + length) });
        at += length;
      }
      return made;
    };
    const terms = (text) =>
      pieces(text).flatMap((piece) => [
        ...(piece.term < 0 ? [] : [key(piece.term)]),
        ...piece.words.flatMap((w) => (SILENT.has(w.word) ? [] : [w.stem, ...w.parts])),
      ]);

    // ---- the index ----
    const index = new MiniSearch({
      fields: Object.keys(WEIGHTS),
      tokenize: terms,
      processTerm: (term) => term,
      searchOptions: { boost: WEIGHTS, tokenize: (term) => [term] },
    });
    const sections = data.pages.flatMap((page, number) =>
      page.sections.map(([anchor, title, text], place) => ({
        page: number,
        url: page.url + (anchor && `#${anchor}`),
        title,
        text,
        first: place === 0,
      })),
    );
    const explained = data.pages.map((_, number) =>
      data.terms.filter((term) => term.page === number).map((term) => term.name),
    );
    index.addAll(
      sections.map(({ page, title, text, first }, id) => ({
        id,
        title,
        text,
        page: data.pages[page].title,
        terms: first ? explained[page].join('; ') : '',
      })),
    );
    const known = new Set(stems.keys());

    // ---- a query in units: names of the glossary, and words ----
    const units = (query) => {
      const made = new Map();
      const add = (unit) => made.set(unit.term < 0 ? unit.words[0]?.stem : key(unit.term), unit);
      // Chinese has no spaces: the longest name that starts here, then on behind it.
      let rest = '';
      const text = query.replace(/(?<=\p{Script=Han})\s+|\s+(?=\p{Script=Han})/gu, '');
      for (let at = 0; at < text.length; ) {
        const boundary = [text[at], text[at - 1] ?? ' '].some((c) => HAN.test(c) || !/[\p{L}\p{N}]/u.test(c));
        const ahead = boundary ? tight(text.slice(at)) : '';
        const hit = ahead && chinese.find(([name]) => ahead.startsWith(name));
        if (!hit) {
          rest += HAN.test(text[at]) ? ' ' : text[at];
          at += 1;
          continue;
        }
        add({ term: hit[1], words: [] });
        let left = hit[0].length;
        while (left > 0) left -= tight(text[at++]).length;
        rest += ' ';
      }
      for (const piece of pieces(rest)) {
        const spoken = piece.words.filter((w) => !SILENT.has(w.word));
        if (piece.term >= 0) add({ term: piece.term, words: spoken });
        else if (spoken.length) add({ term: -1, words: spoken });
      }
      return [...made.values()];
    };

    // What the index has of one unit: a map from sections to scores.
    const hits = (unit, unfinished) => {
      const queries = [];
      if (unit.term >= 0) queries.push({ queries: [key(unit.term)] });
      for (const { word, stem: root, parts } of unit.words) {
        const boost = Object.fromEntries(
          Object.entries(WEIGHTS).map(([f, w]) => [f, w * (unit.term < 0 ? 1 : MEMBER)]),
        );
        if (known.has(word)) queries.push({ queries: [root, ...parts], boost });
        else if (unfinished) {
          const begun = [...known].filter((w) => w.startsWith(word)).map((w) => stems.get(w));
          if (begun.length) queries.push({ queries: [...new Set(begun)], boost });
          else queries.push({ queries: [root, ...parts], fuzzy: 0.25, boost });
        } else queries.push({ queries: [root, ...parts], fuzzy: word.length > 3 ? 0.25 : false, boost });
      }
      return new Map(index.search({ combineWith: 'OR', queries }).map((hit) => [hit.id, hit.score]));
    };

    const search = (query) => {
      const asked = units(query);
      const unfinished = /[\p{L}\p{N}]$/u.test(query);
      const found = asked.map((unit, i) => hits(unit, unfinished && i === asked.length - 1));
      const share = (scores) => scores.filter(Boolean).length / asked.length;
      const sum = (scores) => scores.reduce((a, b) => a + b, 0);
      const pages = new Map();
      for (const id of new Set(found.flatMap((scores) => [...scores.keys()]))) {
        const scores = found.map((of) => of.get(id) ?? 0);
        const { page } = sections[id];
        if (!pages.has(page)) pages.set(page, { page, best: asked.map(() => 0), sections: [] });
        const on = pages.get(page);
        on.sections.push({ id, score: sum(scores) * share(scores) });
        on.best = on.best.map((best, i) => Math.max(best, scores[i]));
      }
      for (const on of pages.values()) {
        on.sections.sort((a, b) => b.score - a.score);
        // The best section, and the best of the page for each part of the query.
        on.score = (on.sections[0].score + sum(on.best)) * share(on.best);
        if (data.pages[on.page].last) on.score *= LAST;
      }
      const ranked = [...pages.values()].sort((a, b) => b.score - a.score);
      return ranked
        .filter((page) => page.score >= LEAST * ranked[0].score)
        .map((page) => ({
          ...data.pages[page.page],
          score: page.score,
          sections: page.sections.map(({ id, score }) => ({ ...sections[id], score })),
        }));
    };

    return { search, units, words, pieces, sections, terms };
  };
  return { make };
})();
