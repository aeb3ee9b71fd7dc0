import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import {
  openQueueBackend,
  type QueueBackend,
  type QueueBackendOptions,
  type QueueName,
  type QueueWorker,
  type WakeUp,
  type WorkOptions,
} from '../../src/queue/backend.js';
import { builtProgram } from '../support/built-programs.js';
import { waitFor } from '../support/wait-for.js';
import { SHORT_WAITS } from './short-waits.js';
import type { StoreUnderTest } from './stores.js';

type Handle = WorkOptions['handle'];
type LogLine = { level: string; event: string } & Record<string, unknown>;

/** A queue of a test's own, and what was seen of it. */
export interface Bench {
  readonly store: StoreUnderTest;
  readonly schema: string;
  readonly queue: QueueBackend;
  /** Subjects in the order in which their handlers started, `<subjectId>.<epoch>`. */
  readonly started: string[];
  readonly log: LogLine[];
  /** Opens a worker on `push` that notes what starts and then does what `handle` says. */
  work(handle?: Handle, concurrency?: number): QueueWorker;
  /** Waits until exactly this has started, in this order. */
  sees(...started: string[]): Promise<void>;
  /** Starts a worker process; it holds each job until it is told that it lost it. */
  spawnWorker(): WorkerProcess;
}

/** Makes a fresh bench; options are added to the short waits. */
export type Setup = (options?: Partial<QueueBackendOptions>) => Promise<Bench>;

export interface WorkerProcess {
  /** Waits until the process has written the line, as often as `times` (once) says. */
  says(line: string, times?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Waits for its end; null when a signal ended it. */
  exitCode(): Promise<number | null>;
}

/** Starts one store for the file; each call of the answer is a fresh bench, closed after the test. */
export function benchOn(startStore: () => Promise<StoreUnderTest>): Setup {
  let store: StoreUnderTest;
  let benches = 0;
  const teardowns: (() => Promise<unknown> | unknown)[] = [];
  beforeAll(async () => {
    store = await startStore();
  });
  afterEach(async () => {
    await Promise.all(teardowns.splice(0).map((teardown) => teardown()));
    store.thaw();
    await waitFor(async () => (await store.connections()) === 0, {
      what: 'all connections to be closed',
    });
  });
  afterAll(() => store.stop());

  return async (options = {}) => {
    benches += 1;
    const schema = `bench_${benches}`;
    await store.prepare(schema);
    const log: LogLine[] = [];
    const queue = await openQueue(store, schema, log, options);
    teardowns.push(() => queue.close());
    const started: string[] = [];
    return {
      store,
      schema,
      queue,
      started,
      log,
      work: (handle = async () => {}, concurrency = 1) =>
        queue.work('push', {
          concurrency,
          handle: (wakeUp, signal) => {
            started.push(`${wakeUp.subjectId}.${wakeUp.epoch}`);
            return handle(wakeUp, signal);
          },
        }),
      sees: (...expected) => waitForStarts(started, expected),
      spawnWorker: () => {
        const child = spawnWorkerProcess(store.url, schema);
        teardowns.push(() => child.kill('SIGKILL'));
        return talkingTo(child);
      },
    };
  };
}

/** A wake-up of `push` with the test's own values on top. */
export function wakeUp(subjectId: string, given: Partial<WakeUp> = {}): WakeUp {
  const queue: QueueName = 'push';
  return { queue, subjectId, epoch: 0, priority: 1, ...given };
}

/** A promise and the function that settles it. */
export function gate(): { open(): void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

function openQueue(
  store: StoreUnderTest,
  schema: string,
  log: LogLine[],
  options: Partial<QueueBackendOptions>,
): Promise<QueueBackend> {
  const write = (level: string) => (event: string, fields: object) => {
    log.push({ ...fields, level, event });
  };
  const lines = { error: write('error'), warn: write('warn'), info: write('info') };
  return openQueueBackend({ ...SHORT_WAITS, url: store.url, schema, log: lines, ...options });
}

async function waitForStarts(started: string[], expected: string[]): Promise<void> {
  const what = `${expected.join(', ')} to start, in this order`;
  await waitFor(() => started.length >= expected.length, { what });
  if (started.join() !== expected.join()) {
    throw new Error(`Expected ${what}; started: ${started.join(', ')}`);
  }
}

function spawnWorkerProcess(url: string, schema: string): ChildProcess {
  return spawn(process.execPath, [builtProgram('queue-worker'), url, schema], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function talkingTo(child: ChildProcess): WorkerProcess {
  const ended = once(child, 'exit');
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  return {
    async says(line, times = 1) {
      const count = () => said.split('\n').filter((one) => one === line).length;
      await waitFor(() => count() >= times, {
        what: `worker process: ${line}`,
      });
    },
    kill: (signal) => {
      child.kill(signal);
    },
    async exitCode() {
      await ended;
      return child.exitCode;
    },
  };
}
