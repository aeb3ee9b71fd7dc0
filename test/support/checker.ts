import { Redis } from 'ioredis';
import { tokenStore } from '../../src/ledger/tokens.js';
import { readMark } from '../../src/qbo/mapping/provenance.js';
import type { JsonObject } from '../../src/simulator/index.js';
import type { Journey } from './journey.js';
import { waitFor } from './wait-for.js';

export interface CheckOptions {
  /** Documents the apps stated, by connection. */
  stated: Record<string, number>;
  /** Sendings of writes that QuickBooks never saw: cut before their first byte, or still on their way. */
  unseenSends?: number;
  /** Work is still to be done; otherwise nothing may be left open. */
  unfinished?: boolean;
}

/**
 * What must be true after every fault: one QuickBooks document per key, nothing forgotten, every
 * synced row really there, every write accounted for, one refresh per generation, and no secret or
 * customer in log and queue. Throws with everything that is not.
 */
export async function checkTruth(journey: Journey, options: CheckOptions): Promise<void> {
  if (options.unfinished !== true) await nothingIsLeft(journey);
  const problems = [
    ...(await forgotten(journey, options.stated)),
    ...doubled(journey),
    ...(await notThere(journey)),
    ...(await unaccounted(journey, options.unseenSends ?? 0)),
    ...refreshedTwice(journey),
    ...(await leaked(journey)),
  ];
  if (problems.length > 0) throw new Error(`Not true:\n${problems.join('\n')}`);
}

/** Nobody works any more and nothing is due. */
async function nothingIsLeft({ house: { ledger } }: Journey): Promise<void> {
  await waitFor(
    async () => {
      const [left] = await ledger.sql`
        select (select count(*)::int from pushes where closed_at is null) as pushes,
          (select count(*)::int from documents where due_at is not null) as due`;
      if (left?.['pushes'] === 0 && left['due'] === 0) return true;
      throw new Error(`left: ${JSON.stringify(left)}`);
    },
    { what: 'all work to be done', withinMs: 20_000 },
  );
}

/** Every stated document has exactly one status that can be asked for. */
async function forgotten({ client }: Journey, stated: Record<string, number>): Promise<string[]> {
  const problems: string[] = [];
  for (const [connection, count] of Object.entries(stated)) {
    const externalIds = new Set<string>();
    let after: string | undefined;
    do {
      const page = await client.documents(connection, { after, limit: 100 });
      for (const { kind, externalId } of page.documents) {
        if (!externalId.startsWith('name:')) externalIds.add(`${kind} ${externalId}`);
      }
      after = page.after ?? undefined;
    } while (after !== undefined);
    if (externalIds.size !== count) problems.push(`${externalIds.size} of ${count} documents left`);
  }
  return problems;
}

const realmsOf = ({ simulator }: Journey) =>
  simulator.control.companies().map(({ realmId }) => realmId);

/** At most one document per key, by our mark and by its number. */
function doubled(journey: Journey): string[] {
  return realmsOf(journey).flatMap((realmId) => {
    const invoices = journey.simulator.control.objects(realmId, 'Invoice');
    const marks = invoices.map((invoice) => readMark(textOf(invoice, 'PrivateNote')));
    const numbers = invoices.map((invoice) => textOf(invoice, 'DocNumber'));
    return [...repeated(marks), ...repeated(numbers)].map((key) => `two invoices are ${key}`);
  });
}

function repeated(values: readonly (string | null | undefined)[]): string[] {
  const seen = new Set<string>();
  return values.filter((value): value is string => {
    if (value === null || value === undefined) return false;
    const again = seen.has(value);
    seen.add(value);
    return again;
  });
}

function textOf(object: JsonObject, member: string): string | undefined {
  const value = object[member];
  return typeof value === 'string' ? value : undefined;
}

interface LinkRow {
  externalId: string;
  kind: string;
  quickbooksId: string;
  syncToken: string | null;
}

const ENTITY: Record<string, string> = { invoice: 'Invoice', customer: 'Customer', item: 'Item' };

/** Each synced row's object is there, and the SyncToken is one QuickBooks gave it. */
async function notThere(journey: Journey): Promise<string[]> {
  const { ledger } = journey.house;
  const problems: string[] = [];
  for (const realmId of realmsOf(journey)) {
    const hash = ledger.hash.hash('companies.realm', realmId);
    const links = await ledger.sql<LinkRow[]>`
      select d.external_id, d.kind, l.quickbooks_id, l.sync_token
      from documents d join companies c on c.id = d.company_id
      left join links l on l.connection_id = d.connection_id and l.kind = d.kind
        and l.external_id = d.external_id
      where c.realm_hash = ${hash} and d.status in ('synced', 'voided')`;
    const { commits } = journey.simulator.control.log(realmId);
    for (const { kind, externalId, quickbooksId, syncToken } of links) {
      const entity = ENTITY[kind] ?? '';
      const found = journey.simulator.control
        .objects(realmId, entity)
        .some((object) => object['Id'] === quickbooksId);
      const given =
        syncToken === null ||
        commits.some(
          (commit) =>
            commit.entity === entity &&
            commit.id === quickbooksId &&
            commit.syncToken === syncToken,
        );
      if (!found || !given) problems.push(`${kind} ${externalId} is not in QuickBooks as noted`);
    }
  }
  return problems;
}

