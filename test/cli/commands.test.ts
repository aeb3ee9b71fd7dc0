import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyKey } from '../../src/ledger/apps/apps.js';
import { connect, openLedger } from '../../src/ledger/database/open.js';
import { verifyLogin } from '../../src/ledger/people/users.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { freePort } from '../support/ports.js';
import { emptyFolder, run, settingsFor, start } from './program.js';

// Each command as its user runs it: a process, its arguments and its settings.
describe('commands', () => {
  const folder = emptyFolder();
  const cwd = folder.path;
  let database: FreshDatabase;
  let settings: Record<string, string>;

  beforeAll(async () => {
    database = await freshDatabase();
    settings = settingsFor(database.url);
  });
  afterAll(async () => {
    folder.remove();
    await database?.drop();
  });

  it('refuse a configuration with all its problems at once and without its values', async () => {
    const ended = await run(['web'], {
      cwd,
      settings: {
        DATABASE_URL: 'mysql://canary@127.0.0.1/x',
        INTUIT_CLIENT_SECRETT: 'canary',
        PORT: '99999',
      },
    });

    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    for (const row of [
      'DATABASE_URL must be a postgres:// address',
      'ENCRYPTION_KEYS is required',
      'INTUIT_CLIENT_ID is required',
      'INTUIT_CLIENT_SECRETT is not a setting; did you mean INTUIT_CLIENT_SECRET?',
      'PORT ',
    ]) {
      expect(ended.stderr).toContain(row);
    }
    expect(ended.stderr).not.toContain('canary');
  });

  it('refuse a database that lacks migrations, and name the command that adds them', async () => {
    for (const args of [
      ['web'],
      ['worker'],
      ['user', 'create', 'a@b.example', '--role', 'admin'],
    ]) {
      const ended = await run(args, { cwd, settings });
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/lacks \d+ migrations? of this version\. Run: qbo-sync migrate/);
    }
  });

  it('say so where no database answers', async () => {
    const port = await freePort();
    const ended = await run(['migrate'], {
      cwd,
      settings: { ...settings, DATABASE_URL: `postgres://u:canary@127.0.0.1:${port}/x` },
    });

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^PostgreSQL cannot be reached \(ECONNREFUSED\)/);
    expect(ended.stderr).not.toContain('canary');
  });

  it('migrate: brings ledger and queue up, in two processes at once, and again', async () => {
    const both = await Promise.all([1, 2].map(() => run(['migrate'], { cwd, settings })));
    const again = await run(['migrate'], { cwd, settings });

    for (const { code, stdout } of [...both, again])
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it('app budget: gives an app its own number of reads, and takes it away again', async () => {
    const url = 'https://shop.example/settings';
    const app = await run(['app', 'create', 'Reader', '--return-url', url], { cwd, settings });
    const budget = (reads: string, id = app.stdout.trim()) =>
      run(['app', 'budget', id, reads], { cwd, settings });
    const sql = connect(database.url, { poolSize: 1 });
    const stored = async () => {
      const [row] = await sql`select reads_per_month from apps where name = 'Reader'`;
      return row?.['readsPerMonth'];
    };
    try {
      expect(await budget('200000')).toMatchObject({ code: 0, stdout: '' });
      expect(await stored()).toBe(200_000);
      expect(await budget('default')).toMatchObject({ code: 0, stdout: '' });
      expect(await stored()).toBeNull();
      expect(await budget('many')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('number of reads'),
      });
      const nobody = '00000000-0000-0000-0000-000000000000';
      expect(await budget('5', nobody)).toMatchObject({
        code: 1,
        stderr: `There is no app ${nobody}.\n`,
      });
    } finally {
      await sql.end();
    }
  });

  it('app embed: says whose pages may frame its customers’ page, and app list shows it', async () => {
    const url = 'https://shop.example/settings';
    const app = await run(['app', 'create', 'Framer', '--return-url', url], { cwd, settings });
    const id = app.stdout.trim();
    const embed = (...origins: string[]) =>
      run(['app', 'embed', id, ...origins], { cwd, settings });
    const listed = async () => {
      const { stdout } = await run(['app', 'list'], { cwd, settings });
      return stdout.split('\n').find((line) => line.startsWith(id));
    };
    expect(await listed()).toBe(`${id}\tFramer\t${url}\t`);
    const two = ['https://shop.example', 'http://localhost:5173'];
    expect(await embed(...two)).toMatchObject({ code: 0, stdout: '' });
    expect(await listed()).toBe(`${id}\tFramer\t${url}\t${two.join(' ')}`);
    expect(await embed('https://shop.example/settings')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('scheme, host and port alone'),
    });
    expect(await embed('none')).toMatchObject({ code: 0, stdout: '' });
    expect(await listed()).toBe(`${id}\tFramer\t${url}\t`);
  });

  it('app, key and user create: print what was made alone on stdout, and it works', async () => {
    const url = 'https://shop.example/settings';
    const app = await run(['app', 'create', 'Shop', '--return-url', url], { cwd, settings });
    const appId = app.stdout.trim();
    const scopes = ['--scopes', 'documents,connections'];
    const key = await run(['key', 'create', '--app', appId, ...scopes], { cwd, settings });
    const person = ['user', 'create', 'Ada@Example.com', '--role', 'operator'];
    const user = await run(person, { cwd, settings });

    expect(app).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
    expect(key).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^qs_\w{16}_[\w-]{43}\n$/),
    });
    const [k1] = (settings['ENCRYPTION_KEYS'] ?? '').split(':').slice(1);
    const ledger = await openLedger({
      url: database.url,
      keys: [{ id: 'k1', key: Buffer.from(k1 ?? '', 'base64') }],
      poolSize: 1,
    });
    try {
      expect(await verifyKey(ledger, key.stdout.trim())).toMatchObject({
        appId,
        scopes: ['documents', 'connections'],
      });
      const login = { email: 'ada@example.com', password: user.stdout.trim() };
      expect(await verifyLogin(ledger, login)).toMatchObject({ role: 'operator' });
    } finally {
      await ledger.close();
    }
  });

  it('user: lists, gives a role, disables, ends sessions and renews a password', async () => {
    const user = (...args: string[]) => run(['user', ...args], { cwd, settings });
    const of = 'bo@example.com';
    const { stdout: first } = await user('create', of, '--role', 'viewer');

    for (const args of [
      ['role', of, '--role', 'support'],
      ['disable', of],
      ['end-sessions', of],
    ])
      expect(await user(...args)).toMatchObject({ code: 0, stdout: '' });
    expect((await user('list')).stdout.split('\n')).toContain(`${of}\tsupport\tdisabled`);
    await user('enable', of);
    const { stdout: second } = await user('password', of);
    expect((await user('list')).stdout).toContain(`${of}\tsupport\tenabled\n`);
    expect(second.trim()).not.toBe(first.trim());
    expect(second).toMatch(/^[\w-]{24}\n$/);
  });

  it.each([
    ['a second user of the same address', ['user', 'create', 'ada@example.com', '--role', 'admin']],
    ['an unknown role', ['user', 'create', 'eve@example.com', '--role', 'owner']],
    ['no address', ['user', 'create', 'eve', '--role', 'admin']],
    ['to disable somebody unknown', ['user', 'disable', 'nobody@example.com']],
    ['an unknown app', ['key', 'create', '--app', 'nobody', '--scopes', 'documents']],
    ['an unknown scope', ['key', 'create', '--app', 'x', '--scopes', 'documents,all']],
    ['an unsafe return address', ['app', 'create', 'Shop', '--return-url', 'http://shop.example']],
    ['an unknown command', ['wobble']],
  ])('refuse %s in a sentence', async (_, args) => {
    const ended = await run(args, { cwd, settings });

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('refuse a database that was written with another key', async () => {
    const { ENCRYPTION_KEYS } = settingsFor(database.url);
    const ended = await run(['web'], { cwd, settings: { ...settings, ENCRYPTION_KEYS } });

    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/encryption key "k1", which is not the one configured/);
  });

  it('simulator: says one line when it is ready, keeps its companies, ends on Ctrl-C', async () => {
    const port = await freePort();
    const data = join(cwd, 'simulator.json');
    const first = start(['simulator', '--port', String(port), '--data', data], { cwd });
    await first.until('\n');
    expect(first.stdout()).toBe(`simulator ready http://127.0.0.1:${port}\n`);
    const companies = (await (
      await fetch(`http://127.0.0.1:${port}/control/companies`)
    ).json()) as unknown;
    const taken = await run(['simulator', '--port', String(port)], { cwd });
    first.child.kill('SIGINT');

    expect((await first.ended).code).toBe(0);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toBe(`Port ${port} is taken. Choose another one with --port.\n`);
    const second = start(['simulator', '--port', String(port), '--data', data], { cwd });
    await second.until('\n');
    expect(await (await fetch(`http://127.0.0.1:${port}/control/companies`)).json()).toEqual(
      companies,
    );
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
  });

  it('simulator: says in one line why it cannot use a data file', async () => {
    const data = join(cwd, 'missing', 'simulator.data');
    expect(await run(['simulator', '--port', '0', '--data', data], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr: `The data file ${data} is in a folder that does not exist.\n`,
    });
  });

  it('init: writes secrets nobody else may read, twice differently, and never over others', async () => {
    const files = ['one', 'two'].map((name) => join(cwd, name));
    for (const path of files) {
      mkdirSync(path);
      expect(await run(['init'], { cwd: path })).toMatchObject({ code: 0, stdout: '' });
    }
    const [one = '', two = ''] = files.map((path) => readFileSync(join(path, '.env'), 'utf8'));
    const env = parseEnv(one);

    expect(statSync(join(files[0] ?? '', '.env')).mode & 0o777).toBe(0o600);
    expect(env['POSTGRES_PASSWORD']).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(Buffer.from(env['ENCRYPTION_KEYS']?.slice(3) ?? '', 'base64')).toHaveLength(32);
    expect(env).toMatchObject({ INTUIT_CLIENT_ID: '', INTUIT_CLIENT_SECRET: '' });
    const other = parseEnv(two);
    for (const name of ['POSTGRES_PASSWORD', 'ENCRYPTION_KEYS']) {
      expect(other[name]).not.toBe(env[name]);
    }
    writeFileSync(join(files[0] ?? '', '.env'), 'KEEP=me');
    expect(await run(['init'], { cwd: files[0] })).toMatchObject({ code: 1 });
    expect(readFileSync(join(files[0] ?? '', '.env'), 'utf8')).toBe('KEEP=me');
  });
});
