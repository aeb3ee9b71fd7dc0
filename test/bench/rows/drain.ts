import { stateInvoices } from '../backlog.js';
import { choice, type Figure, type Row, say, setting } from '../figures.js';
import { limitedBy, limitSimulator, MOST_PER_MINUTE } from '../limits.js';
import { type BenchPlace, type Queue, settled, startPlace } from '../place.js';
import { callsOfEachTenSeconds } from '../timeline.js';
import { startWorkers, type Workers } from '../workers.js';

const INVOICES = setting('BENCH_INVOICES', 5_000);
const CUSTOMERS = 200;
const ITEMS = 50;
/** Windows and latencies are this many times shorter; figures are scaled back. */
const SCALE = setting('BENCH_SCALE', 4);
const WORKERS = choice('BENCH_WORKERS', ['1', '2', '4']).map(Number);
const QUEUES = choice('BENCH_QUEUES', ['redis', 'postgres']);
const DRAIN_MS_MAX = 600_000;

/**
 * How fast one company is drained at Intuit's limits: new invoices of two lines for new customers and
 * new products, all waiting when the workers start.
 */
export const DRAIN: Row = {
  name: 'drain',
  how: `${INVOICES} invoices for ${CUSTOMERS} new customers and ${ITEMS} new products wait; windows and latencies ${SCALE} times shorter; Postgres as queue in the first run only, with one worker.`,
  async measure(run) {
    const figures: Figure[] = [];
    for (const queue of QUEUES) {
      if (queue === 'redis') figures.push(...(await drainEach(queue, WORKERS)));
      else if (run === 1) figures.push(...(await drainEach(queue, WORKERS.slice(0, 1))));
    }
    return figures;
  },
};

/** One company after the other, each with its own number of workers. */
async function drainEach(queue: Queue, counts: readonly number[]): Promise<Figure[]> {
  const place = await startPlace(queue, limitedBy(SCALE));
  try {
    const realms: string[] = [];
    while (realms.length < counts.length) realms.push(await place.simulator.createCompany());
    const connections = await place.connect(...realms);
    await limitSimulator(place, SCALE);
    const figures: Figure[] = [];
    for (const [turn, count] of counts.entries()) {
      const company = { realmId: realms[turn] ?? '', connection: connections[turn] ?? '' };
      figures.push(...(await drain(place, company, count, queue)));
    }
    return figures;
  } finally {
    await place.close();
  }
}

async function drain(
  place: BenchPlace,
  { realmId, connection }: { realmId: string; connection: string },
  count: number,
  queue: Queue,
): Promise<Figure[]> {
  await stateInvoices(place, connection, INVOICES, (index) => ({
    number: `D-${index}`,
    customer: `Customer ${index % CUSTOMERS}`,
    items: [`Product ${index % ITEMS}`, `Product ${(index * 7 + 3) % ITEMS}`],
  }));
  await place.ledger.sql`analyze`;
  await place.simulator.clearLog(realmId);
  const workers = await startWorkers(place, count);
  await settled(place.ledger, connection, DRAIN_MS_MAX);
  await workers.stop();
  return figuresOf(place, realmId, `${queue}, ${count} workers`, workers);
}

async function figuresOf(
  { simulator }: BenchPlace,
  realmId: string,
  name: string,
  workers: Workers,
): Promise<Figure[]> {
  const { calls, commits, counts } = await simulator.log(realmId);
  const lastAtMs = Math.max(...commits.map(({ time }) => Date.parse(time)));
  const minutes = ((lastAtMs - workers.readyAtMs) * SCALE) / 60_000;
  const share = (100 * commits.length) / minutes / MOST_PER_MINUTE;
  const batches = calls.filter(({ kind, status }) => kind === 'batch' && status === 200);
  const singles = calls.filter(({ kind, status }) => kind === 'write' && status === 200);
  const inBatches = batches.reduce((sum, { items }) => sum + (items ?? 0), 0);
  if (process.env['BENCH_TIMELINE'] !== undefined) {
    for (const line of callsOfEachTenSeconds(calls, workers.readyAtMs, SCALE)) say(line);
  }
  return [
    { what: `${name}, of the limits`, value: share, unit: '%', goal: { atLeast: 95 } },
    { what: `${name}, throttled`, value: counts.throttled, unit: 'calls', goal: { atMost: 0 } },
    { what: `${name}, batches`, value: batches.length / minutes, unit: 'a minute' },
    { what: `${name}, in a batch`, value: inBatches / batches.length, unit: 'documents' },
    { what: `${name}, singles`, value: singles.length / minutes, unit: 'a minute' },
    { what: `${name}, put off`, value: workers.events('push_postponed').length, unit: 'pushes' },
  ];
}
