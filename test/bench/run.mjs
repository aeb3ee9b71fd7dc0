// Runs the benchmarks: `npm run bench` all, `npm run bench -- simulator` one. Figures, not pass or fail.
import { register } from 'node:module';

register('../support/ts-loader.mjs', import.meta.url);
const BENCHMARKS = {
  async 'first-invoice'() {
    const { findOnPath } = await import('../support/programs.ts');
    process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
    const { runBenchmarks } = await import('./first-invoice.ts');
    await runBenchmarks();
  },
  async growth() {
    const { findOnPath } = await import('../support/programs.ts');
    process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
    const { runGrowthBenchmark } = await import('./growth.ts');
    await runGrowthBenchmark();
  },
  async drain() {
    const { findOnPath } = await import('../support/programs.ts');
    process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
    const { runDrainBenchmark } = await import('./drain.ts');
    await runDrainBenchmark();
  },
  async cost() {
    const { findOnPath } = await import('../support/programs.ts');
    process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
    const { runCostBenchmark } = await import('./cost.ts');
    await runCostBenchmark();
  },
  async fairness() {
    const { findOnPath } = await import('../support/programs.ts');
    process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
    const { runFairnessBenchmark } = await import('./drain-fairness.ts');
    await runFairnessBenchmark();
  },
  async peer() {
    const { findOnPath } = await import('../support/programs.ts');
    process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
    const { runPeerBenchmark } = await import('./peer.ts');
    await runPeerBenchmark();
  },
  async simulator() {
    const { runSimulatorBenchmark } = await import('./simulator.ts');
    await runSimulatorBenchmark();
  },
};

const [asked] = process.argv.slice(2);
if (asked === 'simulator-server') {
  // The benchmark starts this file again as the process whose speed it measures.
  const { serveSimulator } = await import('./simulator-server.ts');
  await serveSimulator();
} else if (asked === 'cost-worker') {
  const { serveCostWorker } = await import('./cost-worker.ts');
  await serveCostWorker();
} else if (asked === 'peer-worker') {
  const { servePeerWorker } = await import('./peer/worker.ts');
  servePeerWorker();
} else {
  const { buildPrograms } = await import('../support/built-programs.ts');
  await buildPrograms();
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (asked === undefined || asked === name) await run();
  }
}
