import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { depthOf } from '../../src/http/json.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { waitFor } from '../support/wait-for.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

describe('what is wrong with a request', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let call: ReturnType<typeof withKey>;
  let key: string;
  let url: string;
  let port: string;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
    const app = await anApp(fresh.ledger);
    key = app.key;
    call = withKey(running.web, key);
    const { connection } = await aConnected(fresh.ledger, app.app.id);
    url = `/v1/connections/${connection.id}/documents/customer/C-1`;
    ({ port } = new URL(await running.web.listen({ host: '127.0.0.1', port: 0 })));
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });
  const put = (text: string | Buffer, type = 'application/json') =>
    call('PUT', url, text, { 'content-type': type });
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it.each([
    ['half a body', '{"displayName":'],
    ['text', 'hello'],
    ['a prototype', '{"displayName":"x","__proto__":{"admin":true}}'],
    ['a constructor', '{"displayName":"x","constructor":{"prototype":{"admin":true}}}'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['41 levels', nested(41)],
    ['100,000 levels', nested(100_000)],
  ])('answers 400 to %s', async (_what, text) => {
    const answer = await put(text);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 400, requestId: answer.headers['x-request-id'] });
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('takes 40 levels to be a matter of the schema', async () => {
    expect((await put(nested(40))).statusCode).toBe(422);
  });

  it('answers 422 to no body and 415 to what is not JSON', async () => {
    expect((await put('')).statusCode).toBe(422);
    expect((await put('displayName=x', 'application/x-www-form-urlencoded')).statusCode).toBe(415);
    expect((await put('{}', 'text/plain')).statusCode).toBe(415);
  });

  it('counts nesting outside strings only', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const depth = (part: unknown): number =>
          typeof part === 'object' && part !== null
            ? 1 + Math.max(0, ...Object.values(part).map(depth))
            : 0;
        expect(depthOf(JSON.stringify(value))).toBe(depth(value));
      }),
    );
  });

  it('answers 413 before a body that is too large has arrived', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = rawRequest(
        {
          host: '127.0.0.1',
          port,
          path: url,
          method: 'PUT',
          headers: {
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
            'content-length': String(10 * 1_048_576),
          },
        },
        (answer) => {
          resolve(answer.statusCode);
          sending.destroy();
        },
      );
      sending.on('error', reject);
      sending.write('{');
    });
    expect(status).toBe(413);
  });

  it.each([
    ['a body that is too large', 'application/json', 413],
    ['one that is no JSON', 'text/plain', 415],
  ])('takes the rest of %s, so that who still sends it reads the answer', async (...played) => {
    const [, type, status] = played;
    const length = 10 * 1_048_576;
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    try {
      let heard = '';
      // What it was closed by shows in what was not heard.
      socket.on('error', () => {});
      socket.setEncoding('utf8').on('data', (part: string) => {
        heard += part;
      });
      const answers = () =>
        [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => Number(code));
      const begin = (headers: string) =>
        socket.write(
          `PUT ${url} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n${headers}`,
        );
      begin(`Content-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`);
      await waitFor(() => answers().length === 1, { what: 'the answer' });
      socket.write(Buffer.alloc(length, ' '));
      begin('Content-Type: application/json\r\nContent-Length: 0\r\n\r\n');
      await waitFor(() => answers().length === 2 || socket.destroyed, {
        what: 'the answer to the next request',
      });
      expect(answers()).toEqual([status, 422]);
    } finally {
      socket.destroy();
    }
  });

  it('answers 404 to what is not there, as a problem', async () => {
    for (const path of ['/v1/nothing', '/wp-login.php', '/v1/connections/../../etc/passwd']) {
      const answer = await running.web.inject({ url: path });
      expect([answer.statusCode, answer.json().type]).toEqual([
        404,
        'urn:qbo-sync:problem:not_found',
      ]);
    }
  });

  it('tells nothing of its inside when it fails, and logs it under the same id', async () => {
    await fresh.ledger.sql`alter table documents rename to documents_away`;
    const answer = await put('{"displayName":"Canary Ltd"}');
    await fresh.ledger.sql`alter table documents_away rename to documents`;
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      type: 'urn:qbo-sync:problem:internal',
      title: 'Internal error',
      status: 500,
      requestId: answer.headers['x-request-id'],
    });
    const logged = running.events.filter(({ event }) => event === 'http_failed').at(-1);
    expect(logged).toMatchObject({
      requestId: answer.headers['x-request-id'],
      error: { code: '42P01' },
    });
    const everything = JSON.stringify(running.events);
    for (const secret of ['Canary Ltd', key, 'canary-']) expect(everything).not.toContain(secret);
  });

  it('answers 429 with Retry-After to a key that asks too often, and not to others', async () => {
    const limited = await aWeb(fresh.ledger, { limits: { requestsPerMinute: 3 } });
    const first = withKey(limited.web, (await anApp(fresh.ledger)).key);
    const second = withKey(limited.web, (await anApp(fresh.ledger)).key);
    for (let count = 0; count < 3; count += 1) {
      expect((await first('GET', '/v1/profiles')).statusCode).toBe(200);
    }
    const refused = await first('GET', '/v1/profiles');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await second('GET', '/v1/profiles')).statusCode).toBe(200);
    expect((await limited.web.inject({ url: '/livez' })).statusCode).toBe(200);
    await limited.close();
  });

  it('answers 503 with Retry-After while the database is away', async () => {
    const alone = await freshLedger();
    const lonely = await aWeb(alone.ledger);
    await alone.close();
    const answer = await withKey(lonely.web, key)('GET', '/v1/connections');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect((await lonely.web.inject({ url: '/livez' })).statusCode).toBe(200);
    await lonely.close();
  });
});
