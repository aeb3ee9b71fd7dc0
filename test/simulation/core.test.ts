import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type OpenGround, openGround } from './ground.js';
import { simulate } from './simulate.js';

/** Seeds of a usual run, the same each time; `npm run simulate -- 10000` plays others, and more. */
const RUNS = numberOf('SIMULATION_RUNS') ?? 25;
const USUAL_SEED = 20_261_122;
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
      const isUsual = process.env['SIMULATION_RUNS'] === undefined;
      await simulate(open.ground, {
        runs: path === undefined ? RUNS : 1,
        seed: numberOf('SIMULATION_SEED') ?? (isUsual ? USUAL_SEED : undefined),
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
