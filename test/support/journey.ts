import { randomBytes } from 'node:crypto';
import { type House, openHouse } from '../../src/cli/house.js';
import { QboSyncClient } from '../../src/client/index.js';
import { type Config, readConfig } from '../../src/config.js';
import type { ConnectionAnswer, DocumentAnswer, RunAnswer } from '../../src/contract/answers.js';
import type { DocumentKind } from '../../src/contract/documents/index.js';
import type { ProfileName } from '../../src/contract/profiles.js';
import type { RecordType, RunJob } from '../../src/contract/run.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { createUser } from '../../src/ledger/people/users.js';
import { openLog } from '../../src/log.js';
import { migrateQueue } from '../../src/queue/backend.js';
import type { PushWorker } from '../../src/queue/worker.js';
import { type CompanyOptions, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { freshDatabase } from './database.js';
import { freePort } from './ports.js';
import { setupKnowsLists } from './setup-lists.js';
import { waitFor } from './wait-for.js';

export const RETURN_URL = 'https://app.example/settings';

export interface JourneyOptions {
  /** Queue on this Redis; default: on the journey's own Postgres. */
  redisUrl?: string;
  /** Settings on top of the test profile. */
  environment?: Record<string, string>;
  /** Start without a worker; `startWorker()` adds one. */
  idle?: boolean;
  databaseUrl?: string;
  /** Intuit's limits in the simulator and our own in the lane. Default: neither. */
  limits?: boolean;
  /** What begins by the clock does: nights, and looks for changes. Default: nothing begins by itself. */
  schedules?: boolean;
  /** Business time on both sides starts here and moves by `goOnTo`; ISO 8601. Default: the machine's. */
  now?: string;
}

/** A whole qbo-sync on real Postgres, real queue and the simulator over HTTP, waits at 1/20. */
export interface Journey {
  config: Config;
  /** The settings it was started with, for processes beside it. */
  environment: Record<string, string>;
  house: House;
  simulator: Simulator;
  webUrl: string;
  client: QboSyncClient;
  admin: { email: string; password: string };
  appId: string;
  apiKey: string;
  /** All log lines so far. */
  logLines(): string[];
  /** A company in the simulator and a connection to it, through the OAuth round trip. */
  connect(o?: ConnectOptions): Promise<Connected>;
  startWorker(): PushWorker;
  close(): Promise<void>;
}

export interface ConnectOptions {
  profile?: ProfileName;
  settings?: SettingsInput;
  attributes?: Record<string, string>;
  company?: CompanyOptions;
  /** A company that is there already. */
  realmId?: string;
  externalId?: string;
  client?: QboSyncClient;
}

export interface Connected {
  id: string;
  realmId: string;
  connection: ConnectionAnswer;
}

export async function startJourney(options: JourneyOptions = {}): Promise<Journey> {
  const simulator = await startSimulator({ limits: { on: options.limits === true } });
  const database =
    options.databaseUrl === undefined ? await freshDatabase({ migrate: migrateLedger }) : undefined;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const port = await freePort();
  const environment: Record<string, string> = {
    DATABASE_URL: databaseUrl,
    QUEUE_URL: options.redisUrl ?? databaseUrl,
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    INTUIT_ENVIRONMENT: 'simulator',
    INTUIT_BASE_URL: simulator.url,
    INTUIT_CLIENT_ID: 'test-client',
    INTUIT_CLIENT_SECRET: 'test-client-secret',
    QBO_SYNC_TEST_WAITS: '0.05',
    // On a busy machine an answer takes longer than an app would be let wait.
    QBO_SYNC_TEST_DATABASE_WAITS: '3',
    DATABASE_POOL_SIZE: '10',
    LOG_LEVEL: 'debug',
    ...(options.schedules === true ? {} : { QBO_SYNC_TEST_SCHEDULES: 'off' }),
    ...(options.limits === true ? {} : { QBO_SYNC_TEST_LANE: 'unlimited' }),
    ...options.environment,
  };
  if (options.now !== undefined) {
    simulator.control.setClock({ now: options.now });
    environment['QBO_SYNC_TEST_CLOCK'] = `${simulator.url}/control/clock`;
  }
  const config = readConfig(environment, '/dev/null');
  const lines: string[] = [];
  const log = openLog({
    level: config.logLevel,
    service: 'test',
    destination: {
      write(line) {
        lines.push(line);
        if (process.env['JOURNEY_LOG'] !== undefined) process.stderr.write(line);
      },
    },
  });
  await migrateQueue(config.queueUrl, { schema: config.queueSchema });
  const house = await openHouse(config, log);
  const web = await house.createWeb();
  await web.listen({ host: '127.0.0.1', port });
  const app = await createApp(house.ledger, { name: 'Test app', returnUrls: [RETURN_URL] }, 'test');
  const key = await createKey(
    house.ledger,
    { appId: app.id, scopes: ['documents', 'connections', 'support'] },
    'test',
  );
  const admin = await createUser(
    house.ledger,
    { email: 'admin@example.com', role: 'admin' },
    'test',
  );
  const client = new QboSyncClient({ baseUrl: config.publicUrl, apiKey: key.key });
  const workers: PushWorker[] = [];
  const startWorker = () => {
    const worker = house.startWorker();
    workers.push(worker);
    return worker;
  };
  if (options.idle !== true) startWorker();
  return {
    config,
    environment,
    house,
    simulator,
    webUrl: config.publicUrl,
    client,
    appId: app.id,
    apiKey: key.key,
    admin: { email: 'admin@example.com', password: admin.password },
    logLines: () => lines,
    connect: (o = {}) => connectCompany(simulator, o.client ?? client, o),
    startWorker,
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await web.close();
      await house.close();
      await simulator.close();
      await database?.drop({ force: true });
    },
  };
}

