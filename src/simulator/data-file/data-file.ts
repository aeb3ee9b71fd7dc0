/**
 * Keeps the simulator's state in a file, so that a restart goes on where it stopped. Changes are
 * appended; when they have doubled the file it is written anew beside and renamed, so a crash leaves
 * the old file or the new one.
 */

import { rename, rm } from 'node:fs/promises';
import type { QuickBooks } from '../quickbooks.js';
import { unusable } from './error.js';
import { Journal } from './journal.js';
import { DataFileLock } from './lock.js';
import { readDataFile } from './read.js';

/** A change is on its way to the file this long after it was made. */
const WRITE_AFTER_MS = 500;
/** A file is not written anew for less. */
const ANEW_MIN_BYTES = 64 * 1024 * 1024;

export class DataFile {
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closing = false;
  /** The size of the file when it held nothing twice. */
  #plainBytes: number;
  readonly #unsubscribe: () => void;

  private constructor(
    private readonly quickbooks: QuickBooks,
    private readonly path: string,
    private journal: Journal,
    private readonly lock: DataFileLock,
    private readonly anewMinBytes: number,
  ) {
    this.#plainBytes = journal.bytes;
    this.#unsubscribe = quickbooks.onChange(() => this.#writeSoon());
  }

  /**
   * Restores what the file holds, if it exists, and keeps it written from then on.
   *
   * @throws DataFileError where it is of another kind, broken, out of reach or in use
   */
  static async open(
    quickbooks: QuickBooks,
    path: string,
    anewMinBytes = ANEW_MIN_BYTES,
  ): Promise<DataFile> {
    let lock: DataFileLock | undefined;
    try {
      lock = DataFileLock.take(path);
      const bytes = await readDataFile(quickbooks, path);
      const journal = bytes
        ? await Journal.append(path, quickbooks, bytes)
        : await Journal.create(path, quickbooks);
      return new DataFile(quickbooks, path, journal, lock, anewMinBytes);
    } catch (error) {
      lock?.release();
      throw unusable(path, error);
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#writing;
    try {
      await this.journal.writePending(() => true);
    } catch (error) {
      notWritten(error);
    }
    await this.journal.close();
    this.lock.release();
  }

  #writeSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, WRITE_AFTER_MS);
  }

  async #write(): Promise<void> {
    try {
      await this.journal.writePending(() => this.#closing);
      const added = this.journal.bytes - this.#plainBytes;
      if (added > Math.max(this.anewMinBytes, this.#plainBytes)) await this.#writeAnew();
    } catch (error) {
      // The simulator is of use without its file, and the next write may work again.
      notWritten(error);
    }
  }

  async #writeAnew(): Promise<void> {
    const beside = `${this.path}.new`;
    const journal = await Journal.create(beside, this.quickbooks);
    const isClosing = () => this.#closing;
    const isWhole = await journal.writePending(isClosing, async () => {
      // The old file is the one that counts until the new one is whole.
      await this.journal.writePending(isClosing);
      return !this.#closing;
    });
    if (!isWhole) {
      await journal.close();
      await rm(beside);
      return;
    }
    await rename(beside, this.path);
    await this.journal.close();
    this.journal = journal;
    this.#plainBytes = journal.bytes;
  }
}

function notWritten(error: unknown): void {
  process.stderr.write(`simulator: the data file was not written: ${String(error)}\n`);
}
