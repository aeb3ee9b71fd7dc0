import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startPrivatePostgres } from '../../support/postgres-server.js';
import { startRedis } from '../../support/redis.js';
import { at, type Figure, type Row, say, setting, sorted } from '../figures.js';
import { type GrownPlace, growPlace } from '../growth-place.js';
import { measureSending } from '../growth-sending.js';
import { STEPS, type Step } from '../growth-steps.js';

const SIZES = (process.env['BENCH_SIZES'] ?? '1000,100000,1000000').split(',').map(Number);
/** Rounds of every step; the sizes take turns in each, so that all meet the same machine. */
const ROUNDS = setting('BENCH_ROUNDS', 300);
/** Rounds before the measured ones: plans, caches and the compiler settle. */
const WARM_UP_ROUNDS = 20;
const FLAT_RATIO_MAX = 1.5;
const FAST_MS_MAX = 300;

/** What everyday work costs as the ledger grows. Ratios are against the smallest size. */
export const GROWTH: Row = {
  name: 'growth',
  how: `${SIZES.join(', ')} documents of one company wait, and half as many have failed; a database per size.`,
  // The sizes take turns in every round.
  runsMax: 1,
  async measure() {
    return [...(isAsked('sending') ? await measureSending(SIZES) : []), ...(await measureGrown())];
  },
};

/** `BENCH_STEPS`: words of the steps to be measured. */
const isAsked = (name: string) =>
  process.env['BENCH_STEPS']?.split(',').some((word) => name.includes(word)) ?? true;

async function measureGrown(): Promise<Figure[]> {
  const steps = STEPS.filter(({ name }) => isAsked(name));
  if (steps.length === 0) return [];
  const postgres = await startPrivatePostgres();
  const redis = await startRedis();
  const places: GrownPlace[] = [];
  try {
    for (const waiting of SIZES) {
      const startedAtMs = performance.now();
      places.push(await growPlace(postgres.url, redis, waiting));
      say(`${waiting} waiting, ${waiting / 2} failed: filled in ${seconds(startedAtMs)} s`);
    }
    return [...(await measureSteps(steps, places)), ...(await measureMemory(places))];
  } finally {
    for (const place of places) await place.close();
    await redis.stop();
    await postgres.stop();
  }
}

async function measureSteps(
  steps: readonly Step[],
  places: readonly GrownPlace[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const step of steps) {
    const tookMs = await measure(step, places);
    const each = tookMs.map((ms) => `${at(ms, 0.5).toFixed(1)}, ${at(ms, 0.99).toFixed(1)}`);
    say(`  ${step.name}: p50, p99 of each size ${each.join('; ')} ms`);
    figures.push(figureOf(step, tookMs));
  }
  return figures;
}

function figureOf({ name, goal }: Step, tookMs: readonly number[][]): Figure {
  const p99s = tookMs.map((times) => at(times, 0.99));
  const [least = Number.NaN] = p99s;
  const most = p99s.at(-1) ?? Number.NaN;
  return goal === 'flat'
    ? { what: `${name}, p99`, value: most / least, unit: 'times', goal: { atMost: FLAT_RATIO_MAX } }
    : { what: `${name}, p99`, value: most, unit: 'ms', goal: { atMost: FAST_MS_MAX } };
}

/** Times of each size in ascending order. */
async function measure(step: Step, places: readonly GrownPlace[]): Promise<number[][]> {
  const rounds = Math.min(ROUNDS, step.roundsMax ?? ROUNDS);
  const tookMs = places.map((): number[] => []);
  for (let round = -Math.min(WARM_UP_ROUNDS, rounds); round < rounds; round += 1) {
    for (const [index, place] of places.entries()) {
      await step.before?.(place);
      const startedAtMs = performance.now();
      await step.run(place);
      const took = performance.now() - startedAtMs;
      if (round >= 0) tookMs[index]?.push(took);
      await step.after?.(place);
    }
  }
  return tookMs.map(sorted);
}

/** Dispatches again and again with nobody working: what Redis and this process hold afterwards. */
async function measureMemory(places: readonly GrownPlace[]): Promise<Figure[]> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const heapUsed = () => {
    if (typeof collect === 'function') collect();
    return process.memoryUsage().heapUsed / 1_024;
  };
  const figures: Figure[] = [];
  for (const place of places) {
    const before = heapUsed();
    for (let count = 0; count < 100; count += 1) await place.dispatchAll();
    const heapKb = heapUsed() - before;
    const { wakeUps, redisKb } = await place.queueUse();
    const of = `${place.waiting} waiting`;
    figures.push(
      { what: `${of}, wake-ups in Redis`, value: wakeUps, unit: '', goal: { atMost: 10 } },
      { what: `${of}, Redis`, value: redisKb, unit: 'KB' },
      { what: `${of}, heap kept of 100 dispatches`, value: heapKb, unit: 'KB' },
    );
  }
  return figures;
}

const seconds = (startedAtMs: number) => ((performance.now() - startedAtMs) / 1_000).toFixed(1);
