/** Reads a data file back into a simulator. */

import { createReadStream } from 'node:fs';
import type { QuickBooks } from '../quickbooks.js';
import { codeOf, DataFileError } from './error.js';
import { apply, type Line, VERSION } from './line.js';

const LINE_FEED = 10;

/**
 * Does what the file's lines say. Half a line at the end, as a crash leaves it, is passed over.
 *
 * @returns how many bytes were whole lines; `undefined` where there is no file
 * @throws DataFileError for a file of another version or of another kind, and for a broken line
 */
export async function readDataFile(
  quickbooks: QuickBooks,
  path: string,
): Promise<number | undefined> {
  let whole = 0;
  let lines = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      const bytes: Buffer = Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
        lines += 1;
        readLine(quickbooks, bytes.toString('utf8', from, end), lines, path);
        whole += end + 1 - from;
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (whole === 0 && rest.length > 0) throw unknownKind(path);
  return whole;
}

function readLine(quickbooks: QuickBooks, text: string, number: number, path: string): void {
  const line = parsed(text);
  const isHeader = line?.kind === 'header' && line.version === VERSION;
  if (number === 1 && !isHeader) throw unknownKind(path);
  if (line === undefined) throw broken(path, number);
  try {
    apply(quickbooks, line);
  } catch (error) {
    throw broken(path, number, error);
  }
}

function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

function broken(path: string, number: number, cause?: unknown): DataFileError {
  return new DataFileError(`Line ${number} of the data file ${path} is broken.`, { cause });
}

function unknownKind(path: string): DataFileError {
  return new DataFileError(
    `The file ${path} is no data file of this version of the simulator. It was left as it is.`,
  );
}
