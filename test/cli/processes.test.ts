import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { migrateQueue } from '../../src/queue/backend.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { describeWith } from '../support/needs.js';
import { freePort } from '../support/ports.js';
import { type PrivateRedis, startRedis } from '../support/redis.js';
import { emptyFolder, run, settingsFor, start } from './program.js';

const folder = emptyFolder();
const cwd = folder.path;
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase({ migrate: migrateLedger });
  await migrateQueue(database.url);
});
afterAll(async () => {
  folder.remove();
  await database?.drop({ force: true });
});

const status = async (url: string) => (await fetch(url)).status;
const events = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event: string }).event);

describe('web and worker', () => {
  it.each([
    ['web', 'PORT', 'SIGTERM'],
    ['web', 'PORT', 'SIGINT'],
    ['worker', 'WORKER_PORT', 'SIGTERM'],
    ['worker', 'WORKER_PORT', 'SIGINT'],
  ] as const)(
    '%s: answers its health on %s and ends with code 0 on %s, asked twice',
    async (name, portName, signal) => {
      const port = await freePort();
      const settings = settingsFor(database.url, { ...keys(), [portName]: String(port) });
      const process = start([name], { cwd, settings });
      await process.until('process_ready');

      expect(await status(`http://127.0.0.1:${port}/livez`)).toBe(200);
      expect(await status(`http://127.0.0.1:${port}/readyz`)).toBe(200);
      process.child.kill(signal);
      await process.until('process_stopping');
      process.child.kill(signal);
      const { code, stdout, stderr } = await process.ended;

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(events(stdout).filter((event) => event.startsWith('process_'))).toEqual([
        'process_started',
        'process_ready',
        'process_stopping',
        'process_stopped',
      ]);
    },
  );

  it('a worker that cannot reach its database is alive and not ready', async () => {
    const other = await freshDatabase({ migrate: migrateLedger });
    await migrateQueue(other.url);
    const port = await freePort();
    const settings = settingsFor(other.url, { WORKER_PORT: String(port) });
    const worker = start(['worker'], { cwd, settings });
    await worker.until('process_ready');
    await other.drop({ force: true });

    expect(await status(`http://127.0.0.1:${port}/livez`)).toBe(200);
    expect(await status(`http://127.0.0.1:${port}/readyz`)).toBe(503);
    expect(await status(`http://127.0.0.1:${port}/other`)).toBe(404);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  it('end with code 1 on what nobody caught, named without its message', async () => {
    const crash = join(cwd, 'crash.mjs');
    writeFileSync(
      crash,
      `process.on('SIGUSR2', () => { throw new TypeError('canary of a customer'); });`,
    );
    const settings = settingsFor(database.url, { ...keys(), PORT: String(await freePort()) });
    const web = start(['web'], {
      cwd,
      settings: { ...settings, NODE_OPTIONS: `--import ${crash}` },
    });
    await web.until('process_ready');
    web.child.kill('SIGUSR2');
    const { code, stdout, stderr } = await web.ended;

    expect(code).toBe(1);
    const line = stdout.split('\n').find((text) => text.includes('process_failed')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      what: 'uncaughtException',
      error: { name: 'TypeError', stack: expect.stringContaining('crash.mjs') },
    });
    expect(stdout + stderr).not.toContain('canary');
  });

  it('refuse a port that is taken in a sentence', async () => {
    const port = await freePort();
    const settings = settingsFor(database.url, { ...keys(), PORT: String(port) });
    const first = start(['web'], { cwd, settings });
    await first.until('process_ready');
    const second = await run(['web'], { cwd, settings });
    first.child.kill('SIGTERM');

    expect(second.code).toBe(1);
    expect(second.stderr).toBe(`Port ${port} is taken by another program.\n`);
    expect((await first.ended).code).toBe(0);
  });
});

describeWith('redis-server', 'a Redis that may drop jobs', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    client.disconnect();
  });
  afterAll(() => redis?.stop());

  it('is refused by a worker, named by the doctor, and makes web degraded', async () => {
    const port = await freePort();
    const settings = settingsFor(database.url, {
      ...keys(),
      QUEUE_URL: redis.url,
      PORT: String(port),
    });
    const worker = await run(['worker'], { cwd, settings });
    const doctor = await run(['doctor'], { cwd, settings });
    const web = start(['web'], { cwd, settings });
    await web.until('process_ready');
    const readiness = await (await fetch(`http://127.0.0.1:${port}/readyz`)).json();
    web.child.kill('SIGTERM');

    expect(worker.code).toBe(1);
    expect(worker.stderr).toMatch(/^The queue cannot be used:\n.*maxmemory-policy to noeviction/);
    expect(doctor.stdout).toMatch(/error {4}Queue: .*maxmemory-policy to noeviction/);
    expect(readiness).toEqual({ status: 'degraded' });
    expect((await web.ended).code).toBe(0);
  });

  it('does not keep a worker from starting while it is merely away', async () => {
    await redis.kill();
    const settings = settingsFor(database.url, {
      ...keys(),
      QUEUE_URL: redis.url,
      WORKER_PORT: String(await freePort()),
    });
    const worker = start(['worker'], { cwd, settings });
    await worker.until('process_ready');
    worker.child.kill('SIGTERM');

    expect((await worker.ended).code).toBe(0);
  });
});

/** The first start fixes the database's key. */
const ENCRYPTION_KEYS = settingsFor('').ENCRYPTION_KEYS;
function keys(): { ENCRYPTION_KEYS: string } {
  return { ENCRYPTION_KEYS };
}
