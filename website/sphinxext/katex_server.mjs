// Renders TeX for the build: one JSON request a line on standard input, one JSON answer a line on
// standard output. Its one argument is the directory that KaTeX lies in.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { runInThisContext } from 'node:vm';

// As the page loads it: a classic script that defines the global `katex`.
runInThisContext(readFileSync(`${process.argv[2]}/katex.min.js`, 'utf8'));
const { katex } = globalThis;

createInterface({ input: process.stdin }).on('line', (line) => {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    const html = katex.renderToString(tex, {
      displayMode: display,
      throwOnError: true,
      strict: (code) => (code === 'htmlExtension' ? 'ignore' : 'error'),
      trust: ({ command }) => command === '\\htmlClass',
    });
    answer = { html };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
