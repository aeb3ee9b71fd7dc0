import { Redis } from 'ioredis';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import { isObject } from '../../src/qbo/fault.js';
import type { Witness } from './checker.js';

/** K7. Secrets and customers that stand where nobody should find them. */
export async function leaked(witness: Witness): Promise<string[]> {
  const places: [string, string][] = [
    ['log', witness.logLines().join('\n')],
    ['queue', await queueContents(witness)],
    ['events', await eventRows(witness)],
    ['error bodies', (witness.errorBodies?.() ?? []).join('\n')],
  ];
  const canaries = await canariesOf(witness);
  return places.flatMap(([place, text]) =>
    canaries.filter(([, value]) => text.includes(value)).map(([what]) => `${what} in the ${place}`),
  );
}

async function canariesOf(witness: Witness): Promise<[string, string][]> {
  const { ledger } = witness.house;
  const canaries: [string, string][] = [];
  const companies = await ledger.sql<{ companyId: string }[]>`select company_id from tokens`;
  for (const { companyId } of companies) {
    const tokens = await tokenStore(ledger).read(companyId);
    if (tokens === undefined) continue;
    canaries.push(['access token', tokens.accessToken], ['refresh token', tokens.refreshToken]);
  }
  for (const realmId of witness.simulator.control.companies().map((company) => company.realmId)) {
    canaries.push(['realm id', realmId]);
    for (const customer of witness.simulator.control.objects(realmId, 'Customer')) {
      const name = customer['DisplayName'];
      const email = customer['PrimaryEmailAddr'];
      const address = isObject(email) ? email['Address'] : undefined;
      if (typeof name === 'string') canaries.push(['customer name', name]);
      if (typeof address === 'string') canaries.push(['customer e-mail', address]);
    }
  }
  return canaries;
}

async function eventRows({ house: { ledger } }: Witness): Promise<string> {
  const rows = await ledger.sql<{ row: string }[]>`select e::text as row from events e`;
  return rows.map(({ row }) => row).join('\n');
}

function queueContents({ config, house }: Witness): Promise<string> {
  return config.queueUrl.startsWith('redis')
    ? redisContents(config.queueUrl)
    : postgresContents(house, config.queueSchema);
}

async function postgresContents({ ledger }: Witness['house'], schema: string): Promise<string> {
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
