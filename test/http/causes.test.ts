import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { moveDocuments } from '../../src/ledger/documents/moves.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

describe('causes over HTTP', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  /** Fails documents as the worker does: for a customer QuickBooks does not have. */
  const fail = (connectionId: string, name: string) =>
    fresh.ledger.sql.begin(async (tx) => {
      const rows = await tx<{ id: number }[]>`
        select id from documents where connection_id = ${connectionId} and party = ${name}`;
      const reason = { name: 'customer_missing', params: { name } } as const;
      await moveDocuments(
        tx,
        rows.map(({ id }) => id),
        () => ({ to: 'failed', what: 'failed', reason }),
        'worker',
      );
    });

  it('groups failures of one app by what fixes them, with amounts', async () => {
    const { app, key } = await anApp(fresh.ledger);
    const call = withKey(running.web, key);
    const { connection, companyId } = await aConnected(fresh.ledger, app.id);
    await fresh.ledger.sql`update companies set home_currency = 'GBP' where id = ${companyId}`;
    const base = `/v1/connections/${connection.id}/documents/invoice`;
    const state = (number: string, total: string) =>
      call('PUT', `${base}/${number}`, {
        number,
        status: 'released',
        issueDate: '2026-11-20',
        customer: { name: 'Acme Rocket Skates' },
        lines: [{ name: 'Consulting', quantity: 1, unitPrice: total, amount: total }],
        total,
      });
    for (const [number, total] of [
      ['APT-2032', '120.00'],
      ['APT-2033', '75.50'],
      ['APT-2034', '310.00'],
    ] as const) {
      await state(number, total);
    }
    expect((await call('GET', '/v1/causes')).json()).toEqual({ causes: [], after: null });
    await fail(connection.id, 'Acme Rocket Skates');

    const { causes } = (await call('GET', '/v1/causes')).json();
    expect(causes).toEqual([
      {
        id: expect.any(String),
        reason: 'customer_missing',
        params: { name: 'Acme Rocket Skates' },
        details:
          'Customer "Acme Rocket Skates" was not found in QuickBooks. Add or rename the customer in QuickBooks, press Force Sync from QB, then retry.',
        actor: 'customer',
        documents: 3,
        runs: 0,
        fixedAt: null,
        wouldRelease: 0,
        amounts: [{ currency: 'GBP', amount: '505.50' }],
        connections: [connection.id],
        firstSeenAt: expect.any(String),
        lastSeenAt: expect.any(String),
      },
    ]);
    const stranger = await anApp(fresh.ledger);
    const theirs = await withKey(running.web, stranger.key)('GET', '/v1/causes');
    expect(theirs.json()).toEqual({ causes: [], after: null });

    await call('POST', `${base}/APT-2032/retry`);
    const after = (await call('GET', '/v1/causes')).json().causes;
    expect(after).toMatchObject([{ documents: 2, amounts: [{ amount: '385.50' }] }]);
  });
});
