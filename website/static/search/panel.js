// The search as the reader meets it: a field with suggestions, what was found, what could be meant.
window.bookSearchPanel = (() => {
  'use strict';
  const root = document.documentElement;
  const base = root.dataset.content_root || './';
  let engine;
  const ready = () => {
    engine ??= bookSearch.make(MiniSearch, new EnglishStemmer(), bookSearchIndex);
    return engine;
  };
  const element = (name, { text, ...attributes } = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...(text ? [text] : []), ...children);
    return made;
  };
  const link = (url, text) => element('a', { href: base + url, text });
  const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;
  const SECTIONS = 3; // of a page at most, as long as they are half as good as its best

  const excerptOf = (search, section) =>
    element(
      'span',
      { class: 'excerpt' },
      ...search.excerpt(section).map(([text, marked]) => (marked ? element('mark', { text }) : text)),
    );
  const pageItem = (search, page) => {
    const best = page.sections.filter((s) => s.score >= page.sections[0].score / 2).slice(0, SECTIONS);
    const top = best.find((section) => !section.anchor);
    const item = element('li', {}, link(page.url, page.title));
    if (page.setting)
      item.append(
        element('p', {}, link(page.setting, `Put ${page.number.replace('-', '−')} into its figure`)),
      );
    if (top) item.append(excerptOf(search, top));
    const inside = best
      .filter((section) => section.anchor)
      .map((section) => element('li', {}, link(section.url, section.title), excerptOf(search, section)));
    if (inside.length) item.append(element('ul', {}, ...inside));
    return item;
  };

  // Fills `place`; `leave` is called on Escape, once no suggestion is open.
  return (place, leave) => {
    const id = place.closest('dialog') ? 'search-dialog' : 'search';
    const input = element('input', {
      id: `${id}-query`,
      name: 'q',
      type: 'text',
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': `${id}-suggestions`,
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      enterkeyhint: 'search',
    });
    const options = element('ul', { id: `${id}-suggestions`, role: 'listbox', 'aria-label': 'Suggestions' });
    const status = element('p', { class: 'search-status', role: 'status' });
    const results = element('ol', { class: 'search-results', 'data-search-results': '' });
    const label = element('label', { for: input.id, text: 'Words to look for, in English or Chinese' });
    const form = element('form', { class: 'search-form', role: 'search', action: `${base}search.html` });
    options.hidden = true;
    form.append(label, input, options);
    place.append(form, status, results);

    // ---- suggestions: a combobox whose list stands below the field and covers nothing ----
    let active = -1;
    const point = (to) => {
      active = to;
      [...options.children].forEach((option, i) => {
        option.setAttribute('aria-selected', String(i === active));
      });
      if (active < 0) input.removeAttribute('aria-activedescendant');
      else input.setAttribute('aria-activedescendant', options.children[active].id);
    };
    const offer = (suggestions) => {
      options.replaceChildren(
        ...suggestions.map(({ query, text, name }, i) => {
          const option = element('li', { id: `${id}-option-${i}`, role: 'option', text });
          if (text !== name) option.append(' ', element('span', { text: name }));
          option.dataset.query = query;
          return option;
        }),
      );
      options.hidden = !suggestions.length;
      input.setAttribute('aria-expanded', String(suggestions.length > 0));
      point(-1);
    };
    const take = (option) => {
      input.value = option.dataset.query;
      offer([]);
      show();
    };

    let latest = 0;
    const nothing = (search, query) => {
      const near = search.nearest(query);
      status.textContent = near.length ? 'Nothing found. Did you mean one of these terms?' : 'Nothing found.';
      const [first] = search.terms;
      const all = first ? [{ name: 'All terms of the book', url: first.url.split('#')[0] }] : [];
      results.replaceChildren(
        ...[...near, ...all].map(({ name, url }) => element('li', {}, link(url, name))),
      );
    };
    const show = async () => {
      const turn = ++latest;
      const query = input.value.trim();
      const search = await ready();
      if (turn !== latest) return;
      const pages = query ? search.search(query) : [];
      if (query && !pages.length) return nothing(search, query);
      status.textContent = query ? `${count(pages.length, 'page')} found` : '';
      results.replaceChildren(...pages.map((page) => pageItem(search, page)));
    };
    const typed = async () => {
      show();
      const turn = latest;
      const suggestions = (await ready()).suggest(input.value);
      if (turn === latest) offer(suggestions);
    };

    input.addEventListener('input', typed);
    input.addEventListener('keydown', (event) => {
      if (event.isComposing) return; // the keys are those of an input method
      const open = !options.hidden;
      const last = options.children.length - 1;
      if (event.key === 'ArrowDown' && open) point(active < last ? active + 1 : -1);
      else if (event.key === 'ArrowUp' && open) point(active < 0 ? last : active - 1);
      else if (event.key === 'Enter' && active >= 0) take(options.children[active]);
      else if (event.key === 'Escape' && open) offer([]);
      else if (event.key === 'Escape' && leave) leave();
      else return;
      event.preventDefault();
    });
    // The field keeps the focus, and with it a phone its keyboard.
    options.addEventListener('pointerdown', (event) => event.preventDefault());
    options.addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option) take(option);
    });
    if (!leave) form.addEventListener('submit', (event) => event.preventDefault());

    if (!leave) input.value = new URLSearchParams(location.search).get('q') ?? '';
    input.focus();
    show();
  };
})();
