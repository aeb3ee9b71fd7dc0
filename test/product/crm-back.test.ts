import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { type Journey, pullChanges, runsEnded, startJourney } from '../support/journey.js';
import { anOldInvoice } from '../support/old-invoices.js';
import { aLine } from '../support/orders.js';
import { rawApi } from '../support/raw-api.js';
import { told } from '../support/told.js';
import { anInvoice, CONTACT, LISTS, PRODUCT, sent } from './crm.js';
import { type Account, account } from './profile.js';

const INACTIVE = { Id: '8', DisplayName: 'Gone Away', Active: false };
const OLD = {
  edited: anOldInvoice('101'),
  paid: anOldInvoice('102', { Balance: 0 }),
  stated: anOldInvoice('103', { TotalAmt: 120, Balance: 20 }),
  removed: anOldInvoice('104'),
  open: anOldInvoice('105'),
};
const IDS = Object.values(OLD).map(({ Id }) => String(Id));

// What QuickBooks had before the CRM was connected: brought once, and neither side follows the other
// from there on.
describe('crm, what comes back', () => {
  let journey: Journey;
  let crm: Account;
  let events: ReturnType<typeof told>;

  beforeAll(async () => {
    journey = await startJourney();
    crm = await account(journey, {
      profile: 'crm',
      settings: { imports: { invoices: true }, reviewRequest: true },
      lists: { ...LISTS, Customer: [CONTACT, INACTIVE], Invoice: Object.values(OLD) },
    });
    events = told(journey, crm.id);
  });
  afterAll(() => journey?.close());

  const invoices = async (q?: string) =>
    (await journey.client.importedInvoices(crm.id, q === undefined ? {} : { q })).records;
  const jobs = async (id: string) =>
    (await journey.client.runs(id)).runs.map(({ job, status }) => `${job} ${status}`);
  const again = (number: string, over: Partial<InvoiceInput> = {}) =>
    anInvoice(number, { lines: [aLine({ name: PRODUCT.Name })], ...over });

  it('C21 contacts that QuickBooks has are brought in, and C25 its old invoices', async () => {
    expect((await events()).sort()).toEqual([
      'contact.imported customer 7',
      ...IDS.map((id) => `invoice.imported invoice ${id}`),
    ]);
    const { records } = await journey.client.records(crm.id, 'customer', { q: 'dana' });
    expect(records).toMatchObject([
      { recordId: '7', name: 'Dana Whitfield', email: 'dana@example.com', active: true },
    ]);
    expect(await jobs(crm.id)).toEqual(
      expect.arrayContaining(['import_contacts succeeded', 'import_invoices succeeded']),
    );
  });

  it('C25 old invoices can be shown as they were', async () => {
    expect((await invoices()).map(({ recordId }) => recordId).sort()).toEqual(IDS);
    expect(await invoices('old-103')).toMatchObject([
      {
        number: 'OLD-103',
        date: '2026-03-02',
        dueDate: '2026-04-01',
        customer: { recordId: '7' },
        total: '120.00',
        balance: '20.00',
        currency: 'USD',
      },
    ]);
  });

  it('C25 they come only where that was chosen while connecting, or a run is asked for', async () => {
    const other = await account(journey, {
      profile: 'crm',
      lists: { ...LISTS, Invoice: [anOldInvoice('101')] },
    });
    await journey.client.changeSettings(other.id, { imports: { invoices: true } });
    expect(await jobs(other.id)).not.toContain('import_invoices succeeded');
    expect((await journey.client.importedInvoices(other.id)).records).toEqual([]);
    await journey.client.startRun(other.id, 'import_invoices', undefined, { from: '2026-03-02' });
    await runsEnded(journey, other.id);
    expect((await journey.client.importedInvoices(other.id)).records).toHaveLength(1);
  });

  it('C26 what the CRM changes of them does not go to QuickBooks', async () => {
    crm.quickbooks.forget();
    const reason = { id: '103', number: 'OLD-103', date: '2026-03-02' };
    const kept = { status: 'skipped', reason: 'imported', params: reason };
    const payments = [{ externalId: 'P-103', date: '2026-11-22', amount: '20.00' }];
    const stated: [string, InvoiceInput][] = [
      ['quickbooks:103', again('OLD-103', { memo: 'changed' })],
      ['CRM-A', again('renumbered', { recordId: '103', payments })],
      ['CRM-B', again('OLD-103')],
    ];
    for (const [externalId, document] of stated) {
      expect(await crm.state('invoice', externalId, document)).toMatchObject(kept);
    }
    expect((await journey.client.document(crm.id, 'invoice', 'CRM-A')).details).toBe(
      'Invoice OLD-103 of 2026-03-02 was brought from QuickBooks and stays there as it is: what is changed here is not sent.',
    );
    expect(await journey.client.document(crm.id, 'payment', 'P-103')).toMatchObject(kept);
    for (const invoice of [{ recordId: '103' }, { externalId: 'CRM-B' }]) {
      const externalId = `P-${Object.values(invoice)[0]}`;
      const paid = await crm.state('payment', externalId, {
        date: '2026-11-22',
        customer: { recordId: '7' },
        amount: '20.00',
        applies: [{ invoice, amount: '20.00' }],
      });
      expect(paid).toMatchObject(kept);
      expect(paid.details).toContain('this payment is not sent');
    }
    expect(await journey.client.withdraw(crm.id, 'invoice', 'CRM-A')).toMatchObject(kept);
    const path = `/v1/connections/${crm.id}/documents/invoice/CRM-B`;
    expect(await rawApi(journey, 'POST', `${path}/sync`)).toMatchObject({
      status: 409,
      body: { type: 'urn:qbo-sync:problem:imported' },
    });
    expect(await rawApi(journey, 'POST', `${path}/retry`)).toMatchObject({ status: 409 });
    // A new one goes as ever.
    await sent(crm, 'C-26');
    expect(crm.quickbooks.commits().filter((commit) => commit.endsWith('Invoice'))).toEqual([
      'create Invoice',
    ]);
    expect(crm.quickbooks.one('Invoice', '103')).toMatchObject({ SyncToken: '0', Balance: 20 });
  });

  it('C27 nor does what is changed of them in QuickBooks come to the CRM', async () => {
    const { control } = journey.simulator;
    await pullChanges(journey, crm.id);
    await events();
    const before = await invoices();
    crm.quickbooks.edit('Invoice', '101', { DueDate: '2026-12-24', DocNumber: 'RENAMED' });
    control.act(crm.realmId, { do: 'pay', invoice: '105', amount: 30 });
    control.act(crm.realmId, { do: 'delete', entity: 'Invoice', id: '104' });
    await pullChanges(journey, crm.id);
    expect(await events({ statuses: true })).toEqual([]);
    expect(await invoices()).toEqual(before);
    // The review is of the contact, whichever of its invoices is paid: that one alone is told.
    control.act(crm.realmId, { do: 'pay', invoice: '105' });
    await pullChanges(journey, crm.id);
    expect(await events({ statuses: true })).toEqual(['review_request.due customer 7']);
    expect(await invoices()).toEqual(before);
  });

  it('C28 nothing crosses twice, however often both sides look', async () => {
    await journey.client.startRun(crm.id, 'import_contacts');
    await journey.client.startRun(crm.id, 'import_invoices');
    await runsEnded(journey, crm.id);
    await pullChanges(journey, crm.id);
    await events();
    crm.quickbooks.forget();
    await journey.client.startRun(crm.id, 'import_contacts');
    await journey.client.startRun(crm.id, 'import_invoices');
    await runsEnded(journey, crm.id);
    await pullChanges(journey, crm.id);
    expect(await events({ statuses: true })).toEqual([]);
    expect(crm.quickbooks.writes()).toBe(0);
    expect((await invoices('C-26')).length).toBe(0);
  });
});
