import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis, type RedisOptions } from 'ioredis';
import postgres from 'postgres';
import { describeWith } from './needs.js';
import { startPrivatePostgres } from './postgres-server.js';
import { startProxy } from './proxy.js';
import { freshRedis, type PrivateRedis, startRedis } from './redis.js';
import { waitFor } from './wait-for.js';

// The tools that fault tests stand on, each held to what it says of itself.
const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describeWith('redis', 'freshRedis', () => {
  it('gives an empty database that can be flushed', async () => {
    const redis = await freshRedis();
    cleanups.push(() => redis.stop());
    const client = connectRedis(redis.url);

    expect(await client.keys('document:*')).toEqual([]);
    await client.set('document:1', 'x');
    await redis.flush();

    expect(await client.get('document:1')).toBeNull();
  });
});

describeWith('redis-server', 'startRedis', () => {
  it('stands still while frozen and goes on after', async () => {
    const redis = await setupRedis();
    const client = connectRedis(redis.url);
    await client.set('a', '1');
    const hasty = connectRedis(redis.url, { commandTimeout: 100 });
    await waitFor(() => hasty.status === 'ready', { what: 'a second client' });

    redis.freeze();
    await expect(hasty.get('a')).rejects.toThrow('timed out');
    redis.thaw();

    expect(await client.get('a')).toBe('1');
  });

  it('keeps appended writes over a kill and a restart on the same address', async () => {
    const redis = await setupRedis();
    const client = connectRedis(redis.url);
    await client.set('kept', '1');
    const before = redis.pid;

    await redis.kill();
    await redis.restart();

    expect(redis.pid).not.toBe(before);
    expect(await client.get('kept')).toBe('1');
    await redis.flushAll();
    expect(await client.get('kept')).toBeNull();
  });

  it('refuses to evict', async () => {
    const client = connectRedis((await setupRedis()).url);
    expect(await client.config('GET', 'maxmemory-policy')).toContain('noeviction');
  });
});

describeWith('redis-server', 'startProxy', () => {
  it('cuts the open connections and serves new ones', async () => {
    const { proxy, proxied } = await setupProxy();
    const client = await proxied();

    const broken = ended(client);
    proxy.cut();
    await broken;

    expect(await (await proxied()).ping()).toBe('PONG');
  });

  it('refuses connections until it passes them again', async () => {
    const { proxy, proxied } = await setupProxy();
    const client = await proxied();

    const broken = ended(client);
    await proxy.refuse();
    await broken;
    await expect(proxied()).rejects.toThrow('Connection is closed');
    await proxy.pass();

    expect(await (await proxied()).ping()).toBe('PONG');
  });

  it('holds bytes back while frozen and delivers them after', async () => {
    const { redis, proxy, proxied } = await setupProxy();
    const direct = connectRedis(redis.url);
    const client = await proxied();

    proxy.freeze();
    let answered = false;
    const held = client.set('held', '1').finally(() => {
      answered = true;
    });
    // Round trips past the proxy give a byte that slipped through ample time to arrive.
    for (let trip = 0; trip < 200; trip += 1) expect(await direct.exists('held')).toBe(0);
    expect(answered).toBe(false);
    await proxy.pass();

    expect(await held).toBe('OK');
    expect(await direct.get('held')).toBe('1');
  });
});

describe('startPrivatePostgres', () => {
  it('keeps committed data over a kill and a restart on the same address', async () => {
    const { server, sql } = await setupPostgres();
    await sql`CREATE TABLE kept AS SELECT 1 AS id`;
    const before = server.url;

    await server.kill();
    await server.restart();

    expect(server.url).toBe(before);
    const rows = await waitFor(() => sql`SELECT id FROM kept`, { what: 'the server to answer' });
    expect(rows).toHaveLength(1);
  });

  it('answers nothing while frozen and goes on after', async () => {
    const { server, sql } = await setupPostgres();
    await sql`SELECT 1`;

    server.freeze();
    let answered = false;
    const question = sql`SELECT 1`.then((rows) => {
      answered = true;
      return rows;
    });
    const other = postgres(server.url, { max: 1, connect_timeout: 1 });
    await expect(other`SELECT 1`).rejects.toThrow('CONNECT_TIMEOUT');
    expect(answered).toBe(false);
    server.thaw();

    expect(await question).toHaveLength(1);
  });
});

async function setupRedis(): Promise<PrivateRedis> {
  const redis = await startRedis();
  cleanups.push(() => redis.stop());
  return redis;
}

function connectRedis(url: string, options: RedisOptions = {}): Redis {
  const client = new Redis(url, { ...options, retryStrategy: () => 20 });
  client.on('error', () => {});
  cleanups.push(() => client.disconnect());
  return client;
}

async function setupProxy() {
  const redis = await setupRedis();
  const proxy = await startProxy(Number(new URL(redis.url).port));
  cleanups.push(() => proxy.close());
  /** A client that has an answer through the proxy and does not connect twice. */
  const proxied = async (): Promise<Redis> => {
    const client = new Redis(proxy.through(redis.url), { retryStrategy: () => null });
    client.on('error', () => {});
    cleanups.push(() => client.disconnect());
    await client.ping();
    return client;
  };
  return { redis, proxy, proxied };
}

function ended(client: Redis): Promise<void> {
  return new Promise((resolve) => client.once('end', () => resolve()));
}

async function setupPostgres() {
  const server = await startPrivatePostgres();
  cleanups.push(() => server.stop());
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  cleanups.push(() => sql.end({ timeout: 1 }));
  return { server, sql };
}
