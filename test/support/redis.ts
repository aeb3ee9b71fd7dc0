import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { guardProcess } from '../../src/embedded/guard.js';
import { freePort } from './ports.js';
import { scratchFolder } from './scratch.js';
import { waitFor } from './wait-for.js';

const HOST = '127.0.0.1';
const START_TRIES = 3;

/** A Redis server of a test's own, which it may flush, freeze and kill. */
export interface PrivateRedis {
  readonly url: string;
  /** Process id; another one after `restart`. */
  readonly pid: number;
  flushAll(): Promise<void>;
  /** The server stands still: connections stay open, nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends it without warning. What was appended to its file is still there on `restart`. */
  kill(): Promise<void>;
  /**
   * Starts it again on the same port and files, after ending it cleanly if it still runs.
   * `empty`: nothing was kept, as without persistence.
   */
  restart(options?: { empty?: boolean }): Promise<void>;
  /** Asks the server itself, past every proxy. */
  ask<T>(question: (redis: Redis) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** A Redis that a test may empty, alone in its database. */
export interface FreshRedis {
  readonly url: string;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the `redis-server` found by the test run, configured as the product wants it: append-only
 * and noeviction. Needs `describeWith('redis-server', …)`.
 */
export async function startRedis(): Promise<PrivateRedis> {
  const dir = scratchFolder('qbo-sync-redis');
  let running: RunningServer | undefined;
  for (let attempt = 1; !running; attempt += 1) {
    running = await runServer(dir, await freePort()).catch((error: unknown) => {
      // The port may have been taken between the look and the start.
      if (attempt === START_TRIES) throw error;
      return undefined;
    });
  }
  let server = running;
  return {
    url: `redis://${HOST}:${server.port}`,
    get pid() {
      return server.pid;
    },
    flushAll: () => ask(server.port, (redis) => redis.flushall()).then(() => {}),
    freeze: () => process.kill(server.pid, 'SIGSTOP'),
    thaw: () => process.kill(server.pid, 'SIGCONT'),
    kill: () => end(server, 'SIGKILL'),
    async restart({ empty = false } = {}) {
      await end(server, empty ? 'SIGKILL' : 'SIGTERM');
      if (empty) rmSync(join(dir, 'appendonlydir'), { recursive: true, force: true });
      server = await runServer(dir, server.port);
    },
    ask: (question) => ask(server.port, question),
    async stop() {
      await end(server, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/**
 * A Redis for one test file: an empty database of the server that REDIS_URL names, else a private
 * server. Needs `describeWith('redis', …)`.
 */
export async function freshRedis(): Promise<FreshRedis> {
  const { REDIS_URL } = process.env;
  if (!REDIS_URL) {
    const server = await startRedis();
    return { url: server.url, flush: () => server.flushAll(), stop: () => server.stop() };
  }
  const url = await claimEmptyDatabase(REDIS_URL);
  const flush = () => withClient(url, (redis) => redis.flushdb()).then(() => {});
  return { url, flush, stop: flush };
}

interface RunningServer {
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

async function runServer(dir: string, port: number): Promise<RunningServer> {
  const program = process.env.TEST_REDIS_SERVER;
  if (!program) throw new Error('No redis-server on PATH; install Redis or set TEST_REDIS_SERVER.');
  const settings = [
    ...['--port', String(port), '--bind', HOST, '--dir', dir, '--daemonize', 'no'],
    ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'],
    ...['--maxmemory-policy', 'noeviction'],
  ];
  const child = spawn(program, settings, { stdio: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} cannot be run.`);
  const guard = guardProcess(pid, {});
  const ended = once(child, 'exit').then(() => guard.release());
  const answers = async () => {
    if (child.exitCode !== null) return 'ended' as const;
    return (await ask(port, (redis) => redis.ping())) === 'PONG' ? ('ready' as const) : null;
  };
  const state = await waitFor(answers, { what: `redis-server to answer on port ${port}` });
  if (state === 'ended') throw new Error(`redis-server ended with ${child.exitCode}.`);
  return { port, pid, child, ended };
}

async function end(server: RunningServer, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const { child } = server;
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(name);
    // A frozen server does not act on SIGTERM before it goes on.
    child.kill('SIGCONT');
  }
  await server.ended;
}

function ask<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  return withClient(`redis://${HOST}:${port}`, question);
}

async function withClient<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    // One that was refused has ended, and would keep the process for two seconds.
    if (redis.status !== 'end') redis.disconnect();
  }
}

/** Takes an empty database, from the last one down; those that hold something are somebody's. */
async function claimEmptyDatabase(serverUrl: string): Promise<string> {
  const url = new URL(serverUrl);
  for (let database = 15; database >= 0; database -= 1) {
    url.pathname = `/${database}`;
    const claimed = await withClient(url.href, async (redis) => {
      if ((await redis.dbsize()) > 0) return false;
      const mine = await redis.set('qbo-sync-test', process.pid, 'EX', 3600, 'NX');
      return mine === 'OK' && (await redis.dbsize()) === 1;
    }).catch(() => false);
    if (claimed) return url.href;
  }
  throw new Error('The server of REDIS_URL has no empty database for tests.');
}
