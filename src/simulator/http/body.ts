/** Reads a request's body whole, up to a limit. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** Largest body read: a batch of 30 large invoices fits many times. */
export const BODY_MAX_BYTES = 20 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export class BodyNotText extends Error {
  override readonly name = 'BodyNotText';
}

/** @throws BodyTooLarge above the limit; BodyNotText where the bytes are not UTF-8 */
export async function readBody(request: IncomingMessage): Promise<string> {
  if (request.method === 'GET' || request.method === 'DELETE') return '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new BodyTooLarge('the body is too large');
    chunks.push(chunk);
  }
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw new BodyNotText('the body is not UTF-8');
  return bytes.toString('utf8');
}
