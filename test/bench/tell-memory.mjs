// Loaded before a worker that is measured: at SIGUSR2 it collects its garbage and tells what is left.

import { renameSync, writeFileSync } from 'node:fs';

const file = process.env['BENCH_MEMORY_FILE'];

process.on('SIGUSR2', () => {
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  writeFileSync(`${file}.part`, JSON.stringify({ kept: heapUsed + external, resident: rss }));
  renameSync(`${file}.part`, file);
});
