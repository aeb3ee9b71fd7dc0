import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { migrateQueue } from '../../src/queue/backend.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { freePort } from '../support/ports.js';
import { emptyFolder, run, settingsFor, start } from './program.js';

describe('doctor', () => {
  const folder = emptyFolder();
  const cwd = folder.path;
  let database: FreshDatabase;
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator();
    database = await freshDatabase({ migrate: migrateLedger });
  });
  afterAll(async () => {
    folder.remove();
    await simulator?.close();
    await database?.drop();
  });

  it('names every problem in one run, the right settings notwithstanding', async () => {
    const port = await freePort();
    const ended = await run(['doctor'], {
      cwd,
      settings: {
        DATABASE_URL: `postgres://app:pw-canary@127.0.0.1:${port}/x?password=pw-canary`,
        QUEUE_URL: `redis://:pw-canary@127.0.0.1:${port}`,
        ENCRYPTION_KEYS: 'k1:c2hvcnQ=',
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        INTUIT_ENVIRONMENT: 'simulator',
        INTUIT_BASE_URL: `http://127.0.0.1:${port}`,
      },
    });

    expect(ended.code).toBe(1);
    for (const text of [
      'error    INTUIT_CLIENT_ID is required',
      'error    INTUIT_CLIENT_SECRET is required',
      'error    ENCRYPTION_KEYS every key must be 32 bytes in base64',
      'error    PostgreSQL cannot be reached',
      'error    Queue: Redis does not answer',
      `warning  QuickBooks (http://127.0.0.1:${port}) does not answer from here.`,
      `warning  Web was not found at PUBLIC_URL (http://127.0.0.1:${port}): nothing answers.`,
    ]) {
      expect(ended.stdout).toContain(text);
    }
    expect(ended.stdout + ended.stderr).not.toContain('canary');
  });

  it('shows the configuration without its secrets, and the way to the missing migrations', async () => {
    const empty = await freshDatabase();
    const settings = settingsFor(empty.url, { INTUIT_BASE_URL: simulator.url, PORT: '3999' });
    const ended = await run(['doctor'], { cwd, settings });
    await empty.drop();

    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/error {4}The database lacks \d+ migrations? .*qbo-sync migrate/);
    expect(ended.stdout).toMatch(/ENCRYPTION_KEYS +k1 \(active\)\n/);
    expect(ended.stdout).toMatch(/INTUIT_CLIENT_SECRET +\(set\)\n/);
    expect(ended.stdout).toMatch(/PORT +3999\n/);
    expect(ended.stdout).toMatch(/LOG_LEVEL +info {2}\(default\)\n/);
    for (const secret of [
      settings.INTUIT_CLIENT_SECRET,
      settings.ENCRYPTION_KEYS.slice(3),
      new URL(empty.url).password,
    ]) {
      expect(ended.stdout).not.toContain(secret);
    }
  });

  it('finds nothing wrong with a working installation, and counts what each key holds', async () => {
    await migrateQueue(database.url);
    const port = await freePort();
    const settings = settingsFor(database.url, {
      INTUIT_BASE_URL: simulator.url,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
    });
    const web = start(['web'], { cwd, settings });
    await web.until('process_ready');
    const healthy = await run(['doctor'], { cwd, settings });
    const { ENCRYPTION_KEYS: other } = settingsFor(database.url);
    const rotated = `k2:${other.slice(3)},${settings.ENCRYPTION_KEYS}`;
    const rotating = await run(['doctor'], {
      cwd,
      settings: { ...settings, ENCRYPTION_KEYS: rotated },
    });
    const lost = await run(['doctor'], { cwd, settings: { ...settings, ENCRYPTION_KEYS: other } });
    web.child.kill('SIGTERM');

    expect(healthy.stdout).toContain('Errors: 0. Warnings: 0.');
    expect(healthy.code).toBe(0);
    expect(healthy.stdout).toMatch(/ok {7}PostgreSQL \d+\.\d+ answers\./);
    expect(healthy.stdout).toContain(`${settings.PUBLIC_URL}/oauth/callback`);
    expect(healthy.stdout).toMatch(/ok {7}1 values are encrypted with key k1\./);
    expect(rotating.stdout).toContain('0 values are encrypted with key k2.');
    expect(rotating.stdout).toContain('1 values are encrypted with key k1.');
    expect(rotating.code).toBe(0);
    expect(lost.stdout).toContain('error    The database was written with encryption key "k1"');
    expect((await web.ended).code).toBe(0);
  });

  it.each([
    [{ PUSH_CONCURRENCY: '800', DATABASE_POOL_SIZE: '100' }, 'A worker runs up to 810 jobs on 100'],
    [{ DATABASE_POOL_SIZE: '900' }, 'One web and one worker may open 1800 connections'],
  ])('warns of numbers that do not agree: %j', async (numbers, text) => {
    const settings = settingsFor(database.url, { INTUIT_BASE_URL: simulator.url, ...numbers });
    const { stdout } = await run(['doctor'], { cwd, settings });

    expect(stdout).toContain(`warning  ${text}`);
  });
});
