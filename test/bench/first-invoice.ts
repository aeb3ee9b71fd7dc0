import { cpus } from 'node:os';
import { migrateLedger } from '../../src/ledger/migrate.js';
import { type Connected, type Journey, refresh, startJourney } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { startPrivatePostgres } from '../support/postgres-server.js';
import { startRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';

const IDLE_DOCUMENTS = 100;
const BACKLOG_DOCUMENTS = 3_000;

/**
 * Latency of an idle system and documents per second, per queue backend. Web, worker and simulator
 * share one process, so the figures are a lower bound; waits are 1/20, limits are off.
 */
export async function runBenchmarks(): Promise<void> {
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`,
  );
  for (const backend of ['redis', 'postgres'] as const) {
    const postgres = await startPrivatePostgres();
    const redis = backend === 'redis' ? await startRedis() : undefined;
    await migrateLedger(postgres.url);
    const journey = await startJourney({
      databaseUrl: postgres.url,
      redisUrl: redis?.url,
      idle: true,
      environment: { LOG_LEVEL: 'warn' },
    });
    try {
      await measure(backend, journey);
    } finally {
      await journey.close();
      await redis?.stop();
      await postgres.stop();
    }
  }
}

async function measure(backend: string, journey: Journey): Promise<void> {
  const worker = journey.startWorker();
  const connected = await journey.connect({ profile: 'auto-invoices' });
  await refresh(journey, connected.id);
  const [customer] = journey.simulator.control.objects(connected.realmId, 'Customer');
  const [item] = journey.simulator.control
    .objects(connected.realmId, 'Item')
    .filter((one) => one['Type'] === 'Service');
  const invoice = anInvoice({
    customer: { recordId: String(customer?.['Id']) },
    lines: [
      {
        item: { recordId: String(item?.['Id']) },
        name: 'Service',
        quantity: '1',
        unitPrice: '60.00',
        amount: '60.00',
      },
      {
        item: { recordId: String(item?.['Id']) },
        name: 'Service',
        quantity: '2',
        unitPrice: '20.00',
        amount: '40.00',
      },
    ],
  });
  const tookMs: number[] = [];
  for (let index = 0; index < IDLE_DOCUMENTS; index += 1) {
    const startedAtMs = performance.now();
    await journey.client.state(connected.id, 'invoice', `idle-${index}`, {
      ...invoice,
      number: `I-${index}`,
    });
    await synced(journey, connected, index + 1);
    tookMs.push(performance.now() - startedAtMs);
  }
  tookMs.sort((a, b) => a - b);
  say(`${backend}: idle submit → synced p50 ${at(tookMs, 0.5)} ms, p99 ${at(tookMs, 0.99)} ms`);
  await worker.stop();
  await drain(backend, journey, connected, invoice);
}

async function drain(
  backend: string,
  journey: Journey,
  connected: Connected,
  invoice: ReturnType<typeof anInvoice>,
): Promise<void> {
  for (let start = 0; start < BACKLOG_DOCUMENTS; start += 500) {
    await journey.client.stateMany(
      connected.id,
      Array.from({ length: 500 }, (_, index) => ({
        kind: 'invoice' as const,
        externalId: `backlog-${start + index}`,
        document: { ...invoice, number: `B-${start + index}` },
      })),
    );
  }
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  journey.startWorker();
  await synced(journey, connected, IDLE_DOCUMENTS + BACKLOG_DOCUMENTS);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuMs = (cpu.user + cpu.system) / 1_000 / BACKLOG_DOCUMENTS;
  say(
    `${backend}: ${Math.round(BACKLOG_DOCUMENTS / seconds)} documents/s, ${cpuMs.toFixed(2)} ms CPU per document (with the simulator in the process)`,
  );
}

function synced(journey: Journey, connected: Connected, documents: number): Promise<unknown> {
  return waitFor(
    async () => {
      const [row] = await journey.house.ledger.sql<{ count: number }[]>`
        select count(*)::int as count from documents
        where connection_id = ${connected.id} and kind = 'invoice' and status = 'synced'`;
      return (row?.count ?? 0) >= documents ? true : undefined;
    },
    { what: `${documents} documents to be synced`, withinMs: 180_000 },
  );
}

const at = (sorted: number[], share: number) =>
  (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
