import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { aLine, anInvoice } from '../support/orders.js';
import type { WorkerUse } from './cost-worker.js';
import { type BenchPlace, type Queue, settled, startChild, startPlace } from './place.js';
import { processorMs } from './processor-time.js';

const INVOICES = Number(process.env['BENCH_INVOICES'] ?? 6_000);
const WARM_UP = Math.min(1_500, INVOICES);
const QUEUES = (process.env['BENCH_QUEUES'] ?? 'redis,postgres').split(',') as Queue[];
/** Invoices to one new customer, where customers are new. */
const PER_NEW_CUSTOMER = 10;
const CALL_MS = 2;
const DRAIN_MAX_MS = 300_000;

/**
 * What our own code costs: one worker process, no limits, 2 ms per call, a backlog that waits when it
 * starts. Simulator, web, Postgres and Redis are processes of their own; figures are processor time,
 * which a loaded machine changes little, and documents a second, which it does.
 */
export async function runCostBenchmark(): Promise<void> {
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`,
  );
  const table = new Table({
    head: [
      'queue',
      'customers',
      'documents/s',
      'worker ms/document',
      'postgres ms/document',
      'redis ms/document',
      'documents/push',
    ],
    style: { head: [], border: [], compact: true },
  });
  for (const queue of QUEUES) {
    const place = await startPlace(queue);
    const worker = startChild(
      'cost-worker',
      { ...place.environment, ...passedOn() },
      (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== ''),
    );
    try {
      await place.simulator.control('PUT', 'latency', { call: 'all', ms: CALL_MS });
      const connection = await place.connect();
      await once(worker, 'message');
      await drain(place, worker, connection, { name: 'warm', invoices: WARM_UP });
      for (const customers of ['known', 'new']) {
        const figures = await drain(place, worker, connection, {
          name: customers,
          invoices: INVOICES,
        });
        table.push([queue, customers, ...figures]);
      }
    } finally {
      const ended = once(worker, 'exit');
      worker.disconnect();
      await ended;
      await place.close();
    }
  }
  say(table.toString());
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
): Promise<string[]> {
  const { ledger, client, pids } = place;
  await tell(worker, 'stop');
  for (let start = 0; start < invoices; start += 500) {
    const count = Math.min(500, invoices - start);
    await client.stateMany(
      connection,
      Array.from({ length: count }, (_, index) => invoiceOf(name, start + index)),
    );
  }
  await ledger.sql`analyze`;
  const before = { postgres: processorMs(pids.postgres), redis: processorMs(pids.redis) };
  const startedAtMs = performance.now();
  const usedBefore = await tell(worker, 'start');
  await settled(ledger, connection, DRAIN_MAX_MS);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const used = await tell(worker, 'use');
  const pushes = used.pushes - usedBefore.pushes;
  const each = (ms: number) => (ms / invoices).toFixed(2);
  if (used.statements > 0) {
    say(
      `${name}: ${((used.statements - usedBefore.statements) / pushes).toFixed(1)} statements/push`,
    );
  }
  return [
    (invoices / seconds).toFixed(0),
    each(used.cpuMs - usedBefore.cpuMs),
    each(processorMs(pids.postgres) - before.postgres),
    each(processorMs(pids.redis) - before.redis),
    (invoices / pushes).toFixed(1),
  ];
}

async function tell(worker: ChildProcess, order: 'start' | 'stop' | 'use'): Promise<WorkerUse> {
  worker.send(order);
  const [use]: WorkerUse[] = await once(worker, 'message');
  if (use === undefined) throw new Error('The worker said nothing');
  return use;
}

/** Two lines, of products the company has; the customer is one it has, or new. */
function invoiceOf(name: string, index: number) {
  const number = `${name}-${index}`;
  const customer =
    name === 'new' ? `Customer ${Math.floor(index / PER_NEW_CUSTOMER)}` : 'Copperline Bakery';
  const line = (item: string) =>
    aLine({ name: item, item: { name: item }, quantity: '1', unitPrice: '50.00', amount: '50.00' });
  const document = anInvoice({
    number,
    customer: { name: customer },
    lines: [line('Services'), line('Hours')],
  });
  return { kind: 'invoice' as const, externalId: number, document };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
