import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type OpenGround, openGround } from './ground.js';
import { simulate } from './simulate.js';

/** Seeds of a usual run, the same each time; `npm run simulate -- 10000` plays others, and more. */
const RUNS = numberOf('SIMULATION_RUNS') ?? 200;
const USUAL_SEED = 20_261_122;
const PATH = process.env['SIMULATION_PATH'];
const SEED =
  numberOf('SIMULATION_SEED') ??
  (process.env['SIMULATION_RUNS'] === undefined ? USUAL_SEED : randomInt(2 ** 31 - 1));
/** More than enough for each seed. */
const SEED_MS_MAX = 30_000;

let open: OpenGround;

beforeAll(async () => {
  open = await openGround();
});

afterAll(() => open.close());

describe('the core under seeded simulation', () => {
  it(
    `sends every document once and loses none, whatever happens in whatever order (seed ${SEED})`,
    () => simulate(open.ground, { runs: PATH === undefined ? RUNS : 1, seed: SEED, path: PATH }),
    RUNS * SEED_MS_MAX,
  );
});

function numberOf(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
}
