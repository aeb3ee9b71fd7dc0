import { randomBytes } from 'node:crypto';
import { migrate } from '../../src/cli/migrate.js';
import { QboSyncClient, QboSyncError } from '../../src/client/index.js';
import { type Config, readConfig } from '../../src/config.js';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { openLedger } from '../../src/ledger/database/open.js';
import { startSimulator } from '../../src/simulator/index.js';
import { type CheckOptions, checkTruth, nothingIsLeft, type Witness } from '../support/checker.js';
import {
  type Connected,
  type ConnectOptions,
  connectCompany,
  RETURN_URL,
} from '../support/journey.js';
import { freePort } from '../support/ports.js';
import { type PrivatePostgres, startPrivatePostgres } from '../support/postgres-server.js';
import { type FaultProxy, startProxy } from '../support/proxy.js';
import { type PrivateRedis, startRedis } from '../support/redis.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { type QboSyncProcess, startProcess } from '../support/worker-process.js';
import { type Front, startFront } from './front.js';

// How a row of the fault matrix is added:
//
// 1. Its entry in rows/ says what goes wrong, where, on which queues, and what must come of it; take
//    out `later` where it stood there. Its line stands in docs/fault-matrix.md.
// 2. Its test is `row('F36', async () => …)` in a file of its group, inside `describeHouse`, which
//    starts a house per queue: Postgres, Redis, the simulator, a proxy before each, and one web
//    process. Workers are started by the row: `house.startWorker({ fault: 'answer_arrived:1:kill' })`.
// 3. In the row: `const at = await house.company()`, `at.invoice('A-1')`, the fault, then
//    `house.synced(at, 'A-1')`. The statements are counted by the company itself.
// 4. The last words of a row are `await house.check()`: it waits until nothing is left to do and
//    holds K1 to K8 over everything the house has seen so far. Processes that the row has started
//    end there, except with `keepWorkers`.

export type QueueKind = 'redis' | 'postgres';

export interface HouseOptions {
  queue?: QueueKind;
  /** Settings on top of the test profile. */
  environment?: Record<string, string>;
  /** A server between the proxy and the simulator, for answers the simulator does not give. */
  front?: boolean;
  /** Intuit's limits in the simulator and our own in the lane. Default: neither. */
  limits?: boolean;
  /** Business time of all sides, moved by the simulator's clock; ISO 8601. Default: the machine's. */
  now?: string;
  /** Brings the empty database up to date. Default: done here. */
  migrate?(database: { url: string; environment: Record<string, string> }): Promise<void>;
}

export interface WorkerOptions {
  /** `point:nth:action`, see src/config/test-fault.ts. */
  fault?: string;
  environment?: Record<string, string>;
  nodeArguments?: readonly string[];
}

/** A whole qbo-sync of processes on stores of its own, a fault proxy before each; waits at 1/20. */
export interface ChaosHouse extends Witness {
  queue: QueueKind;
  /** As the processes read it: addresses lead through the proxies. */
  processConfig: Config;
  environment: Record<string, string>;
  postgres: PrivatePostgres;
  /** Undefined where the queue is on Postgres. */
  redis: PrivateRedis | undefined;
  proxies: { postgres: FaultProxy; redis: FaultProxy | undefined; quickbooks: FaultProxy };
  front: Front | undefined;
  webUrl: string;
  apiKey: string;
  web(): QboSyncProcess;
  errorBodies(): string[];
  connect(o?: ConnectOptions): Promise<Connected>;
  /** A company with one customer and one product; its lists are pulled by a worker that runs. */
  company(options?: ConnectOptions & { pull?: boolean }): Promise<SalesCompany>;
  startWorker(options?: WorkerOptions): Promise<QboSyncProcess>;
  /** Starts the web process again after its end. */
  startWeb(environment?: Record<string, string>): Promise<QboSyncProcess>;
  /** SIGTERM to each worker, suspended ones included. Answers their exit codes. */
  stopWorkers(): Promise<(number | null)[]>;
  /** Nothing is open and nothing is due. Answers how long that took, in milliseconds. */
  quiet(withinMs?: number): Promise<number>;
  /** Waits for quiet and holds K1 to K8; then ends the workers. */
  check(options?: Partial<CheckOptions> & { keepWorkers?: boolean }): Promise<void>;
  close(): Promise<void>;
}

