import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, spawnOptionsFor } from './account.js';
import { guardProcess } from './guard.js';
import { shutDown } from './previous.js';

const LINES_KEPT = 20;
const MEMORY_HELD_RETRY_MS = 250;

export interface ServerOptions {
  program: string;
  args: readonly string[];
  account: Account;
  log: (line: string) => void;
  startTimeoutMs: number;
}

export interface ServerProcess {
  readonly pid: number;
  stop(timeoutMs: number): Promise<void>;
}

type Started =
  | { ok: true; server: ServerProcess }
  | { ok: false; portTaken: boolean; said: readonly string[] };

/**
 * Runs the server and waits until it takes connections. Backends of a server that was killed may
 * hold its shared memory for a moment; then it is tried again until the time is up.
 */
export async function runServer(options: ServerOptions): Promise<Started> {
  const endMs = Date.now() + options.startTimeoutMs;
  for (;;) {
    const started = await tryOnce(options, endMs - Date.now());
    const memoryHeld = !started.ok && said(started.said, 'shared memory block');
    if (!memoryHeld || Date.now() + MEMORY_HELD_RETRY_MS > endMs) return started;
    await delay(MEMORY_HELD_RETRY_MS);
  }
}

async function tryOnce(options: ServerOptions, withinMs: number): Promise<Started> {
  const child = spawn(options.program, options.args, {
    ...spawnOptionsFor(options.account),
    // Its own session: Ctrl-C in a terminal reaches us, and we end the server when we are done.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  const ended = once(child, 'exit').catch((error: Error) => lines.push(error.message));
  const late = new AbortController();
  const outcome = await Promise.race([
    untilReady(child, lines, options.log).then(() => 'ready' as const),
    ended.then(() => 'ended' as const),
    delay(Math.max(withinMs, 0), 'late' as const, { signal: late.signal }).catch(
      () => 'ended' as const,
    ),
  ]);
  late.abort();
  const pid = child.pid;
  if (outcome === 'ready' && pid !== undefined) {
    return { ok: true, server: guarded(child, pid, ended, options.account) };
  }
  if (outcome === 'late') {
    lines.push(`not ready after ${options.startTimeoutMs} ms`);
    if (pid !== undefined) await shutDown(pid, 1_000);
  }
  await ended;
  return { ok: false, portTaken: said(lines, 'Address already in use'), said: lines };
}

function untilReady(
  child: ChildProcessByStdio<null, null, Readable>,
  lines: string[],
  log: (line: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      log(line);
      if (line.includes('ready to accept connections')) resolve();
    });
  });
}

function guarded(
  child: ChildProcessByStdio<null, null, Readable>,
  pid: number,
  ended: Promise<unknown>,
  account: Account,
): ServerProcess {
  const guard = guardProcess(pid, spawnOptionsFor(account));
  const released = ended.then(() => guard.release());
  return {
    pid,
    async stop(timeoutMs) {
      if (child.exitCode === null && child.signalCode === null) await shutDown(pid, timeoutMs);
      await released;
    },
  };
}

function said(lines: readonly string[], words: string): boolean {
  return lines.some((line) => line.includes(words));
}
