import { setTimeout as delay } from 'node:timers/promises';
import { laneStore } from '../../../src/ledger/companies/lanes.js';
import { waitFor } from '../../support/wait-for.js';
import { stateInvoices } from '../backlog.js';
import { at, choice, type Figure, type Row, setting } from '../figures.js';
import { limitedBy, limitSimulator } from '../limits.js';
import { type BenchPlace, CUSTOMER, ITEM, type Queue, startPlace } from '../place.js';
import { startWorkers } from '../workers.js';

const QUIET = 20;
const PAUSED = 5;
const BACKLOG = setting('BENCH_BACKLOG', 50_000);
const PAUSED_BACKLOG = 200;
const MINUTES = setting('BENCH_MINUTES', 2);
/** Windows and latencies are this many times shorter; so is the minute of the quiet companies. */
const SCALE = setting('BENCH_SCALE', 4);
const QUEUES = choice('BENCH_QUEUES', ['redis', 'postgres']);
const HOUR_MS = 3_600_000;

/**
 * How long the document of a quiet company takes from submit to synced, alone and beside one company
 * with a long backlog and five that QuickBooks has paused. One worker process.
 */
export const FAIRNESS: Row = {
  name: 'fairness',
  how: `${QUIET} quiet companies, a document a minute each; ${BACKLOG} waiting in another one, ${PAUSED} paused; windows and latencies ${SCALE} times shorter; Postgres as queue in the first run only.`,
  async measure(run) {
    const figures: Figure[] = [];
    for (const queue of QUEUES) {
      if (queue === 'redis' || run === 1) figures.push(...(await compare(queue)));
    }
    return figures;
  },
};

async function compare(queue: Queue): Promise<Figure[]> {
  const place = await startPlace(queue, limitedBy(SCALE));
  try {
    const realms: string[] = [];
    while (realms.length < QUIET + PAUSED + 1) realms.push(await place.simulator.createCompany());
    const [busy = '', ...others] = await place.connect(...realms);
    const [paused, quiet] = [others.slice(0, PAUSED), others.slice(PAUSED)];
    await limitSimulator(place, SCALE);
    const workers = await startWorkers(place, 1);
    const idle = await stateEachMinute(place, quiet, 'idle');
    for (const connection of paused) {
      await pause(place, connection);
      await stateBacklog(place, connection, 'paused', PAUSED_BACKLOG);
    }
    await stateBacklog(place, busy, 'busy', BACKLOG);
    await place.ledger.sql`analyze`;
    const beside = await stateEachMinute(place, quiet, 'beside');
    await workers.stop();
    const ratio = at(beside, 0.95) / at(idle, 0.95);
    return [
      { what: `${queue}, p95 beside : alone`, value: ratio, unit: 'times', goal: { atMost: 2 } },
      { what: `${queue}, p95 alone`, value: at(idle, 0.95), unit: 'ms' },
      { what: `${queue}, p95 beside`, value: at(beside, 0.95), unit: 'ms' },
    ];
  } finally {
    await place.close();
  }
}

function stateBacklog(
  place: BenchPlace,
  connection: string,
  name: string,
  documents: number,
): Promise<void> {
  return stateInvoices(place, connection, documents, (index) => ({
    number: `${name}-${index}`,
    customer: CUSTOMER,
    items: [ITEM, ITEM],
  }));
}

/** As after a 429, for longer than this takes. */
async function pause({ ledger }: BenchPlace, connection: string): Promise<void> {
  const [row] = await ledger.sql<{ companyId: string }[]>`
    select company_id from connections where id = ${connection}`;
  const pause = { pauseMs: HOUR_MS, probeEveryMs: 0, probe: false };
  await laneStore(ledger).pause(row?.companyId ?? '', pause);
}

/** One document of each company a minute, evenly spread; how long each took, in milliseconds. */
async function stateEachMinute(
  place: BenchPlace,
  connections: readonly string[],
  round: string,
): Promise<number[]> {
  const stepMs = 60_000 / SCALE / connections.length;
  const startMs = performance.now();
  let stated = 0;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    for (const connection of connections) {
      await delay(Math.max(0, startMs + stated * stepMs - performance.now()));
      await stateBacklog(place, connection, `${round}-${minute}`, 1);
      stated += 1;
    }
  }
  return waitFor(
    async () => {
      // From its row to its settling, both by the database's clock.
      const took = await place.ledger.sql<{ ms: number }[]>`
        select (extract(epoch from h.at - d.created_at) * 1000)::float8 as ms
        from documents d join document_history h on h.document_id = d.id and h.status = 'synced'
        where d.connection_id = any(${[...connections]}::uuid[])
          and d.external_id like ${`${round}-%`} order by 1`;
      return took.length === stated && took.map(({ ms }) => ms);
    },
    { what: 'the documents of the quiet ones' },
  );
}
