import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

const line = { name: 'Consulting', quantity: '1', unitPrice: '120.00', amount: '120.00' };
const invoice = (over: Record<string, unknown> = {}) => ({
  number: 'APT-2032',
  status: 'released',
  issueDate: '2026-11-20',
  customer: { name: 'Contoso Ltd' },
  lines: [line],
  total: '120.00',
  ...over,
});

describe('documents over HTTP', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let call: ReturnType<typeof withKey>;
  let base: string;
  let companyId: string;
  let appId: string;
  beforeAll(async () => {
    fresh = await freshLedger();
    // Its answer in time is tested elsewhere; 500 documents at once take a busy machine long.
    running = await aWeb(fresh.ledger, { limits: { answerMs: 60_000 } });
    const { app, key } = await anApp(fresh.ledger);
    appId = app.id;
    call = withKey(running.web, key);
    const connected = await aConnected(fresh.ledger, app.id);
    companyId = connected.companyId;
    base = `/v1/connections/${connected.connection.id}/documents`;
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  it('takes an invoice, answers how it stands, and has it dispatched after the answer', async () => {
    running.dispatched.length = 0;
    const answer = await call('PUT', `${base}/invoice/INV-1`, invoice());
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      kind: 'invoice',
      externalId: 'INV-1',
      result: 'stored',
      revision: 1,
      status: 'queued',
      label: 'Queued',
      total: '120.00',
      party: 'Contoso Ltd',
    });
    expect(running.dispatched).toEqual([companyId]);
    const read = await call('GET', `${base}/invoice/INV-1`);
    expect(read.statusCode).toBe(200);
    expect(read.json().history).toHaveLength(1);
  });

  it('answers unchanged content as unchanged and an older version with 200', async () => {
    await call('PUT', `${base}/invoice/INV-2`, invoice({ sourceVersion: 5 }));
    const again = await call('PUT', `${base}/invoice/INV-2`, invoice({ sourceVersion: 5 }));
    expect(again.json()).toMatchObject({ result: 'unchanged', revision: 1 });
    const older = await call(
      'PUT',
      `${base}/invoice/INV-2`,
      invoice({ sourceVersion: 4, total: '1.00' }),
    );
    expect(older.statusCode).toBe(200);
    expect(older.json()).toMatchObject({ result: 'ignored_older', total: '120.00' });
  });

  it.each([
    ['an unknown field', { colour: 'red' }, '(body)', 'unknown field colour'],
    ['a wrong type', { lines: 'none' }, 'lines', 'expected array'],
    ['too many decimals', { total: '120.001', currency: 'USD' }, 'total', 'at most 2 decimals'],
    ['a NUL', { memo: 'a\u0000b' }, 'memo', 'NUL'],
    ['a lone surrogate', { memo: 'a\ud800b' }, 'memo', 'surrogates'],
  ])('refuses %s with field and rule', async (_what, over, field, rule) => {
    const answer = await call('PUT', `${base}/invoice/INV-bad`, invoice(over));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toContainEqual(
      expect.objectContaining({ field, rule: expect.stringContaining(rule) }),
    );
    expect((await call('GET', `${base}/invoice/INV-bad`)).statusCode).toBe(404);
  });

  it('stores a sum that does not agree as failed, with both sums', async () => {
    const answer = await call('PUT', `${base}/invoice/INV-3`, invoice({ total: '121.00' }));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      status: 'failed',
      reason: 'total_mismatch',
      params: { source: '121.00', lines: '120.00' },
    });
  });

  it('keeps emoji and right-to-left text, also in the externalId', async () => {
    const externalId = 'שלום-🧾/1';
    const url = `${base}/invoice/${encodeURIComponent(externalId)}`;
    const put = await call('PUT', url, invoice({ customer: { name: 'مرحبا 🛒' } }));
    expect(put.json()).toMatchObject({ externalId, party: 'مرحبا 🛒' });
    expect((await call('GET', url)).json().externalId).toBe(externalId);
  });

  it.each(['a%00b', 'x'.repeat(201), '%20'])('refuses the externalId %s', async (externalId) => {
    const answer = await call('PUT', `${base}/invoice/${externalId}`, invoice());
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors[0].field).toBe('externalId');
  });

  it('takes 2,000 lines and refuses 10 MB', async () => {
    const lines = Array.from({ length: 2_000 }, () => line);
    const big = await call('PUT', `${base}/invoice/INV-4`, invoice({ lines, total: '240000.00' }));
    expect(big.statusCode).toBe(202);
    const huge = await call('PUT', `${base}/invoice/INV-5`, { memo: 'x'.repeat(10 * 1_048_576) });
    expect(huge.statusCode).toBe(413);
    expect(huge.headers['content-type']).toContain('application/problem+json');
  });

  it('takes no item from an app', async () => {
    const answer = await call('PUT', `${base}/item/ITEM-1`, { name: 'Widget' });
    expect(answer.statusCode).toBe(404);
  });

  it('lists by status, newest first, page by page', async () => {
    const first = await call('GET', `${base}?status=queued&limit=2`);
    const { documents, after } = first.json();
    expect(documents).toHaveLength(2);
    const next = (await call('GET', `${base}?status=queued&limit=2&after=${after}`)).json();
    const ids = [...documents, ...next.documents].map(
      (row: { externalId: string }) => row.externalId,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect((await call('GET', `${base}?limit=201`)).statusCode).toBe(422);
    expect((await call('GET', `${base}?colour=red`)).statusCode).toBe(422);
  });

  it('withdraws what was never sent, without a call', async () => {
    await call('PUT', `${base}/invoice/INV-6`, invoice());
    const answer = await call('DELETE', `${base}/invoice/INV-6`);
    expect(answer.statusCode).toBe(202);
    expect(answer.json().status).toBe('cancelled');
    expect((await call('DELETE', `${base}/invoice/none`)).statusCode).toBe(404);
    const names = await call('DELETE', `${base}/customer/C-1?mode=void`);
    expect(names.statusCode).toBe(422);
  });

  it('states many at once, a result each, a bad row beside good ones', async () => {
    running.dispatched.length = 0;
    const answer = await call('POST', base, [
      { kind: 'invoice', externalId: 'B-1', document: invoice() },
      { kind: 'invoice', externalId: 'B-2', document: invoice({ total: 'much' }) },
      { kind: 'journal_entry', externalId: 'B-3', document: {} },
      { kind: 'customer', externalId: 'B-4', document: { displayName: 'Acme' } },
    ]);
    expect(answer.statusCode).toBe(200);
    expect(answer.json().results).toEqual([
      expect.objectContaining({ externalId: 'B-1', status: 202 }),
      expect.objectContaining({
        externalId: 'B-2',
        status: 422,
        errors: [expect.objectContaining({ field: 'total' })],
      }),
      expect.objectContaining({
        externalId: 'B-3',
        status: 422,
        errors: [expect.objectContaining({ field: 'kind' })],
      }),
      expect.objectContaining({ externalId: 'B-4', status: 202 }),
    ]);
    expect(running.dispatched).toEqual([companyId]);
    const many = Array.from({ length: 501 }, () => ({}));
    expect((await call('POST', base, many)).statusCode).toBe(422);
  });

  it('takes 500 documents of more than the single limit in one request', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      kind: 'invoice',
      externalId: `M-${index}`,
      document: invoice({ memo: 'x'.repeat(3_000) }),
    }));
    const answer = await call('POST', base, rows);
    expect(answer.statusCode).toBe(200);
    const statuses = answer.json().results.map(({ status }: { status: number }) => status);
    expect(statuses).toEqual(rows.map(() => 202));
  });

  it('retries what failed and says why where there is nothing to retry', async () => {
    await fresh.ledger.sql`
      update documents set status = 'failed', reason = 'customer_missing',
        params = '{"name":"Contoso Ltd"}', due_at = null
      where external_id = 'INV-1'`;
    running.dispatched.length = 0;
    const retried = await call('POST', `${base}/invoice/INV-1/retry`);
    expect(retried.statusCode).toBe(202);
    expect(retried.json().status).toBe('queued');
    expect(running.dispatched).toEqual([companyId]);
    const again = await call('POST', `${base}/invoice/INV-1/retry`);
    expect(again.statusCode).toBe(409);
    expect((await call('POST', `${base}/invoice/none/retry`)).statusCode).toBe(404);
  });

  describe('on a connection that exports on click, once', () => {
    let clicks: string;
    beforeAll(async () => {
      const { connection } = await aConnected(fresh.ledger, appId);
      await call('PATCH', `/v1/connections/${connection.id}/settings`, {
        start: 'click',
        sendWhen: ['released'],
        onceOnly: true,
        documentWord: 'order',
      });
      clicks = `/v1/connections/${connection.id}/documents/invoice`;
    });

    it('waits for the click and is sent by it', async () => {
      const stated = await call('PUT', `${clicks}/SO-1`, invoice({ number: 'SO-1' }));
      expect(stated.json()).toMatchObject({ reason: 'waits_for_click', actions: ['sync'] });
      const clicked = await call('POST', `${clicks}/SO-1/sync`);
      expect(clicked.statusCode).toBe(202);
      expect(clicked.json().status).toBe('queued');
      expect((await call('POST', `${clicks}/SO-1/sync`)).statusCode).toBe(202);
      expect((await call('POST', `${clicks}/none/sync`)).statusCode).toBe(404);
    });

    it('refuses the click before the release, in the app’s words', async () => {
      await call('PUT', `${clicks}/SO-2`, invoice({ status: 'draft' }));
      const refused = await call('POST', `${clicks}/SO-2/sync`);
      expect(refused.statusCode).toBe(409);
      expect(refused.json()).toMatchObject({
        type: 'urn:qbo-sync:problem:not_released',
        detail: expect.stringContaining('This order is'),
      });
    });

    it('refuses a second export and shows a later change as a warning', async () => {
      await call('PUT', `${clicks}/SO-10452`, invoice({ number: 'SO-10452' }));
      await call('POST', `${clicks}/SO-10452/sync`);
      const outcome = {
        operation: 'created',
        quickbooksId: '9',
        number: 'SO-10452',
        total: '120.00',
      };
      await fresh.ledger.sql`
        update documents set status = 'synced', synced_revision = 1, due_at = null,
          outcome = ${fresh.ledger.sql.json({ ...outcome, on: '2026-11-22' })}
        where external_id = 'SO-10452'`;
      const refused = await call('POST', `${clicks}/SO-10452/sync`);
      expect(refused.statusCode).toBe(409);
      expect(refused.json()).toMatchObject({
        type: 'urn:qbo-sync:problem:already_exported',
        detail:
          'Order SO-10452 was already exported to QuickBooks as invoice SO-10452 on 2026-11-22. An order can be exported only once.',
      });
      const changed = await call(
        'PUT',
        `${clicks}/SO-10452`,
        invoice({ number: 'SO-10452', memo: 'later' }),
      );
      expect(changed.statusCode).toBe(202);
      expect(changed.json()).toMatchObject({
        status: 'synced',
        label: 'Synced, changes not sent',
        warnings: [{ name: 'changed_after_export' }],
      });
    });
  });
});
