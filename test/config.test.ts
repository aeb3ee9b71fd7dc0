import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { InvalidConfig, readConfig } from '../src/config.js';

const folder = mkdtempSync(join(tmpdir(), 'qbo-sync-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const NO_FILE = file('empty.env', '');
const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64');

const SANDBOX = {
  DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/qbo_sync',
  ENCRYPTION_KEYS: `k1:${KEY}`,
  INTUIT_CLIENT_ID: 'client',
  INTUIT_CLIENT_SECRET: 'a-secret-of-the-sandbox',
  INTUIT_ENVIRONMENT: 'sandbox',
};
const PRODUCTION = {
  ...SANDBOX,
  INTUIT_ENVIRONMENT: 'production',
  QUEUE_URL: 'redis://:secret@redis.example.com:6379',
  PUBLIC_URL: 'https://sync.example.com',
};

/** Problems as `NAME rule`. */
function problemsOf(environment: Record<string, string | undefined>, envFile = NO_FILE): string[] {
  try {
    readConfig(environment, envFile);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    return error.problems.map(({ name, rule }) => `${name} ${rule}`);
  }
}

describe('the settings of a process', () => {
  it('have defaults for all that is not a secret or an address', () => {
    const config = readConfig(SANDBOX, NO_FILE);
    expect(config).toMatchObject({
      queueUrl: SANDBOX.DATABASE_URL,
      port: 3000,
      workerPort: 3001,
      publicUrl: 'http://127.0.0.1:3000',
      logLevel: 'info',
      concurrency: { push: 50, pull: 10 },
      laneSharePercent: 90,
      namePushesAtOnce: 1,
      reauthenticate: { afterMs: 900_000, beyondDocuments: 100 },
      testClockUrl: undefined,
      testLaneUnlimited: false,
      testLaneScale: 1,
    });
    expect(config.waits.sweepEveryMs).toBe(15_000);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('are refused with every problem at once', () => {
    const problems = problemsOf({
      PORT: '70000',
      INTUIT_ENVIRONMENT: 'prod',
      QUEUE_URL: 'amqp://x',
    });
    expect(problems.map((text) => text.split(' ')[0]).sort()).toEqual([
      'DATABASE_URL',
      'ENCRYPTION_KEYS',
      'INTUIT_CLIENT_ID',
      'INTUIT_CLIENT_SECRET',
      'INTUIT_ENVIRONMENT',
      'PORT',
      'QUEUE_URL',
    ]);
    expect(problems).toContain('DATABASE_URL is required');
  });

  it('are refused without telling a value', () => {
    const secret = 'canary-password';
    try {
      readConfig(
        { ...PRODUCTION, DATABASE_URL: `mysql://u:${secret}@h/d`, INTUIT_CLIENT_SECRET: secret },
        NO_FILE,
      );
      throw new Error('It was taken');
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidConfig);
      expect(String(error)).toContain('DATABASE_URL');
      expect(String(error)).not.toContain(secret);
    }
  });

  it('are refused when misspelled, with the name that was meant', () => {
    expect(problemsOf({ ...SANDBOX, DATABSE_URL: 'x', QUEUE_ULR: 'y' })).toEqual([
      'QUEUE_ULR is not a setting; did you mean QUEUE_URL?',
    ]);
    const envFile = file('misspelled.env', 'PROT=3001\nDATABSE_URL=x\nFAVOURITE_COLOUR=red\n');
    expect(problemsOf(SANDBOX, envFile).sort()).toEqual([
      'DATABSE_URL is not a setting; did you mean DATABASE_URL?',
      'FAVOURITE_COLOUR is not a setting',
      'PROT is not a setting; did you mean PORT?',
    ]);
    // The environment holds names of many others.
    expect(problemsOf({ ...SANDBOX, PATH: '/bin', HOSTNAME: 'web-1', PGPASSWORD: 'x' })).toEqual(
      [],
    );
  });

  it('come from .env, and the environment wins; an empty value counts as not set', () => {
    const envFile = file('some.env', 'PORT=4000\nWORKER_PORT=4001\nINTUIT_BASE_URL=\nLOG_LEVEL=\n');
    const config = readConfig({ ...SANDBOX, PORT: '5000', WORKER_PORT: '' }, envFile);
    expect(config).toMatchObject({ port: 5000, workerPort: 4001, logLevel: 'info' });
    expect(problemsOf({ ...SANDBOX, ENCRYPTION_KEYS: '' })).toEqual([
      'ENCRYPTION_KEYS is required',
    ]);
  });

  it('come from files as well, without the line’s end', () => {
    const secret = file('client_secret', 'from-a-file-of-secrets\n');
    const { INTUIT_CLIENT_SECRET: _, ...rest } = SANDBOX;
    const config = readConfig({ ...rest, INTUIT_CLIENT_SECRET_FILE: secret }, NO_FILE);
    expect(config.intuit.clientSecret).toBe('from-a-file-of-secrets');
    expect(problemsOf({ ...rest, INTUIT_CLIENT_SECRET_FILE: join(folder, 'gone') })).toEqual([
      'INTUIT_CLIENT_SECRET_FILE names a file that cannot be read',
      'INTUIT_CLIENT_SECRET is required',
    ]);
  });

  it.each([
    ['no key', ',', 'must hold at least one key'],
    ['a short key', `k1:${Buffer.alloc(16, 3).toString('base64')}`, 'must be 32 bytes'],
    ['a key of zeros', `k1:${Buffer.alloc(32).toString('base64')}`, 'too weak'],
    ['a key of one letter', `k1:${Buffer.alloc(32, 'a').toString('base64')}`, 'too weak'],
    ['a key without an id', `:${KEY}`, 'needs an id'],
    ['an id used twice', `k1:${KEY},k1:${KEY}`, 'ids must differ'],
  ])('refuse %s', (_, keys, rule) => {
    const problems = problemsOf({ ...SANDBOX, ENCRYPTION_KEYS: keys });
    expect(problems).toContainEqual(expect.stringContaining(rule));
  });

  it('take several keys, the first active', () => {
    const other = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 5)).toString(
      'base64',
    );
    const config = readConfig({ ...SANDBOX, ENCRYPTION_KEYS: `k2:${other}, k1:${KEY}` }, NO_FILE);
    expect(config.encryptionKeys.map(({ id }) => id)).toEqual(['k2', 'k1']);
  });

  it('are strict in production', () => {
    expect(problemsOf(PRODUCTION)).toEqual([]);
    const { QUEUE_URL: _, ...withoutQueue } = PRODUCTION;
    expect(problemsOf(withoutQueue)).toEqual(['QUEUE_URL is required in production']);
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: 'http://sync.example.com' })).toEqual([
      'PUBLIC_URL must be https:// in production',
    ]);
    expect(problemsOf({ ...PRODUCTION, INTUIT_CLIENT_SECRET: 'short' })).toHaveLength(1);
    expect(
      problemsOf({
        ...PRODUCTION,
        QBO_SYNC_TEST_CLOCK: 'http://127.0.0.1:4010/control/clock',
        QBO_SYNC_TEST_WAITS: '0.05',
        QBO_SYNC_TEST_DATABASE_WAITS: '0.1',
        QBO_SYNC_TEST_LANE: 'unlimited',
        QBO_SYNC_TEST_SCHEDULES: 'off',
      }).map((text) => text.split(' ')[0]),
    ).toEqual([
      'QBO_SYNC_TEST_CLOCK',
      'QBO_SYNC_TEST_WAITS',
      'QBO_SYNC_TEST_DATABASE_WAITS',
      'QBO_SYNC_TEST_LANE',
      'QBO_SYNC_TEST_SCHEDULES',
    ]);
  });

  it('refuse a Redis in production that anyone could write into', () => {
    const withQueue = (QUEUE_URL: string) => problemsOf({ ...PRODUCTION, QUEUE_URL });
    expect(withQueue('redis://redis.example.com:6379')).toHaveLength(1);
    expect(withQueue('redis://127.0.0.1:6379')).toEqual([]);
    // A name without a dot is one of the container network, as in docker-compose.yml.
    expect(withQueue('redis://redis:6379')).toEqual([]);
    expect(withQueue('rediss://:secret@redis.example.com:6379')).toEqual([]);
  });

  it('name an address for the simulator, and for nothing else', () => {
    expect(problemsOf({ ...SANDBOX, INTUIT_ENVIRONMENT: 'simulator' })).toEqual([
      'INTUIT_BASE_URL is required with the simulator',
    ]);
    expect(problemsOf({ ...SANDBOX, INTUIT_BASE_URL: 'http://127.0.0.1:4010' })).toEqual([
      'INTUIT_BASE_URL is for the simulator only',
    ]);
  });

  it('know where people open what is in QuickBooks', () => {
    const pagesOf = (o: object) => readConfig({ ...SANDBOX, ...o }).intuit.pagesUrl;
    const simulator = {
      INTUIT_ENVIRONMENT: 'simulator',
      INTUIT_BASE_URL: 'http://127.0.0.1:4010/',
    };
    expect(pagesOf({})).toBe('https://sandbox.qbo.intuit.com');
    expect(pagesOf(PRODUCTION)).toBe('https://qbo.intuit.com');
    expect(pagesOf(simulator)).toBe('http://127.0.0.1:4010');
    const own = { INTUIT_PAGES_URL: 'https://app.qbo.intuit.com/' };
    expect(pagesOf({ ...PRODUCTION, ...own })).toBe('https://app.qbo.intuit.com');
  });

  it('let a process be killed for the simulator, and for nothing else', () => {
    const simulator = { INTUIT_ENVIRONMENT: 'simulator', INTUIT_BASE_URL: 'http://127.0.0.1:4010' };
    const withFault = (QBO_SYNC_TEST_FAULT: string, environment: object = simulator) =>
      problemsOf({ ...SANDBOX, ...environment, QBO_SYNC_TEST_FAULT });

    expect(withFault('answer_arrived:2:kill')).toEqual([]);
    expect(withFault('answer_arrived:2:kill', {})).toEqual([
      'QBO_SYNC_TEST_FAULT is for the simulator only',
    ]);
    expect(withFault('answer_arrived:0:kill')).toHaveLength(1);
    expect(withFault('somewhere:1:kill')).toHaveLength(1);
  });

  it('shorten every wait together for tests', () => {
    const { waits } = readConfig({ ...SANDBOX, QBO_SYNC_TEST_WAITS: '0.05' }, NO_FILE);
    expect([waits.sweepEveryMs, waits.graceMs, waits.pace.firstMs]).toEqual([750, 1_250, 1_500]);
  });

  it('leave leases, the database and the queue’s store the seconds a busy machine needs', () => {
    const { waits } = readConfig({ ...SANDBOX, QBO_SYNC_TEST_WAITS: '0.05' }, NO_FILE);
    expect(waits.lease).toEqual({ leaseMs: 3_000, renewMs: 1_000 });
    expect([waits.database.connectMs, waits.quickbooks.laneStoreMs]).toEqual([5_000, 5_000]);
    expect(waits.queue).toMatchObject({
      addTimeoutMs: 2_500,
      lockDurationMs: 3_000,
      storeTimeoutMs: 3_000,
    });
    const { waits: inProduction } = readConfig(SANDBOX, NO_FILE);
    expect(inProduction.lease).toEqual({ leaseMs: 30_000, renewMs: 10_000 });
    expect(inProduction.queue).toMatchObject({ addTimeoutMs: 5_000, storeTimeoutMs: 30_000 });
  });
});
