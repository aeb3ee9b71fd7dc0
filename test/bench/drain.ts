import Table from 'cli-table3';
import { migrateLedger } from '../../src/ledger/migrate.js';
import type { LoggedCall } from '../../src/simulator/index.js';
import { eventsOf } from '../support/checker.js';
import { type Connected, type Journey, refresh, startJourney } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { startPrivatePostgres } from '../support/postgres-server.js';
import { startRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import { startWorkerProcess } from '../support/worker-process.js';

/** What Intuit's limits allow a minute: 40 batches of 30 and 460 single calls. */
const MOST_PER_MINUTE = 40 * 30 + 460;
const CALL_MS = 300;
const BATCH_MS = 3_000;

const STANDSTILL_MS = 90_000;
const DRAIN_MAX_MS = 600_000;

const INVOICES = Number(process.env['BENCH_INVOICES'] ?? 5_000);
const CUSTOMERS = 200;
const ITEMS = 50;

/** Windows and latencies are this many times shorter; figures are scaled back. */
const SCALE = Number(process.env['BENCH_SCALE'] ?? 10);
const WORKERS = (process.env['BENCH_WORKERS'] ?? '1,2').split(',').map(Number);
const QUEUES = (process.env['BENCH_QUEUES'] ?? 'redis,postgres').split(',');

/**
 * How fast one company is drained at Intuit's limits: new invoices of two lines for new customers and
 * new products, all waiting when the workers start. Simulator and ledger run beside the workers.
 */
export async function runDrainBenchmark(): Promise<void> {
  const table = new Table({
    head: [
      'queue',
      'workers',
      'objects',
      'seconds',
      'objects/min',
      'of the limit',
      '429',
      'batches/min',
      'in a batch',
      'singles/min',
      'reads',
      'put off',
      'lane wait ms',
    ],
    style: { head: [], border: [] },
  });
  for (const queue of QUEUES) {
    for (const workers of WORKERS) table.push([queue, workers, ...(await drain(queue, workers))]);
  }
  process.stdout.write(`Windows ${SCALE} times shorter\n${table.toString()}\n`);
}

async function drain(queue: string, workers: number): Promise<(string | number)[]> {
  const postgres = await startPrivatePostgres();
  const redis = queue === 'redis' ? await startRedis() : undefined;
  await migrateLedger(postgres.url);
  const journey = await startJourney({
    databaseUrl: postgres.url,
    redisUrl: redis?.url,
    idle: true,
    limits: true,
    environment: {
      LOG_LEVEL: 'info',
      LANE_SHARE_PERCENT: '100',
      QBO_SYNC_TEST_WAITS: '1',
      QBO_SYNC_TEST_LANE: String(SCALE),
    },
  });
  try {
    const connected = await companyWithBacklog(journey);
    return await measure(journey, connected, workers);
  } finally {
    await journey.close();
    await redis?.stop();
    await postgres.stop();
  }
}

async function companyWithBacklog(journey: Journey): Promise<Connected> {
  const { control } = journey.simulator;
  control.setLimits({ scale: SCALE });
  const worker = journey.startWorker();
  const connected = await journey.connect({
    profile: 'auto-invoices',
    settings: { customer: { missing: 'create' }, item: { missing: 'create' } },
  });
  await refresh(journey, connected.id);
  await worker.stop();
  for (let start = 0; start < INVOICES; start += 500) {
    await journey.client.stateMany(
      connected.id,
      Array.from({ length: Math.min(500, INVOICES - start) }, (_, index) => invoice(start + index)),
    );
  }
  control.setLatency({ call: 'all', ms: CALL_MS / SCALE });
  control.setLatency({ call: 'batch', ms: BATCH_MS / SCALE });
  control.clearLog(connected.realmId);
  return connected;
}

function invoice(index: number) {
  const number = `D-${index}`;
  const line = (item: number) => ({
    name: `Product ${item % ITEMS}`,
    item: { name: `Product ${item % ITEMS}` },
    quantity: '1',
    unitPrice: '50.00',
    amount: '50.00',
  });
  const document = anInvoice({
    number,
    customer: { name: `Customer ${index % CUSTOMERS}` },
    lines: [aLine(line(index)), aLine(line(index * 7 + 3))],
  });
  return { kind: 'invoice' as const, externalId: number, document };
}

async function measure(
  journey: Journey,
  { id, realmId }: Connected,
  count: number,
): Promise<(string | number)[]> {
  const workers = await Promise.all(
    Array.from({ length: count }, () => startWorkerProcess(journey)),
  );
  await drained(journey, id);
  for (const worker of workers) worker.kill('SIGTERM');
  await Promise.all(workers.map((worker) => worker.exitCode()));
  return figures(journey, realmId);
}

/** Waits until QuickBooks has everything; fails with the reasons when nothing moves any more. */
async function drained(journey: Journey, id: string): Promise<void> {
  let commits = 0;
  let movedMs = performance.now();
  const stop = journey.simulator.control.onCommit(() => {
    commits += 1;
    movedMs = performance.now();
  });
  const all = INVOICES + CUSTOMERS + ITEMS;
  const isStill = () => performance.now() - movedMs > STANDSTILL_MS;
  await waitFor(() => commits >= all || isStill(), { what: 'the drain', withinMs: DRAIN_MAX_MS });
  stop();
  if (commits >= all) return;
  const rows = await journey.house.ledger.sql`
    select kind, status, reason, params, count(*)::int from documents
    where connection_id = ${id} group by 1, 2, 3, 4 order by 5 desc limit 10`;
  throw new Error(`${commits} of ${all} objects: ${JSON.stringify(rows)}`);
}

function figures(journey: Journey, realmId: string): (string | number)[] {
  const { calls, commits, counts } = journey.simulator.control.log(realmId);
  const [ready] = eventsOf(journey, 'process_ready').map(({ ts }) => Date.parse(String(ts)));
  const last = Math.max(...commits.map(({ time }) => Date.parse(time)));
  const minutes = ((last - (ready ?? 0)) * SCALE) / 60_000;
  const batches = calls.filter(({ kind, status }) => kind === 'batch' && status === 200);
  const inBatches = batches.reduce((sum, { items }) => sum + (items ?? 0), 0);
  const singles = calls.filter(({ kind, status }) => kind === 'write' && status === 200);
  const perMinute = commits.length / minutes;
  if (process.env['BENCH_TIMELINE'] !== undefined) timeline(calls, ready ?? 0);
  return [
    commits.length,
    (minutes * 60).toFixed(0),
    perMinute.toFixed(0),
    `${((100 * perMinute) / MOST_PER_MINUTE).toFixed(1)} %`,
    counts.throttled,
    (batches.length / minutes).toFixed(1),
    (inBatches / batches.length).toFixed(1),
    (singles.length / minutes).toFixed(0),
    counts.reads,
    eventsOf(journey, 'push_postponed').length,
    (laneWaitMs(journey) * SCALE).toFixed(0),
  ];
}

/** What a push takes beside its calls, on average: its wait for the lane, and our own work. */
function laneWaitMs(journey: Journey): number {
  const sum = (event: string) =>
    eventsOf(journey, event).reduce((total, { durationMs }) => total + Number(durationMs), 0);
  const pushes = eventsOf(journey, 'push_ended').length;
  return (sum('push_ended') - sum('qbo_call')) / pushes;
}

/** Batches, singles and objects of each ten seconds, scaled back. */
function timeline(calls: readonly LoggedCall[], startMs: number): void {
  const slices = new Map<number, { batches: number; singles: number; objects: number }>();
  for (const { kind, time, items } of calls) {
    const slice = Math.floor(((Date.parse(time) - startMs) * SCALE) / 10_000);
    const row = slices.get(slice) ?? { batches: 0, singles: 0, objects: 0 };
    slices.set(slice, row);
    if (kind === 'batch') row.batches += 1;
    if (kind === 'write') row.singles += 1;
    row.objects += items ?? 1;
  }
  for (const call of calls.filter(({ status }) => status === 429)) {
    const atMs = Date.parse(call.time);
    const before = calls.filter(({ time, status }) => status === 200 && Date.parse(time) <= atMs);
    const within = (ms: number, found = before) =>
      found.filter(({ time }) => Date.parse(time) > atMs - ms / SCALE).length;
    process.stdout.write(
      `429 for a ${call.kind} at ${((atMs - startMs) * SCALE) / 1_000} s, after ${within(1_000)} ` +
        `calls in a second, ${within(60_000)} in a minute, ` +
        `${within(
          60_000,
          before.filter(({ kind }) => kind === 'batch'),
        )} batches\n`,
    );
  }
  for (const [slice, row] of slices) {
    process.stdout.write(
      `${slice * 10} s: ${row.batches} batches, ${row.singles} singles, ${row.objects} objects\n`,
    );
  }
}
