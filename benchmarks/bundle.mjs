// Print a benchmark's script with all that it imports: node benchmarks/bundle.mjs FILE
import { build } from 'esbuild';

const made = await build({
  entryPoints: [process.argv[2]],
  bundle: true,
  minify: true,
  format: 'iife',
  write: false,
  logLevel: 'warning',
});
process.stdout.write(made.outputFiles[0].text);
