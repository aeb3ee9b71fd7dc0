import { setTimeout as delay } from 'node:timers/promises';
import Table from 'cli-table3';
import { laneStore } from '../../src/ledger/lanes.js';
import { migrateLedger } from '../../src/ledger/migrate.js';
import { type Connected, type Journey, startJourney } from '../support/journey.js';
import { startPrivatePostgres } from '../support/postgres-server.js';
import { startRedis } from '../support/redis.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { startWorkerProcess } from '../support/worker-process.js';

const CALL_MS = 300;
const BATCH_MS = 3_000;
const QUIET = 20;
const PAUSED = 5;
const BACKLOG = Number(process.env['BENCH_BACKLOG'] ?? 50_000);
const PAUSED_BACKLOG = 200;
const MINUTES = Number(process.env['BENCH_MINUTES'] ?? 4);

/** Windows and latencies are this many times shorter; so is the minute of the quiet companies. */
const SCALE = Number(process.env['BENCH_SCALE'] ?? 4);
const QUEUES = (process.env['BENCH_QUEUES'] ?? 'redis,postgres').split(',');

/**
 * How long the document of a quiet company takes from submit to synced, alone and beside one company
 * with a long backlog and five that QuickBooks has paused. One worker process.
 */
export async function runFairnessBenchmark(): Promise<void> {
  const table = new Table({
    head: [
      'queue',
      'documents',
      'idle p50 ms',
      'idle p95 ms',
      'busy p50 ms',
      'busy p95 ms',
      'ratio',
    ],
    style: { head: [], border: [] },
  });
  for (const queue of QUEUES) table.push([queue, ...(await measure(queue))]);
  say(
    `${QUIET} quiet companies, a document a minute each; ${BACKLOG} waiting in another one, ` +
      `${PAUSED} paused; windows and latencies ${SCALE} times shorter\n${table.toString()}`,
  );
}

async function measure(queue: string): Promise<(string | number)[]> {
  const postgres = await startPrivatePostgres();
  const redis = queue === 'redis' ? await startRedis() : undefined;
  await migrateLedger(postgres.url);
  const journey = await startJourney({
    databaseUrl: postgres.url,
    redisUrl: redis?.url,
    idle: true,
    limits: true,
    environment: {
      // A worker process says that it is ready at this level.
      LOG_LEVEL: 'info',
      LANE_SHARE_PERCENT: '100',
      QBO_SYNC_TEST_WAITS: '1',
      QBO_SYNC_TEST_LANE: String(SCALE),
    },
  });
  try {
    return await compare(journey);
  } finally {
    await journey.close();
    await redis?.stop();
    await postgres.stop();
  }
}

async function compare(journey: Journey): Promise<(string | number)[]> {
  const { control } = journey.simulator;
  control.setLimits({ scale: SCALE });
  const preparing = journey.startWorker();
  const companies: SalesCompany[] = [];
  for (let made = 0; made < QUIET + PAUSED + 1; made += 1) {
    companies.push(await salesCompany(journey));
  }
  await preparing.stop();
  control.setLatency({ call: 'all', ms: CALL_MS / SCALE });
  control.setLatency({ call: 'batch', ms: BATCH_MS / SCALE });
  const quiet = companies.slice(0, QUIET);
  const [busy, ...paused] = companies.slice(QUIET);
  const worker = await startWorkerProcess(journey);
  const idle = await submitEachMinute(journey, quiet, 'idle');
  for (const company of paused) {
    await pause(journey, company);
    await backlog(company, 'paused', PAUSED_BACKLOG);
  }
  if (busy !== undefined) await backlog(busy, 'busy', BACKLOG);
  const beside = await submitEachMinute(journey, quiet, 'beside');
  worker.kill('SIGTERM');
  await worker.exitCode();
  const ratio = at(beside, 0.95) / at(idle, 0.95);
  const shown = [at(idle, 0.5), at(idle, 0.95), at(beside, 0.5), at(beside, 0.95)];
  return [beside.length, ...shown.map((ms) => ms.toFixed(0)), ratio.toFixed(2)];
}

async function backlog(company: SalesCompany, name: string, documents: number): Promise<void> {
  for (let start = 0; start < documents; start += 500) {
    const length = Math.min(500, documents - start);
    await company.invoicesOf(Array.from({ length }, (_, index) => `${name}-${start + index}`));
  }
}

async function pause({ house: { ledger } }: Journey, { id }: Connected): Promise<void> {
  const [row] = await ledger.sql<{ companyId: string }[]>`
    select company_id from connections where id = ${id}`;
  const pause = { pauseMs: 3_600_000, probeEveryMs: 0, probe: false };
  await laneStore(ledger).pause(row?.companyId ?? '', pause);
}

/** One document of each company a minute, evenly spread; how long each took, in milliseconds. */
async function submitEachMinute(
  journey: Journey,
  companies: readonly SalesCompany[],
  round: string,
): Promise<number[]> {
  const stepMs = 60_000 / SCALE / companies.length;
  const startMs = performance.now();
  let submitted = 0;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    for (const company of companies) {
      await delay(Math.max(0, startMs + submitted * stepMs - performance.now()));
      await company.invoice(`${round}-${minute}`);
      submitted += 1;
    }
  }
  return waitFor(
    async () => {
      // From its row to its settling, both by the database's clock.
      const took = await journey.house.ledger.sql<{ ms: number }[]>`
        select (extract(epoch from h.at - d.created_at) * 1000)::float8 as ms
        from documents d join document_history h on h.document_id = d.id and h.status = 'synced'
        where d.connection_id = any(${companies.map(({ id }) => id)}::uuid[])
          and d.external_id like ${`${round}-%`}`;
      return took.length === submitted && took.map(({ ms }) => ms).sort((a, b) => a - b);
    },
    { what: 'the documents of the quiet ones', withinMs: 60_000 },
  );
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
