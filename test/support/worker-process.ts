import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { guardProcess } from '../../src/embedded/guard.js';
import type { Journey } from './journey.js';
import { waitFor } from './wait-for.js';

/** A worker of a journey in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Waits for its end; null where a signal ended it. */
  exitCode(): Promise<number | null>;
}

const SCRIPT = fileURLToPath(new URL('run-worker.mjs', import.meta.url));

/** Starts `qbo-sync worker`; its log lines come to those of the journey. */
export async function startWorkerProcess(journey: Journey): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['--no-warnings', SCRIPT, 'worker'], {
    // Nothing of this process's own settings, nor an .env of the checkout.
    env: { PATH: process.env['PATH'], ...journey.environment, WORKER_PORT: '0' },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Node cannot be run.');
  const guard = guardProcess(pid, {});
  const ended = once(child, 'exit').then(() => guard.release());
  const isReady = follow(child, journey);
  await waitFor(() => isReady() || child.exitCode !== null, {
    what: 'the worker process to be ready',
    withinMs: 20_000,
  });
  if (child.exitCode !== null) throw new Error(`The worker ended with ${child.exitCode}.`);
  return {
    pid,
    kill: (signal) => void child.kill(signal),
    async exitCode() {
      await ended;
      return child.exitCode;
    },
  };
}

function follow({ stdout }: ChildProcess, journey: Journey): () => boolean {
  let ready = false;
  if (stdout === null) throw new Error('The worker has no output.');
  createInterface({ input: stdout }).on('line', (line) => {
    ready ||= line.includes('"process_ready"');
    journey.logLines().push(line);
    if (process.env['JOURNEY_LOG'] !== undefined) process.stderr.write(`${line}\n`);
  });
  return () => ready;
}
