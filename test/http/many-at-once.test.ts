import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { anInvoice } from '../support/orders.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, asPerson, aWeb, type WebUnderTest, withKey } from '../support/web.js';

const BEYOND = 2;

// Whoever finds an open dashboard must not be able to send thousands of documents again.
describe('what is done to many documents at once', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let asApp: ReturnType<typeof withKey>;
  let base: string;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    running = await aWeb(fresh.ledger, { reauthenticate: { beyondDocuments: BEYOND } });
    const { app, key } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    base = `/v1/connections/${connection.id}/documents/invoice`;
    asApp = withKey(running.web, key);
    for (const number of ['INV-1', 'INV-2', 'INV-3']) await fails(number, '1.00');
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  /** States an invoice whose sum does not agree. */
  async function fails(number: string, total: string) {
    const stated = { ...anInvoice({ number }), total };
    expect((await asApp('PUT', `${base}/${number}`, stated)).statusCode).toBe(202);
  }
  /** Somebody who logged in long ago. */
  async function anOperator() {
    const call = asPerson(running.web, await aLogin(fresh.ledger, running.web, 'operator'));
    now = new Date(now.getTime() + 20 * 60_000);
    return call;
  }
  it('is asked about beyond a number, however it is asked for', async () => {
    const call = await anOperator();
    const failed = (await call('GET', '/ops/documents?status=failed')).json().documents;
    expect(failed).toHaveLength(3);
    const ids: string[] = failed.map(({ id }: { id: string }) => id);
    const [{ id: causeId }] = (await call('GET', '/ops/causes')).json().causes;
    const retryAll = { filter: 'status:failed', action: 'retry' };
    const many: [string, object][] = [
      ['/ops/bulk-actions', retryAll],
      [`/ops/causes/${causeId}/release`, { only: 'all' }],
      ['/ops/documents/retry', { ids }],
    ];
    for (const [url, body] of many) {
      const answer = await call('POST', url, body);
      expect([url, answer.statusCode, answer.json().type]).toEqual([
        url,
        403,
        'urn:qbo-sync:problem:reauthentication_needed',
      ]);
    }
    // Nothing of it was begun.
    expect((await call('GET', '/ops/bulk-actions')).json().bulkActions).toEqual([]);
    expect((await call('GET', '/ops/documents?status=failed')).json().documents).toHaveLength(3);

    const seen = await call('POST', '/ops/bulk-actions', { ...retryAll, dryRun: true });
    expect(seen.json()).toMatchObject({ documents: 3, status: 'dry_run' });
    const few = await call('POST', '/ops/documents/retry', { ids: ids.slice(0, BEYOND) });
    expect(few.statusCode).toBe(200);
    const fewer = await call('POST', '/ops/bulk-actions', { filter: 'INV-3', action: 'skip' });
    expect(fewer.statusCode).toBe(202);
  });

  it('is asked about where they lie behind more than are counted', async () => {
    const call = await anOperator();
    for (const number of ['BIG-1', 'BIG-2', 'BIG-3']) await fails(number, '9999.00');
    await fresh.ledger.sql`
      insert into documents (connection_id, company_id, kind, external_id, wanted_cipher,
        wanted_hash, status, reason, params, number, currency, total_minor)
      select connection_id, company_id, kind, 'SMALL-' || n, wanted_cipher,
        wanted_hash, status, reason, params, 'SMALL-' || n, currency, 100
      from documents, generate_series(1, 20001) n where external_id = 'BIG-1'`;
    const retryBig = { filter: 'status:failed amount:>9000', action: 'retry' };
    const seen = await call('POST', '/ops/bulk-actions', { ...retryBig, dryRun: true });
    expect(seen.json()).toMatchObject({ documents: 0, isAtLeast: true });
    const answer = await call('POST', '/ops/bulk-actions', retryBig);
    expect([answer.statusCode, answer.json().type]).toEqual([
      403,
      'urn:qbo-sync:problem:reauthentication_needed',
    ]);
  });

  it('is done at once for who has just logged in', async () => {
    const call = asPerson(running.web, await aLogin(fresh.ledger, running.web, 'operator'));
    const answer = await call('POST', '/ops/bulk-actions', {
      filter: 'status:failed',
      action: 'retry',
    });
    expect(answer.statusCode).toBe(202);
  });
});