/** Sendings by requestid: those written down before they left, and those QuickBooks saw. */
async function unaccounted(journey: Journey, unseen: number): Promise<string[]> {
  const rows = await journey.house.ledger.sql<{ requestId: string; sends: number }[]>`
    select request_id, sends from requests`;
  const sent = new Map(rows.map(({ requestId, sends }) => [requestId, sends]));
  const count = () => {
    const seen = new Map<string, number>();
    for (const realmId of realmsOf(journey)) {
      for (const { requestid } of journey.simulator.control.log(realmId).calls) {
        if (requestid !== null) seen.set(requestid, (seen.get(requestid) ?? 0) + 1);
      }
    }
    return seen;
  };
  const total = [...sent.values()].reduce((sum, sends) => sum + sends, 0);
  // A call whose answer was delayed is counted when its delay ends.
  const seen = await waitFor(
    () => {
      const now = count();
      const calls = [...now.values()].reduce((sum, one) => sum + one, 0);
      if (calls >= total - unseen) return now;
      throw new Error(`${calls} calls seen, ${total} sendings noted`);
    },
    { what: 'every noted sending to be seen by QuickBooks', withinMs: 5_000 },
  );
  return [...seen].flatMap(([requestId, calls]) =>
    calls > (sent.get(requestId) ?? 0) ? [`QuickBooks saw ${requestId} ${calls} times`] : [],
  );
}

/** One refresh per company and generation. */
function refreshedTwice(journey: Journey): string[] {
  const refreshed = eventsOf(journey, 'qbo_token_refresh')
    .filter(({ result }) => result === 'refreshed')
    .map(({ companyId, generation }) => `${companyId} generation ${generation}`);
  return repeated(refreshed).map((what) => `refreshed twice: ${what}`);
}

/** Log lines of one event, read. */
export function eventsOf(
  journey: Pick<Journey, 'logLines'>,
  event: string,
): Record<string, unknown>[] {
  return journey
    .logLines()
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['event'] === event);
}

/** Secrets and customers that stand in the log or in the queue's store. */
async function leaked(journey: Journey): Promise<string[]> {
  const places: [string, string][] = [
    ['log', journey.logLines().join('\n')],
    ['queue', await queueContents(journey)],
  ];
  const canaries = await canariesOf(journey);
  return places.flatMap(([place, text]) =>
    canaries.filter(([, value]) => text.includes(value)).map(([what]) => `${what} in the ${place}`),
  );
}

async function canariesOf(journey: Journey): Promise<[string, string][]> {
  const { ledger } = journey.house;
  const canaries: [string, string][] = [];
  const companies = await ledger.sql<{ companyId: string }[]>`select company_id from tokens`;
  for (const { companyId } of companies) {
    const tokens = await tokenStore(ledger).read(companyId);
    if (tokens === undefined) continue;
    canaries.push(['access token', tokens.accessToken], ['refresh token', tokens.refreshToken]);
  }
  for (const realmId of realmsOf(journey)) {
    canaries.push(['realm id', realmId]);
    for (const customer of journey.simulator.control.objects(realmId, 'Customer')) {
      const name = textOf(customer, 'DisplayName');
      const email = customer['PrimaryEmailAddr'] as { Address?: string } | undefined;
      if (name !== undefined) canaries.push(['customer name', name]);
      if (email?.Address !== undefined) canaries.push(['customer e-mail', email.Address]);
    }
  }
  return canaries;
}

function queueContents({ config, house }: Journey): Promise<string> {
  return config.queueUrl.startsWith('redis')
    ? redisContents(config.queueUrl)
    : postgresContents(house, config.queueSchema);
}

async function postgresContents({ ledger }: Journey['house'], schema: string): Promise<string> {
  const tables = await ledger.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = ${schema}`;
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await ledger.sql<{ row: string }[]>`
      select t::text as row from ${ledger.sql(schema)}.${ledger.sql(name)} t`;
    rows.push(...found.map(({ row }) => row));
  }
  return rows.join('\n');
}

async function redisContents(url: string): Promise<string> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  redis.on('error', () => {});
  try {
    const contents: unknown[] = [];
    for (const key of await redis.keys('*')) {
      contents.push(key, await contentsOf(redis, key));
    }
    return JSON.stringify(contents);
  } finally {
    redis.disconnect();
  }
}

async function contentsOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return null;
  }
}
