// Run Lighthouse (its mobile preset) on pages of a served site and print the scores as JSON lines.
// node benchmarks/lighthouse.mjs CHROMIUM CATEGORY,… ADDRESS…
import * as chromeLauncher from 'chrome-launcher';
import lighthouse from 'lighthouse';

const [chromePath, names, ...addresses] = process.argv.slice(2);
const chrome = await chromeLauncher.launch({
  chromePath,
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
const categories = names.split(',');
try {
  for (const address of addresses) {
    const { lhr } = await lighthouse(address, {
      port: chrome.port,
      logLevel: 'error',
      onlyCategories: categories,
      disableFullPageScreenshot: true,
    });
    const failed = Object.values(lhr.categories).flatMap((category) =>
      category.auditRefs
        .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
        .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ''}`.trim()),
    );
    const scores = categories.map((name) => Math.round(lhr.categories[name].score * 100));
    console.log(JSON.stringify({ address, scores, failed }));
  }
} finally {
  await chrome.kill();
}
