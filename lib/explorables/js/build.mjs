// Bundle the explorables: `npm run build`. With --check, fail if the committed bundles are stale.
// While one view is being written: `npm run build -- --out=DIR --only=name,name` bundles just those
// views into another folder.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const check = process.argv.includes('--check');
const target = here('../static');
const option = (name) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const out = check ? await mkdtemp(join(tmpdir(), 'bundles-')) : (option('out') ?? target);

// Every file in explorables/ is a view; the entries import them as the module `views`.
const only = option('only')?.split(',');
const names = (await readdir(here('explorables')))
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -3))
  .filter((name) => !only || only.includes(name))
  .sort();
const views = {
  name: 'views',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^views$/ }, () => ({ path: 'views', namespace: 'views' }));
    onLoad({ filter: /.*/, namespace: 'views' }, () => ({
      contents: [
        ...names.map((name, i) => `import view${i} from './explorables/${name}.js';`),
        `export const VIEWS = {${names.map((name, i) => `${name}: view${i}`).join(', ')}};`,
      ].join('\n'),
      resolveDir: here('.'),
    }));
  },
};

const common = {
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [views],
  tsconfigRaw: {}, // tsconfig.json is for tsc alone
};
const inputs = new Set();
const bundle = async (entry, file, options) => {
  const { metafile } = await build({
    ...common,
    entryPoints: [here(entry)],
    outfile: join(out, file),
    metafile: true,
    banner: { js: '/*! Contains third-party code: see THIRD-PARTY-LICENSES.txt beside this file. */' },
    ...options,
  });
  for (const input of Object.keys(metafile.inputs)) inputs.add(input);
};

await bundle('entry-site.js', 'explorables.js', { format: 'iife' });
await bundle('entry-3d.js', 'explorables-3d.js', {
  format: 'iife',
  globalName: 'CrossEntropySurface3D',
});
await bundle('entry-jupyter.js', 'explorables.mjs', { format: 'esm' });

// The licences of what was bundled go along with it.
const packages = new Set(
  [...inputs].map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean),
);
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
const properties = (theme) =>
  Object.entries(palette[theme])
    .map(([key, value]) =>
      Array.isArray(value) ? value.map((stop, i) => `--surface-${i}:${stop}`).join(';') : `--${key}:${value}`,
    )
    .join(';');
await writeFile(
  join(out, 'palette.css'),
  `:root{${properties('light')}}\n:root[data-theme="dark"]{${properties('dark')}}\n`,
);
const css = await build({
  ...common,
  entryPoints: [here('explorables.css')],
  loader: { '.woff2': 'dataurl' },
  write: false,
});
await writeFile(
  join(out, 'explorables.css'),
  `.ex{${properties('light')}}\n.ex[data-theme="dark"]{${properties('dark')}}\n${css.outputFiles[0].text}`,
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
