import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Table from 'cli-table3';
import { startPrivatePostgres } from '../support/postgres-server.js';
import { startRedis } from '../support/redis.js';
import { type GrownPlace, growPlace } from './growth-place.js';
import { STEPS, type Step } from './growth-steps.js';

const SIZES = (process.env['BENCH_SIZES'] ?? '1000,100000,1000000').split(',').map(Number);
/** Rounds of every step; the sizes take turns in each, so that all meet the same machine. */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 300);
/** Rounds before the measured ones: plans, caches and the compiler settle. */
const WARM_UP_ROUNDS = 20;
const FLAT_RATIO_MAX = 1.5;
const FAST_MS_MAX = 300;

/**
 * What everyday work costs as the ledger grows: so many waiting documents of one company, and half
 * as many failures. One PostgreSQL, a database per size; ratios are against the smallest size.
 */
export async function runGrowthBenchmark(): Promise<void> {
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`,
  );
  const postgres = await startPrivatePostgres();
  const redis = await startRedis();
  const places: GrownPlace[] = [];
  try {
    for (const waiting of SIZES) {
      const startedAtMs = performance.now();
      places.push(await growPlace(postgres.url, redis, waiting));
      say(`${waiting} waiting, ${waiting / 2} failed: filled in ${seconds(startedAtMs)} s`);
    }
    const table = new Table({
      head: ['', ...SIZES.map((size) => `${size}: p50, p99 ms`), 'p99 ratio', 'goal'],
      colAligns: ['left', ...SIZES.map(() => 'right' as const), 'right', 'left'],
      style: { head: [], border: [], compact: true },
    });
    const only = process.env['BENCH_STEPS']?.split(',');
    for (const step of STEPS) {
      if (only?.some((word) => step.name.includes(word)) === false) continue;
      table.push(rowOf(step, await measure(step, places)));
    }
    say(table.toString());
    await reportMemory(places);
  } finally {
    for (const place of places) await place.close();
    await redis.stop();
    await postgres.stop();
  }
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
  return tookMs.map((times) => times.sort((a, b) => a - b));
}

function rowOf({ name, goal }: Step, tookMs: readonly number[][]): string[] {
  const p99s = tookMs.map((times) => at(times, 0.99));
  const largest = p99s.at(-1) ?? 0;
  const ratio = largest / (p99s[0] ?? 1);
  const isMet = goal === 'flat' ? ratio < FLAT_RATIO_MAX : largest < FAST_MS_MAX;
  const wanted = goal === 'flat' ? `ratio < ${FLAT_RATIO_MAX}` : `< ${FAST_MS_MAX} ms`;
  const figures = tookMs.map(
    (times) => `${at(times, 0.5).toFixed(1)}, ${at(times, 0.99).toFixed(1)}`,
  );
  return [name, ...figures, ratio.toFixed(2), `${wanted}: ${isMet ? 'met' : 'missed'}`];
}

/** Dispatches again and again with nobody working: what Redis and this process hold afterwards. */
async function reportMemory(places: readonly GrownPlace[]): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const table = new Table({
    head: ['memory', 'wake-ups in Redis', 'Redis KB', 'heap KB of 100 dispatches'],
    style: { head: [], border: [] },
  });
  for (const place of places) {
    if (typeof collect === 'function') collect();
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 100; count += 1) await place.dispatchAll();
    if (typeof collect === 'function') collect();
    const heapKb = (process.memoryUsage().heapUsed - before) / 1_024;
    const { wakeUps, redisKb } = await place.queueUse();
    table.push([place.waiting, wakeUps, redisKb, Math.round(heapKb)]);
  }
  say(table.toString());
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
const seconds = (startedAtMs: number) => ((performance.now() - startedAtMs) / 1_000).toFixed(1);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
