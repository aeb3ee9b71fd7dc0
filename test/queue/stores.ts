import { Redis } from 'ioredis';
import { Client } from 'pg';
import { migrateQueue } from '../../src/queue/backend.js';
import { startPrivatePostgres } from '../support/postgres-server.js';
import { startRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';

/** A store under test, with all that may happen to it. */
export interface StoreUnderTest {
  readonly url: string;
  /** Makes a schema ready for use. */
  prepare(schema: string): Promise<void>;
  /** Loses all that the schema holds, as FLUSHALL or a dropped schema does, and prepares it anew. */
  loseEverything(schema: string): Promise<void>;
  /** All that the schema holds, as text. */
  dump(schema: string): Promise<string>;
  /** Connections to the store, this question's own left out. */
  connections(): Promise<number>;
  /** Makes it refuse all calls of the schema at once, as a full store does, until `accept`. */
  refuse(schema: string): Promise<void>;
  accept(schema: string): Promise<void>;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function redisUnderTest(): Promise<StoreUnderTest> {
  const server = await startRedis();
  return {
    url: server.url,
    async prepare() {},
    loseEverything: () => server.flushAll(),
    dump: (schema) =>
      withRedis(server.url, async (redis) => {
        const keys = await redis.keys(`${schema}:*`);
        return JSON.stringify(await Promise.all(keys.map((key) => readKey(redis, key))));
      }),
    connections: () =>
      withRedis(server.url, async (redis) => {
        const clients = String(await redis.call('client', 'list', 'type', 'normal'));
        return clients.trim().split('\n').length - 1;
      }),
    refuse: () => setMaxMemory(server.url, '1mb'),
    accept: () => setMaxMemory(server.url, '0'),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

function setMaxMemory(url: string, limit: string): Promise<void> {
  return withRedis(url, async (redis) => {
    await redis.config('SET', 'maxmemory', limit);
  });
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function readKey(redis: Redis, key: string): Promise<unknown> {
  const read: Record<string, () => Promise<unknown>> = {
    hash: () => redis.hgetall(key),
    stream: () => redis.xrange(key, '-', '+'),
    list: () => redis.lrange(key, '0', '-1'),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, '0', '-1'),
    string: () => redis.get(key),
  };
  return [key, await read[await redis.type(key)]?.()];
}

export async function postgresUnderTest(): Promise<StoreUnderTest> {
  const server = await startPrivatePostgres();
  const prepare = (schema: string) => migrateQueue(server.url, { schema });
  const dropSchema = (schema: string) =>
    withClient(server.url, async (client) => {
      // A worker's claim and the drop can lock each other out; Postgres then fails one of them.
      const dropped = () => client.query(`drop schema if exists ${schema} cascade`);
      await waitFor(dropped, { what: `schema ${schema} to be dropped` });
    });
  return {
    url: server.url,
    prepare,
    async loseEverything(schema) {
      await dropSchema(schema);
      await prepare(schema);
    },
    dump: (schema) =>
      withClient(server.url, async (client) => {
        const { rows } = await client.query(
          `select coalesce(string_agg(query_to_xml(
             format('select * from %I.%I', schemaname, tablename), true, false, '')::text, ''), '')
             as content from pg_tables where schemaname = $1`,
          [schema],
        );
        return String(rows[0]?.content);
      }),
    connections: () =>
      withClient(server.url, async (client) => {
        const { rows } = await client.query(
          `select count(*)::int as count from pg_stat_activity
           where backend_type = 'client backend' and pid <> pg_backend_pid()`,
        );
        return Number(rows[0]?.count);
      }),
    refuse: dropSchema,
    accept: prepare,
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
