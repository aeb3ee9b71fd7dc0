import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { stateInvoices } from '../backlog.js';
import type { WorkerOrder, WorkerUse } from '../cost-worker.js';
import { choice, type Figure, type Row, say, setting } from '../figures.js';
import { type BenchPlace, type Queue, refuseFailed, startChild, startPlace } from '../place.js';
import { processorMs } from '../processor-time.js';

const INVOICES = setting('BENCH_INVOICES', 3_000);
const WARM_UP = Math.min(1_500, INVOICES);
const QUEUES = choice('BENCH_QUEUES', ['redis', 'postgres']);
/** Invoices to one new customer, where customers are new. */
const PER_NEW_CUSTOMER = 10;
const CALL_MS = 2;
const DRAIN_MS_MAX = 300_000;
const LOOK_EVERY_MS = 2_000;

/**
 * What our own code costs: one worker process, no limits, a backlog that waits when it starts.
 * Simulator, web, Postgres and Redis are processes of their own; figures are processor time, which a
 * loaded machine changes little, and documents a second, which it does.
 */
export const COST: Row = {
  name: 'cost',
  how: `${INVOICES} invoices wait; ${CALL_MS} ms per call, no limits, pushes of 30, one worker.`,
  async measure() {
    const figures: Figure[] = [];
    for (const queue of QUEUES) figures.push(...(await cost(queue)));
    return figures;
  },
};

async function cost(queue: Queue): Promise<Figure[]> {
  const place = await startPlace(queue);
  const worker = startChild(
    'cost-worker',
    { ...place.environment, ...passedOn() },
    (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== ''),
  );
  try {
    await place.simulator.control('PUT', 'latency', { call: 'all', ms: CALL_MS });
    const [connection = ''] = await place.connect();
    await once(worker, 'message');
    await drain(place, worker, connection, { name: 'warm', invoices: WARM_UP });
    const figures: Figure[] = [];
    for (const name of ['known', 'new']) {
      const drained = await drain(place, worker, connection, { name, invoices: INVOICES });
      for (const { what, ...rest } of drained) {
        figures.push({ what: `${queue}, ${name} customers, ${what}`, ...rest });
      }
    }
    return figures;
  } finally {
    const ended = once(worker, 'exit');
    worker.disconnect();
    await ended;
    await place.close();
  }
}

function passedOn(): Record<string, string> {
  const names = ['BENCH_COUNT', 'BENCH_ADMISSION'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

interface Backlog {
  /** `new`: a new customer every so many invoices. */
  name: string;
  invoices: number;
}

async function drain(
  place: BenchPlace,
  worker: ChildProcess,
  connection: string,
  { name, invoices }: Backlog,
): Promise<Figure[]> {
  const { ledger, pids } = place;
  await tell(worker, 'stop');
  await stateInvoices(place, connection, invoices, (index) => invoiceOf(name, index));
  await ledger.sql`analyze`;
  const before = { postgres: processorMs(pids.postgres), redis: processorMs(pids.redis) };
  const startedAtMs = performance.now();
  const usedBefore = await tell(worker, { invoices });
  const used = await allSent(place, worker, connection);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const pushes = used.pushes - usedBefore.pushes;
  const each = (ms: number) => ms / invoices;
  if (used.statements > 0) {
    say(
      `${name}: ${((used.statements - usedBefore.statements) / pushes).toFixed(1)} statements/push`,
    );
  }
  return [
    { what: 'documents', value: invoices / seconds, unit: 'a second', goal: { atLeast: 1_000 } },
    {
      what: 'worker',
      value: each(used.cpuMs - usedBefore.cpuMs),
      unit: 'ms/document',
      goal: { atMost: 1 },
    },
    {
      what: 'PostgreSQL',
      value: each(processorMs(pids.postgres) - before.postgres),
      unit: 'ms/document',
    },
    { what: 'Redis', value: each(processorMs(pids.redis) - before.redis), unit: 'ms/document' },
  ];
}

async function tell(worker: ChildProcess, order: WorkerOrder): Promise<WorkerUse> {
  worker.send(order);
  return heard(worker);
}

/**
 * The worker's own word, and a look now and then whether a document failed. PostgreSQL, asked twenty
 * times a second whether all is settled, would show what the asking costs: with thousands of documents
 * a good part of the figure.
 */
async function allSent(
  { ledger }: BenchPlace,
  worker: ChildProcess,
  connection: string,
): Promise<WorkerUse> {
  const sent = heard(worker);
  for (let looks = 0; looks < DRAIN_MS_MAX / LOOK_EVERY_MS; looks += 1) {
    const use = await Promise.race([sent, delay(LOOK_EVERY_MS, undefined, { ref: false })]);
    if (use !== undefined) return use;
    await refuseFailed(ledger, connection);
  }
  throw new Error(`Not all was sent within ${DRAIN_MS_MAX / 1_000} s`);
}

async function heard(worker: ChildProcess): Promise<WorkerUse> {
  const [use]: WorkerUse[] = await once(worker, 'message');
  if (use === undefined) throw new Error('The worker said nothing');
  return use;
}

/** Two lines, of products the company has; the customer is one it has, or new. */
function invoiceOf(name: string, index: number) {
  const isNew = name === 'new';
  return {
    number: `${name}-${index}`,
    customer: isNew ? `Customer ${Math.floor(index / PER_NEW_CUSTOMER)}` : 'Copperline Bakery',
    items: ['Services', 'Hours'] as const,
  };
}
