import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnOptionsFor, unprivilegedAccount } from '../../src/embedded/account.js';
import { findBinaries } from '../../src/embedded/binaries.js';
import { startOf } from '../../src/embedded/processes.js';
import { freePort } from '../support/ports.js';
import { waitFor } from '../support/wait-for.js';
import { ask, cleanUp, cleanups, keepSomething, newFolder, start, whatWasKept } from './servers.js';

// Real servers in folders of their own; the same for root and for an ordinary user.
afterEach(cleanUp);

describe('a first start', () => {
  it('serves on 127.0.0.1 alone and only with the password kept beside the data', async () => {
    const server = await start(newFolder());

    const settings = await ask(
      server.url,
      (sql) => sql`
      SELECT name, setting FROM pg_settings
      WHERE name IN ('listen_addresses', 'unix_socket_directories', 'max_connections', 'fsync')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'off',
      listen_addresses: '127.0.0.1',
      max_connections: '100',
      unix_socket_directories: '',
    });
    const withoutPassword = new URL(server.url);
    withoutPassword.password = 'wrong';
    await expect(ask(withoutPassword.href, (sql) => sql`SELECT 1`)).rejects.toThrow('password');
    expect(statSync(join(server.dir, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(server.dir, 'data')).mode & 0o777).toBe(0o700);
  });

  it('is safe against a crash of the machine unless told otherwise', async () => {
    const server = await start(newFolder(), { durable: undefined, maxConnections: 200 });

    const [row] = await ask(
      server.url,
      (sql) =>
        sql`SELECT current_setting('fsync') AS fsync, current_setting('max_connections') AS n`,
    );
    expect(row).toEqual({ fsync: 'on', n: '200' });
  });

  it('sorts and changes case the same way on every machine', async () => {
    const server = await start(newFolder());

    const [row] = await ask(
      server.url,
      (sql) => sql`SELECT upper('é') AS upper, 'Z' < 'a' AS before`,
    );
    expect(row).toEqual({ upper: 'É', before: true });
  });

  it('begins anew when an earlier first start was interrupted', async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, 'data.new'));
    writeFileSync(join(dataDir, 'data.new', 'PG_VERSION'), '18\n');

    const server = await start(dataDir);

    expect(await ask(server.url, (sql) => sql`SELECT 1`)).toHaveLength(1);
  });

  it('takes another port when the wanted one is taken', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    cleanups.push(() => listener.close());
    const address = listener.address();
    const taken = address !== null && typeof address === 'object' ? address.port : 0;

    const server = await start(newFolder(), { port: taken });

    expect(server.port).not.toBe(taken);
    expect(await ask(server.url, (sql) => sql`SELECT 1`)).toHaveLength(1);
  });
});

describe('a later start', () => {
  it('goes on with the data, on the wanted port', async () => {
    const dataDir = newFolder();
    const first = await start(dataDir, { port: await freePort() });
    await keepSomething(first.url);
    await first.stop();

    const second = await start(dataDir, { port: first.port });

    expect(second.url).toBe(first.url);
    expect(await whatWasKept(second.url)).toBe(1);
  });

  it('recovers committed data when the server was killed', async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    await keepSomething(first.url);
    process.kill(first.pid, 'SIGKILL');
    await first.stop();

    const second = await start(dataDir);

    expect(await whatWasKept(second.url)).toBe(1);
  });

  it('shuts a server down that still runs from an earlier start', async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    await keepSomething(first.url);
    await first.stop();
    const orphan = await runOrphan(join(first.dir, 'data'));

    const second = await start(dataDir);

    expect(startOf(orphan)).toBeNull();
    expect(await whatWasKept(second.url)).toBe(1);
  });

  it('leaves a process alone that has got the number of a dead server', async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    await keepSomething(first.url);
    const noteFile = join(first.dir, 'data', 'postmaster.pid');
    const note = readFileSync(noteFile, 'utf8');
    await first.stop();
    const account = unprivilegedAccount();
    const bystander = spawn('sleep', ['600'], { ...spawnOptionsFor(account), stdio: 'ignore' });
    cleanups.push(() => bystander.kill());
    writeFileSync(noteFile, note.replace(/^\d+/, String(bystander.pid)));
    if (account) chownSync(noteFile, account.uid, account.gid);

    const second = await start(dataDir);

    expect(await whatWasKept(second.url)).toBe(1);
    expect(startOf(bystander.pid ?? 0)).not.toBeNull();
  });

  it('is refused while the first one runs', async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);

    await expect(start(dataDir)).rejects.toMatchObject({ fault: 'in_use' });

    expect(await ask(first.url, (sql) => sql`SELECT 1`)).toHaveLength(1);
  });
});

/** A server without anybody to look after it, as a process leaves it that dies with its guard. */
async function runOrphan(data: string): Promise<number> {
  const account = unprivilegedAccount();
  const { postgres: program } = findBinaries(account);
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`];
  const noSocket = ['-c', 'unix_socket_directories='];
  const orphan = spawn(program, ['-D', data, ...settings, ...noSocket], {
    ...spawnOptionsFor(account),
    stdio: 'ignore',
  });
  const { pid } = orphan;
  if (pid === undefined) throw new Error('The orphan did not start.');
  cleanups.push(() => orphan.kill('SIGKILL'));
  const note = () => readFileSync(join(data, 'postmaster.pid'), 'utf8');
  await waitFor(() => note().includes('ready'), { what: 'the orphan to be ready' });
  return pid;
}