export async function startChaosHouse(options: HouseOptions = {}): Promise<ChaosHouse> {
  const queue = options.queue ?? 'redis';
  const [postgres, redis, simulator] = await Promise.all([
    startPrivatePostgres(),
    queue === 'redis' ? startRedis() : undefined,
    startSimulator({ limits: { on: options.limits === true } }),
  ]);
  const front = options.front === true ? await startFront(simulator.url) : undefined;
  const proxies = {
    postgres: await proxyOf(postgres.url),
    redis: redis === undefined ? undefined : await proxyOf(redis.url),
    quickbooks: await proxyOf(front?.url ?? simulator.url),
  };
  const databaseUrl = proxies.postgres.through(postgres.url);
  const environment = environmentOf(await freePort(), {
    DATABASE_URL: databaseUrl,
    QUEUE_URL: redis === undefined ? databaseUrl : (proxies.redis?.through(redis.url) ?? ''),
    INTUIT_BASE_URL: proxies.quickbooks.through(simulator.url).replace(/\/$/, ''),
    ...(options.limits === true ? {} : { QBO_SYNC_TEST_LANE: 'unlimited' }),
    ...(options.now === undefined ? {} : { QBO_SYNC_TEST_CLOCK: `${simulator.url}/control/clock` }),
    ...options.environment,
  });
  if (options.now !== undefined) simulator.control.setClock({ now: options.now });
  const processConfig = readConfig(environment, '/dev/null');
  const config = {
    ...processConfig,
    databaseUrl: postgres.url,
    queueUrl: redis?.url ?? postgres.url,
  };
  if (options.migrate === undefined) await migrate(config);
  else await options.migrate({ url: postgres.url, environment });
  const ledger = await openLedger({
    url: postgres.url,
    keys: processConfig.encryptionKeys,
    poolSize: 5,
  });
  const apiKey = await keyOfNewApp(ledger);
  const { processes, logLines } = programs(environment);
  const { client, errorBodies } = tellingClient(
    new QboSyncClient({ baseUrl: processConfig.publicUrl, apiKey }),
  );
  let web = await processes.start('web');
  const stated = new Map<string, Set<string>>();

  const house: ChaosHouse = {
    queue,
    processConfig,
    config,
    environment,
    postgres,
    redis,
    proxies,
    simulator,
    front,
    house: { ledger },
    client,
    webUrl: processConfig.publicUrl,
    apiKey,
    web: () => web,
    logLines: () => logLines,
    errorBodies: () => errorBodies,
    connect: (o = {}) => connectCompany(simulator, o.client ?? client, o),
    company: async (o = {}) => counting(await salesCompany(house, o), stated),
    startWorker: (o = {}) => processes.start('worker', o),
    async startWeb(extra = {}) {
      web = await processes.start('web', { environment: extra });
      return web;
    },
    stopWorkers: () => processes.stop('worker'),
    async quiet(withinMs) {
      const startedAtMs = performance.now();
      await nothingIsLeft(house, withinMs);
      return performance.now() - startedAtMs;
    },
    async check({ keepWorkers = false, ...rest } = {}) {
      const counts = [...stated].map(([connection, numbers]) => [connection, numbers.size]);
      await checkTruth(house, { stated: Object.fromEntries(counts), ...rest });
      if (!keepWorkers) await house.stopWorkers();
    },
    async close() {
      await processes.stop('worker');
      await processes.stop('web');
      await ledger.close();
      await Promise.all(Object.values(proxies).map((proxy) => proxy?.close()));
      await front?.close();
      await simulator.close();
      await Promise.all([redis?.stop(), postgres.stop()]);
    },
  };
  return house;
}

const proxyOf = (url: string) => startProxy(Number(new URL(url).port));

function environmentOf(port: number, rest: Record<string, string>): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    INTUIT_ENVIRONMENT: 'simulator',
    INTUIT_CLIENT_ID: 'test-client',
    INTUIT_CLIENT_SECRET: 'test-client-secret',
    QBO_SYNC_TEST_WAITS: '0.05',
    // A row that is not about it must not meet a night.
    QBO_SYNC_TEST_SCHEDULES: 'off',
    // On a busy machine an answer takes longer than an app would be let wait.
    QBO_SYNC_TEST_DATABASE_WAITS: '3',
    DATABASE_POOL_SIZE: '10',
    LOG_LEVEL: 'debug',
    ...rest,
  };
}

async function keyOfNewApp(ledger: Witness['house']['ledger']): Promise<string> {
  const app = await createApp(ledger, { name: 'Test app', returnUrls: [RETURN_URL] }, 'test');
  const scopes = ['documents', 'connections'] as const;
  return (await createKey(ledger, { appId: app.id, scopes }, 'test')).key;
}

/** Processes of one house, and all they say. */
function programs(environment: Record<string, string>) {
  const logLines: string[] = [];
  const started: { command: 'web' | 'worker'; process: QboSyncProcess }[] = [];
  const log = (line: string) => void logLines.push(line);
  const errorOutput = (line: string) => void logLines.push(JSON.stringify({ errorOutput: line }));
  const processes = {
    async start(command: 'web' | 'worker', o: WorkerOptions = {}) {
      const { fault, nodeArguments } = o;
      const process = await startProcess({
        command,
        nodeArguments,
        environment: {
          ...environment,
          ...(fault === undefined ? {} : { QBO_SYNC_TEST_FAULT: fault }),
          ...o.environment,
        },
        log,
        errorOutput,
      });
      started.push({ command, process });
      return process;
    },
    stop(command: 'web' | 'worker') {
      const ending = started.filter((one) => one.command === command);
      for (const one of ending) started.splice(started.indexOf(one), 1);
      return Promise.all(
        ending.map(({ process }) => {
          process.kill('SIGTERM');
          process.kill('SIGCONT');
          return process.exitCode();
        }),
      );
    },
  };
  return { processes, logLines };
}

/** The client, and the bodies of what it was refused. */
function tellingClient(client: QboSyncClient) {
  const errorBodies: string[] = [];
  const told = new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) =>
        Promise.resolve(Reflect.apply(member, target, given)).catch((error: unknown) => {
          if (error instanceof QboSyncError) errorBodies.push(JSON.stringify(error.problem));
          throw error;
        });
    },
  });
  return { client: told, errorBodies };
}

/** Remembers what was stated: each number once, taken or not. */
function counting(company: SalesCompany, stated: Map<string, Set<string>>): SalesCompany {
  const numbers = new Set<string>();
  stated.set(company.id, numbers);
  return {
    ...company,
    async state(kind, externalId, document) {
      await company.state(kind, externalId, document);
      numbers.add(kind === 'invoice' ? externalId : `${kind} ${externalId}`);
    },
    async invoice(number, overrides) {
      await company.invoice(number, overrides);
      numbers.add(number);
    },
    async invoicesOf(more) {
      await company.invoicesOf(more);
      for (const number of more) numbers.add(number);
    },
  };
}
