import { createWriteStream } from 'node:fs';
import { QboSyncClient } from '../client/index.js';
import { type Config, givenStores, readConfig } from '../config.js';
import { startEmbeddedPostgres } from '../embedded/postgres.js';
import { createApp, createKey } from '../ledger/apps/apps.js';
import { createUser } from '../ledger/people/users.js';
import { openLog } from '../log.js';
import type { Simulator } from '../simulator/index.js';
import { type CompanyName, loseNextAnswer, startCompanies } from './demo/companies.js';
import { connectCompany, RETURN_URL } from './demo/connect.js';
import { changesOfTheDay, firstOfTheDay, restOfTheDay } from './demo/day.js';
import { type DemoPlace, openDemoPlace } from './demo/notes.js';
import { nextFreePort } from './demo/ports.js';
import { finalizeAll, refreshLists, type Shop, stateAll, untilSettled } from './demo/shop.js';
import { documentTable } from './demo/table.js';
import { type House, openHouse } from './house.js';
import { migrate } from './migrate.js';
import { endOnCrash } from './running.js';
import { print, tell } from './say.js';

/** Closing everything, the database included. */
const STOP_MS_MAX = 30_000;
const BY = 'demo';
const CLIENT_ID = 'demo-client';

/**
 * `qbo-sync demo`: everything on this machine and nothing outside it. PostgreSQL (embedded, unless
 * DATABASE_URL names one), the queue on it (unless QUEUE_URL names one), the simulator with two
 * companies, web and worker in this process. Shows a day of documents and keeps running until
 * Ctrl-C; another start goes on with the same data.
 *
 * @param options.once ends after the table
 */
export async function runDemo(options: { once: boolean }): Promise<never> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const closers: (() => Promise<unknown>)[] = [];
  try {
    await show(openDemoPlace(), closers, stop.signal);
    if (!options.once && !stop.signal.aborted) {
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    }
  } catch (error) {
    if (!stop.signal.aborted) {
      await closeAll(closers);
      throw error;
    }
  }
  tell('Stopping ...');
  await closeAll(closers);
  process.exit(0);
}

async function show(
  place: DemoPlace,
  closers: (() => Promise<unknown>)[],
  signal: AbortSignal,
): Promise<void> {
  const { config, simulator } = await startAround(place, closers);
  signal.throwIfAborted();
  const house = await startHouse(config, place, closers);
  const { key } = await registered(house, place);
  const client = new QboSyncClient({ baseUrl: config.publicUrl, apiKey: key });

  tell('Connecting two companies ...');
  const shop: Shop = { client, signal, connections: { us: '', uk: '' } };
  for (const company of ['us', 'uk'] as const) {
    shop.connections[company] = (await connectCompany(client, place, company)).id;
  }
  await refreshLists(shop);
  await finalizeAll(shop);
  signal.throwIfAborted();

  tell('Stating the documents of a day ...');
  await stateTheDay(shop, simulator, place.notes.day);
  const rows = await untilSettled(shop);
  const companies: Record<CompanyName, string> = { us: 'Portland', uk: 'Leeds' };
  print(
    documentTable(
      rows.map(({ company, row }) => ({ company: companies[company], row })),
      process.stdout.columns,
    ),
  );
  sayWhereToLook(config, place, shop, rows);
}

async function stateTheDay(shop: Shop, simulator: Simulator, day: string): Promise<void> {
  const first = firstOfTheDay(day);
  if (!(await shop.client.documents(shop.connections.us, { q: first.externalId })).documents[0]) {
    loseNextAnswer(simulator, 'us');
  }
  await stateAll(shop, [first]);
  // Alone until its answer is lost, so that it is this one.
  await untilSettled(shop, { untilSent: true });
  await stateAll(shop, restOfTheDay(day));
  await untilSettled(shop);
  await stateAll(shop, changesOfTheDay(day));
}

