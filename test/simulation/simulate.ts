import fc from 'fast-check';
import { bringChanges, quieten, retryFailed } from './aftermath.js';
import { DICE_SIDES } from './dice.js';
import type { Ground } from './ground.js';
import { type Scenario, scenarios } from './happenings.js';
import { Seed } from './seed.js';
import { problemsOf } from './truth.js';

export interface SimulateOptions {
  /** How many seeds. */
  runs: number;
  /** Of fast-check; with `path` it names one run. Default: any. */
  seed?: number | undefined;
  path?: string | undefined;
}

/** What one seed came to, kept for whoever has to understand it. */
interface Played {
  scenario: Scenario;
  order: string[];
  logLines: readonly string[];
}

/** The last steps of a failed seed that are told. */
const STEPS_TOLD = 60;

/** Plays seeds one after the other and throws at the first that ends in anything untrue. */
export async function simulate(ground: Ground, options: SimulateOptions): Promise<void> {
  let last: Played | undefined;
  const property = fc.asyncProperty(
    scenarios,
    fc.scheduler(),
    fc.noBias(fc.infiniteStream(fc.nat(DICE_SIDES - 1))),
    async (scenario, scheduler, chances) => {
      const seed = await Seed.begin(ground, { scenario, scheduler, chances });
      try {
        await seed.play();
        // However little of it happened by chance: while some of it is in doubt.
        await seed.happen({ do: 'receive', place: 0 });
        await seed.happen({ do: 'pull' });
        await seed.calm();
        await quieten(seed);
        await bringChanges(seed);
        await mustBeTrue(seed);
        await retryFailed(seed);
        await quieten(seed);
        await bringChanges(seed);
        await mustBeTrue(seed);
      } finally {
        last = { scenario, order: orderOf(scheduler), logLines: seed.logLines };
        await seed.end();
      }
    },
  );
  const outcome = await fc.check(property, {
    numRuns: options.runs,
    seed: options.seed,
    path: options.path,
    endOnFailure: true,
  });
  if (!outcome.failed) return;
  const path = String(outcome.counterexamplePath);
  throw new Error(messageOf(outcome.seed, path, outcome.errorInstance, last));
}

async function mustBeTrue(seed: Seed): Promise<void> {
  const problems = await problemsOf(seed);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function orderOf(scheduler: fc.Scheduler): string[] {
  return scheduler
    .report()
    .filter(({ status }) => status !== 'pending')
    .map(({ label }) => label);
}

function messageOf(seed: number, path: string, error: unknown, played: Played | undefined): string {
  const whole = process.env['SIMULATION_WHOLE'] !== undefined;
  const order = played?.order ?? [];
  const steps = whole ? order : order.slice(-STEPS_TOLD);
  return [
    `Not true: ${error instanceof Error ? error.message : String(error)}`,
    `Play it again: npm run simulate -- --seed ${seed} --path ${path}`,
    ...(whole && error instanceof Error ? [error.stack ?? ''] : []),
    JSON.stringify(played?.scenario),
    ...(whole ? (played?.logLines ?? []) : []),
    `${order.length} steps${whole ? '' : ', the last of them (all, and the log, with --whole)'}:`,
    ...steps,
  ].join('\n');
}
