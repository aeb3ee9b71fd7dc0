import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { describeWith } from '../support/needs.js';
import { type PrivateRedis, startRedis } from '../support/redis.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// Redis may be backed up, shared and read by people who may not see customers' data. Everything that
// is ever written to it is listened to, what scripts write too, beside what stands in it at the end.

describeWith('redis-server', 'Redis', () => {
  let redis: PrivateRedis;
  let journey: Journey;
  let company: SalesCompany;
  /** Every command with all that was given to it, also of scripts. */
  let heard = '';
  let listening: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    listening = await redis.ask((asking) => asking.monitor());
    listening.on('monitor', (_, parts: string[]) => {
      heard += `${parts.join(' ')}\n`;
    });
    journey = await startJourney({ redisUrl: redis.url });
    company = await salesCompany(journey);
  });
  afterAll(async () => {
    listening?.disconnect();
    await journey?.close();
    await redis?.stop();
  });

  it('is given ids alone by documents that are synced, fail, wait, come again and are in doubt', async () => {
    company.fault({ do: 'status', status: 503, match: { operation: 'create' } });
    await company.invoice('LATER-77', { memo: 'Whispered-memo' });
    await waitForStatus(journey, company.id, 'invoice', 'LATER-77', 'synced');
    company.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    await company.invoice('DOUBT-77');
    await waitForStatus(journey, company.id, 'invoice', 'DOUBT-77', 'synced');
    await company.invoice('FAILS-77', { customer: { name: 'Unheard-of Customer' } });
    await waitForStatus(journey, company.id, 'invoice', 'FAILS-77', 'failed');
    await company.invoicesOf(['MANY-771', 'MANY-772', 'MANY-773']);
    await waitForStatus(journey, company.id, 'invoice', 'MANY-773', 'synced');
    await journey.client.retry(company.id, 'invoice', 'FAILS-77');
    await waitForStatus(journey, company.id, 'invoice', 'FAILS-77', 'failed');

    const [push] = await journey.house.ledger.sql<{ id: number }[]>`
      select max(id)::int as id from pushes`;
    await waitFor(() => heard.includes(`push-${push?.id}-`), { what: 'the last wake-up' });
    const kept = await redis.ask(everythingIn);
    // Both listen where there is something to hear.
    for (const text of [heard, kept]) expect(text).toMatch(/push-\d+-\d+/);
    for (const text of [heard, kept]) expect(text).not.toMatch(TOKEN);
    const secrets = [
      ...['LATER-77', 'DOUBT-77', 'FAILS-77', 'MANY-77', 'Whispered', 'Unheard', 'Harbor Lane'],
      ...['Consulting', 'quickbooks_unavailable', 'customer_missing', journey.apiKey],
      ...[company.realmId, company.connection.name, company.connection.externalId],
    ];
    for (const secret of secrets) {
      const found = { heard: linesWith(heard, secret), kept: linesWith(kept, secret) };
      expect([secret, found]).toEqual([secret, { heard: [], kept: [] }]);
    }
    // A result would stand in the stream of what happened long after its job is gone.
    expect(kept.match(/returnvalue,(?!null)[^,]+/g)).toBeNull();
    expect(kept.match(/failedReason,[^,]+/g)).toBeNull();
  });
});

/** As the simulator issues them: codes and refresh tokens, and access tokens. */
const TOKEN = /AB1[0-9a-f]{40}|eyJ[\w-]{40}/;

const linesWith = (text: string, part: string) =>
  text.split('\n').filter((line) => line.includes(part));

/** Every key with all that it holds, a line each. */
async function everythingIn(redis: Redis): Promise<string> {
  const lines: string[] = [];
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key);
    // It went in the meantime, and what was written to it was heard.
    if (type === 'none') continue;
    const read = READERS[type];
    if (read === undefined) throw new Error(`Nobody reads ${type}, which ${key} is`);
    lines.push(`${key} ${String(await read(redis, key))}`);
  }
  return lines.join('\n');
}

const READERS: Record<string, (redis: Redis, key: string) => Promise<unknown>> = {
  string: (redis, key) => redis.get(key),
  hash: async (redis, key) => Object.entries(await redis.hgetall(key)),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key),
  zset: (redis, key) => redis.zrange(key, '0', '-1', 'WITHSCORES'),
  stream: (redis, key) => redis.xrange(key, '-', '+'),
};
