import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const PROBE_LIMIT_MS = 5_000;
const POLL_MS = 10;

/**
 * When the process started, in a form that only serves comparing: the same id with another start
 * is another process. Null when no such process runs. A zombie does not run.
 */
export function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return askPs(pid, 'lstart=');
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The command name stands in brackets and may hold blanks; the fields follow the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X' || startTicks === undefined) return null;
  // Ticks count from boot, so two boots could show the same number.
  return `${readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${startTicks}`;
}

/** The command line of a running process, its words separated by NUL (Linux) or blanks. */
export function commandLineOf(pid: number): string | null {
  if (startOf(pid) === null) return null;
  return process.platform === 'linux' ? readProc(`/proc/${pid}/cmdline`) : askPs(pid, 'command=');
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone, or somebody else's by now: both mean that there is nothing of ours to reach.
  }
}

/** Waits until the process is gone. Answers false when it still runs after `withinMs`. */
export async function gone(pid: number, withinMs: number): Promise<boolean> {
  const endMs = Date.now() + withinMs;
  while (startOf(pid) !== null) {
    if (Date.now() >= endMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function askPs(pid: number, column: string): string | null {
  const asked = spawnSync('ps', ['-ww', '-o', column, '-p', String(pid)], {
    encoding: 'utf8',
    timeout: PROBE_LIMIT_MS,
  });
  const answer = asked.status === 0 ? asked.stdout.trim() : '';
  return answer === '' ? null : answer;
}
