// Searches the book. Its texts, the glossary's names and the query pass through the same words:
// a name of a term, whichever it is, becomes one sign for all of the term's names.
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
  const HAN = /\p{Script=Han}/u;
  // A character of Chinese, raised and lowered digits, or a word: letters and digits, a point in a number.
  const WORD = /\p{Script=Han}|\p{No}+|(?:(?!\p{Script=Han})[\p{L}\p{Nd}\p{M}])+(?:\.(?=\d)\d+)*/gu;
  const HUMPS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\d+/gu;
  const fold = (text) =>
    (/[^\0-\x7f]/.test(text) ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text).toLowerCase();
  // Names as they are compared where spaces tell little: in Chinese, and while one is typed.
  const tight = (text) => fold(text).replace(/[^\p{L}\p{N}/]/gu, '');
  // What only joins in Chinese: becomes, is, has, all.
  const JOINING = /变成|变为|变得|成为|出现|[为是了会都]|变(?=[负零大小高低])/g;
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  // The index leaves out an anchor that follows from its title, as `anchor_of` makes it.
  const anchorOf = (title) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');

  // What a word counts for in a section's title and text, in the words of a table that lead to it, in its
  // page's title, and where the glossary says that the page explains it.
  const WEIGHTS = { title: 2, text: 1, asked: 2, page: 1, terms: 3 };
  const MEMBER = 0.25; // a word of a name, beside the name
  // What a whole number counts that is no loss, by the word behind it or before it.
  const COUNTED =
    /^\s*(%|percent|class|epoch|step|iteration|batch|layer|sample|time|token|label|gpu|bit|times|[倍个张类轮步])/i;
  const COUNTING = /(epochs?|steps?|iterations?|batch|batch size|class|version|keras|top|python) *$/i;
  // What stands before a share or a setting, which is no loss either.
  const SETTINGS =
    '(rate|lr|smoothing|dropout|momentum|accuracy|acc|temperature|beta|eps|epsilon|学习率|准确率|平滑|温度)[ =:]*(of|is|at|为|是)? *';
  const SETTING = new RegExp(`${SETTINGS}$`, 'i');
  const SET = new RegExp(`${SETTINGS}[\\d.]+`, 'gi');
  const POWERS = /(?<![\w.])\d+\.\d+e[+-]?\d+/gi; // as in 1.6118e+01
  const MOST = 10_000; // a whole number from here on is no loss
  const FOUND = 5; // what a number is worth to a page that takes numbers, if no text has it
  const ROUNDED = 0.8; // a number with other decimals
  const LAST = 0.5; // a page that comes after the others
  const LEAST = 0.3; // of the best score: what is still shown
  const LENGTH = 200; // characters of an excerpt; a section that is hardly longer is shown whole

  const make = async (MiniSearch, stemmer, data) => {
    const stems = new Map(); // of every word met so far
    const stem = (word) => {
      let found = stems.get(word);
      if (found === undefined) {
        // Both spellings, -ise and -ize, are one word.
        found = stemmer.stemWord(word.replace(/is(?=(e[drs]?|es|ers?|ing|ations?)$)/, 'iz'));
        stems.set(word, found);
      }
      return found;
    };
    // The words of a text with their places; an identifier has its parts, too.
    const words = (text) =>
      Array.from(text.matchAll(WORD), (match) => {
        const word = fold(match[0]);
        const parts = (word !== match[0] && match[0].match(HUMPS)) || [];
        return {
          word,
          stem: stem(word),
          parts: parts.length > 1 ? parts.map((part) => stem(fold(part))) : [],
          start: match.index,
          end: match.index + match[0].length,
        };
      });

    // ---- the glossary's names: each a sequence of stems, in Chinese a string ----
    const sign = (term) => `§${term}`;
    const names = new Map(); // the first stem: [[stems, term], …], the longest first
    const chinese = []; // [string, term], the longest first
    data.terms.forEach((term, number) => {
      for (const name of [term.name, ...term.others]) {
        const sequence = words(name).map((w) => w.stem);
        if (!names.has(sequence[0])) names.set(sequence[0], []);
        names.get(sequence[0]).push([sequence, number]);
      }
      for (const name of term.chinese) chinese.push([tight(name.replace(JOINING, '')), number]);
    });
    for (const list of names.values()) list.sort((a, b) => b[0].length - a[0].length);
    chinese.sort((a, b) => b[0].length - a[0].length);
    // A text in pieces: the longest names in it, and the words that belong to none.
    const pieces = (text) => {
      const found = words(text);
      const made = [];
      for (let at = 0; at < found.length; ) {
        const hit = names.get(found[at].stem)?.find(([s]) => s.every((w, i) => found[at + i]?.stem === w));
        const length = hit ? hit[0].length : 1;
        made.push({ term: hit ? hit[1] : -1, words: found.slice(at, at + length) });
        at += length;
      }
      return made;
    };
    const tokens = (text) =>
      pieces(text).flatMap((piece) => [
        ...(piece.term < 0 ? [] : [sign(piece.term)]),
        ...piece.words.flatMap((w) => (SILENT.has(w.word) ? [] : [w.stem, ...w.parts])),
      ]);

    // ---- the index ----
    const index = new MiniSearch({
      fields: [...Object.keys(WEIGHTS), 'names'],
      tokenize: tokens,
      processTerm: (token) => token,
      searchOptions: { boost: WEIGHTS, tokenize: (token) => [token] },
    });
    const explained = (page, section) =>
      data.terms.filter((term) => term.page === page && term.section === section).map((term) => term.name);
    const entries = new Map(data.terms.map((term) => [term.url, term.others.join('; ')]));
    const sections = [];
    const documents = [];
    data.pages.forEach((page, number) => {
      page.sections.forEach(([given, title, text, code, asked = ''], place) => {
        const anchor = given ?? anchorOf(title);
        const url = page.url + (anchor && `#${anchor}`);
        documents.push({
          id: sections.length,
          title,
          text: `${text} ${code}`,
          asked,
          page: page.title,
          terms: explained(number, place).join('; '),
          names: entries.get(url) ?? '',
        });
        sections.push({ page: number, url, title, text, code, anchor });
      });
    });
    await index.addAllAsync(documents, { chunkSize: 20 }); // lets the page answer in between
    const known = [...stems.keys()];
    // Numbers of the texts that a number may be, with fewer or more decimals: rounded, or cut off.
    const decimals = (number) => number.match(/^\d+\.(\d+)$/)?.[1].length ?? 0;
    const written = known.filter(decimals);
    const agreeing = (number) => {
      const places = decimals(number);
      if (!places) return [];
      // Or it was cut off where theirs was rounded up.
      const up = places < 3 ? '' : (Number(number) + 10 ** -places).toFixed(places);
      return written.filter((other) => {
        if (other === up) return true;
        const least = Math.min(places, decimals(other));
        const [rough, fine] = places === least ? [number, other] : [other, number];
        if (Number(number) === 0 || Number(other) === 0) return Number(number) === Number(other);
        return Number(fine).toFixed(least) === rough || fine.startsWith(rough);
      });
    };

    // ---- a query in units: names of the glossary, and words ----
    const chineseAt = (text, at) => {
      // Chinese has no spaces; a name that begins in Latin letters begins with a word.
      const here = [text[at], text[at - 1] ?? ' '];
      if (!here.some((c) => HAN.test(c) || !/[\p{L}\p{N}]/u.test(c))) return;
      const ahead = tight(text.slice(at));
      return chinese.find(([name]) => ahead.startsWith(name));
    };
    const units = (query) => {
      const made = new Map();
      const add = (term, spoken) => {
        const name = term < 0 ? spoken[0]?.stem : sign(term);
        if (name && !made.has(name)) made.set(name, { term, words: spoken });
      };
      const text = query
        .replace(JOINING, ' ')
        .replace(/(?<=\p{Script=Han})\s+|\s+(?=\p{Script=Han})/gu, '')
        .replace(/n['’]t\b/g, ' not');
      let rest = '';
      for (let at = 0; at < text.length; ) {
        const hit = chineseAt(text, at);
        if (hit) {
          add(hit[1], []);
          for (let left = hit[0].length; left > 0; at += 1) left -= tight(text[at]).length;
        }
        rest += hit || HAN.test(text[at]) ? ' ' : text[at];
        if (!hit) at += 1;
      }
      for (const piece of pieces(rest))
        add(
          piece.term,
          piece.words.filter((w) => !SILENT.has(w.word)),
        );
      return [...made.values()];
    };

    // What the index has of one unit, by section; a word that it does not know may be unfinished or a slip.
    const scaled = (boost, by) =>
      Object.fromEntries(Object.entries(boost).map(([field, w]) => [field, w * by]));
    const light = scaled(WEIGHTS, MEMBER);
    const hits = (unit, unfinished) => {
      const queries = unit.term < 0 ? [] : [{ queries: [sign(unit.term)] }];
      for (const { word, stem: root, parts } of unit.words) {
        const boost = unit.term < 0 ? WEIGHTS : light;
        const whole = !unfinished || decimals(word) || known.includes(word);
        const begun = whole ? [] : known.filter((w) => w.startsWith(word));
        if (begun.length) queries.push({ queries: [...new Set(begun.map(stem))], boost });
        else if (decimals(word)) {
          queries.push({ queries: [word], boost });
          // A number of few decimals may be many others, and then says little for each.
          const others = agreeing(word).filter((other) => other !== word);
          for (const other of others)
            queries.push({ queries: [other], boost: scaled(boost, ROUNDED / Math.sqrt(others.length)) });
        } else {
          const fuzzy = word.length > 3 && !known.includes(word) && 0.25;
          queries.push({ queries: [root, ...parts], fuzzy, boost });
        }
      }
      const among = (fields) => index.search({ combineWith: 'OR', fields, queries });
      let got = among(Object.keys(WEIGHTS));
      if (!got.length) got = among(['names']); // a part of a name that no text has
      return new Map(got.map((hit) => [hit.id, hit]));
    };

    // A query that breaks off within a name is taken for that name.
    const completed = (query) => {
      const last = words(query).at(-1);
      if (last?.end !== query.length) return query;
      const whole = HAN.test(last.word) ? units(query).length : known.includes(last.word);
      return (!whole && suggest(query)[0]?.query) || query;
    };

    // The number that a query is about: one with decimals, else a whole one that counts nothing.
    const numberIn = (query) => {
      const numbers = [...query.matchAll(/(?<![\w.−-])[−-]?(?:0|[1-9]\d*)(\.\d+)?(?![\w.]*\w)/g)];
      const whole = /^[−-]?\d+$/.test(query) || /loss/i.test(query);
      const counts = ({ 0: number, index }) =>
        Math.abs(number) >= MOST ||
        COUNTED.test(query.slice(index + number.length)) ||
        COUNTING.test(query.slice(0, index));
      const set = ({ index }) => SETTING.test(query.slice(0, index));
      const [said] =
        numbers.find((match) => match[1] && !set(match)) ??
        numbers.find((match) => whole && !match[1] && !set(match) && !counts(match)) ??
        [];
      return said?.replace('−', '-');
    };

    // The pages that answer, the best first, each with its sections, the best first.
    const search = (typed) => {
      const query = completed(typed.trim().replace(POWERS, (number) => Number(number)));
      const asked = units(query);
      const number = numberIn(query);
      const unfinished = /[\p{L}\p{N}]$/u.test(query);
      // Beside a loss, a share or a setting with its number says little.
      const named = ({ term, words: [first] }) => (term < 0 ? first.stem : sign(term));
      const aside = new Set(number ? units((query.match(SET) ?? []).join(' ')).map(named) : []);
      const found = asked.map((unit, i) => {
        const got = hits(unit, unfinished && i === asked.length - 1);
        // A page that takes numbers answers every number, and the other words choose among its sections.
        if (number && unit.words[0]?.word === number.replace('-', '')) {
          const best = Math.max(FOUND, ...[...got.values()].map(({ score }) => score));
          const takers = [...sections.keys()].filter((id) => data.pages[sections[id].page].takes);
          // The fewer sections have it, the more it says of them.
          const told = takers.filter((id) => sections[id].anchor && got.has(id));
          for (const id of takers) {
            const { score = 0, terms = [] } = got.get(id) ?? {};
            const own = told.includes(id) ? best / told.length : 0;
            got.set(id, {
              terms,
              score: sections[id].anchor || told.length ? MEMBER * best + score + own : best,
            });
          }
        }
        if (aside.has(named(unit))) for (const hit of got.values()) hit.score *= MEMBER;
        return got;
      });
      const share = (scores) => scores.filter(Boolean).length / asked.length;
      const pages = new Map();
      for (const id of new Set(found.flatMap((of) => [...of.keys()]))) {
        const scores = found.map((of) => of.get(id)?.score ?? 0);
        const { page } = sections[id];
        if (!pages.has(page)) pages.set(page, { page, best: asked.map(() => 0), sections: [] });
        const on = pages.get(page);
        const matched = new Set(found.flatMap((of) => of.get(id)?.terms ?? []));
        on.sections.push({ ...sections[id], matched, score: sum(scores) * share(scores) });
        on.best = on.best.map((best, i) => Math.max(best, scores[i]));
      }
      for (const on of pages.values()) {
        on.sections.sort((a, b) => b.score - a.score);
        // The best section, and the best of the page for each unit: both lose what they lack of the query.
        on.score = (on.sections[0].score + sum(on.best)) * share(on.best);
        if (data.pages[on.page].last) on.score *= LAST;
      }
      const ranked = [...pages.values()].sort((a, b) => b.score - a.score);
      return ranked
        .filter((on) => on.score >= LEAST * ranked[0].score)
        .map(({ page, score, sections: of }) => {
          const { url, title, takes } = data.pages[page];
          const set = takes && number ? { number, setting: `${url}?${takes}=${number}` } : {};
          return { url, title, score, sections: of, ...set };
        });
    };

    // The part of a section that has most of what was looked for, of its prose if that has any of it:
    // [[text, whether it was looked for], …].
    const marksIn = (text, matched) =>
      pieces(text).flatMap((piece) => {
        if (piece.term >= 0 && matched.has(sign(piece.term)))
          return [{ start: piece.words[0].start, end: piece.words.at(-1).end, of: sign(piece.term) }];
        const hit = (w) => [w.stem, ...w.parts].find((s) => matched.has(s));
        return piece.words.filter(hit).map((w) => ({ start: w.start, end: w.end, of: hit(w) }));
      });
    const excerpt = ({ text: prose, code, matched }) => {
      const inProse = marksIn(prose, matched);
      const inCode = inProse.length ? [] : marksIn(code, matched);
      const [text, marks] = inCode.length ? [code, inCode] : [prose, inProse];
      const different = (from) =>
        new Set(marks.filter((m) => m.start >= from && m.end <= from + LENGTH - 60).map((m) => m.of)).size;
      const counts = marks.map((m) => different(m.start));
      const first = marks[counts.indexOf(Math.max(...counts))]?.start ?? 0;
      const whole = text.length < 1.5 * LENGTH;
      const start = whole || first < 60 ? 0 : text.lastIndexOf(' ', first - 40) + 1;
      let end = text.length;
      if (!whole && end > start + LENGTH)
        end = Math.max(text.lastIndexOf(' ', start + LENGTH), start + LENGTH / 2);
      const shown = [[start ? '… ' : '', false]];
      let at = start;
      for (const mark of marks.filter((m) => m.start >= start && m.end <= end)) {
        shown.push([text.slice(at, mark.start), false], [text.slice(mark.start, mark.end), true]);
        at = mark.end;
      }
      shown.push([text.slice(at, end) + (end < text.length ? ' …' : ''), false]);
      return shown.filter(([part]) => part);
    };

    // ---- what could be meant ----
    const called = data.terms.flatMap(({ name, others, chinese: han, url }) =>
      [name, ...others, ...han].map((text) => ({
        text,
        name,
        url,
        key: tight(text),
        within: [...text.matchAll(/[\s-](?=\p{L})/gu)].map((m) => tight(text.slice(m.index))),
      })),
    );

    // Names that the end of the query begins, the longest end that begins one: {query, text, name}.
    const suggest = (query, most = 6) => {
      const ends = [...query.matchAll(/\p{Script=Han}|(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map((m) => m.index);
      for (const at of ends.slice(-12)) {
        const typed = tight(query.slice(at));
        if ((typed.length < 2 && (at > 0 || !HAN.test(typed))) || SILENT.has(typed)) continue;
        const able = called.filter((c) => HAN.test(typed) || !HAN.test(c.text));
        const begins = able.filter((c) => c.key.startsWith(typed));
        const within = able.filter((c) => c.within.some((end) => end.startsWith(typed)));
        // A term by its own name, if that is one of them; the shorter come first.
        const own = ({ text, name }) => Number(text !== name);
        const order = (a, b) => own(a) - own(b) || a.key.length - b.key.length;
        const offered = new Map();
        for (const { text, name, key } of [...begins.sort(order), ...within.sort(order)])
          if (key !== typed && !offered.has(name))
            offered.set(name, { query: query.slice(0, at) + text, text, name });
        if (begins.length || within.length) return [...offered.values()].slice(0, most);
      }
      return [];
    };

    // The terms whose names share most pairs of letters, or characters of Chinese, with the query.
    const pairs = (text) =>
      new Set(
        Array.from(text, (c, i) => (HAN.test(c) ? c : text.slice(i, i + 2))).filter(
          (p) => HAN.test(p) || p[1],
        ),
      );
    const nearest = (query, most = 5) => {
      const wanted = [query, ...words(query).map((w) => w.word)].map((text) => pairs(tight(text)));
      const likeness = (a, b) => (2 * [...a].filter((p) => b.has(p)).length) / (a.size + b.size || 1);
      const offered = new Map();
      for (const { name, url, key } of called) {
        const of = pairs(key);
        const score = Math.max(...wanted.map((w) => likeness(w, of)));
        if (score > (offered.get(name)?.score ?? 0)) offered.set(name, { name, url, score });
      }
      return [...offered.values()]
        .filter(({ score }) => score > 0.35)
        .sort((a, b) => b.score - a.score)
        .slice(0, most);
    };

    return { search, excerpt, suggest, nearest, units, stem, known, terms: data.terms };
  };
  return { make };
})();
