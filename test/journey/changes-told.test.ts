import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Journey, pullChanges, startJourney, waitForStatus } from '../support/journey.js';
import { aBill, purchaseCompany } from '../support/purchase-company.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { aCloudEvent, VERIFIER_TOKEN } from '../support/webhooks.js';

const settings: SettingsInput = { modules: ['invoice', 'payment', 'customer'], payments: true };

// What Intuit tells of costs as few reads as will do: none where nothing follows from it.
describe('what Intuit tells of', () => {
  let journey: Journey;
  let company: SalesCompany;
  let number = 0;
  let inv: string;

  beforeAll(async () => {
    journey = await startJourney({ environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN } });
    company = await salesCompany(journey, { settings });
    journey.simulator.control.webhooks.subscribe({
      clientId: 'test-client',
      url: `${journey.webUrl}/webhooks/intuit`,
      verifierToken: VERIFIER_TOKEN,
      delayMs: 0,
    });
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    inv = `INV-${number}`;
    await settled();
    company.quickbooks.forget();
  });

  /** All that was told was looked at, and no run is left. */
  async function settled(): Promise<void> {
    await journey.simulator.control.webhooks.idle();
    await waitFor(
      async () => {
        const { sql } = journey.house.ledger;
        const left = await sql`
          select 1 from inbound_webhooks where state = 'waiting'
          union all select 1 from runs where ended_at is null`;
        return left.count === 0;
      },
      { what: 'webhooks to be looked at' },
    );
  }
  const reads = () => company.quickbooks.calls().filter((call) => call === 'GET cdc').length;
  const tell = (event: Record<string, unknown>) =>
    journey.simulator.control.webhooks.send({
      clientId: 'test-client',
      body: [aCloudEvent({ intuitaccountid: company.realmId, ...event })],
    });
  const sent = async () => {
    await company.invoice(inv);
    await waitForStatus(journey, company.id, 'invoice', inv, 'synced');
    await settled();
  };

  it('is no news where the app deleted it itself', async () => {
    await sent();
    await journey.client.withdraw(company.id, 'invoice', inv, 'delete');
    await waitForStatus(journey, company.id, 'invoice', inv, 'deleted');
    await settled();
    expect(reads()).toBe(0);
  });

  it('is looked into where somebody else deleted it', async () => {
    await sent();
    const id = company.invoices(inv)[0]?.['Id'];
    journey.simulator.control.act(company.realmId, {
      do: 'delete',
      entity: 'Invoice',
      id: String(id),
    });
    await waitForStatus(journey, company.id, 'invoice', inv, 'deleted_in_quickbooks');
    expect(reads()).toBe(1);
  });

  it('changes what is known of closed books before the next document is sent', async () => {
    await sent();
    company.quickbooks.forget();
    journey.simulator.control.act(company.realmId, { do: 'close_books', date: '2026-11-30' });
    await tell({ type: 'qbo.preferences.updated.v1', intuitentityid: '1' });
    await settled();
    expect(company.quickbooks.calls()).toEqual([]);
    await company.invoice(`${inv}b`);
    const failed = await waitForStatus(journey, company.id, 'invoice', `${inv}b`, 'failed');
    expect(failed).toMatchObject({ reason: 'period_closed' });
    expect(company.quickbooks.writes()).toBe(0);
    journey.simulator.control.act(company.realmId, { do: 'close_books', date: null });
    const time = '2026-11-22T10:00:00Z';
    await tell({ type: 'qbo.preferences.updated.v1', intuitentityid: '1', time });
    await settled();
    inv = `${inv}c`;
    await sent();
  });
  it('is not read where the settings follow nothing of the kind', async () => {
    await tell({ type: 'qbo.bill.created.v1', intuitentityid: '901' });
    await tell({ type: 'qbo.billpayment.created.v1', intuitentityid: '902' });
    await settled();
    expect(company.quickbooks.calls()).toEqual([]);
  });

  it('brings the open balance of a bill that was paid', async () => {
    const buyer = await purchaseCompany(journey);
    await buyer.state('bill', 'B-1', aBill());
    const { quickbooks } = await waitForStatus(journey, buyer.id, 'bill', 'B-1', 'synced');
    expect(quickbooks).toMatchObject({ balance: '100.00' });
    await settled();
    buyer.quickbooks.add('BillPayment', {
      VendorRef: { value: '45' },
      PayType: 'Check',
      TotalAmt: 60,
      CheckPayment: { BankAccountRef: { value: '35' } },
      Line: [{ Amount: 60, LinkedTxn: [{ TxnId: quickbooks?.id, TxnType: 'Bill' }] }],
    });
    await waitFor(
      async () => {
        const bill = await journey.client.document(buyer.id, 'bill', 'B-1');
        return bill.quickbooks?.balance === '40.00' ? bill : undefined;
      },
      { what: 'the balance of the bill to fall' },
    );
  });

  it('brings tax codes and rates, which change data leaves out, and tells of both lists', async () => {
    const events = told(journey, company.id);
    await events();
    const named = async (q: string) =>
      (await journey.client.records(company.id, 'tax_code', { q })).records;
    const levy = (Id: string, Name: string) =>
      journey.simulator.control.load(company.realmId, {
        TaxCode: [{ Id, Name, Description: Name, Taxable: true }],
      });
    levy('91', 'Levy 2027');
    await pullChanges(journey, company.id);
    expect(await named('levy')).toEqual([]);

    await tell({ type: 'qbo.taxagency.updated.v1', intuitentityid: '1' });
    await settled();
    expect(await named('levy')).toMatchObject([{ recordId: '91', name: 'Levy 2027' }]);
    expect(await events({ lists: true })).toEqual([
      'records.refreshed tax_code',
      'records.refreshed tax_rate',
    ]);

    levy('92', 'Levy 2028');
    await journey.house.ledger.sql`
      update record_lists set refreshed_at = now() - interval '27 hours'
      where type in ('tax_code', 'tax_rate')`;
    await pullChanges(journey, company.id);
    expect(await named('levy')).toHaveLength(2);
  });
});
