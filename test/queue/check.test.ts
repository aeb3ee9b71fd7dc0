import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import {
  InvalidQueueOption,
  migrateQueue,
  openQueueBackend,
  type QueueBackendOptions,
} from '../../src/queue/backend.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { describeWith } from '../support/needs.js';
import { freePort } from '../support/ports.js';
import { type PrivateRedis, startRedis } from '../support/redis.js';

// What `doctor` and the start of a process are told about a store that is not fit for BullMQ.

describeWith('redis-server', 'check on Redis', () => {
  let server: PrivateRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    // Redis refuses to end in good order while it writes its first append-only file.
    await server.kill();
    await server.stop();
  });

  it.each([
    ['maxmemory-policy', 'allkeys-lru', 'noeviction', 'error', 'eviction_policy'],
    ['appendonly', 'no', 'yes', 'warning', 'persistence_off'],
    ['maxmemory', '1150kb', '0', 'warning', 'memory_nearly_full'],
    ['maxmemory', '1', '0', 'error', 'memory_full'],
    ['replicaof', '127.0.0.1 1', 'no one', 'error', 'read_only'],
  ])('tells what is wrong with %s %s', async (setting, wrong, right, severity, code) => {
    const redis = new Redis(server.url);
    await set(redis, setting, wrong);

    const problems = await check(server.url);

    await set(redis, setting, right);
    redis.disconnect();
    expect(problems).toMatchObject([{ severity, code }]);
  });
});

describe('check on Postgres', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('tells that the tables are missing, until they are migrated', async () => {
    expect(await check(database.url)).toMatchObject([
      { severity: 'error', code: 'schema_not_migrated' },
    ]);

    await Promise.all([migrateQueue(database.url), migrateQueue(database.url)]);

    expect(await check(database.url)).toEqual([]);
  });

  it('tells that the tables are newer than this program', async () => {
    await migrateQueue(database.url, { schema: 'from_the_future' });
    const client = new Client(database.url);
    await client.connect();
    await client.query('update from_the_future.migration set min_client_version = 99');
    await client.end();

    const problems = await check(database.url, { schema: 'from_the_future' });

    expect(problems).toMatchObject([{ severity: 'error', code: 'schema_newer' }]);
  });
});

describe('check of any store', () => {
  it.each(['redis', 'postgres'])('tells that %s is out of reach, in time', async (kind) => {
    const url = `${kind}://user:secret@127.0.0.1:${await freePort()}/0`;

    const problems = await check(url, { openTimeoutMs: 2_000 });

    expect(problems).toMatchObject([{ severity: 'error', code: 'unreachable' }]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  it.each<[string, Partial<QueueBackendOptions>]>([
    ['url', { url: 'mysql://user:secret@127.0.0.1' }],
    ['addTimeoutMs', { addTimeoutMs: 0 }],
    ['drainDelaySeconds', { drainDelaySeconds: 11 }],
    ['storeTimeoutMs', { storeTimeoutMs: 5_000 }],
    ['schema', { schema: 'no spaces' }],
  ])('refuses an option %s out of its bounds, by name alone', async (name, mistake) => {
    const error = await open('redis://127.0.0.1', mistake).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(InvalidQueueOption);
    expect(String(error)).toContain(name);
    expect(String(error)).not.toContain('secret');
  });
});

async function set(redis: Redis, setting: string, value: string): Promise<void> {
  if (setting === 'replicaof') await redis.call('replicaof', ...value.split(' '));
  else await redis.config('SET', setting, value);
}

async function check(url: string, given: Partial<QueueBackendOptions> = {}) {
  const queue = await open(url, given);
  try {
    return await queue.check();
  } finally {
    await queue.close();
  }
}

function open(url: string, given: Partial<QueueBackendOptions>) {
  const log = { error: () => {}, warn: () => {}, info: () => {} };
  return openQueueBackend({ url, log, addTimeoutMs: 500, openTimeoutMs: 30_000, ...given });
}
