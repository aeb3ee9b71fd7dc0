import { Redis } from 'ioredis';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { connect, type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { DEFAULT_ADMISSION } from '../../src/ledger/pushes/due.js';
import { openQueueBackend } from '../../src/queue/backend.js';
import { type Dispatcher, openDispatcher } from '../../src/queue/dispatch.js';
import { fillLedger } from '../support/filled-ledger.js';
import { TEST_KEYS } from '../support/ledger.js';
import type { PrivateRedis } from '../support/redis.js';
import { aConnected, anApp } from '../support/tenancy.js';

const CAUSES = 2_000;
/** Filling takes minutes; what is measured has the product's own limit. */
const FILL_MS_MAX = 3_600_000;
const silent = () => undefined;

/** A ledger of one size, with a queue of its own in the shared Redis. */
export interface GrownPlace {
  waiting: number;
  ledger: Ledger;
  appId: string;
  busy: { connection: Connection; companyId: string };
  /** Another company with nothing waiting. */
  quiet: { connection: Connection; companyId: string };
  dispatcher: Dispatcher;
  /**
   * Closes the open pushes of both companies. Documents of the busy one wait again, behind all
   * others; the quiet one has nothing waiting then.
   */
  closePushes(): Promise<void>;
  /** Dispatches the busy company and closes what was opened. */
  dispatchAll(): Promise<void>;
  /** What the queue holds while pushes are open. */
  queueUse(): Promise<{ wakeUps: number; redisKb: number }>;
  close(): Promise<void>;
}

export async function growPlace(
  serverUrl: string,
  redis: PrivateRedis,
  waiting: number,
): Promise<GrownPlace> {
  const url = await newDatabase(serverUrl, `growth_${waiting}`);
  await migrateLedger(url);
  const tenants = await fill(url, waiting);
  const ledger = await openLedger({ url, keys: TEST_KEYS, poolSize: 4 });
  const log = { error: silent, warn: silent, info: silent };
  const schema = `growth_${waiting}`;
  const queue = await openQueueBackend({ url: redis.url, schema, log, addTimeoutMs: 5_000 });
  const dispatcher = openDispatcher({ ledger, queue, limits: DEFAULT_ADMISSION, log: silent });
  const client = new Redis(redis.url);
  const companies = [tenants.busy.companyId, tenants.quiet.companyId];
  const closePushes = async () => {
    await ledger.sql`
      with closed as (
        update pushes set closed_at = now()
        where company_id = any(${companies}::uuid[]) and closed_at is null returning id
      ), ended as (
        update push_items set outcome = 'synced'
        where push_id in (select id from closed) and outcome is null returning document_id
      )
      update documents set due_at = now()
      where id in (select document_id from ended) and company_id = ${tenants.busy.companyId}`;
  };
  return {
    waiting,
    ledger,
    ...tenants,
    dispatcher,
    closePushes,
    async dispatchAll() {
      await dispatcher.dispatch(tenants.busy.companyId);
      await closePushes();
      await client.flushall();
    },
    async queueUse() {
      await dispatcher.dispatch(tenants.busy.companyId);
      const { waiting: ready, prioritized } = await queue.counts('push');
      const info = await client.info('memory');
      const bytes = Number(/used_memory:(\d+)/.exec(info)?.[1]);
      await closePushes();
      return { wakeUps: ready + prioritized, redisKb: Math.round(bytes / 1_024) };
    },
    async close() {
      client.disconnect();
      await queue.close();
      await ledger.close();
    },
  };
}

async function newDatabase(serverUrl: string, name: string): Promise<string> {
  const server = connect(serverUrl, { poolSize: 1 });
  await server`create database ${server(name)}`;
  await server.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function fill(url: string, waiting: number) {
  const ledger = await openLedger({
    url,
    keys: TEST_KEYS,
    poolSize: 2,
    statementTimeoutMs: FILL_MS_MAX,
  });
  try {
    const { app } = await anApp(ledger);
    const busy = await aConnected(ledger, app.id, '4620816365000000001');
    const quiet = await aConnected(ledger, app.id, '4620816365000000002');
    const place = { appId: app.id, connectionId: busy.connection.id, companyId: busy.companyId };
    const failed = waiting / 2;
    await fillLedger(ledger, place, { waiting, open: 0, failed, synced: failed, causes: CAUSES });
    return { appId: app.id, busy, quiet };
  } finally {
    await ledger.close();
  }
}