let connections = 0;

/** A company in the simulator and a connection to it, through the OAuth round trip. */
export async function connectCompany(
  simulator: Simulator,
  client: QboSyncClient,
  o: ConnectOptions,
): Promise<Connected> {
  connections += 1;
  const realmId =
    o.realmId ??
    simulator.control.createCompany({ country: 'US', plan: 'plus', seed: 'sample', ...o.company })
      .realmId;
  const made = await client.createConnection({
    externalId: o.externalId ?? `tenant-${connections}`,
    name: `Tenant ${connections}`,
    profile: o.profile ?? 'auto-invoices',
    settings: o.settings,
    attributes: o.attributes,
    returnUrl: RETURN_URL,
  });
  let back = await walkThroughOAuth(made.connectUrl ?? '', realmId);
  // Another profile uses it: tests mean that.
  if (back.searchParams.get('result') === 'other_company') {
    const { connectUrl } = await (o.client ?? client).connectLink(made.id, 'any');
    back = await walkThroughOAuth(connectUrl ?? '', realmId);
  }
  if (back.searchParams.get('result') !== 'connected')
    throw new Error(`Not connected: ${back.search}`);
  return { id: made.id, realmId, connection: await client.connection(made.id) };
}

/**
 * What the customer's browser does: our link, Intuit's page, our callback, back to the app. `decision`
 * is what the customer answers there beside the company; by default they allow everything.
 */
export async function walkThroughOAuth(
  connectUrl: string,
  realmId: string,
  decision: Record<string, string> = {},
): Promise<URL> {
  const start = await fetch(connectUrl, { redirect: 'manual' });
  const cookie = start.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const authorize = new URL(start.headers.get('location') ?? '');
  for (const [name, value] of Object.entries({ realmId, auto: 'allow', ...decision })) {
    authorize.searchParams.set(name, value);
  }
  const granted = await fetch(authorize, { redirect: 'manual' });
  const callback = granted.headers.get('location') ?? '';
  const back = await fetch(callback, { redirect: 'manual', headers: { cookie } });
  return new URL(back.headers.get('location') ?? '');
}

/** Waits until a document shows one of the statuses. */
export function waitForStatus(
  journey: Pick<Journey, 'client'>,
  connection: string,
  kind: DocumentKind,
  externalId: string,
  statuses: string | string[],
): Promise<DocumentAnswer> {
  const wanted = [statuses].flat();
  return waitFor(
    async () => {
      const answer = await journey.client.document(connection, kind, externalId);
      if (wanted.includes(answer.status)) return answer;
      throw new Error(`it is ${answer.status}: ${answer.details}`);
    },
    { what: `${kind} ${externalId} to be ${wanted.join(' or ')}` },
  );
}

/** Moves business time of a journey that was started with `now`, and waits until both sides have it. */
export async function goOnTo(
  { simulator, house }: Pick<Journey, 'simulator' | 'house'>,
  now: string,
): Promise<void> {
  simulator.control.setClock({ now });
  await waitFor(() => house.ledger.clock() >= new Date(now), { what: `the clock to show ${now}` });
}

/**
 * Starts a refresh, by default of everything, and waits until it ended well; one of everything until
 * the setup knows of it, too.
 */
export async function refresh(
  journey: Pick<Journey, 'client'>,
  connection: string,
  types?: RecordType[],
): Promise<RunAnswer> {
  const run = await runThrough(journey, connection, 'refresh_master_data', types);
  if (types === undefined) await setupKnowsLists(journey, connection);
  return run;
}

/** Brings what changed in QuickBooks, and waits until all of it is applied. */
export function pullChanges(
  journey: Pick<Journey, 'client'>,
  connection: string,
): Promise<RunAnswer> {
  return runThrough(journey, connection, 'pull_changes');
}

/** Waits until no run of the connection is open: what connecting had started has ended. */
export function runsEnded(
  { client }: Pick<Journey, 'client'>,
  connection: string,
): Promise<RunAnswer[]> {
  return waitFor(
    async () => {
      const { runs } = await client.runs(connection);
      return runs.every(({ endedAt }) => endedAt !== null) ? runs : undefined;
    },
    { what: 'the runs of the connection to end' },
  );
}

async function runThrough(
  journey: Pick<Journey, 'client'>,
  connection: string,
  job: RunJob,
  types?: RecordType[],
): Promise<RunAnswer> {
  const { id } = await journey.client.startRun(connection, job, types);
  return waitFor(
    async () => {
      const run = await journey.client.run(connection, id);
      if (run.status === 'failed') throw new Error(`The run failed: ${run.details}`);
      return run.status === 'succeeded' ? run : undefined;
    },
    { what: `the run of ${job} to succeed` },
  );
}
