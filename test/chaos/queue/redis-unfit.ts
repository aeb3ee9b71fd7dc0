import { afterEach, expect } from '@jest/globals';
import { type PrivateRedis, startRedis } from '../../support/redis.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { redisOf } from './redis-away.js';
import { DEGRADED, gaveUp, isReady, lasted, PATIENT, readiness, said, synced } from './seen.js';

/** Redis answers, and is of no use. */
export function redisUnfit(house: () => ChaosHouse, at: () => SalesCompany): void {
  const redis = () => redisOf(house());
  const set = (name: string, value: string) =>
    redis().ask((server) => server.config('SET', name, value));

  // A row that fails must not leave its fault to the next one.
  afterEach(async () => {
    redis().thaw();
    await promote(redis());
    await set('maxmemory', '0');
    await set('maxmemory-policy', 'noeviction');
  });

  row('F38', async () => {
    const { errorSummaryMs } = house().processConfig.waits.queue;
    const worker = await house().startWorker(PATIENT);
    await at().invoice('F38-BEFORE');
    await synced(house(), at(), ['F38-BEFORE']);

    const fullAtMs = performance.now();
    await set('maxmemory', '1');
    await at().invoice('F38');
    expect(await readiness(house())).toBe(DEGRADED);
    await gaveUp(house(), worker.pid);
    // A minute at the waits of production.
    await lasted(fullAtMs, errorSummaryMs * 6);
    await set('maxmemory', '0');

    await synced(house(), at(), ['F38']);
    await isReady(house());
    expect(worker.isRunning()).toBe(true);
    expect(complaints(house(), worker.pid).length).toBeGreaterThan(0);
    expect(fastest(complaints(house(), worker.pid))).toBeGreaterThan(errorSummaryMs * 0.9);
    await house().check();
  });

  row(
    'F38',
    async () => {
      await house().startWorker();
      await set('maxmemory-policy', 'allkeys-lru');

      expect(await readiness(house())).toBe(DEGRADED);
      await expect(house().startWorker()).rejects.toThrow('Set maxmemory-policy to noeviction');
      // Whoever works already goes on: an evicted wake-up is one the sweep adds again.
      await at().invoice('F38-EVICTING');
      await synced(house(), at(), ['F38-EVICTING']);
      await set('maxmemory-policy', 'noeviction');

      await isReady(house());
      await house().startWorker();
      await at().invoice('F38-AFTER');
      await synced(house(), at(), ['F38-AFTER']);
      await house().check();
    },
    'may evict',
  );

  row('F39', async () => {
    const other = await startRedis();
    try {
      await failOver(other);
    } finally {
      await other.stop();
    }
    await house().check();
  });

  /** Redis becomes a replica of one that holds what was true a while ago, and is promoted then. */
  async function failOver(other: PrivateRedis): Promise<void> {
    // Its wake-up is in what the other one has copied.
    await at().invoice('F39-OLD');
    await waiting(redis(), 1);
    await follow(other, redis());
    await promote(other);
    const worker = await house().startWorker();
    await synced(house(), at(), ['F39-OLD']);
    // One that stops in the middle of a dispatch keeps its company's row until PostgreSQL ends its session.
    await nothingActive(redis());
    // These wake-ups are in no copy.
    worker.kill('SIGSTOP');
    await waitFor(() => worker.isSuspended(), { what: 'the worker to stand still' });
    await at().invoice('F39-NEW');
    await waiting(redis(), 1);

    await follow(redis(), other);
    worker.kill('SIGCONT');
    await at().invoice('F39-MEANWHILE');
    expect(await readiness(house())).toBe(DEGRADED);
    await expect(house().startWorker()).rejects.toThrow('This Redis is a replica');
    await waitFor(
      () =>
        complaints(house(), worker.pid).some((line) =>
          String(line['message']).includes('READONLY'),
        ),
      { what: 'the worker to be refused' },
    );
    await promote(redis());

    await synced(house(), at(), ['F39-NEW', 'F39-MEANWHILE']);
    await isReady(house());
    expect(worker.isRunning()).toBe(true);
    expect(at().invoices('F39-OLD')).toHaveLength(1);
  }
}

const complaints = (house: ChaosHouse, pid: number) => [
  ...said(house, 'queue.store_error', pid),
  ...said(house, 'queue.store_errors', pid),
];

/** Milliseconds between the two lines that followed each other fastest. */
function fastest(lines: readonly Record<string, unknown>[]): number {
  const times = lines.map(({ ts }) => Date.parse(String(ts))).sort((one, other) => one - other);
  return Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
}

/** Waits until so many wake-ups of pushes wait in this Redis. */
async function waiting(redis: PrivateRedis, wakeUps: number): Promise<void> {
  const held = () => redis.ask((server) => server.zcard('bullmq:push:prioritized'));
  await waitFor(async () => (await held()) >= wakeUps, { what: 'wake-ups to wait in Redis' });
}

/** Waits until the job of the last push has ended, and with it what comes after a push. */
async function nothingActive(redis: PrivateRedis): Promise<void> {
  const active = () => redis.ask((server) => server.llen('bullmq:push:active'));
  await waitFor(async () => (await active()) === 0, { what: 'the last job to have ended' });
}

/** One Redis holds what another one does and refuses writes, from the moment this resolves. */
async function follow(replica: PrivateRedis, primary: PrivateRedis): Promise<void> {
  // It would wait for more replicas.
  await primary.ask((server) => server.config('SET', 'repl-diskless-sync-delay', '0'));
  await replica.ask((server) => server.replicaof('127.0.0.1', new URL(primary.url).port));
  const linked = () => replica.ask((server) => server.info('replication'));
  await waitFor(async () => (await linked()).includes('master_link_status:up'), {
    what: 'the replica to hold what its primary holds',
  });
}

const promote = (redis: PrivateRedis) => redis.ask((server) => server.replicaof('NO', 'ONE'));
