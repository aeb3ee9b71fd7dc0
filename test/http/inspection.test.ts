import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Inspection } from '../../src/contract/inspection.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, aWeb, type WebUnderTest } from '../support/web.js';

// Contents of sendings are looked at in test/journey/ops.test.ts, where a worker sends.
describe('what is wanted, before anything was sent', () => {
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

  it('is shown with its lines, without what may be somebody’s', async () => {
    const { app } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    const id = await stateInvoice(fresh.ledger, connection, 'INV-1', {
      customer: {
        name: 'Contoso Ltd',
        email: 'ann@contoso.example',
        phone: '555-0100',
        billAddress: { line1: '1 Secret Street' },
      },
      billingEmail: 'bills@contoso.example',
      memo: 'Ring Ann first',
      lines: [
        {
          name: 'Consulting',
          description: 'Ring Ann',
          quantity: '2',
          unitPrice: '5.00',
          amount: '10.00',
          taxCode: { name: 'TAX' },
          taxAmount: '0.80',
        },
      ],
      tax: { total: '0.80' },
      total: '99.00',
    });
    const { cookie } = await aLogin(fresh.ledger, running.web, 'viewer');
    const answered = await running.web.inject({
      url: `/ops/documents/${id}/inspection`,
      headers: { cookie },
    });
    const shown: Inspection = answered.json();
    expect(shown).toMatchObject({ sendings: [], isAnswered: false });
    expect(shown.compared).toEqual(
      expect.arrayContaining([
        { field: 'party', wanted: 'Contoso Ltd', quickbooks: null },
        { field: 'total', wanted: '99.00', quickbooks: null },
        { field: 'tax', wanted: '0.80', quickbooks: null },
      ]),
    );
    expect(shown.lines).toEqual([
      {
        wanted: {
          item: 'Consulting',
          description: '‹8 characters›',
          quantity: '2',
          unitPrice: '5.00',
          amount: '10.00',
          tax: 'TAX 0.80',
        },
        quickbooks: null,
      },
    ]);
    expect(answered.body).not.toMatch(/Ann|Secret Street|555-0100|contoso\.example/);
  });
});
