import { PULL_JOBS, PUSH_JOBS } from '../../jobs/index.js';
import { openHouse } from '../../src/cli/house.js';
import { readConfig } from '../../src/config.js';
import { type AdmissionLimits, DEFAULT_ADMISSION } from '../../src/ledger/pushes/due.js';
import { openLog } from '../../src/log.js';
import { FilePlaces } from '../../src/push/files.js';
import { jobsByKind, startWorker } from '../../src/queue/worker.js';

/** What the measured process tells of itself, in milliseconds of processor time. */
export interface WorkerUse {
  cpuMs: number;
  statements: number;
  pushes: number;
}

/**
 * Pushes of 30 alone. As shipped, single calls go beside the batches, because Intuit counts the two
 * apart; where nothing is counted they would only say what a push of one costs.
 */
const BATCHES_ALONE: AdmissionLimits = { ...DEFAULT_ADMISSION, batch: DEFAULT_ADMISSION.open };

/** To stop; or to start, and to tell its use a second time once so many invoices are synced. */
export type WorkerOrder = 'stop' | { invoices: number };

function settledOf({ kind, outcomes }: Record<string, unknown>): number {
  if (kind !== 'invoice') return 0;
  const { synced } = (outcomes ?? {}) as Record<string, number | undefined>;
  return synced ?? 0;
}

/** A worker as `qbo-sync worker` starts it, told by messages to start, to stop and to say its use. */
export async function serveCostWorker(): Promise<void> {
  const config = readConfig({ ...process.env }, '/dev/null');
  const log = openLog({ level: config.logLevel, service: 'worker' });
  const house = await openHouse(config, log);
  const { ledger, queue, quickbooks } = house;
  let statements = 0;
  let pushes = 0;
  let settled = 0;
  let awaited = Number.POSITIVE_INFINITY;
  if (process.env['BENCH_COUNT'] !== undefined) {
    ledger.sql.options.debug = () => {
      statements += 1;
    };
  }
  const admission =
    process.env['BENCH_ADMISSION'] === 'shipped' ? DEFAULT_ADMISSION : BATCHES_ALONE;
  const start = () =>
    startWorker({
      tools: {
        ledger,
        quickbooks,
        jobs: jobsByKind(PUSH_JOBS),
        random: Math.random,
        onCrash: (crash) => log.write('push_failed', crash),
        pace: config.waits.pace,
        waits: config.waits.push,
        filePlaces: new FilePlaces(),
      },
      queue,
      pulls: PULL_JOBS,
      admission,
      lease: config.waits.lease,
      callMs: config.waits.quickbooks.callMs,
      pageSize: 1_000,
      concurrency: config.concurrency,
      sweep: { everyMs: config.waits.sweepEveryMs, quietMs: config.waits.sweepQuietMs },
      graceMs: config.waits.graceMs,
      log: (event, fields) => {
        if (event === 'push_ended') {
          pushes += 1;
          settled += settledOf(fields);
          if (settled >= awaited) tellUse();
        }
        log.write(event, fields);
      },
    });
  const tellUse = () => {
    awaited = Number.POSITIVE_INFINITY;
    const { user, system } = process.cpuUsage();
    const use: WorkerUse = { cpuMs: (user + system) / 1_000, statements, pushes };
    process.send?.(use);
  };
  let worker = start();
  process.on('message', async (order: WorkerOrder) => {
    if (order === 'stop') await worker.stop();
    tellUse();
    if (order === 'stop') return;
    awaited = settled + order.invoices;
    worker = start();
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
