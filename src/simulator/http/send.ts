/** Writes an answer to the socket: whole, cut in the middle, or not at all. */

import type { ServerResponse } from 'node:http';
import type { ActiveFault } from '../faults/rules.js';
import type { Answer } from '../service/answers.js';
import { plainBody, wireBody } from './negotiate.js';

export async function send(
  response: ServerResponse,
  answer: Answer,
  cuts: readonly ActiveFault[] = [],
): Promise<void> {
  if (response.destroyed) return;
  const [cut] = cuts;
  // Half of a compressed answer would be nothing at all: a cut answer is sent as it is.
  const { bytes, headers } =
    cut === undefined ? await wireBody(answer, response.req.headers) : plainBody(answer);
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': bytes.length,
    ...headers,
    ...answer.headers,
  });
  if (cut === undefined) {
    response.end(bytes);
    return;
  }
  const middle = Math.floor(bytes.length / 2);
  // The first half must have left before the socket goes, or the client would see no body at all.
  await new Promise<void>((resolve) => response.write(bytes.subarray(0, middle), () => resolve()));
  if (cut.do === 'delay') {
    await pause(cut.delayMs ?? DELAY_MS);
    response.end(bytes.subarray(middle));
    return;
  }
  drop(response);
}

/** Closes the connection without a word. */
export function drop(response: ServerResponse): void {
  response.destroy();
}

/** Default length of a delay. */
export const DELAY_MS = 1_000;

/** Keeps no process running whose server is closed. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
