import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory, which every Linux has; in containers it is often too small to be used. */
const MEMORY = '/dev/shm';
const PREFIX = 'qbo-sync-run-';
const GIGABYTE = 1_024 ** 3;
/** A run has a few hundred megabytes of data at a time, and their write-ahead logs. */
const ROOM = 4 * GIGABYTE;
/** Left to everything else, chromium and compilers included. */
const MEMORY_LEFT = 3 * GIGABYTE;

/**
 * A folder for the data of servers that tests start, in memory where there is plenty: to make a
 * database is to make some three hundred files, which takes a disk up to twenty times as long.
 * Answers undefined where there is not; data then lie with all other temporary files.
 */
export function makeMemoryFolder(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ROOM || process.availableMemory() < ROOM + MEMORY_LEFT) return undefined;
    removeLeftOvers();
    return openFolder(MEMORY, `${PREFIX}${process.pid}-`);
  } catch {
    return undefined;
  }
}

/** A new folder for the data of one server. */
export function scratchFolder(name: string): string {
  return openFolder(process.env.QBO_TEST_MEMORY || tmpdir(), `${name}-`);
}

/** Where test files of one run leave what they share; goes with it. */
export function runFolder(): string {
  const folder = process.env.QBO_TEST_FOLDER;
  if (!folder) throw new Error('QBO_TEST_FOLDER is not set; run tests through Jest or npm test.');
  return folder;
}

function openFolder(parent: string, prefix: string): string {
  const folder = mkdtempSync(join(parent, prefix));
  // As root PostgreSQL runs as another user, who has to pass through here.
  chmodSync(folder, 0o711);
  return folder;
}

/** Runs that were killed could not clean up, and what lies in memory is taken from everybody. */
function removeLeftOvers(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
