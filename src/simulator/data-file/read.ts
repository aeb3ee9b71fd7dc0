/** Reads a data file back into a simulator. */

import { createReadStream } from 'node:fs';
import type { QuickBooks } from '../quickbooks.js';
import { apply, type Line, VERSION } from './line.js';

const LINE_FEED = 10;

/**
 * Does what the file's lines say. Half a line at the end, as a crash leaves it, is passed over.
 *
 * @returns how many bytes were whole lines; `undefined` where there is no file
 * @throws TypeError for a file of another version, or of another kind
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
    const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
    if (code === 'ENOENT') return undefined;
    throw error;
  }
  if (whole === 0 && rest.length > 0) throw unknownVersion();
  return whole;
}

function readLine(quickbooks: QuickBooks, text: string, number: number, path: string): void {
  const line = parsed(text, number, path);
  const isHeader = line.kind === 'header' && line.version === VERSION;
  if (number === 1 && !isHeader) throw unknownVersion();
  apply(quickbooks, line);
}

function parsed(text: string, number: number, path: string): Line {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`line ${number} of the data file ${path} is not JSON`);
  }
}

function unknownVersion(): TypeError {
  return new TypeError('the data file is of an unknown version');
}
