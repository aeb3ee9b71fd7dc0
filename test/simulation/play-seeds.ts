import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, it } from '@jest/globals';
import { type OpenGround, openGround } from './ground.js';
import { type SimulateOptions, simulate } from './simulate.js';

/** Seeds of a file in a usual run, the same each time. */
export const RUNS_OF_A_FILE = 100;
const USUAL_SEED = 20_261_122;
/** More than enough for each seed. */
const SEED_MS_MAX = 30_000;

/** Plays a file's share of the usual seeds, from one of them on. */
export function playUsualSeeds(from: number): void {
  playSeeds({ runs: RUNS_OF_A_FILE, seed: USUAL_SEED, path: String(from) });
}

/** What `npm run simulate` asks for; undefined in a usual run. */
export function askedSeeds(): SimulateOptions | undefined {
  const runs = numberOf('SIMULATION_RUNS');
  if (runs === undefined) return undefined;
  const seed = numberOf('SIMULATION_SEED') ?? randomInt(2 ** 31 - 1);
  const path = process.env['SIMULATION_PATH'];
  return { runs: path === undefined ? runs : 1, seed, path };
}

export function playSeeds(options: SimulateOptions): void {
  let open: OpenGround;

  beforeAll(async () => {
    open = await openGround();
  });

  afterAll(() => open.close());

  it(
    `sends every document once and loses none, whatever happens in whatever order (seed ${options.seed})`,
    () => simulate(open.ground, options),
    options.runs * SEED_MS_MAX,
  );
}

function numberOf(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
}
