import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Makes sure that a process ends when we end, even by SIGKILL. Beside it runs a shell that waits
 * on a pipe from us: when we are gone the system closes the pipe, and the shell interrupts the
 * process. `release` sends the shell away; call it once the process has ended, so that no signal
 * goes to a number that has passed to another process.
 */
export function guardProcess(pid: number, options: SpawnOptions): { release(): Promise<void> } {
  // A suspended process would not see the interruption before it goes on.
  const script = 'read -r word || { kill -INT "$1"; kill -CONT "$1"; }';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', String(pid)], {
    ...options,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Where there is no shell the process outlives us; its next start has to deal with that.
  const ended = once(guard, 'exit').catch(() => {});
  guard.stdin?.on('error', () => {});
  return {
    async release() {
      guard.stdin?.end('released\n');
      await ended;
    },
  };
}
