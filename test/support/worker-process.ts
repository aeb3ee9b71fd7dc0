import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { guardProcess } from '../../src/embedded/guard.js';
import { builtProgram } from './built-programs.js';
import type { Journey } from './journey.js';
import { waitFor } from './wait-for.js';
import { eachWholeLine } from './whole-lines.js';

/** A web or a worker in a process of its own. */
export interface QboSyncProcess {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  isRunning(): boolean;
  /** Whether it stands still, after SIGSTOP. */
  isSuspended(): boolean;
  /** Waits for its end; null where a signal ended it. */
  exitCode(): Promise<number | null>;
}

export type WorkerProcess = QboSyncProcess;

export interface ProcessOptions {
  command: 'web' | 'worker';
  /** Its settings, and nothing else of this process's. */
  environment: Record<string, string>;
  /** As `--max-old-space-size=64`. */
  nodeArguments?: readonly string[];
  /** Is given each line of its log. */
  log(line: string): void;
  /** Is given each line of its error output. Default: it goes to ours. */
  errorOutput?(line: string): void;
}

/** On a machine that does much else. */
const READY_WITHIN_MS = 120_000;

/** Starts `qbo-sync worker`; its log lines come to those of the journey. */
export function startWorkerProcess(
  journey: Pick<Journey, 'environment' | 'logLines'>,
): Promise<WorkerProcess> {
  return startProcess({
    command: 'worker',
    environment: journey.environment,
    log: (line) => void journey.logLines().push(line),
  });
}

/**
 * Starts `qbo-sync web` or `qbo-sync worker` and answers when it is ready, or when a signal has
 * ended it. @throws Error when it refuses to start
 */
export async function startProcess(options: ProcessOptions): Promise<QboSyncProcess> {
  const { command, environment, nodeArguments = [], errorOutput } = options;
  const program = builtProgram('qbo-sync');
  const child = spawn(process.execPath, ['--no-warnings', ...nodeArguments, program, command], {
    // Nothing of this process's own settings, nor an .env of the checkout.
    env: { PATH: process.env['PATH'], WORKER_PORT: '0', ...environment },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', errorOutput === undefined ? 'inherit' : 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Node cannot be run.');
  const guard = guardProcess(pid, {});
  // And with it all that it said.
  const ended = once(child, 'close').then(() => guard.release());
  const { isReady, lastWords } = follow(child, options);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  await waitFor(() => isReady() || !isRunning(), {
    what: `the ${command} process to be ready`,
    withinMs: READY_WITHIN_MS,
  });
  if (child.exitCode !== null) {
    await ended;
    throw new Error(`The ${command} ended with ${child.exitCode}: ${lastWords().join('\n')}`);
  }
  return {
    pid,
    kill: (signal) => void child.kill(signal),
    isRunning,
    isSuspended: () => isRunning() && stateOf(pid) === 'T',
    async exitCode() {
      await ended;
      return child.exitCode;
    },
  };
}

const LAST_WORDS = 5;

function follow(child: ChildProcess, { log, errorOutput }: ProcessOptions) {
  let ready = false;
  const said: string[] = [];
  const { stdout, stderr } = child;
  if (stdout === null) throw new Error('The process has no output.');
  eachWholeLine(stdout, (line) => {
    ready ||= line.includes('"process_ready"');
    said.push(line);
    log(line);
    if (process.env['JOURNEY_LOG'] !== undefined) process.stderr.write(`${line}\n`);
  });
  if (stderr !== null && errorOutput !== undefined) {
    eachWholeLine(stderr, (line) => {
      said.push(line);
      errorOutput(line);
    });
  }
  return { isReady: () => ready, lastWords: () => said.slice(-LAST_WORDS) };
}

function stateOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0];
}
