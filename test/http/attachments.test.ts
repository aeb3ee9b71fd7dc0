import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ATTACHMENTS_MAX } from '../../src/contract/documents/index.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aPdf } from '../support/pdfs.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { waitFor } from '../support/wait-for.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

const PDF = { 'content-type': 'application/pdf' };
const MEGABYTE = 1_048_576;

describe('files of documents over HTTP', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let call: ReturnType<typeof withKey>;
  let base: string;
  let companyId: string;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger, { limits: { answerMs: 60_000 } });
    const { app, key } = await anApp(fresh.ledger);
    call = withKey(running.web, key);
    const connected = await aConnected(fresh.ledger, app.id);
    companyId = connected.companyId;
    base = `/v1/connections/${connected.connection.id}/documents`;
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const put = (
    path: string,
    body: Uint8Array | string = aPdf('a'),
    headers: Record<string, string> = {},
  ) => call('PUT', `${base}/${path}`, Buffer.from(body), { ...PDF, ...headers });

  it('are taken, stored encrypted, and dispatched after the answer', async () => {
    running.dispatched.length = 0;
    const answer = await put('invoice/INV-1/attachments/terms.pdf', aPdf('canary'));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      kind: 'attachment',
      externalId: 'invoice/INV-1/terms.pdf',
      attachedTo: { kind: 'invoice', externalId: 'INV-1' },
      name: 'terms.pdf',
      status: 'queued',
      result: 'stored',
    });
    expect(running.dispatched).toEqual([companyId]);
    const [row] = await fresh.ledger.sql<{ pieceCipher: Buffer }[]>`
      select piece_cipher from attachment_pieces where external_id = 'invoice/INV-1/terms.pdf'`;
    expect(row?.pieceCipher.toString('latin1')).not.toContain('canary');
  });

  it('are listed with how each stands, and those of others are not', async () => {
    await put('invoice/INV-2/attachments/a.pdf');
    await put('invoice/INV-2/attachments/b.pdf');
    const { attachments } = (await call('GET', `${base}/invoice/INV-2/attachments`)).json();
    expect(attachments).toMatchObject([
      { name: 'b.pdf', status: 'queued', label: 'Queued' },
      { name: 'a.pdf' },
    ]);
    const none = await call('GET', `${base}/sales_receipt/INV-2/attachments`);
    expect(none.json()).toEqual({ attachments: [] });
  });

  it('change nothing when they come again, and are a new revision with other bytes', async () => {
    const path = 'invoice/INV-3/attachments/a.pdf';
    await put(path);
    expect((await put(path)).json()).toMatchObject({ result: 'unchanged', revision: 1 });
    expect((await put(path, aPdf('b'))).json()).toMatchObject({ result: 'stored', revision: 2 });
  });

  it('are answered once under one Idempotency-Key, which other bytes cannot use', async () => {
    const path = 'invoice/INV-4/attachments/a.pdf';
    const headers = { 'idempotency-key': 'file-1' };
    const first = await put(path, aPdf('a'), headers);
    // Asked before the answer is kept, it is still being worked on.
    const again = await waitFor(
      async () => {
        const answer = await put(path, aPdf('a'), headers);
        return answer.statusCode === 409 ? undefined : answer;
      },
      { what: 'the answer to be kept' },
    );
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.json()).toEqual(first.json());
    expect((await put(path, aPdf('b'), headers)).statusCode).toBe(422);
  });

  it('are removed before they were sent, and named where there are none', async () => {
    await put('invoice/INV-5/attachments/a.pdf');
    const removed = await call('DELETE', `${base}/invoice/INV-5/attachments/a.pdf`);
    expect(removed.statusCode).toBe(202);
    expect(removed.json()).toMatchObject({ name: 'a.pdf', status: 'cancelled' });
    const none = await call('DELETE', `${base}/invoice/INV-5/attachments/b.pdf`);
    expect(none.statusCode).toBe(404);
    expect(none.json().detail).toBe('There is no such attachment.');
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }, '{}'],
    ['an image', { 'content-type': 'image/png' }, '%PDF-'],
    ['nothing said', { 'content-type': '' }, '%PDF-'],
  ])('are refused as %s with 415 and what is taken', async (_, headers, body) => {
    const answer = await put('invoice/INV-6/attachments/a.pdf', body, headers);
    expect(answer.statusCode).toBe(415);
    expect(answer.json().title).toBe('Bodies must be application/pdf');
  });

  it.each([
    ['an image', '\x89PNG'],
    ['nothing', ''],
    ['a PDF behind something else', ' %PDF-1.7'],
  ])('are refused as PDF that is %s, with the rule', async (_, body) => {
    const answer = await put('invoice/INV-6/attachments/a.pdf', body);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toEqual([
      { field: '(body)', rule: 'must be a PDF, which begins with %PDF-' },
    ]);
  });

  it.each([
    ['a control character', 'a%07.pdf', 'must not contain control characters'],
    ['too many characters', 'a'.repeat(201), '200'],
  ])('are refused under a name with %s', async (_, name, rule) => {
    const answer = await put(`invoice/INV-6/attachments/${name}`);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors[0]).toMatchObject({ field: 'name' });
    expect(answer.json().errors[0].rule).toContain(rule);
  });

  it('are refused at a name, which QuickBooks keeps as none', async () => {
    const answer = await put('customer/C-1/attachments/a.pdf');
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors[0]).toMatchObject({ field: 'kind', got: 'customer' });
  });

  it('take 25 MB whole, and are refused above with 413', async () => {
    const largest = aPdf('a', 25 * MEGABYTE - aPdf('a').length);
    const taken = await put('invoice/INV-7/attachments/large.pdf', largest);
    expect(taken.json()).toMatchObject({ size: 25 * MEGABYTE, status: 'queued' });
    const [stored] = await fresh.ledger.sql`
      select count(*)::int as pieces from attachment_pieces
      where external_id = 'invoice/INV-7/large.pdf'`;
    expect(stored).toEqual({ pieces: 25 });
    const answer = await put('invoice/INV-7/attachments/larger.pdf', aPdf('a', 25 * MEGABYTE));
    expect(answer.statusCode).toBe(413);
    expect(answer.json().type).toBe('urn:qbo-sync:problem:too_large');
  });

  it('are refused for a moment while there is no room in memory for them', async () => {
    const narrow = await aWeb(fresh.ledger, { limits: { heldBytes: 100 } });
    const { app, key } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    const url = `/v1/connections/${connection.id}/documents/invoice/I/attachments/a.pdf`;
    const ask = (bytes: number) =>
      withKey(narrow.web, key)('PUT', url, Buffer.from(aPdf('a', bytes)), PDF);
    const refused = await ask(100);
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    // What is over gives its room back.
    for (let time = 0; time < 5; time += 1) expect((await ask(0)).statusCode).toBe(202);
    await narrow.close();
  });

  it(`of one document are ${ATTACHMENTS_MAX} at most, not counting those removed`, async () => {
    for (let number = 0; number < ATTACHMENTS_MAX; number += 1) {
      await put(`invoice/INV-8/attachments/${number}.pdf`);
    }
    const refused = await put('invoice/INV-8/attachments/more.pdf');
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors[0].rule).toContain(`at most ${ATTACHMENTS_MAX}`);
    expect((await put('invoice/INV-8/attachments/0.pdf', aPdf('b'))).statusCode).toBe(202);
    await call('DELETE', `${base}/invoice/INV-8/attachments/1.pdf`);
    expect((await put('invoice/INV-8/attachments/more.pdf')).statusCode).toBe(202);
  });

  it('stand in the description of the API with their type', async () => {
    const { paths } = (await call('GET', '/v1/openapi.json')).json();
    const path = '/v1/connections/{connectionId}/documents/{kind}/{externalId}/attachments/{name}';
    expect(Object.keys(paths[path])).toEqual(expect.arrayContaining(['put', 'delete']));
    expect(paths[path].put.requestBody.content).toEqual({
      'application/pdf': { schema: { type: 'string', format: 'binary' } },
    });
  });
});
