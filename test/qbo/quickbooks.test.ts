import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readsThisMonth } from '../../src/ledger/read-meter.js';
import {
  FencedOff,
  QuickBooksRefusal,
  QuickBooksUnavailable,
  ReconnectNeeded,
} from '../../src/qbo/errors.js';
import { openQuickBooks, type QuickBooksOptions } from '../../src/qbo/quickbooks.js';
import { freePort } from '../support/ports.js';
import { aWrite, bundle, free, sending } from './bundle.js';
import {
  type Arrived,
  isTokenCall,
  type Reply,
  startScripted,
  tokenAnswer,
} from './scripted-server.js';

// The client as push and pull use it, against a server that answers what it is told to.

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function setup(script: (arrived: Arrived, number: number) => Reply | undefined) {
  const server = await startScripted(script);
  open.push(server.close);
  const made = await bundle(server.url);
  open.push(made.close);
  return { ...made, server, read: () => readsThisMonth(made.ledger, made.companyId) };
}

const html: Reply = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' };
const cut: Reply = (response) => void response.destroy();
const half: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"Invoice":');
  setImmediate(() => response.destroy());
};
const never: Reply = () => undefined;
const drip: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
};
const huge: Reply = { body: `{"a":"${'x'.repeat(200_000)}"}` };
const bomb: Reply = {
  headers: { 'content-encoding': 'gzip' },
  body: gzipSync(`{"a":"${'x'.repeat(5_000_000)}"}`),
};
const redirect = (location: string): Reply => ({ status: 307, headers: { location }, body: '' });
const fault = (code: string, status = 400, type = 'ValidationFault', detail = 'x'): Reply => ({
  status,
  body: JSON.stringify({ Fault: { Error: [{ code, Message: 'm', Detail: detail }], type } }),
});
const elsewhere = redirect('http://127.0.0.1:1/v3/company/1/stolen');

