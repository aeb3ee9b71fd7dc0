import { once } from 'node:events';
import { request as overHttp } from 'node:http';
import { createServer } from 'node:https';
import { selfSigned } from './self-signed.js';

/** What a host name answers: the server behind it, or a page. */
export type Behind = { url: string } | { html: () => string };

/**
 * A front that speaks TLS, as one stands before web in production. Its certificate is its own: a
 * browser has to be told to take it, and to find the names here.
 *
 * @param port where it listens, on this machine alone
 */
export async function startTlsFront(
  hosts: Readonly<Record<string, Behind>>,
  port: number,
): Promise<{ close(): Promise<void> }> {
  const server = createServer(selfSigned('front'), (request, response) => {
    const name = request.headers.host?.split(':')[0] ?? '';
    const behind = hosts[name];
    if (behind === undefined) return void response.writeHead(404).end();
    if ('html' in behind) {
      const type = { 'content-type': 'text/html; charset=utf-8' };
      return void response.writeHead(200, type).end(behind.html());
    }
    const { method, headers, url = '/' } = request;
    const onward = overHttp(new URL(url, behind.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
