import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtProgram } from '../support/built-programs.js';
import { waitFor } from '../support/wait-for.js';

/** On a machine that does much else. */
const READY_WITHIN_MS = 120_000;
/** Code of a process that was ended by a signal instead of ending itself. */
const ENDED_BY_SIGNAL = -1;

/** `qbo-sync …` while it runs. */
export interface Running {
  child: ChildProcess;
  /** What it said so far. */
  stdout(): string;
  stderr(): string;
  ended: Promise<{ code: number; stdout: string; stderr: string }>;
  /** Waits until stdout has the words. */
  until(words: string): Promise<void>;
}

/** Runs `qbo-sync` with these arguments, in this folder and with these settings alone. */
export function start(
  args: readonly string[],
  { cwd = tmpdir(), settings = {} }: { cwd?: string; settings?: Record<string, string> } = {},
): Running {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [builtProgram('qbo-sync'), ...args], {
    cwd,
    env: { PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode ?? ENDED_BY_SIGNAL,
    stdout,
    stderr,
  }));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async until(words) {
      await waitFor(
        () => {
          if (stdout.includes(words)) return true;
          if (child.exitCode !== null) throw new Error(`it ended: ${stdout}${stderr}`);
          return false;
        },
        { what: `${args.join(' ')} to say ${words}`, withinMs: READY_WITHIN_MS },
      );
    },
  };
}

/** Runs a command to its end. */
export function run(...call: Parameters<typeof start>): Running['ended'] {
  return start(...call).ended;
}

/** Settings of an installation on this database, with the simulator's address made up. */
export function settingsFor<More extends Record<string, string>>(databaseUrl: string, more?: More) {
  return {
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    INTUIT_ENVIRONMENT: 'simulator',
    INTUIT_BASE_URL: 'http://127.0.0.1:9',
    INTUIT_CLIENT_ID: 'cli-test-client',
    INTUIT_CLIENT_SECRET: 'cli-test-secret-canary',
    // What is in flight when a process is told to end, and all that it has open, ends within nine seconds.
    QBO_SYNC_TEST_WAITS: '0.2',
    // A busy machine needs them whole, and more.
    QBO_SYNC_TEST_DATABASE_WAITS: '3',
    ...(more ?? ({} as More)),
  };
}

/** An empty folder, so that nobody's `.env` is read. */
export function emptyFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'qbo-sync-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
