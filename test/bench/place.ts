import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openHouse } from '../../src/cli/house.js';
import { QboSyncClient } from '../../src/client/index.js';
import { readConfig } from '../../src/config.js';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { openLog } from '../../src/log.js';
import { migrateQueue } from '../../src/queue/backend.js';
import type { CompanyLog } from '../../src/simulator/index.js';
import { RETURN_URL, refresh, walkThroughOAuth } from '../support/journey.js';
import { freePort } from '../support/ports.js';
import { startPrivatePostgres } from '../support/postgres-server.js';
import { startRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import type { ServerReady } from './simulator-server.js';

export type Queue = 'redis' | 'postgres';

/** Servers of one measurement, each in a process of its own; web is in this one. */
export interface BenchPlace {
  /** Settings of a process of ours beside this one. */
  environment: Record<string, string>;
  client: QboSyncClient;
  ledger: Ledger;
  redisUrl: string;
  simulator: SimulatorProcess;
  /** The servers' process ids, for their processor time. */
  pids: { postgres: number; redis: number };
  /**
   * Connects companies of the simulator and reads their lists, with a worker for as long as that
   * takes. Default: the one it starts with. Answers their connections.
   */
  connect(...realmIds: string[]): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts Postgres, Redis, simulator, web. Limits are off, waits are those of production. */
export async function startPlace(
  queue: Queue,
  environment: Record<string, string> = {},
): Promise<BenchPlace> {
  const postgres = await startPrivatePostgres();
  const redis = await startRedis();
  const simulator = await startSimulatorProcess();
  await migrateLedger(postgres.url);
  const port = await freePort();
  const settings: Record<string, string> = {
    DATABASE_URL: postgres.url,
    QUEUE_URL: queue === 'redis' ? redis.url : postgres.url,
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    INTUIT_ENVIRONMENT: 'simulator',
    INTUIT_BASE_URL: simulator.url,
    INTUIT_CLIENT_ID: 'test-client',
    INTUIT_CLIENT_SECRET: 'test-client-secret',
    QBO_SYNC_TEST_LANE: 'unlimited',
    QBO_SYNC_TEST_SCHEDULES: 'off',
    LOG_LEVEL: 'warn',
    ...environment,
    // To try a setting: BENCH_SETTINGS='{"NAME_PUSHES_AT_ONCE":"3"}'.
    ...JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}'),
  };
  const config = readConfig(settings, '/dev/null');
  await migrateQueue(config.queueUrl, { schema: config.queueSchema });
  const house = await openHouse(config, openLog({ level: 'warn', service: 'bench' }));
  const web = await house.createWeb();
  await web.listen({ host: '127.0.0.1', port });
  const { ledger } = house;
  const app = await createApp(ledger, { name: 'Bench', returnUrls: [RETURN_URL] }, 'bench');
  const scopes = ['documents', 'connections'] as const;
  const { key } = await createKey(ledger, { appId: app.id, scopes: [...scopes] }, 'bench');
  const client = new QboSyncClient({ baseUrl: config.publicUrl, apiKey: key });
  return {
    environment: settings,
    client,
    ledger,
    redisUrl: redis.url,
    simulator,
    pids: { postgres: postgres.pid, redis: redis.pid },
    async connect(...realmIds) {
      const worker = house.startWorker();
      const ids: string[] = [];
      for (const realmId of realmIds.length === 0 ? [simulator.realmId] : realmIds) {
        ids.push(await connect(client, realmId));
      }
      await worker.stop();
      return ids;
    },
    async close() {
      await web.close();
      await house.close();
      simulator.process.disconnect();
      await redis.stop();
      await postgres.stop();
    },
  };
}

async function connect(client: QboSyncClient, realmId: string): Promise<string> {
  const { id, connectUrl } = await client.createConnection({
    externalId: realmId,
    name: 'Bench',
    profile: 'auto-invoices',
    settings: { customer: { missing: 'create' }, item: { missing: 'create' } },
    returnUrl: RETURN_URL,
  });
  await walkThroughOAuth(connectUrl ?? '', realmId);
  await refresh({ client }, id);
  return id;
}

/** A simulator in a process of its own; it is told what to do through its control addresses. */
export interface SimulatorProcess {
  process: ChildProcess;
  url: string;
  realmId: string;
  /** For a peer that takes no part in OAuth. */
  accessToken: string;
  control<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A company with one customer and one product, ready to be connected. Answers its realm id. */
  createCompany(): Promise<string>;
  log(realmId: string): Promise<CompanyLog>;
  clearLog(realmId: string): Promise<void>;
}

export const CUSTOMER = 'Harbor Lane Dental';
export const ITEM = 'Consulting';

async function startSimulatorProcess(): Promise<SimulatorProcess> {
  const child = startChild('simulator-server');
  const [{ url, realmId, accessToken }]: [ServerReady] = await once(child, 'message').then(
    ([ready]) => [ready],
  );
  const control = async <Answer>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/control/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  return {
    process: child,
    url,
    realmId,
    accessToken,
    control,
    async createCompany() {
      const made = await control<{ realmId: string }>('POST', 'companies', {
        seed: 'new',
        preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } },
      });
      await control('POST', `companies/${made.realmId}/load`, {
        Customer: [{ Id: '7', DisplayName: CUSTOMER }],
        Item: [{ Id: '3', Name: ITEM, Type: 'Service', IncomeAccountRef: { value: '79' } }],
      });
      return made.realmId;
    },
    log: (realm) => control('GET', `companies/${realm}/log`),
    async clearLog(realm) {
      await control('DELETE', `companies/${realm}/log`);
    },
  };
}

/** Runs one of the benchmarks' own processes; see run.mjs. */
export function startChild(
  name: string,
  environment: Record<string, string> = {},
  nodeFlags: readonly string[] = [],
): ChildProcess {
  const script = fileURLToPath(new URL('./run.mjs', import.meta.url));
  const child = fork(script, [name], {
    execArgv: ['--no-warnings', ...nodeFlags],
    env: { PATH: process.env['PATH'], ...environment },
  });
  // Whoever waits for its word would wait for ever.
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) throw new Error(`${name} ended with ${code}`);
  });
  return child;
}

/** Between two looks whether all is settled: often enough, and no work for Postgres to speak of. */
const SETTLED_EVERY_MS = 50;

/** Waits until no invoice of the connection is on its way any more; fails where one failed. */
export async function settled(ledger: Ledger, connection: string, withinMs: number): Promise<void> {
  await waitFor(
    async () => {
      await delay(SETTLED_EVERY_MS);
      const [row] = await ledger.sql<{ left: boolean }[]>`
        select exists (select 1 from documents where connection_id = ${connection}
          and status in ('queued', 'syncing', 'waiting', 'checking', 'not_ready')) as left`;
      return row?.left === false;
    },
    { what: 'every document to be settled', withinMs },
  );
  await refuseFailed(ledger, connection);
}

/** @throws where a document of the connection will not be sent. */
export async function refuseFailed(ledger: Ledger, connection: string): Promise<void> {
  const [failed] = await ledger.sql<{ reason: string; params: unknown }[]>`
    select reason, params from documents where connection_id = ${connection}
      and status in ('failed', 'skipped', 'cancelled') limit 1`;
  if (failed !== undefined) throw new Error(`${failed.reason}: ${JSON.stringify(failed.params)}`);
}
