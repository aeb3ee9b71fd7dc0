/** Keeps two simulators from writing one data file: a file beside it with the process that has it. */

import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, DataFileError } from './error.js';

/** Of this process: its own id in a lock may be that of an earlier one, as in a container. */
const held = new Set<string>();

export class DataFileLock {
  private constructor(private readonly path: string) {
    held.add(path);
  }

  /**
   * Takes over the lock of a process that is not there any more, however it ended.
   *
   * @throws DataFileError where another simulator has the file
   */
  static take(dataFile: string): DataFileLock {
    const path = lockOf(dataFile);
    for (;;) {
      if (created(path)) return new DataFileLock(path);
      const holder = holderOf(path);
      if (holder !== undefined && isAlive(holder, path)) {
        throw new DataFileError(
          `The data file ${dataFile} is in use by process ${holder}. ` +
            `If that is no simulator, remove ${path}.`,
        );
      }
      removeStale(path, holder);
    }
  }

  release(): void {
    held.delete(this.path);
    rmSync(this.path, { force: true });
  }
}

/** The same for every way to name the file. */
function lockOf(dataFile: string): string {
  const folder = realpathSync(dirname(dataFile));
  return `${real(join(folder, basename(dataFile)))}.lock`;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

function created(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** `undefined` where it is gone, or where a crash left it empty. */
function holderOf(path: string): number | undefined {
  try {
    const id = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(id) && id > 0 ? id : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(id: number, path: string): boolean {
  if (id === process.pid) return held.has(path);
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Moved before it is removed: of two that find it stale, the slower must not remove the new one. */
function removeStale(path: string, holder: number | undefined): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (holderOf(aside) === holder) rmSync(aside, { force: true });
  else renameSync(aside, path);
}
