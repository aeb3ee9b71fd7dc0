import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Journey, pullChanges, startJourney, waitForStatus } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';

const settings: SettingsInput = {
  modules: ['invoice', 'payment', 'customer'],
  customer: { missing: 'create' },
  imports: { contacts: true },
  payments: true,
  reviewRequest: true,
};

// Customers of QuickBooks and the lists beside them: new and changed ones come to the app that wants
// them, what the app made never does, and a name that is merged or made inactive breaks nothing.
describe('customers and lists that changed in QuickBooks', () => {
  let journey: Journey;
  let company: SalesCompany;
  let events: ReturnType<typeof told>;
  let number = 0;
  let inv: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, { settings });
    events = told(journey, company.id);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    inv = `INV-${number}`;
    await pullChanges(journey, company.id);
    await events();
    company.quickbooks.forget();
  });

  const pull = () => pullChanges(journey, company.id);
  const idOf = (externalId = inv) => String(company.invoices(externalId)[0]?.['Id']);
  const sent = (externalId = inv) =>
    waitForStatus(journey, company.id, 'invoice', externalId, 'synced');
  const act = (what: Parameters<Journey['simulator']['control']['act']>[1]) =>
    journey.simulator.control.act(company.realmId, what);
  const record = async (type: 'customer' | 'item', q: string) =>
    (await journey.client.records(company.id, type, { q })).records[0];

  it('C22 bring new contacts, and changes of them, each once', async () => {
    const id = company.quickbooks.add('Customer', { DisplayName: `Dana ${number}` });
    await pull();
    expect(await events()).toEqual([`contact.imported customer ${id}`]);
    expect(await record('customer', `dana ${number}`)).toMatchObject({ recordId: id });

    company.quickbooks.edit('Customer', id, {
      PrimaryEmailAddr: { Address: 'dana@example.com' },
    });
    await pull();
    expect(await events()).toEqual([`contact.updated customer ${id}`]);
    // A transaction moves the customer, and nothing an app could take over.
    company.quickbooks.add('Invoice', {
      CustomerRef: { value: id },
      Line: [
        {
          Amount: 10,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    });
    await pull();
    expect(await events()).toEqual([]);
  });

  it('C28 never bring back a customer the app made, but what somebody changes of it', async () => {
    await company.invoice(inv, { customer: { name: `Made ${number}`, email: 'made@example.com' } });
    await sent();
    await pull();
    expect(await events()).toEqual([]);
    const made = company.quickbooks.where('Customer', 'DisplayName', `Made ${number}`)[0];
    company.quickbooks.edit('Customer', String(made?.['Id']), {
      PrimaryPhone: { FreeFormNumber: '555-0100' },
    });
    await pull();
    expect(await events()).toEqual([`contact.updated customer ${String(made?.['Id'])}`]);
  });

  it('C23 ask for a review once in the life of a contact, for a hand-made invoice too', async () => {
    const customer = company.quickbooks.add('Customer', { DisplayName: `Paying ${number}` });
    const invoices = [1, 2].map(() =>
      company.quickbooks.add('Invoice', {
        CustomerRef: { value: customer },
        Line: [
          {
            Amount: 80,
            DetailType: 'SalesItemLineDetail',
            SalesItemLineDetail: { ItemRef: { value: '3' } },
          },
        ],
      }),
    );
    act({ do: 'pay', invoice: invoices[0] ?? '', amount: 30 });
    await pull();
    expect(await events()).toEqual([`contact.imported customer ${customer}`]);
    act({ do: 'pay', invoice: invoices[0] ?? '' });
    await pull();
    expect(await events()).toEqual([`review_request.due customer ${customer}`]);
    act({ do: 'pay', invoice: invoices[1] ?? '' });
    await pull();
    expect(await events()).toEqual([]);
  });

  it('C23 ask for none where the invoice was paid before connecting', async () => {
    const { control } = journey.simulator;
    const { realmId } = control.createCompany({ seed: 'new' });
    control.load(realmId, {
      Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
      Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
    });
    control.setClock({ now: new Date(Date.now() - 3_600_000).toISOString() });
    const { object } = control.act(realmId, {
      do: 'create',
      entity: 'Invoice',
      object: {
        CustomerRef: { value: '7' },
        Line: [
          {
            Amount: 80,
            DetailType: 'SalesItemLineDetail',
            SalesItemLineDetail: { ItemRef: { value: '3' } },
          },
        ],
      },
    });
    const invoice = String(object?.['Id']);
    control.act(realmId, { do: 'pay', invoice });
    control.setClock({ now: new Date().toISOString() });
    const own = await journey.connect({ realmId, profile: 'auto-invoices', settings });
    const heard = told(journey, own.id);
    control.act(realmId, {
      do: 'edit',
      entity: 'Invoice',
      id: invoice,
      changes: { PrivateNote: 'touched' },
    });
    await pullChanges(journey, own.id);
    expect((await heard()).filter((event) => event.startsWith('review'))).toEqual([]);
  });

  it('follow a merge: links, documents stated with the old name or id, one line of history', async () => {
    const name = `Twice ${number}`;
    await company.invoice(inv, { customer: { name } });
    await sent();
    const from = String(company.quickbooks.where('Customer', 'DisplayName', name)[0]?.['Id']);
    const into = company.quickbooks.add('Customer', { DisplayName: `Once ${number}` });
    act({ do: 'merge', entity: 'Customer', from, into });
    await pull();
    expect(await record('customer', name.toLowerCase())).toMatchObject({ active: false });
    expect(await journey.client.document(company.id, 'invoice', inv)).toMatchObject({
      status: 'synced',
      label: 'Synced',
    });

    await company.invoice(`${inv}b`, { customer: { name } });
    await sent(`${inv}b`);
    await company.invoice(`${inv}c`, { customer: { recordId: from } });
    await sent(`${inv}c`);
    for (const externalId of [`${inv}b`, `${inv}c`]) {
      expect(company.quickbooks.one('Invoice', idOf(externalId))).toMatchObject({
        CustomerRef: { value: into },
      });
    }
    expect(company.quickbooks.where('Customer', 'DisplayName', name)).toHaveLength(0);
    const lines = await journey.house.ledger.sql`
      select 1 from document_history where what = 'merged' and evidence ->> 'from' = ${from}`;
    expect(lines).toHaveLength(1);
  });

  it('keep documents as they are when a product is made inactive, until it is used', async () => {
    const name = `Coaching ${number}`;
    const id = company.quickbooks.add('Item', {
      Name: name,
      Type: 'Service',
      IncomeAccountRef: { value: '79' },
    });
    await pull();
    expect(await record('item', name)).toMatchObject({ recordId: id, active: true });
    const lines = [aLine({ name })];
    await company.invoice(inv, { lines });
    await sent();
    company.quickbooks.edit('Item', id, { Active: false });
    await pull();
    expect(await record('item', name)).toMatchObject({ active: false });
    expect(await journey.client.document(company.id, 'invoice', inv)).toMatchObject({
      status: 'synced',
      label: 'Synced',
    });
    await company.invoice(`${inv}b`, { lines });
    const failed = await waitForStatus(journey, company.id, 'invoice', `${inv}b`, 'failed');
    expect(failed).toMatchObject({ reason: 'record_inactive' });
  });
});
