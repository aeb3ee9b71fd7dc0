// `npm run simulate -- 10000` plays so many seeds and stops at the first that fails;
// `npm run simulate -- --seed 1 --path 23 [--whole]` plays one again, as a failure says.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const SEEDS_DEFAULT = 10_000;
/** Seeds of one process: what it keeps in memory goes with it. */
const SEEDS_AT_ONCE = 500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    path: { type: 'string' },
    whole: { type: 'boolean', default: false },
  },
});

const isReplay = values.path !== undefined;
const wanted = isReplay ? 1 : Number(positionals[0] ?? SEEDS_DEFAULT);
let played = 0;
while (played < wanted) {
  const runs = Math.min(SEEDS_AT_ONCE, wanted - played);
  const given = {
    SIMULATION_RUNS: String(runs),
    ...(values.seed === undefined ? {} : { SIMULATION_SEED: String(Number(values.seed) + played) }),
    ...(isReplay ? { SIMULATION_PATH: values.path } : {}),
    ...(values.whole ? { SIMULATION_WHOLE: '1' } : {}),
  };
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/jest/bin/jest.js', 'test/simulation/core.test', '--maxWorkers=1'],
    { stdio: 'inherit', env: { ...process.env, ...given } },
  );
  if (status !== 0) process.exit(1);
  played += runs;
  process.stdout.write(`${played} of ${wanted} seeds\n`);
}
