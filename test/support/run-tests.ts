import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { longFiles } from './parts.js';
import { provide } from './provide.js';
import { makeMemoryFolder } from './scratch.js';
import { type Report, report, summarise } from './summary.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Written anew by a whole run with QBO_SYNC_NOTE_LONG_FILES=1; longest-first.mjs reads it. */
const LONG_FILES = join(ROOT, 'test/support/long-files.json');
/** More than the two cores that a small machine has: over half of the time is waiting. */
const WORKERS = 4;
/** What takes minutes by itself: `npm run chaos` plays it. */
const OWN_COMMANDS = ['/test/chaos/storm.test'];
const RUN_LIMIT_MS = 80 * 60_000;
const EXIT_LIMIT_MS = 10_000;
const LEAK_LIMIT_MS = 30_000;

/** What Jest says when something is still open; a failure when it stays so. */
const NOT_ENDED = 'Jest did not exit one second after the test run has completed';

/**
 * Runs Jest with everything the tests need, prints the summary and answers the exit code. Whatever
 * was started is stopped, also after Ctrl-C. PostgreSQL is started by Jest's global setup.
 */
export async function runTests(args: readonly string[]): Promise<number> {
  const provided = provide();
  const dir = mkdtempSync(join(tmpdir(), 'qbo-sync-run-'));
  // As root PostgreSQL runs as another user, who has to pass through here.
  chmodSync(dir, 0o711);
  const memory = makeMemoryFolder();
  try {
    const outputFile = join(dir, 'results.json');
    // Temporary files of all tests lie in one folder, which goes even when they are interrupted.
    const runningFile = join(dir, 'running.txt');
    const env = {
      ...provided.env,
      TMPDIR: dir,
      QBO_TEST_MEMORY: memory ?? '',
      QBO_TEST_RUNNING: runningFile,
    };
    const { interrupted, troubles } = await runJest(args, outputFile, env);
    const results = readReport(outputFile);
    if (results && process.env.QBO_SYNC_NOTE_LONG_FILES === '1') {
      writeFileSync(LONG_FILES, `${JSON.stringify(longFiles(results, ROOT), undefined, 2)}\n`);
    }
    const { lines, ok } = summarise(results, {
      noSkip: process.env.QBO_SYNC_NO_SKIP === '1',
      troubles,
      running: readRunning(runningFile),
      root: ROOT,
    });
    process.stdout.write(`\n${lines.join('\n')}\n`);
    return interrupted ? 130 : ok ? 0 : 1;
  } finally {
    provided.stop();
    for (const folder of [dir, memory ?? dir]) rmSync(folder, { recursive: true, force: true });
  }
}

async function runJest(
  args: readonly string[],
  outputFile: string,
  env: Record<string, string>,
): Promise<{ interrupted: boolean; troubles: string[] }> {
  const jest = spawn(process.execPath, jestArguments(args, outputFile), {
    cwd: ROOT,
    env: { ...process.env, ...env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    // A process group of its own, so that all of it can be ended, children of tests included.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(jest, 'exit');
  const stop = new AbortController();
  const troubles: string[] = [];
  let interrupted = false;
  const interrupt = () => {
    if (interrupted) return;
    interrupted = true;
    troubles.push('Interrupted.');
    stop.abort();
  };
  const giveUp = (trouble: string, afterMs: number) =>
    delay(afterMs, undefined, { signal: stop.signal }).then(
      () => {
        troubles.push(trouble);
        stop.abort();
      },
      () => {},
    );
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  void giveUp(`Stopped: not done after ${RUN_LIMIT_MS / 60_000} minutes.`, RUN_LIMIT_MS);
  jest.stderr.setEncoding('utf8').on('data', (said: string) => {
    process.stdout.write(said);
    // Jest's own remark about a slow worker is no failure: it allows half a second, which a busy
    // machine needs. A process that really does not end is found here.
    if (said.includes(NOT_ENDED)) {
      void giveUp('A test has left something open: Jest does not exit.', LEAK_LIMIT_MS);
    }
  });

  await Promise.race([ended, once(stop.signal, 'abort')]);
  await endGroup(jest, ended);
  stop.abort();
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  return { interrupted, troubles };
}

function jestArguments(args: readonly string[], outputFile: string): string[] {
  const own = args.some((arg) => /^(--maxWorkers|-w|--runInBand|-i)/.test(arg));
  return [
    ...[join(ROOT, 'node_modules/jest/bin/jest.js'), '--json', '--outputFile', outputFile],
    // What is said to have passed is noted as ended before.
    ...['--reporters', join(ROOT, 'test/support/running.mjs'), '--reporters', 'default'],
    // It would lie below TMPDIR and be lost each time.
    ...['--cacheDirectory', join(tmpdir(), `qbo-sync-jest-${process.getuid?.() ?? 0}`)],
    ...(own ? [] : ['--maxWorkers', String(WORKERS)]),
    ...(args.length === 0 ? ['--testPathIgnorePatterns', ...OWN_COMMANDS] : args),
  ];
}

/** Ends Jest if it runs, and whatever of its group is left, a suspended process included. */
async function endGroup(jest: ChildProcess, ended: Promise<unknown>): Promise<void> {
  for (const name of ['SIGINT', 'SIGKILL'] as const) {
    if (jest.exitCode !== null || jest.signalCode !== null) break;
    signalGroup(jest, name);
    const patience = new AbortController();
    const late = delay(EXIT_LIMIT_MS, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([ended, late]);
    patience.abort();
  }
  signalGroup(jest, 'SIGKILL');
}

function signalGroup(jest: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (jest.pid !== undefined) process.kill(-jest.pid, name);
  } catch {
    // Nothing of the group is left.
  }
}

/** The tests that had begun and not ended, see running.mjs. */
function readRunning(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => relative(ROOT, line).replace('\t', ': '));
}

function readReport(outputFile: string): Report | null {
  try {
    const content: unknown = JSON.parse(readFileSync(outputFile, 'utf8'));
    return report.parse(content);
  } catch {
    return null;
  }
}
