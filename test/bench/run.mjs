// The numbers the product has to reach: `npm run bench` measures all, `npm run bench -- drain cost` some.
// `npm run bench -- simulator` measures the simulator. Figures, not pass or fail; docs/performance.md tells more.

import '../support/ts-register.mjs';

/** Processes that a benchmark starts from this file. */
const PROCESSES = {
  async 'simulator-server'() {
    const { serveSimulator } = await import('./simulator-server.ts');
    await serveSimulator();
  },
  async 'cost-worker'() {
    const { serveCostWorker } = await import('./cost-worker.ts');
    await serveCostWorker();
  },
  async 'peer-worker'() {
    const { servePeerWorker } = await import('./peer/worker.ts');
    servePeerWorker();
  },
};

const asked = process.argv.slice(2);
const [first] = asked;
if (first in PROCESSES) await PROCESSES[first]();
else if (first === 'simulator') {
  const { runSimulatorBenchmark } = await import('./simulator.ts');
  await runSimulatorBenchmark();
} else await measure(asked);

async function measure(names) {
  const { findOnPath } = await import('../support/programs.ts');
  process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
  const { buildPrograms } = await import('../support/built-programs.ts');
  await buildPrograms();
  const { measureRows, ROWS } = await import('./numbers.ts');
  const unknown = names.filter((name) => ROWS.every((row) => row.name !== name));
  if (unknown.length > 0) {
    const known = ROWS.map(({ name }) => name).join(', ');
    process.stderr.write(
      `No such benchmark: ${unknown.join(', ')}. There are ${known}, simulator\n`,
    );
    process.exit(1);
  }
  await measureRows(ROWS.filter(({ name }) => names.length === 0 || names.includes(name)));
}
