// What the pages do without a reader's kernel or a network: theme, contents, search, copying.
(() => {
  'use strict';
  const root = document.documentElement;
  const page = (selector, from = document) => from.querySelector(selector);
  // A page that was saved holds what the script added to it, and nothing that answers.
  for (const dead of document.querySelectorAll('.copy, .search-dialog, .skip-link + .skip-link'))
    dead.remove();
  const targetOf = (hash) => {
    try {
      return document.getElementById(decodeURIComponent(hash.slice(1)));
    } catch {
      return null; // `#50%` is no address
    }
  };
  const base = root.dataset.content_root || './';
  const files = root.dataset.static || `${base}_static/`;

  const loaded = new Map();
  /** Load a script once; one that did not come, or came without its `global`, is asked for again. */
  const load = (name, global) => {
    if (loaded.has(name)) return loaded.get(name);
    const coming = new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = files + name;
      script.async = false; // in the order that they are asked for
      script.onerror = () => {
        loaded.delete(name);
        reject(new Error(`cannot load ${name}`));
      };
      script.onload = () => (global && !window[global] ? script.onerror() : resolve());
      document.head.append(script);
    });
    loaded.set(name, coming);
    return coming;
  };

  // ---- the fonts of a page from a disk ----
  // A font of the style sheet that comes late is not shown (`font-display: optional`). From a disk,
  // where nothing can be asked for beforehand, all are late; a face that a script adds is shown.
  const FACES = {
    'source-serif': ['Source Serif', 'normal'],
    'source-serif-italic': ['Source Serif', 'italic'],
    'source-sans': ['Source Sans', 'normal'],
  };
  if (location.protocol === 'file:') {
    for (const [file, [family, style]] of Object.entries(FACES)) {
      const face = new FontFace(family, `url(${files}fonts/${file}.woff2)`, { style, weight: '400 700' });
      face.load().then(
        (loaded) => document.fonts.add(loaded),
        () => {},
      ); // else the fallback stays
    }
  }

  // ---- light, dark, or what the system says ----
  const system = matchMedia('(prefers-color-scheme: dark)');
  const modes = ['auto', 'light', 'dark'];
  const names = { auto: 'system', light: 'light', dark: 'dark' };
  const themeButton = page('.theme-button');
  const setMode = (mode) => {
    root.dataset.mode = mode;
    root.dataset.theme = mode === 'auto' ? (system.matches ? 'dark' : 'light') : mode;
    themeButton?.setAttribute('aria-label', `Colour theme: ${names[mode]}`);
  };
  setMode(modes.includes(root.dataset.mode) ? root.dataset.mode : 'auto');
  system.addEventListener('change', () => setMode(root.dataset.mode));
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return; // it stood still while the reader chose on another page
    try {
      setMode(localStorage.getItem('mode') ?? root.dataset.mode);
    } catch {
      // As below.
    }
  });
  themeButton?.addEventListener('click', () => {
    const mode = modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length];
    setMode(mode);
    try {
      localStorage.setItem('mode', mode);
    } catch {
      // A private window may refuse; the choice then lasts as long as the page.
    }
  });

  // ---- the book's contents, a drawer on a narrow screen ----
  const menu = page('.menu-button');
  const contents = page('.book-contents');
  const current = contents?.querySelector('a.current');
  current?.setAttribute('aria-current', 'page');
  const showCurrent = () => {
    if (current) contents.scrollTop = current.offsetTop - contents.clientHeight / 2;
  };
  const drawer = (open) => {
    contents.classList.toggle('open', open);
    if (open) showCurrent();
    menu.setAttribute('aria-expanded', String(open));
    if (open) contents.querySelector('a').focus();
  };
  menu?.addEventListener('click', () => drawer(!contents.classList.contains('open')));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing && contents?.classList.contains('open')) {
      drawer(false);
      menu.focus();
    }
  });
  contents?.addEventListener('focusout', (event) => {
    const next = event.relatedTarget;
    if (next && !contents.contains(next) && next !== menu) drawer(false);
  });
  addEventListener('click', (event) => {
    const open = contents?.classList.contains('open');
    if (open && !contents.contains(event.target) && !menu.contains(event.target)) drawer(false);
  });
  const beside = matchMedia('(min-width: 60rem)');
  beside.addEventListener('change', () => drawer(false));

  // ---- a long page is laid out section by section once the reader moves, or has had it for a while:
  // until then the style sheet skips what is far below. Whoever jumps, comes back or prints gets the
  // whole page at once ----
  const whenIdle = (work) => {
    if (window.requestIdleCallback)
      requestIdleCallback(work, { timeout: 500 }); // soon on a busy page too
    else setTimeout(work, 50);
  };
  const parts =
    '.text > section > section, .text > section > section > section, .text .exercise, .text dl.py';
  const unlaid = [...document.querySelectorAll(parts)];
  const later = [];
  const layOut = (count = unlaid.length) => {
    for (const part of unlaid.splice(0, count)) part.dataset.laid = '';
    if (unlaid.length || 'laid' in root.dataset) return;
    root.dataset.laid = '';
    for (const work of later.splice(0)) whenIdle(work);
  };
  const onceLaid = (work) => ('laid' in root.dataset ? whenIdle(work) : later.push(work));
  const inSlices = (step) => {
    const start = performance.now();
    let more = true;
    while (more && performance.now() - start < 5) more = step();
    if (more) requestAnimationFrame(() => whenIdle(() => inSlices(step)));
  };
  // What is not laid out is as tall as its words make likely: too tall rather than in the way of the next.
  const unguessed = [...unlaid];
  const [letter, block] = beside.matches ? [0.045, 0.7] : [0.055, 1.1];
  const blocks = { 'p, li, h2, h3, tr, dt, dd, .math': block, img: 12, 'figure.explorable': 20 };
  const guess = () => {
    const part = unguessed.shift();
    if (!part) return false;
    let rem = 4 + letter * part.textContent.length;
    for (const kind in blocks) rem += blocks[kind] * part.querySelectorAll(kind).length;
    part.style.containIntrinsicBlockSize = `auto ${Math.round(rem)}rem`;
    return true;
  };
  const layNext = () => {
    const [part] = unlaid;
    layOut(1); // a page without sections is whole too
    part?.getBoundingClientRect(); // lays it out now, so that the clock sees what it costs
    return unlaid.length > 0;
  };
  const moved = new Promise((resolve) => {
    for (const type of ['scroll', 'keydown']) addEventListener(type, resolve, { once: true, passive: true });
    // A page that opens under a pointer at rest is told of it, too.
    const pointed = (event) => {
      if (!event.movementX && !event.movementY) return;
      removeEventListener('pointermove', pointed);
      resolve();
    };
    addEventListener('pointermove', pointed, { passive: true });
    addEventListener('load', () => setTimeout(resolve, 5000));
  });
  addEventListener('load', () => whenIdle(() => inSlices(guess)));
  moved.then(() => whenIdle(() => inSlices(layNext)));
  addEventListener('beforeprint', () => layOut());
  const returning = performance.getEntriesByType('navigation')[0]?.type !== 'navigate';
  if (returning) layOut();
  if (beside.matches) addEventListener('load', () => whenIdle(showCurrent));

  // ---- explorables come to life when the reader comes near one, arrives by a link to a state, or
  // has had the page for a while: the text and its first look come before everything else ----
  const figures = document.querySelectorAll('figure.explorable');
  const kinds = {};
  for (const figure of figures) {
    const name = figure.dataset.explorable; // a link to a figure's state leads to the figure
    kinds[name] = (kinds[name] ?? 0) + 1;
    figure.id ||= `figure-${name}${kinds[name] > 1 ? `-${kinds[name]}` : ''}`;
  }
  if (figures.length) {
    const skip = document.createElement('a');
    skip.className = 'skip-link';
    skip.href = `#${figures[0].id}`;
    skip.textContent = 'Skip to the interactive figure';
    page('.skip-link')?.after(skip);
    let alive = false;
    const enliven = () => {
      near.disconnect();
      const views = new Set([...figures].map((figure) => `view-${figure.dataset.explorable}.js`));
      // Of a script that does not come the page shows pictures, and asks again.
      if (!alive) for (const name of [...views, 'explorables.js']) load(name).catch(() => {});
      alive = true;
    };
    const near = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && enliven(),
      { rootMargin: '100px' },
    );
    if (location.search) enliven();
    else {
      for (const figure of figures) near.observe(figure);
      addEventListener('load', () => setTimeout(enliven, 5000));
    }
  }

  // ---- where on the page the reader is ----
  const links = [...document.querySelectorAll('.page-contents a')];
  const places = links.map((link) => [link, targetOf(link.hash)]).filter(([, section]) => section);
  if (places.length && 'IntersectionObserver' in window)
    onceLaid(() => {
      const mark = () => {
        const line = innerHeight / 3;
        const passed = places.filter(([, section]) => section.getBoundingClientRect().top < line);
        for (const link of links) link.removeAttribute('aria-current');
        passed.at(-1)?.[0].setAttribute('aria-current', 'location');
      };
      const observer = new IntersectionObserver(mark, { rootMargin: '0px 0px -66%' });
      for (const [, section] of places) observer.observe(section);
    });

  // ---- what scrolls sideways can be reached by keyboard ----
  const reachable = () => {
    const boxes = [...document.querySelectorAll('pre, div.math, .pst-scrollable-table-container')];
    // In a closed fold nothing is laid out, and nothing can be reached.
    const ours = boxes.filter((box) => !box.closest('.ex, details:not([open])'));
    const scrolling = ours.map((box) => box.scrollWidth > box.clientWidth + 1); // all read, then all written
    ours.forEach((box, i) => {
      if (scrolling[i] && box.tabIndex !== 0) box.tabIndex = 0;
      else if (!scrolling[i]) box.removeAttribute('tabindex');
    });
  };
  onceLaid(reachable);
  addEventListener('resize', () => onceLaid(reachable), { passive: true });
  document.addEventListener('toggle', () => onceLaid(reachable), true);

  // ---- copy buttons ----
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // A frame of another host may have no clipboard, but let a selection be copied.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand('copy');
      area.remove();
      return copied;
    }
  };
  const PROMPT = /^(>>>|\.\.\.)( |$)/;
  /** The code of a transcript, without its prompts and what it printed; other code as it is. */
  const codeOf = (text) => {
    const lines = text.split('\n');
    const typed = lines.filter((line) => PROMPT.test(line));
    return typed.length ? typed.map((line) => line.replace(PROMPT, '')).join('\n') : text;
  };
  moved.then(() => {
    for (const block of document.querySelectorAll('.cell_input .highlight, .text > section .highlight')) {
      const source = page('pre', block);
      if (!source || block.closest('.cell_output, .ex') || page('.copy', block)) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      let resting = 0;
      button.addEventListener('click', async () => {
        const copied = await copy(codeOf(source.textContent));
        button.textContent = copied ? 'Copied' : 'Not copied';
        button.focus({ preventScroll: true });
        button.classList.add('done');
        clearTimeout(resting);
        resting = setTimeout(() => {
          button.textContent = 'Copy';
          button.classList.remove('done');
        }, 1500);
      });
      block.prepend(button);
    }
  });

  // ---- a formula is copied once, as TeX ----
  const formulaOf = (node) => (node.closest ? node : node.parentElement)?.closest('[data-tex]');
  document.addEventListener('copy', (event) => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0).cloneRange();
    const [first, last] = [range.startContainer, range.endContainer].map(formulaOf);
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copied = document.createElement('div');
    copied.append(range.cloneContents());
    const formulas = copied.querySelectorAll('[data-tex]');
    if (!formulas.length) return;
    for (const formula of formulas) {
      const tex = document.createElement(formula.localName);
      tex.textContent = formula.dataset.tex;
      formula.replaceWith(tex);
    }
    // A copied answer would take the choice from the one that it is a copy of.
    for (const input of copied.querySelectorAll('input')) input.remove();
    // Where lines end is known of what is laid out, and of nothing else.
    copied.style.cssText = 'position: fixed; left: -200vw';
    document.body.append(copied);
    // biome-ignore lint/performance/useDomNodeTextContent: textContent does not know where lines end
    event.clipboardData.setData('text/plain', copied.innerText.replace(/[\u2061-\u2064]/g, ''));
    copied.remove();
    copied.removeAttribute('style');
    event.clipboardData.setData('text/html', copied.innerHTML);
    event.preventDefault();
  });

  // ---- folded blocks open on paper, but for solutions, and for a link that points into them ----
  addEventListener('beforeprint', () => {
    for (const block of document.querySelectorAll('details:not([open], .solution)')) {
      block.open = true;
      block.dataset.closeAfterPrint = '';
    }
  });
  addEventListener('afterprint', () => {
    for (const block of document.querySelectorAll('details[data-close-after-print]')) {
      block.open = false;
      delete block.dataset.closeAfterPrint;
    }
  });
  const reveal = () => {
    layOut();
    const target = targetOf(location.hash);
    if (!target) return;
    for (let block = target.closest('details'); block; block = block.parentElement?.closest('details')) {
      block.open = true;
    }
    return target;
  };
  addEventListener('hashchange', () => reveal()?.scrollIntoView());
  if (location.hash) {
    const target = reveal();
    if (!returning) target?.scrollIntoView(); // else the browser goes to where the reader was
  }

  // ---- search: what it needs is loaded with the first wish for it ----
  const SEARCH = {
    MiniSearch: 'minisearch/minisearch.min.js',
    EnglishStemmer: 'snowball/stemmer.js',
    bookSearchIndex: 'search-index.js',
    bookSearch: 'search/engine.js',
    bookSearchPanel: 'search/panel.js',
  };
  let coming = false;
  /** Fill a place with the search; where that does not load it says so, and can be tried again. */
  const fill = async (place, leave) => {
    if (coming) return;
    coming = true;
    try {
      await Promise.all(Object.entries(SEARCH).map(([global, name]) => load(name, global)));
      place.replaceChildren();
      window.bookSearchPanel(place, leave);
    } catch {
      const again = document.createElement('button');
      again.textContent = 'Try again';
      again.onclick = () => fill(place, leave);
      place.replaceChildren('The search did not load. ', again);
    }
    coming = false;
  };
  const panel = page('[data-search-panel]');
  if (panel) fill(panel);
  let dialog;
  const openSearch = () => {
    if (panel) {
      const field = page('input', panel);
      return field ? field.select() : fill(panel);
    }
    dialog ??= searchDialog();
    if (!dialog.open) dialog.showModal();
    const field = page('input', dialog);
    if (field) field.select();
    else fill(dialog, () => dialog.close());
  };
  const searchDialog = () => {
    const made = document.createElement('dialog');
    made.className = 'search-dialog';
    made.setAttribute('aria-label', 'Search the book');
    made.addEventListener('click', (event) => {
      if (event.target === made || event.target.closest('.search-results a')) made.close();
    });
    document.body.append(made);
    return made;
  };
  const hint = page('[data-search] kbd');
  if (hint && /Mac|iPhone|iPad/.test(navigator.platform)) hint.dataset.key = '⌘ K';
  page('[data-search]')?.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openSearch();
  });
  // With a modifier: a bare key would get in the way of those who dictate to their computer.
  addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    // Filling in a form sends keys without a name; other scripts than Latin have no K but its place.
    const key = event.key?.toLowerCase() ?? '';
    if (/^[a-z]$/.test(key) ? key === 'k' : key && event.code === 'KeyK') {
      event.preventDefault();
      openSearch();
    }
  });
})();
