/** An app's own server: takes what the simulator sends, and answers as a test wishes. */

import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../../src/simulator/index.js';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A status, `silence` for no answer at all, or an address to redirect to. */
type Reply = number | 'silence' | { redirect: string };

export interface Receiver {
  url: string;
  received: Received[];
  /** Answers for the next requests; after them 200. */
  answer(...replies: Reply[]): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    received.push({ method, path, headers, text: Buffer.concat(chunks).toString() });
    const reply = replies.shift() ?? 200;
    if (reply === 'silence') return;
    if (typeof reply === 'number') response.writeHead(reply);
    else response.writeHead(302, { location: reply.redirect });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer: (...wished) => void replies.push(...wished),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The events of CloudEvents deliveries, in the order they came. */
export function eventsOf(received: readonly Received[]): JsonObject[] {
  return received.flatMap(({ text }): JsonObject[] => JSON.parse(text));
}

export function signatureOf(text: string, verifierToken: string): string {
  return createHmac('sha256', verifierToken).update(text).digest('base64');
}
