import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type OpenGround, openGround } from './ground.js';
import { simulate } from './simulate.js';

/** Seeds of a usual run; `npm run simulate -- 10000` plays more. */
const RUNS = numberOf('SIMULATION_RUNS') ?? 200;
/** More than enough for each seed. */
const SEED_MS_MAX = 30_000;

let open: OpenGround;

beforeAll(async () => {
  open = await openGround();
});

afterAll(() => open.close());

describe('the core under seeded simulation', () => {
  it(
    'sends every document once and loses none, whatever happens in whatever order',
    async () => {
      const path = process.env['SIMULATION_PATH'];
      await simulate(open.ground, {
        runs: path === undefined ? RUNS : 1,
        seed: numberOf('SIMULATION_SEED'),
        path,
      });
    },
    RUNS * SEED_MS_MAX,
  );
});

function numberOf(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
}
