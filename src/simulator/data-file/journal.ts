/** A data file that is written by appending to it, a little at a time. */

import { type FileHandle, open } from 'node:fs/promises';
import type { QuickBooks } from '../quickbooks.js';
import { textOfLine, VERSION } from './line.js';
import { Pending } from './pending.js';

/** So long at most calls wait for a piece of the file to be put together. */
const PIECE_MS = 5;
/** Between pieces the simulator is left alone for this many times as long. */
const REST_FACTOR = 3;

export class Journal {
  #bytes: number;

  private constructor(
    private readonly handle: FileHandle,
    private readonly pending: Pending,
    bytes: number,
  ) {
    this.#bytes = bytes;
  }

  /** Goes on with a file that holds everything there is now in so many bytes. */
  static async append(path: string, quickbooks: QuickBooks, bytes: number): Promise<Journal> {
    const handle = await open(path, 'r+', 0o600);
    // A crash may have left half a line behind.
    await handle.truncate(bytes);
    return new Journal(handle, new Pending(quickbooks, true), bytes);
  }

  /** Begins a file in which everything has yet to be written. */
  static async create(path: string, quickbooks: QuickBooks): Promise<Journal> {
    const handle = await open(path, 'w', 0o600);
    const journal = new Journal(handle, new Pending(quickbooks, false), 0);
    await journal.#write(textOfLine({ kind: 'header', version: VERSION }));
    return journal;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Writes what is pending, piece by piece, with rests between them unless there is a hurry.
   *
   * @param goOn asked before each piece; there is no use in the rest when it answers false
   * @returns whether everything was written
   */
  async writePending(
    inHurry: () => boolean,
    goOn: () => Promise<boolean> = async () => true,
  ): Promise<boolean> {
    const lines = this.pending.lines();
    while (await goOn()) {
      const startedMs = performance.now();
      const piece = pieceOf(lines, startedMs + PIECE_MS);
      if (piece.text !== '') await this.#write(piece.text);
      if (piece.last) return true;
      if (!inHurry()) await rest((performance.now() - startedMs) * REST_FACTOR);
    }
    return false;
  }

  async close(): Promise<void> {
    this.pending.stop();
    await this.handle.close();
  }

  async #write(text: string): Promise<void> {
    const { bytesWritten } = await this.handle.write(text, this.#bytes);
    const length = Buffer.byteLength(text);
    if (bytesWritten < length) throw new Error('no more room for the data file');
    this.#bytes += length;
  }
}

function pieceOf(lines: Iterator<string>, untilMs: number): { text: string; last: boolean } {
  const texts: string[] = [];
  for (;;) {
    const { done, value } = lines.next();
    if (done) return { text: texts.join(''), last: true };
    texts.push(value);
    if (performance.now() > untilMs) return { text: texts.join(''), last: false };
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
