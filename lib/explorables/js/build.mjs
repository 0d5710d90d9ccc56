// Bundle the explorables: `npm run build`. With --check, fail if the committed bundles are stale.
// While one view is being written: `npm run build -- --out=DIR --only=name,name` bundles just those
// views into another folder.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const check = process.argv.includes('--check');
const target = here('../static');
const option = (name) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const out = check ? await mkdtemp(join(tmpdir(), 'bundles-')) : (option('out') ?? target);

const common = {
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
  tsconfigRaw: {}, // tsconfig.json is for tsc alone
};
const inputs = new Set();
/** Bundle a text as if it were a file beside this one; returns the paths of what went into it. */
async function bundle(contents, file, { banner = '', footer = '', ...options } = {}) {
  const { metafile } = await build({
    ...common,
    stdin: { contents, resolveDir: here('.'), sourcefile: file },
    outfile: join(out, file),
    metafile: true,
    banner: { js: banner },
    footer: { js: footer },
    ...options,
  });
  const paths = Object.keys(metafile.inputs);
  for (const path of paths) inputs.add(path);
  return paths.map((path) => relative(here('.'), resolve(path)));
}

// Every file in explorables/ is a view. A widget is one module with all that its view needs.
const only = option('only')?.split(',');
const names = (await readdir(here('explorables')))
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -3))
  .filter((name) => !only || only.includes(name))
  .sort();
const used = new Map(); // of each module, how many views need it
for (const name of names) {
  const view = `import view from './explorables/${name}.js';`;
  const needs = await bundle(view, `${name}.mjs`, { write: false });
  for (const path of needs) used.set(path, (used.get(path) ?? 0) + 1);
  const painter = needs.includes('charts/turntable.js');
  await bundle(
    `${view} import { widget } from './entry-jupyter.js';
    ${painter ? "import * as surface3d from './charts/surface3d.js';" : 'const surface3d = null;'}
    import * as tables from './charts/tables.js';
    export default widget(view, surface3d, tables);`,
    `${name}.mjs`,
    { format: 'esm' },
  );
}

// On the site, what at least two fifths of the views need, of the kit three tenths, is in one script, as `shared`, and
// what is there anyway; a view's own script has the rest, in a function that is called with what these modules export.
const anyway = await bundle("import './entry-site.js';", 'explorables.js', { write: false });
const shared = [...used].filter(
  ([path, count]) =>
    /^(kit|charts|math)\//.test(path) &&
    (anyway.includes(path) || count >= (path.startsWith('kit') ? 0.3 : 0.4) * names.length),
);
const exported = new Map();
for (const [path] of shared) exported.set(path, Object.keys(await import(here(path))));
const all = [...exported.values()].flat();
const twice = all.filter((name, i) => all.indexOf(name) < i);
if (twice.length) throw new Error(`two modules of the kit export ${twice.join(', ')}`);
const ofKit = {
  name: 'of the kit',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const module = relative(here('.'), join(resolveDir, path));
      return exported.has(module) ? { path: module, namespace: 'kit' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'kit' }, ({ path }) => ({
      contents: exported
        .get(path)
        .map((name) => `export const ${name} = /* @__PURE__ */ (() => kit.${name})();`)
        .join('\n'),
    }));
  },
};
await bundle(
  [
    `import { begin } from './entry-site.js';`,
    ...shared.map(([path], i) => `import * as module${i} from './${path}';`),
    `begin({${shared.map((_, i) => `...module${i}`).join(', ')}});`,
  ].join('\n'),
  'explorables.js',
  { format: 'iife' },
);
for (const name of names) {
  await bundle(`import view from './explorables/${name}.js'; made(view);`, `view-${name}.js`, {
    format: 'iife',
    plugins: [ofKit],
    banner: `((globalThis.CrossEntropyBook??={views:{}}).views).${name}=(kit,made)=>{`,
    footer: '};CrossEntropyBook.start?.();',
  });
}
// What only a turned surface needs, or a table, is loaded when a reader asks for it.
for (const [module, file, globalName] of [
  ['surface3d', 'explorables-3d.js', 'CrossEntropySurface3D'],
  ['tables', 'explorables-tables.js', 'CrossEntropyTables'],
]) {
  await bundle(`export * from './charts/${module}.js';`, file, { format: 'iife', globalName });
}

// The licences of what was bundled go along with it.
const packages = new Set(
  [...inputs].map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean),
);
packages.add('katex'); // whose glyphs are in formula.woff2
const notices = await Promise.all(
  [...packages].sort().map(async (name) => {
    const folder = here(`../../../node_modules/${name}/`);
    const { version, license } = JSON.parse(await readFile(`${folder}package.json`, 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${await readFile(folder + file, 'utf8')}`;
  }),
);
await writeFile(
  join(out, 'THIRD-PARTY-LICENSES.txt'),
  `${notices.map((text) => text.trim()).join(`\n\n${'-'.repeat(72)}\n\n`)}\n`,
);

// One palette for all: custom properties for the page and for each explorable's own theme.
const palette = JSON.parse(await readFile(here('../palette.json'), 'utf8'));
const properties = (theme, tones = palette[theme]) =>
  Object.entries(tones)
    .map(([key, value]) =>
      Array.isArray(value) ? value.map((stop, i) => `--surface-${i}:${stop}`).join(';') : `--${key}:${value}`,
    )
    .join(';');
await writeFile(
  join(out, 'palette.css'),
  `:root{${properties('light')}}\n:root[data-theme="dark"]{${properties('dark')}}\n`,
);
/** Without the surfaces' colours, which figures have as numbers. */
const ofFigures = (theme) => properties(theme, { ...palette[theme], surface: [] });
const css = await build({
  ...common,
  entryPoints: [here('explorables.css')],
  banner: { css: '/*! Glyphs of KaTeX: MIT */' },
  loader: { '.woff2': 'dataurl' },
  write: false,
});
await writeFile(
  join(out, 'explorables.css'),
  `.ex{${ofFigures('light')}}\n.ex[data-theme="dark"]{${ofFigures('dark')}}\n${css.outputFiles[0].text}`,
);

if (check) {
  const stale = [];
  for (const file of await readdir(out)) {
    const [fresh, kept] = await Promise.all(
      [out, target].map((dir) => readFile(join(dir, file), 'utf8').catch(() => null)),
    );
    if (fresh !== kept) stale.push(file);
  }
  await rm(out, { recursive: true });
  if (stale.length) {
    console.error(`Stale in lib/explorables/static: ${stale.join(', ')}. Run \`make bundles\`.`);
    process.exit(1);
  }
}
