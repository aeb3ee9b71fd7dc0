import { afterEach, describe, expect, it } from '@jest/globals';
import { companyReads } from '../../src/ledger/companies/read-meter.js';
import { QuickBooksRefusal, QuickBooksUnavailable, ReconnectNeeded } from '../../src/qbo/errors.js';
import { waitFor } from '../support/wait-for.js';
import { bundle, free } from './bundle.js';
import { bomb, cut, drip, elsewhere, fault, half, html, huge, never } from './replies.js';
import { type Arrived, type Reply, startScripted } from './scripted-server.js';

// The client as push and pull read with it, against a server that answers what it is told to.

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function setup(script: (arrived: Arrived, number: number) => Reply | undefined) {
  const server = await startScripted(script);
  open.push(server.close);
  const made = await bundle(server.url);
  open.push(made.close);
  const read = async () => {
    const [found] = await companyReads(made.ledger, made.ledger.sql, [made.companyId]);
    return found?.month ?? 0;
  };
  return { ...made, server, read };
}

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
    // A busy machine has time to hear an answer where one comes.
    const callMs = want.cause === 'timeout' ? 200 : 60_000;
    const one = await client({ maxBodyBytes: 100_000, waits: { callMs } });
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
    await waitFor(() => server.calls.length > 0, { what: 'the call to arrive' });
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
