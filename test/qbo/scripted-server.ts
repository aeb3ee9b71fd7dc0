import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as it arrived. */
export interface Arrived {
  atMs: number;
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the server does with a call: usually an answer, sometimes something a server should not do. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: string | Buffer }
  | ((response: ServerResponse, arrived: Arrived) => void | Promise<void>);

export interface ScriptedServer {
  url: string;
  calls: Arrived[];
  close(): Promise<void>;
}

/**
 * A QuickBooks that says what a test tells it to, for answers no simulator of a working service
 * should be able to give. `script` is asked for each call; undefined is a 200 with `{}`.
 */
export async function startScripted(
  script: (arrived: Arrived, number: number) => Reply | undefined,
): Promise<ScriptedServer> {
  const calls: Arrived[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const atMs = performance.now();
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url: path = '', headers } = request;
    const arrived = { atMs, method, path, headers, body };
    calls.push(arrived);
    const reply = script(arrived, calls.length) ?? {};
    if (typeof reply === 'function') return reply(response, arrived);
    response.writeHead(reply.status ?? 200, {
      'content-type': 'application/json',
      intuit_tid: `1-tid-${calls.length}`,
      ...reply.headers,
    });
    response.end(reply.body ?? '{}');
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, calls, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** A good answer of the token endpoint; every number another access token. */
export function tokenAnswer(number: number, more: Record<string, unknown> = {}): Reply {
  return {
    body: JSON.stringify({
      token_type: 'bearer',
      access_token: `canary-access-fresh-${number}`,
      expires_in: 3_600,
      refresh_token: `canary-refresh-fresh-${number}`,
      x_refresh_token_expires_in: 8_726_400,
      ...more,
    }),
  };
}

export const INVALID_GRANT: Reply = {
  status: 400,
  body: '{"error":"invalid_grant","error_description":"Incorrect or invalid refresh token"}',
};

export const isTokenCall = ({ path }: Arrived) => path.startsWith('/oauth2/');