describe('a read', () => {
  it('goes to the company with token, minor version and trace id, and is counted', async () => {
    const { client, companyId, realmId, server, events, read } = await setup(() => ({
      body: '{"Invoice":{"Id":"12"}}',
    }));
    const one = await client();
    expect(await one.read(companyId, 'invoice/12', free())).toEqual({ Invoice: { Id: '12' } });
    expect(await one.read(companyId, 'cdc?entities=Item', free())).toBeDefined();
    const [first, second] = server.calls;
    expect(first?.path).toBe(`/v3/company/${realmId}/invoice/12?minorversion=75`);
    expect(second?.path).toBe(`/v3/company/${realmId}/cdc?entities=Item&minorversion=75`);
    expect(first?.headers).toMatchObject({ accept: 'application/json' });
    expect(events[0]).toMatchObject({
      event: 'qbo_call',
      resource: 'invoice',
      outcome: 'ok',
      status: 200,
      intuitTid: '1-tid-1',
    });
    expect(await read()).toBe(2);
  });

  it('is repeated a few times when the trouble is theirs, and counted once', async () => {
    const { client, companyId, server, read } = await setup((_, number) =>
      number === 1 ? html : number === 2 ? cut : undefined,
    );
    expect(await (await client()).read(companyId, 'invoice/1', free())).toEqual({});
    expect(server.calls).toHaveLength(3);
    expect(await read()).toBe(1);
  });

  it.each<[string, Reply, number, Partial<QuickBooksUnavailable>]>([
    ['HTML', html, 3, { status: 502, cause: 'html' }],
    ['a system fault', fault('10000', 500, 'SystemFault'), 3, { cause: 'server_fault' }],
    ['a cut connection', cut, 3, { status: null, cause: 'ECONNRESET' }],
    ['half an answer', half, 3, { status: null }],
    ['no answer in time', never, 3, { status: null, cause: 'timeout' }],
    ['a drip of bytes', drip, 3, { status: null, cause: 'timeout' }],
    ['an answer that is too large', huge, 3, { status: null, cause: 'too_large' }],
    ['a gzip bomb', bomb, 3, { status: null, cause: 'too_large' }],
    ['a redirect', elsewhere, 3, { status: 307, cause: 'redirect' }],
  ])('fails with %s as unavailable, never as empty', async (_, reply, calls, want) => {
    const { client, companyId, server, read } = await setup(() => reply);
    const one = await client({ maxBodyBytes: 100_000, waits: { callMs: 200 } });
    const error = await one.query(companyId, 'SELECT * FROM Item', free()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(QuickBooksUnavailable);
    expect(error).toMatchObject(want);
    expect(server.calls).toHaveLength(calls);
    expect(await read()).toBe(0);
  });

  it('fails with a refusal at once, and repeats the one that passes', async () => {
    const { client, companyId, server } = await setup(({ path }) =>
      path.includes('invoice') ? fault('610') : fault('4002'),
    );
    const one = await client();
    const refused = await one.read(companyId, 'invoice/1', free()).catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(QuickBooksRefusal);
    expect(refused).toMatchObject({ status: 400, intuitTid: '1-tid-1' });
    expect(server.calls).toHaveLength(1);
    await expect(one.read(companyId, 'item/1', free())).rejects.toThrow(QuickBooksRefusal);
    expect(server.calls).toHaveLength(4);
  });

  it('ends when it is told to', async () => {
    const { client, companyId, server } = await setup(() => never);
    const one = await client();
    const abort = new AbortController();
    const ended = one
      .read(companyId, 'invoice/1', { signal: abort.signal })
      .catch((e: unknown) => e);
    while (server.calls.length === 0) await new Promise(setImmediate);
    abort.abort(new Error('shutting down'));
    expect(await ended).toMatchObject({ message: 'shutting down' });
    expect(server.calls).toHaveLength(1);
  });

  it('tells a company that is not connected', async () => {
    const { client, companyId, ledger, server } = await setup(() => undefined);
    await ledger.sql`delete from tokens where company_id = ${companyId}`;
    const read = (await client()).read(companyId, 'invoice/1', free());
    await expect(read).rejects.toEqual(new ReconnectNeeded('no_tokens'));
    expect(server.calls).toHaveLength(0);
  });

  it.each(['../999/invoice/1', 'invoice/..', '/invoice', 'http://x', 'invoice#a', ''])(
    'refuses the path %j, which might leave the company',
    async (path) => {
      const { client, companyId, server } = await setup(() => undefined);
      await expect((await client()).read(companyId, path, free())).rejects.toThrow(RangeError);
      expect(server.calls).toHaveLength(0);
    },
  );
});

describe('a query', () => {
  const answer = (response: unknown): Reply => ({
    body: JSON.stringify({ QueryResponse: response, time: 'x' }),
  });

  it('gives the rows of a page, and none where there are none', async () => {
    const replies = [
      answer({ Item: [{ Id: '1' }, { Id: '2' }], startPosition: 1, maxResults: 2, totalCount: 2 }),
      answer({}),
      answer({ totalCount: 42 }),
    ];
    const { client, companyId, server } = await setup((_, number) => replies[number - 1]);
    const one = await client();
    const query = "SELECT * FROM Item WHERE Name = 'A & B\\'s 100%'";
    expect(await one.query(companyId, query, free())).toEqual([{ Id: '1' }, { Id: '2' }]);
    expect(await one.query(companyId, query, free())).toEqual([]);
    expect(await one.count(companyId, 'SELECT COUNT(*) FROM Item', free())).toBe(42);
    const asked = new URL(server.calls[0]?.path ?? '', 'http://x').searchParams;
    expect(asked.get('query')).toBe(query);
    expect(server.calls[0]?.method).toBe('GET');
  });

  it('goes as a body where it is long', async () => {
    const { client, companyId, server } = await setup(() => answer({}));
    const query = `SELECT * FROM Item WHERE Name = '${'ž'.repeat(1_000)}'`;
    await (await client()).query(companyId, query, free());
    expect(server.calls[0]).toMatchObject({ method: 'POST', body: query });
    expect(server.calls[0]?.headers['content-type']).toBe('application/text');
  });

  it.each([
    ['no QueryResponse', { body: '{}' }],
    ['rows announced and not there', answer({ startPosition: 1, maxResults: 2 })],
  ])('fails with %s', async (_, reply) => {
    const { client, companyId } = await setup(() => reply);
    const query = (await client()).query(companyId, 'SELECT * FROM Item', free());
    await expect(query).rejects.toThrow(QuickBooksUnavailable);
  });

  it('can be asked for in one batch, which is one metered read', async () => {
    const { client, companyId, server, read } = await setup(() => ({
      body: JSON.stringify({
        BatchItemResponse: [
          { bId: 'q3', Fault: { Error: [{ code: '4001', Message: 'm' }], type: 'x' } },
          { bId: 'q1', QueryResponse: { Invoice: [{ Id: '7' }], maxResults: 1 } },
          { bId: 'q2', QueryResponse: {} },
        ],
      }),
    }));
    const queries = ['a', 'b', 'c', 'd'].map((name) => `SELECT * FROM Invoice WHERE x = '${name}'`);
    expect(await (await client()).queryBatch(companyId, queries, free())).toEqual([
      { kind: 'rows', rows: [{ Id: '7' }] },
      { kind: 'rows', rows: [] },
      { kind: 'refused', faults: [expect.objectContaining({ code: '4001' })] },
      { kind: 'missing' },
    ]);
    expect(JSON.parse(server.calls[0]?.body ?? '').BatchItemRequest).toHaveLength(4);
    expect(await read()).toBe(1);
  });
});

describe('a write', () => {
  it('is noted, sent byte for byte under its requestid, and its answer stored', async () => {
    const order: string[] = [];
    const body = '{"Invoice":{"Id":"12","SyncToken":"0"},"time":"x"}';
    const { client, companyId, realmId, server, requests, read } = await setup(() => {
      order.push(...requests.notes);
      return { body };
    });
    const write = aWrite(companyId, { path: 'invoice?operation=void' });
    const ending = await (await client()).write(write, sending());
    expect(ending).toEqual({ kind: 'answered', status: 200, body, intuitTid: '1-tid-1' });
    expect(order).toEqual(['sent 1']);
    expect(requests.notes).toEqual(['sent 1', 'answered 1']);
    expect(requests.endings).toEqual([ending]);
    const [call] = server.calls;
    expect(call?.body).toBe(write.body);
    expect(call?.headers['content-type']).toBe('application/json');
    expect(call?.path).toBe(
      `/v3/company/${realmId}/invoice?operation=void&requestid=${write.requestId}&minorversion=75`,
    );
    expect(await read()).toBe(0);
  });

  it.each<[string, Reply, string]>([
    ['a refusal', fault('6140'), 'answered 400'],
    ['a fault under 200', fault('6140', 200), 'answered 200'],
    ['a validation fault under 500', fault('500', 500), 'answered 500'],
    ['a system fault', fault('10000', 500, 'SystemFault'), 'unknown http 500 server_fault 10000'],
    ['HTML', html, 'unknown http 502 html'],
    ['nothing under 503', { status: 503, body: '' }, 'unknown http 503 empty'],
    ['a body cut short', { body: '{"Invoice":{"Id":"1"' }, 'unknown http 200 not_json'],
    [
      'the wrong content type',
      { headers: { 'content-type': 'text/html' }, body: '{}' },
      'answered 200',
    ],
    ['a redirect', elsewhere, 'unknown http 307 redirect'],
    ['a cut connection', cut, 'unknown ECONNRESET'],
    ['no answer in time', never, 'unknown timeout'],
    ['a drip of bytes', drip, 'unknown timeout'],
    ['an answer that is too large', huge, 'unknown too_large'],
    ['a gzip bomb', bomb, 'unknown too_large'],
    ['a 403 of 3100', fault('3100', 403, 'SERVICE'), 'not_executed 403'],
    ['a lost right', fault('120', 401, 'AuthorizationFault'), 'not_executed 403'],
  ])('that meets %s ends as it should and is sent once', async (_, reply, want) => {
    const { client, companyId, server, requests } = await setup(() => reply);
    const one = await client({ maxBodyBytes: 100_000 });
    const ending = await one.write(aWrite(companyId), { ...sending(), deadlineMs: 300 });
    const word = ending.kind === 'unknown' ? ending.cause : ending.status;
    expect(`${ending.kind} ${word}`).toBe(want);
    expect(requests.endings).toEqual([ending]);
    expect(server.calls).toHaveLength(1);
  });

  it('that meets half an answer has an unknown outcome', async () => {
    const { client, companyId } = await setup(() => half);
    const ending = await (await client()).write(aWrite(companyId), sending());
    expect(ending).toMatchObject({ kind: 'unknown' });
  });

  it('that finds nobody listening was surely not executed', async () => {
    const port = await freePort();
    const made = await bundle(`http://127.0.0.1:${port}`);
    open.push(made.close);
    const one = await made.client();
    const ending = await one.write(aWrite(made.companyId), sending());
    expect(ending).toEqual({ kind: 'not_executed', status: 0, intuitTid: null });
    expect(made.requests.notes).toEqual(['sent 1', 'not_executed 1']);
  });

  it.each([
    ['a host that does not exist', 'http://nowhere.invalid'],
    ['a server that speaks no TLS', 'tls'],
  ])('that meets %s was surely not executed', async (_, target) => {
    const server = await startScripted(() => undefined);
    open.push(server.close);
    const made = await bundle(target === 'tls' ? server.url.replace('http:', 'https:') : target);
    open.push(made.close);
    const ending = await (await made.client()).write(aWrite(made.companyId), sending());
    expect(ending).toEqual({ kind: 'not_executed', status: 0, intuitTid: null });
    expect(server.calls).toHaveLength(0);
  });

  it('that gets 401 is sent again with a fresh token, the same bytes', async () => {
    const { client, companyId, server, requests } = await setup((arrived) => {
      if (isTokenCall(arrived)) return tokenAnswer(1);
      const fresh = arrived.headers.authorization?.includes('fresh');
      return fresh ? { body: '{"Invoice":{"Id":"1"}}' } : { status: 401, body: '' };
    });
    const ending = await (await client()).write(aWrite(companyId), sending());
    expect(ending).toMatchObject({ kind: 'answered' });
    expect(requests.notes).toEqual(['sent 1', 'not_executed 1', 'sent 1', 'answered 1']);
    const [first, second] = server.calls.filter((call) => !isTokenCall(call));
    expect(second?.body).toBe(first?.body);
    expect(second?.path).toBe(first?.path);
  });

  it('that gets 401 twice ends as not executed', async () => {
    const { client, companyId, server } = await setup((arrived) =>
      isTokenCall(arrived) ? tokenAnswer(1) : { status: 401, body: '' },
    );
    const ending = await (await client()).write(aWrite(companyId), sending());
    expect(ending).toMatchObject({ kind: 'not_executed', status: 401 });
    expect(server.calls).toHaveLength(3);
  });

  it('is not sent when the lease does not last, or ended while noting it', async () => {
    const { client, companyId, server, requests } = await setup(() => undefined);
    const one = await client();
    const late = { ...sending(), mayStillSend: () => false };
    await expect(one.write(aWrite(companyId), late)).rejects.toThrow(FencedOff);
    await expect(one.write(aWrite(companyId), { ...sending(), deadlineMs: 0 })).rejects.toThrow(
      FencedOff,
    );
    expect(requests.notes).toEqual([]);
    requests.onSent = () => {
      throw new Error('fenced');
    };
    await expect(one.write(aWrite(companyId), sending())).rejects.toThrow('fenced');
    expect(server.calls).toHaveLength(0);
  });

  it('that is aborted under way has an unknown outcome, which is stored', async () => {
    const { client, companyId, server, requests } = await setup(() => never);
    const abort = new AbortController();
    const one = await client();
    const ended = one.write(aWrite(companyId), { ...sending(), signal: abort.signal });
    while (server.calls.length === 0) await new Promise(setImmediate);
    abort.abort();
    expect(await ended).toEqual({ kind: 'unknown', cause: 'aborted', intuitTid: null });
    expect(requests.notes).toEqual(['sent 1', 'unknown 1']);
  });

  it('gives its slot back however it ends', async () => {
    const { client, companyId, ledger } = await setup(
      (_, number) => [html, cut, never, huge, fault('6140')][number - 1],
    );
    const one = await client({ maxBodyBytes: 1_000 });
    for (let number = 0; number < 5; number += 1) {
      await one.write(aWrite(companyId), { ...sending(), deadlineMs: 200 });
    }
    const held = await ledger.sql`select 1 from lane_slots where held_until is not null`;
    expect(held).toHaveLength(0);
  });
});

describe('connecting', () => {
  const callback = (query: string) => `https://sync.example/oauth/callback?${query}`;

  it('sends the browser to Intuit for accounting, with our state', async () => {
    const { client, server } = await setup(() => undefined);
    const url = new URL((await client()).auth.authorizeUrl({ state: 'st+a/te' }));
    expect(`${url.origin}${url.pathname}`).toBe(`${server.url}/connect/oauth2`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client',
      response_type: 'code',
      scope: 'com.intuit.quickbooks.accounting',
      redirect_uri: 'https://sync.example/oauth/callback',
      state: 'st+a/te',
    });
  });

  it('exchanges the code for tokens and the realm', async () => {
    const { client, server } = await setup(() =>
      tokenAnswer(1, {
        x_refresh_token_hard_expires_in: 1_000,
        scope: 'com.intuit.quickbooks.accounting',
      }),
    );
    const before = Date.now();
    const got = await (await client()).auth.exchangeCode({
      callbackUrl: callback('code=XAB1&state=s&realmId=9341457'),
    });
    expect(got).toMatchObject({
      realmId: '9341457',
      accessToken: 'canary-access-fresh-1',
      refreshToken: 'canary-refresh-fresh-1',
    });
    expect(got.accessExpiresAt.getTime() - before).toBeGreaterThanOrEqual(3_600_000);
    expect(got.hardExpiresAt).toBeInstanceOf(Date);
    const [call] = server.calls;
    expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'XAB1',
      redirect_uri: 'https://sync.example/oauth/callback',
    });
    const basic = Buffer.from('client:canary-secret').toString('base64');
    expect(call?.headers.authorization).toBe(`Basic ${basic}`);
  });

  it.each([
    ['error=access_denied&state=s', 'access_denied'],
    ['error=invalid_scope&state=s', 'invalid_scope'],
    ['state=s&realmId=9341457', 'incomplete_callback'],
    ['code=x&state=s', 'incomplete_callback'],
    ['code=x&state=s&realmId=../1', 'incomplete_callback'],
  ])('refuses the callback %s', async (query, why) => {
    const { client, server } = await setup(() => undefined);
    const exchange = (await client()).auth.exchangeCode({ callbackUrl: callback(query) });
    await expect(exchange).rejects.toMatchObject({ name: 'ConnectRefused', why });
    expect(server.calls).toHaveLength(0);
  });

  it.each<[string, Reply, object]>([
    ['a used code', { status: 400, body: '{"error":"invalid_grant"}' }, { why: 'invalid_code' }],
    ['no accounting', tokenAnswer(1, { scope: 'openid email' }), { why: 'scope_missing' }],
    ['HTML', html, { name: 'QuickBooksUnavailable', status: 502 }],
    ['tokens that are none', { body: '{}' }, { name: 'QuickBooksUnavailable', status: 200 }],
  ])('tells %s', async (_, reply, want) => {
    const { client, server } = await setup(() => reply);
    const callbackUrl = callback('code=x&state=s&realmId=1');
    await expect((await client()).auth.exchangeCode({ callbackUrl })).rejects.toMatchObject(want);
    expect(server.calls).toHaveLength(1);
  });

  it('revokes, and takes a token that is dead already for done', async () => {
    const replies: Reply[] = [{ body: '' }, { status: 400, body: '' }, html];
    const { client, server } = await setup((_, number) => replies[number - 1]);
    const { auth } = await client();
    expect(await auth.revoke('canary-refresh')).toBe('revoked');
    expect(await auth.revoke('canary-refresh')).toBe('already_dead');
    await expect(auth.revoke('canary-refresh')).rejects.toThrow(QuickBooksUnavailable);
    expect(server.calls[0]).toMatchObject({
      path: '/v2/oauth2/tokens/revoke',
      body: '{"token":"canary-refresh"}',
    });
  });
});

describe('opening', () => {
  const options = { environment: 'production', baseUrl: 'http://evil' } as QuickBooksOptions;
  it('lets no address but Intuit’s stand for real companies, and asks for the simulator’s', () => {
    expect(() => openQuickBooks(options)).toThrow(RangeError);
    expect(() => openQuickBooks({ ...options, environment: 'sandbox' })).toThrow(RangeError);
    expect(() =>
      openQuickBooks({ ...options, environment: 'simulator', baseUrl: undefined }),
    ).toThrow(RangeError);
  });
});
