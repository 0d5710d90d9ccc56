// Collects what the reader waits for: first and largest paint, and long tasks.
(() => {
  const vitals = { fcp: null, lcp: null, tasks: [] };
  const watch = (type, f) =>
    new PerformanceObserver((list) => list.getEntries().forEach(f)).observe({ type, buffered: true });
  watch('paint', (e) => {
    if (e.name === 'first-contentful-paint') vitals.fcp = e.startTime;
  });
  watch('largest-contentful-paint', (e) => {
    vitals.lcp = e.startTime;
  });
  watch('longtask', (e) => vitals.tasks.push({ start: e.startTime, duration: e.duration }));
  globalThis.benchVitals = vitals;
})();
