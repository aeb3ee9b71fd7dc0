// Runs the benchmarks: `npm run bench`. Figures, not pass or fail.
import { register } from 'node:module';

register('../support/ts-loader.mjs', import.meta.url);
const { findOnPath } = await import('../support/programs.ts');
process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
const { runBenchmarks } = await import('./first-invoice.ts');
await runBenchmarks();
