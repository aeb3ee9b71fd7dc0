/** Reads a request's body whole, up to a limit, and unpacks it. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { isObject } from '../json.js';

/** Largest body read: a batch of 30 large invoices fits many times. */
export const BODY_MAX_BYTES = 20 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';

  constructor(readonly bytes: number) {
    super(`the body of ${bytes} bytes is too large`);
  }
}

export class BodyNotText extends Error {
  override readonly name = 'BodyNotText';
}

/** A `Content-Encoding` that is not known, or bytes that are not what it says. */
export class BodyNotUnpacked extends Error {
  override readonly name = 'BodyNotUnpacked';
}

/** @throws BodyTooLarge above the limit; BodyNotText where the bytes are not UTF-8 */
export async function readBody(request: IncomingMessage): Promise<string> {
  return textOfBytes(await readBytes(request));
}

/** @throws BodyTooLarge; BodyNotUnpacked */
export async function readBytes(
  request: IncomingMessage,
  maxBytes = BODY_MAX_BYTES,
): Promise<Buffer> {
  if (request.method === 'GET' || request.method === 'HEAD') return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    // The rest is read and thrown away: who is still sending would not see the answer.
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) throw new BodyTooLarge(size);
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  return unpacked(bytes, request.headers['content-encoding'], maxBytes);
}

/** @throws BodyNotText */
export function textOfBytes(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new BodyNotText('the body is not UTF-8');
  return bytes.toString('utf8');
}

async function unpacked(
  bytes: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase();
  if (name === undefined || name === '' || name === 'identity' || bytes.length === 0) return bytes;
  if (name !== 'gzip' && name !== 'deflate') throw new BodyNotUnpacked(`unknown encoding ${name}`);
  const unpack = name === 'gzip' ? promisify(gunzip) : promisify(inflate);
  try {
    return await unpack(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const tooLong = isObject(error) && error['code'] === 'ERR_BUFFER_TOO_LARGE';
    throw tooLong ? new BodyTooLarge(maxBytes + 1) : new BodyNotUnpacked(`no ${name} data`);
  }
}
