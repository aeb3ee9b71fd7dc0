import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Queue } from 'bullmq';
import { waitFor } from '../support/wait-for.js';
import { stateInvoices } from './backlog.js';
import { type InvoiceJob, PEER_QUEUE, type PeerSettings } from './peer/worker.js';
import { type BenchPlace, settled, startChild } from './place.js';
import { startWorkers } from './workers.js';

export const RUN_MS_MAX = 600_000;
const PER_CUSTOMER = 25;
const ITEMS = 10;

/** A number of invoices and products that no run before it used. */
export interface Backlog {
  name: string;
  invoices: number;
}

/** How one side is given work, started and stopped. */
export interface Runner {
  submit(company: 'busy' | 'quiet', backlog: Backlog): Promise<void>;
  start(workers: number): Promise<{ readonly pids: readonly number[]; stop(): Promise<void> }>;
  /** Waits until nothing is left. */
  done(): Promise<void>;
}

/** Realms, or connections, of the two companies. */
interface Companies {
  busy: string;
  quiet: string;
}

const customerOf = ({ name }: Backlog, index: number) =>
  `Customer ${name} ${Math.floor(index / PER_CUSTOMER)}`;
const itemOf = ({ name }: Backlog, index: number) => `Product ${name} ${index % ITEMS}`;

export function ourSide(place: BenchPlace, connections: Companies): Runner {
  return {
    submit: (company, backlog) =>
      stateInvoices(place, connections[company], backlog.invoices, (index) => ({
        number: `${backlog.name}-${index}`,
        customer: customerOf(backlog, index),
        items: [itemOf(backlog, index), itemOf(backlog, index * 7 + 3)],
      })),
    start: (count) => startWorkers(place, count),
    done: () => settled(place.ledger, connections.busy, RUN_MS_MAX),
  };
}

export function peerSide(
  place: BenchPlace,
  { realms, tokens, scale }: { realms: Companies; tokens: Record<string, string>; scale: number },
): Runner {
  const { hostname, port } = new URL(place.redisUrl);
  const redis = { host: hostname, port: Number(port) };
  const settings: PeerSettings = {
    redis,
    baseUrl: place.simulator.url,
    tokens,
    incomeAccountId: '1',
    scale,
  };
  const withQueue = async <T>(work: (queue: Queue<InvoiceJob>) => Promise<T>): Promise<T> => {
    const queue = new Queue<InvoiceJob>(PEER_QUEUE, { connection: redis });
    try {
      return await work(queue);
    } finally {
      await queue.close();
    }
  };
  return {
    async submit(company, backlog) {
      const jobs = Array.from({ length: backlog.invoices }, (_, index) => ({
        name: 'invoice',
        data: {
          realmId: realms[company],
          number: `${backlog.name}-${index}`.slice(-21),
          customer: customerOf(backlog, index),
          lines: [index, index * 7 + 3].map((item) => ({
            item: itemOf(backlog, item),
            amount: 50,
          })),
        },
        opts: { attempts: 5, backoff: { type: 'exponential', delay: 10_000 / scale } },
      }));
      await withQueue((queue) => queue.addBulk(jobs));
    },
    async start(count) {
      const workers: ChildProcess[] = [];
      for (let index = 0; index < count; index += 1) {
        const worker = startChild('peer-worker', { PEER: JSON.stringify(settings) });
        await once(worker, 'message');
        workers.push(worker);
      }
      return {
        pids: workers.map(({ pid }) => pid ?? 0),
        async stop() {
          for (const worker of workers) {
            const ended = once(worker, 'exit');
            worker.disconnect();
            await ended;
          }
        },
      };
    },
    done: () =>
      withQueue(async (queue) => {
        await waitFor(
          async () => {
            const { waiting, active, delayed } = await queue.getJobCounts();
            return (waiting ?? 0) + (active ?? 0) + (delayed ?? 0) === 0;
          },
          { what: "the peer's queue to be empty", withinMs: RUN_MS_MAX },
        );
      }),
  };
}
