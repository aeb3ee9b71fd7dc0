import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';
import { commandLineOf, gone, signal, startOf } from './processes.js';

/**
 * Deals with what an earlier start left on this data: a server that still runs is shut down
 * cleanly; a note of a server that no longer runs is made harmless.
 */
export async function endPreviousServer(data: string, stopTimeoutMs: number): Promise<void> {
  const noteFile = join(data, 'postmaster.pid');
  const note = readNote(noteFile);
  const pid = Number.parseInt(note ?? '', 10);
  if (note === null || !Number.isInteger(pid) || pid <= 0) return;

  if (commandLineOf(pid)?.includes(data)) {
    await shutDown(pid, stopTimeoutMs);
    return;
  }
  if (startOf(pid) === null) return;
  // The number now belongs to a process that is no server of this data, yet PostgreSQL would take
  // it for one and refuse to start. It overlooks the number of its own parent, which is us. The
  // rest of the note stays: by it PostgreSQL finds out whether old backends still hold memory.
  writeFileSync(noteFile, note.replace(/^\d+/, String(process.pid)));
}

/**
 * Ends a server: fast shutdown, which rolls open transactions back; after `timeoutMs` immediate
 * shutdown, which costs a recovery at the next start; after as long again the hard way.
 */
export async function shutDown(pid: number, timeoutMs: number): Promise<void> {
  for (const name of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signal(pid, name);
    // A server that was suspended would not see the signal before it goes on.
    signal(pid, 'SIGCONT');
    if (await gone(pid, timeoutMs)) return;
  }
  throw new EmbeddedPostgresError('in_use', `the server (process ${pid}) does not end.`);
}

function readNote(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