/** Database and simulator, and the configuration that leads to them. */
async function startAround(
  place: DemoPlace,
  closers: (() => Promise<unknown>)[],
): Promise<{ config: Config; simulator: Simulator }> {
  const { notes } = place;
  const given = givenStores();
  let { databaseUrl } = given;
  if (databaseUrl === undefined) {
    tell('Starting PostgreSQL ...');
    const postgres = await startEmbeddedPostgres({ dataDir: place.postgresDir });
    closers.push(() => postgres.stop());
    databaseUrl = postgres.url;
  }
  notes.ports.simulator = await nextFreePort(notes.ports.simulator);
  notes.ports.web = await nextFreePort(notes.ports.web, [notes.ports.simulator]);
  place.save();
  const { simulatorFile: dataFile } = place;
  const simulator = await startCompanies({ port: notes.ports.simulator, dataFile, day: notes.day });
  closers.push(() => simulator.close());
  const publicUrl = `http://127.0.0.1:${notes.ports.web}`;
  // As a real installation has them: what is done there by hand is known here within seconds.
  const { verifierToken } = simulator.control.webhooks.subscribe({
    clientId: CLIENT_ID,
    url: `${publicUrl}/webhooks/intuit`,
  });
  const config = readConfig(
    {
      DATABASE_URL: databaseUrl,
      QUEUE_URL: given.queueUrl,
      HOST: '127.0.0.1',
      PORT: String(notes.ports.web),
      PUBLIC_URL: publicUrl,
      ENCRYPTION_KEYS: notes.encryptionKey,
      INTUIT_ENVIRONMENT: 'simulator',
      INTUIT_BASE_URL: simulator.url,
      INTUIT_CLIENT_ID: CLIENT_ID,
      INTUIT_VERIFIER_TOKENS: verifierToken,
      INTUIT_CLIENT_SECRET: notes.intuitClientSecret,
      // A tenth of all waits: a lost answer is asked for again after 3 seconds instead of 30.
      QBO_SYNC_TEST_WAITS: '0.1',
    },
    '',
  );
  return { config, simulator };
}

async function startHouse(
  config: Config,
  place: DemoPlace,
  closers: (() => Promise<unknown>)[],
): Promise<House> {
  tell('Starting web and worker ...');
  await migrate(config);
  const destination = createWriteStream(place.logFile, { mode: 0o600 });
  const log = openLog({ level: config.logLevel, service: 'demo', destination });
  endOnCrash(log);
  const house = await openHouse(config, log);
  closers.push(() => house.close());
  const web = await house.createWeb();
  closers.push(() => web.close());
  await web.listen({ host: config.host, port: config.port });
  const worker = house.startWorker();
  closers.push(() => worker.stop());
  return house;
}

/** The shop with its key, and a person for the dashboard: made once, then kept in the notes. */
async function registered({ ledger }: House, place: DemoPlace): Promise<{ key: string }> {
  const { notes } = place;
  if (notes.admin === undefined) {
    const email = `admin-${notes.id}@shop.example`;
    const { password } = await createUser(ledger, { email, role: 'admin' }, BY);
    notes.admin = { email, password };
    place.save();
  }
  if (notes.app === undefined) {
    const app = await createApp(ledger, { name: 'Demo shop', returnUrls: [RETURN_URL] }, BY);
    const wanted = { appId: app.id, scopes: ['documents', 'connections', 'support'] } as const;
    const { key } = await createKey(ledger, wanted, BY);
    notes.app = { id: app.id, key };
    place.save();
  }
  return notes.app;
}

function sayWhereToLook(
  config: Config,
  { notes, logFile }: DemoPlace,
  shop: Shop,
  rows: readonly { row: { status: string } }[],
): void {
  const synced = rows.filter(({ row }) => row.status === 'synced').length;
  const api = `${config.publicUrl}/v1/connections/${shop.connections.uk}/documents?status=failed`;
  print(
    [
      `${synced} of ${rows.length} documents are synced.`,
      '',
      `Dashboard   ${config.publicUrl}/dashboard/`,
      `            user ${notes.admin?.email}, password ${notes.admin?.password}`,
      '            the customer’s own page: Connections, one of them, "As the customer sees it"',
      `API         ${config.publicUrl}/docs`,
      `            curl -s -H 'Authorization: Bearer ${notes.app?.key}' '${api}'`,
      `QuickBooks  http://127.0.0.1:${notes.ports.simulator} (simulator): add names, pay or change invoices there`,
      `Log         ${logFile}`,
      '',
      'Ctrl-C stops everything. The next start goes on with the same data.',
    ].join('\n'),
  );
}

async function closeAll(closers: (() => Promise<unknown>)[]): Promise<void> {
  setTimeout(() => {
    tell('Stopping took too long.');
    process.exit(1);
  }, STOP_MS_MAX).unref();
  for (const close of closers.splice(0).reverse()) await close();
}
