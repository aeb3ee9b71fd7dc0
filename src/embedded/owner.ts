import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { EmbeddedPostgresError, systemCodeOf } from './errors.js';
import { startOf } from './processes.js';

const TRIES = 5;

/**
 * Makes this process the only user of a place, until it releases the place or ends. A place left
 * behind by a process that no longer runs is taken over.
 *
 * @throws EmbeddedPostgresError `in_use` while another running process, or this one, holds it.
 */
export function takeOwnership(ownerFile: string): { release(): void } {
  const mine = `${process.pid} ${startOf(process.pid)}`;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (createFile(ownerFile, mine)) {
      return { release: () => rmSync(ownerFile, { force: true }) };
    }
    const holder = contentOf(ownerFile);
    if (holder === null) continue;
    const pid = Number.parseInt(holder, 10);
    if (holder === `${pid} ${startOf(pid)}`) throw inUse(`process ${pid}`);
    removeStale(ownerFile, holder);
  }
  throw inUse('another process');
}

function createFile(path: string, content: string): boolean {
  // Written aside and linked, so that nobody ever reads a half-written name.
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Of two processes that find the same stale file, the rename lets one win; see the check below. */
function removeStale(ownerFile: string, stale: string): void {
  const aside = `${ownerFile}.${randomUUID()}`;
  try {
    renameSync(ownerFile, aside);
    // The other one was faster and this is already its fresh file: give it back.
    if (contentOf(aside) !== stale) linkSync(aside, ownerFile);
  } catch {
    // Somebody else removed or replaced it; the next try sees what is there now.
  } finally {
    rmSync(aside, { force: true });
  }
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function inUse(holder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'in_use',
    `the data folder is in use by ${holder}. Stop that one first, or use another folder.`,
  );
}
