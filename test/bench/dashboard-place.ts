import { createHash } from 'node:crypto';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { createUser } from '../../src/ledger/people/users.js';
import { freePort } from '../support/ports.js';
import { startPrivatePostgres } from '../support/postgres-server.js';
import { startRedis } from '../support/redis.js';
import { RETURN_URL } from '../support/tenancy.js';
import { startProcess } from '../support/worker-process.js';
import { type DashboardFilling, fillDashboard } from './dashboard-fill.js';
import { say } from './figures.js';

/** Filling takes minutes; what is measured has the product's own limit. */
const FILL_MS_MAX = 3_600_000;
/** Always the same: a ledger that is kept is read again. */
const KEY_BYTES = createHash('sha256').update('dashboard bench').digest();

/** A filled ledger behind a web process of its own, asked as a browser and as an app ask it. */
export interface DashboardPlace {
  filling: DashboardFilling;
  /** Connection that half of the documents are of, and one that has few. */
  connections: { busy: string; quiet: string };
  /** Its answer and how long it took, in milliseconds; with `firstByteOnly` to the first part of the body. */
  ask(asked: Asked): Promise<{ tookMs: number; body: unknown }>;
  close(): Promise<void>;
}

export interface Asked {
  path: string;
  /** Sent as JSON, by POST. */
  body?: unknown;
  /** Default: `person`. */
  by?: 'person' | 'app';
  firstByteOnly?: boolean;
}

/** @param ledgerUrl a database that stays, filled once; default: a server that goes again */
export async function openDashboardPlace(
  filling: DashboardFilling,
  ledgerUrl: string | undefined,
): Promise<DashboardPlace> {
  const postgres = ledgerUrl === undefined ? await startPrivatePostgres() : undefined;
  const redis = await startRedis();
  const databaseUrl = ledgerUrl ?? postgres?.url ?? '';
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const callers = await prepare(databaseUrl, filling);
  const web = await startProcess({
    command: 'web',
    environment: {
      DATABASE_URL: databaseUrl,
      QUEUE_URL: redis.url,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      ENCRYPTION_KEYS: `k1:${KEY_BYTES.toString('base64')}`,
      INTUIT_ENVIRONMENT: 'simulator',
      INTUIT_BASE_URL: 'http://127.0.0.1:9',
      INTUIT_CLIENT_ID: 'test-client',
      INTUIT_CLIENT_SECRET: 'test-client-secret',
      LOG_LEVEL: 'info',
    },
    log: () => undefined,
  });
  const headers = { person: await logIn(url, callers), app: { authorization: callers.key } };
  return {
    filling,
    connections: callers.connections,
    ask: (asked) => askWeb(url, headers[asked.by ?? 'person'], asked),
    async close() {
      web.kill('SIGTERM');
      await web.exitCode();
      await redis.stop();
      await postgres?.stop();
    },
  };
}

interface Callers {
  email: string;
  password: string;
  /** As the header says it. */
  key: string;
  connections: DashboardPlace['connections'];
}

async function prepare(databaseUrl: string, filling: DashboardFilling): Promise<Callers> {
  await migrateLedger(databaseUrl);
  const ledger = await openLedger({
    url: databaseUrl,
    keys: [{ id: 'k1', key: KEY_BYTES }],
    poolSize: 2,
    statementTimeoutMs: FILL_MS_MAX,
  });
  try {
    const startedAtMs = performance.now();
    const appId = (await filledApp(ledger)) ?? (await fill(ledger, filling));
    say(`  filled in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`);
    const email = `viewer-${Date.now()}@example.com`;
    const { password } = await createUser(ledger, { email, role: 'admin' }, 'bench');
    const scopes = ['documents', 'connections'] as const;
    const { key } = await createKey(ledger, { appId, scopes: [...scopes] }, 'bench');
    const [row] = await ledger.sql<DashboardPlace['connections'][]>`
      select (select id from filled_connections where place = 0) as busy,
        (select id from filled_connections where place = 1) as quiet`;
    if (row === undefined) throw new Error('No connections were filled in');
    return { email, password, key: `Bearer ${key}`, connections: row };
  } finally {
    await ledger.close();
  }
}

/** The app of an earlier filling. */
async function filledApp({ sql }: Ledger): Promise<string | undefined> {
  const [row] = await sql<{ filled: boolean }[]>`
    select to_regclass('filled_connections') is not null as filled`;
  if (row?.filled !== true) return undefined;
  const [app] = await sql<{ id: string }[]>`select id from apps where name = 'Dashboard bench'`;
  return app?.id;
}

async function fill(ledger: Ledger, filling: DashboardFilling): Promise<string> {
  const app = await createApp(
    ledger,
    { name: 'Dashboard bench', returnUrls: [RETURN_URL] },
    'bench',
  );
  await fillDashboard(ledger, app.id, filling);
  return app.id;
}

async function logIn(url: string, { email, password }: Callers): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/ops/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`Login: ${answer.status} ${await answer.text()}`);
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  const [cookie = ''] = answer.headers.getSetCookie().map((set) => set.split(';')[0]);
  return { cookie, 'x-csrf-token': csrfToken, origin: url };
}

async function askWeb(
  url: string,
  headers: Record<string, string>,
  { path, body, firstByteOnly = false }: Asked,
): Promise<{ tookMs: number; body: unknown }> {
  const leave = new AbortController();
  const startedAtMs = performance.now();
  const answer = await fetch(`${url}${path}`, {
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    signal: leave.signal,
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  if (!firstByteOnly) {
    const text = await answer.text();
    return { tookMs: performance.now() - startedAtMs, body: JSON.parse(text) };
  }
  await firstRows(answer);
  const tookMs = performance.now() - startedAtMs;
  leave.abort();
  return { tookMs, body: undefined };
}

/** Reads until there is a second line: the first of a file is its head, and costs nothing. */
async function firstRows({ body }: Response): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.split('\n').length > 2) return;
  }
}
