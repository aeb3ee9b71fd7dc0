import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import {
  type Connected,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';

// The life of one invoice: created once, updated in place, voided, deleted, or taken back before it
// was ever sent. What the app sees on one side, what QuickBooks was asked and holds on the other.
describe('an invoice', () => {
  let journey: Journey;
  let connected: Connected;
  let quickbooks: QuickBooksSide;
  let count = 0;

  beforeAll(async () => {
    journey = await startJourney();
    const { realmId } = journey.simulator.control.createCompany({ seed: 'new' });
    journey.simulator.control.load(realmId, {
      Customer: [
        { Id: '7', DisplayName: 'Harbor Lane Dental' },
        { Id: '8', DisplayName: 'Copperline Bakery' },
      ],
      Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
    });
    connected = await journey.connect({ profile: 'auto-invoices', realmId });
    quickbooks = quickBooksSide(journey, connected);
    await refresh(journey, connected.id);
  });
  afterAll(() => journey?.close());

  const state = (id: string, invoice: InvoiceInput) =>
    journey.client.state(connected.id, 'invoice', id, invoice);
  const settled = (id: string, status: string) =>
    waitForStatus(journey, connected.id, 'invoice', id, status);

  /** An invoice under a number of its own that is in QuickBooks. */
  async function aSyncedInvoice(overrides: Partial<InvoiceInput> = {}) {
    const invoice = aNewInvoice(overrides);
    await state(invoice.number, invoice);
    const synced = await settled(invoice.number, 'synced');
    quickbooks.forget();
    return { invoice, number: invoice.number, id: synced.quickbooks?.id ?? '', synced };
  }

  function aNewInvoice(overrides: Partial<InvoiceInput> = {}): InvoiceInput {
    count += 1;
    return anInvoice({ number: `INV-${count}`, ...overrides });
  }

  it('is created with everything it says, and tells its whole story', async () => {
    const { id, number, synced } = await aSyncedInvoice({
      dueDate: '2026-12-20',
      billingEmail: 'accounts@harborlane.example',
      memo: 'Thank you',
      customer: {
        name: 'Harbor Lane Dental',
        billAddress: { line1: '1 Quay', city: 'Port Townsend', region: 'WA', postalCode: '98368' },
        shipAddress: { line1: '2 Mill Road', city: 'Reno', region: 'NV' },
      },
      lines: [
        aLine({ quantity: '1.5', unitPrice: '80.00', amount: '120.00', description: 'Survey' }),
        aLine({ quantity: '3', unitPrice: '33.33', amount: '100.00' }),
      ],
      total: '220.00',
    });

    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Invoice ${number} created in QuickBooks (Id ${id}), total 220.00.`,
      revision: 1,
      syncedRevision: 1,
      quickbooks: { id, number, total: '220.00', balance: '220.00' },
      paid: { amount: '0.00', of: '220.00' },
      money: { sourceTotal: '220.00', quickbooksTotal: '220.00', difference: '0.00' },
      party: 'Harbor Lane Dental',
      currency: 'USD',
      actions: [],
    });
    expect(synced.history.map(({ what, status, by }) => `${by} ${what} ${status}`)).toEqual([
      'app stated queued',
      'worker sending syncing',
      'worker created synced',
    ]);
    expect(synced.history.at(-1)?.intuitTid).toMatch(/^1-/);
    const invoice = quickbooks.one('Invoice', id);
    expect(invoice).toMatchObject({
      DocNumber: number,
      TxnDate: '2026-11-20',
      DueDate: '2026-12-20',
      BillEmail: { Address: 'accounts@harborlane.example' },
      BillAddr: { Line1: '1 Quay', CountrySubDivisionCode: 'WA', PostalCode: '98368' },
      ShipAddr: { Line1: '2 Mill Road', City: 'Reno' },
      PrivateNote: expect.stringMatching(/^Thank you\n\[qbo-sync [\w-]{16}\]$/),
      Line: [
        { Amount: 120, Description: 'Survey', SalesItemLineDetail: { Qty: 1.5, UnitPrice: 80 } },
        { Amount: 100, Description: 'Consulting' },
        { DetailType: 'SubTotalLineDetail' },
      ],
    });
    // 3 × 33.33 is not 100.00: the amount is what counts.
    expect(invoice).not.toHaveProperty('Line.1.SalesItemLineDetail.Qty');
  });

  it('is updated in place, sparse, and never made twice', async () => {
    const { invoice, number, id } = await aSyncedInvoice({ dueDate: '2026-12-01' });
    await state(number, {
      ...invoice,
      dueDate: '2026-12-31',
      billingEmail: 'new@harborlane.example',
      customer: { name: 'Copperline Bakery', billAddress: { line1: '5 Oven Street' } },
      lines: [aLine({ quantity: '2', amount: '200.00' }), aLine({ description: 'More' })],
      total: '300.00',
    });

    const updated = await settled(number, 'synced');
    expect(updated).toMatchObject({
      details: `Invoice ${number} updated in QuickBooks (Id ${id}), total 300.00.`,
      revision: 2,
      syncedRevision: 2,
      quickbooks: { id, total: '300.00' },
    });
    expect(quickbooks.calls()).toEqual(['POST invoice']);
    expect(quickbooks.commits()).toEqual(['update Invoice']);
    expect(quickbooks.where('Invoice', 'DocNumber', number)).toMatchObject([
      {
        Id: id,
        SyncToken: '1',
        CustomerRef: { value: '8' },
        DueDate: '2026-12-31',
        BillEmail: { Address: 'new@harborlane.example' },
        BillAddr: { Line1: '5 Oven Street' },
        TotalAmt: 300,
        Line: [{ Amount: 200 }, { Amount: 100, Description: 'More' }, {}],
      },
    ]);
  });

  it('keeps what people added in QuickBooks to members the app does not state', async () => {
    const { invoice, number, id } = await aSyncedInvoice();
    quickbooks.edit('Invoice', id, { CustomerMemo: { value: 'Call before delivery' } });
    quickbooks.forget();
    await state(number, { ...invoice, dueDate: '2027-01-15' });

    await settled(number, 'synced');
    expect(quickbooks.one('Invoice', id)).toMatchObject({
      DueDate: '2027-01-15',
      CustomerMemo: { value: 'Call before delivery' },
    });
    // The SyncToken had moved on: it is read again once, then sent.
    expect(quickbooks.calls()).toEqual(['POST invoice', `GET invoice/${id}`, 'POST invoice']);
  });

  it('changes nothing when it is stated again as it was, or from an older version', async () => {
    const { invoice, number } = await aSyncedInvoice({ sourceVersion: 5 });
    expect(await state(number, invoice)).toMatchObject({ result: 'unchanged', revision: 1 });
    const older = await state(number, { ...invoice, sourceVersion: 4, memo: 'Older' });
    expect(older).toMatchObject({ result: 'ignored_older', status: 'synced', revision: 1 });

    // The same content under a newer version is news about the version alone.
    await state(number, { ...invoice, sourceVersion: 9 });
    const between = await state(number, { ...invoice, sourceVersion: 7, memo: 'Between' });
    expect(between).toMatchObject({ result: 'ignored_older', revision: 1 });
    expect(quickbooks.calls()).toEqual([]);
  });

  it('is voided when the app says so, and stays readable with zero amounts', async () => {
    const { invoice, number, id } = await aSyncedInvoice();
    await state(number, { ...invoice, status: 'void' });

    expect(await settled(number, 'voided')).toMatchObject({
      label: 'Voided',
      details: `Invoice ${number} voided in QuickBooks (Id ${id}).`,
      paid: null,
      money: null,
    });
    expect(quickbooks.commits()).toEqual(['void Invoice']);
    expect(quickbooks.one('Invoice', id)).toMatchObject({ TotalAmt: 0, Balance: 0 });

    await journey.client.withdraw(connected.id, 'invoice', number);
    expect(await settled(number, 'voided')).toMatchObject({ label: 'Voided' });
    expect(quickbooks.commits()).toEqual(['void Invoice']);
  });

  it('is voided by DELETE, deleted by mode=delete, and made anew when it is stated again', async () => {
    const { invoice, number, id } = await aSyncedInvoice();
    await journey.client.withdraw(connected.id, 'invoice', number);
    await settled(number, 'voided');
    expect(quickbooks.one('Invoice', id)).toMatchObject({ TotalAmt: 0 });

    await journey.client.withdraw(connected.id, 'invoice', number, 'delete');
    expect(await settled(number, 'deleted')).toMatchObject({
      label: 'Deleted',
      details: `Invoice ${number} deleted in QuickBooks (Id ${id}).`,
      quickbooks: null,
    });
    expect(quickbooks.where('Invoice', 'DocNumber', number)).toEqual([]);

    await state(number, { ...invoice, memo: 'Once more' });
    const again = await settled(number, 'synced');
    expect(again.quickbooks?.id).not.toBe(id);
    expect(quickbooks.where('Invoice', 'DocNumber', number)).toHaveLength(1);
    expect(quickbooks.commits()).toEqual(['void Invoice', 'delete Invoice', 'create Invoice']);
  });

  it('is cancelled without a call when it was never sent, and sent when it is stated again', async () => {
    quickbooks.forget();
    const invoice = aNewInvoice({ customer: { name: 'Nobody Knows' } });
    const { number } = invoice;
    await state(number, invoice);
    await settled(number, 'failed');
    const withdrawn = await journey.client.withdraw(connected.id, 'invoice', number);

    expect(withdrawn).toMatchObject({
      status: 'cancelled',
      label: 'Cancelled',
      details: 'Withdrawn before it was sent; nothing is in QuickBooks.',
      reason: null,
    });
    expect(quickbooks.calls()).toEqual([]);

    await state(number, { ...invoice, customer: { name: 'Harbor Lane Dental' } });
    await settled(number, 'synced');
    expect(quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('is due again when it failed and is stated as it was', async () => {
    const invoice = aNewInvoice({ customer: { name: 'Late Comer' } });
    const { number } = invoice;
    await state(number, invoice);
    await settled(number, 'failed');
    quickbooks.add('Customer', { DisplayName: 'Late Comer' });
    await refresh(journey, connected.id);

    expect(await state(number, invoice)).toMatchObject({ result: 'unchanged', revision: 1 });
    expect(await settled(number, 'synced')).toMatchObject({ revision: 1, syncedRevision: 1 });
  });

  it('is not created anew when someone deleted it in QuickBooks', async () => {
    const { invoice, number, id } = await aSyncedInvoice();
    journey.simulator.control.act(connected.realmId, { do: 'delete', entity: 'Invoice', id });
    quickbooks.forget();
    await state(number, { ...invoice, dueDate: '2027-02-01' });

    expect(await settled(number, 'deleted_in_quickbooks')).toMatchObject({
      label: 'Deleted in QuickBooks',
      actions: ['recreate'],
    });
    expect(quickbooks.commits()).toEqual([]);
    expect(quickbooks.where('Invoice', 'DocNumber', number)).toEqual([]);
  });

  it('leaves tax to QuickBooks in the United States, whatever codes its lines carry', async () => {
    const { id } = await aSyncedInvoice({
      lines: [aLine({ taxCode: { name: 'Sales tax 8.1%' } })],
    });
    expect(quickbooks.one('Invoice', id)).toMatchObject({ TotalAmt: 100 });
  });

  it('carries no mark in its note where the settings want none', async () => {
    const plain = await journey.connect({
      realmId: connected.realmId,
      settings: { provenanceMark: false },
    });
    await journey.client.state(plain.id, 'invoice', 'P-1', anInvoice({ number: 'P-1' }));
    const synced = await waitForStatus(journey, plain.id, 'invoice', 'P-1', 'synced');
    expect(quickbooks.one('Invoice', synced.quickbooks?.id)).not.toHaveProperty('PrivateNote');
  });
});
