import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput, SalesReceiptInput } from '../../src/contract/documents/index.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { type Journey, RETURN_URL, startJourney, walkThroughOAuth } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type Account, account } from './profile.js';

type Contact = InvoiceInput['customer'];

const PRODUCT = { Id: '3', Name: 'Coaching', Type: 'Service', IncomeAccountRef: { value: '79' } };
const DANA = {
  Id: '7',
  DisplayName: 'Whitfield Dental',
  CompanyName: 'Whitfield LLC',
  PrimaryEmailAddr: { Address: 'Dana@Example.com' },
  PrimaryPhone: { FreeFormNumber: '555-0100' },
  BillAddr: { Line1: '1 Quay', City: 'Port Townsend' },
};
const twin = (Id: string, DisplayName: string, Active = true) => ({
  Id,
  DisplayName,
  Active,
  PrimaryEmailAddr: { Address: 'office@twins.example' },
});
const LISTS = {
  Customer: [
    DANA,
    twin('8', 'Twins (closed)', false),
    twin('9', 'Twins East'),
    twin('10', 'Twins West'),
    { Id: '11', DisplayName: 'Walk-in' },
    { Id: '12', DisplayName: 'Alex Doe', PrimaryEmailAddr: { Address: 'alex@doe.example' } },
  ],
  Vendor: [{ Id: '13', DisplayName: 'Quick Supplies' }],
  Employee: [{ Id: '14', DisplayName: 'Sam Payroll' }],
  Item: [PRODUCT],
};
const lines = [aLine({ name: PRODUCT.Name })];

function anInvoice(number: string, customer: Contact): InvoiceInput {
  return { number, status: 'sent', issueDate: '2026-11-22', customer, lines, total: '100.00' };
}

function aReceipt(
  number: string,
  source: SalesReceiptInput['source'],
  customer: Contact = { name: 'Dana', email: 'dana@example.com' },
): SalesReceiptInput {
  return { number, source, date: '2026-11-22', customer, lines, total: '100.00' };
}

// Contacts of a CRM and the money they pay without an invoice: whom QuickBooks has it for.
describe('crm, customers and sales receipts', () => {
  let journey: Journey;
  let crm: Account;

  beforeAll(async () => {
    journey = await startJourney();
    crm = await account(journey, { profile: 'crm', company: { country: 'US' }, lists: LISTS });
  });
  afterAll(() => journey?.close());

  const customerOf = (form: JsonObject) =>
    crm.quickbooks.one('Customer', (form['CustomerRef'] as { value: string }).value);

  /** Sends an invoice for the contact; answers whom QuickBooks has it for. */
  async function billed(number: string, contact: Contact) {
    await crm.state('invoice', number, anInvoice(number, contact));
    const synced = await crm.settled('invoice', number);
    return { synced, customer: customerOf(crm.quickbooks.one('Invoice', synced.quickbooks?.id)) };
  }

  async function received(number: string, receipt: SalesReceiptInput) {
    await crm.state('sales_receipt', number, receipt);
    const synced = await crm.settled('sales_receipt', number);
    const form = crm.quickbooks.one('SalesReceipt', synced.quickbooks?.id);
    return { synced, form, customer: customerOf(form) };
  }

  /** One payment from this source is one sales receipt, and nothing else. */
  async function registers(number: string, source: SalesReceiptInput['source']) {
    crm.quickbooks.forget();
    const { synced, form } = await received(number, aReceipt(number, source));
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Sales receipt ${number} created in QuickBooks (Id ${synced.quickbooks?.id}), total 100.00.`,
    });
    expect(form).toMatchObject({ DocNumber: number, TotalAmt: 100, Balance: 0 });
    expect(crm.quickbooks.commits()).toEqual(['create SalesReceipt']);
  }

  it('C1 customers are created only once something of theirs is sent', async () => {
    crm.quickbooks.forget();
    const contacts = ['1', '2', '3'].map((id) => ({
      kind: 'customer' as const,
      externalId: `K-${id}`,
      document: { displayName: `Contact ${id}`, email: `k${id}@book.example` },
    }));
    await journey.client.stateMany(crm.id, contacts);
    for (const { externalId } of contacts) {
      expect(await journey.client.document(crm.id, 'customer', externalId)).toMatchObject({
        status: 'not_ready',
        label: 'Not synced',
        reason: 'waits_for_use',
      });
    }
    expect(crm.quickbooks.calls()).toEqual([]);

    const { customer } = await billed('C-1', { externalId: 'K-2' });
    expect(customer).toMatchObject({ DisplayName: 'Contact 2' });
    expect(crm.quickbooks.commits()).toEqual(['create Customer', 'create Invoice']);
  });

  it('C2 a payment from an order form registers a sales receipt', () =>
    registers('C-2', 'order_form'));

  it('C3 so does a subscription, each charge its own', async () => {
    await registers('C-3a', 'subscription');
    await registers('C-3b', 'subscription');
  });

  it('C4 so does a membership checkout', () => registers('C-4', 'membership'));

  it('C5 so does a payment from the calendar', () => registers('C-5', 'calendar'));

  it('C6 sales receipts find their customer by the contact’s e-mail, whatever the name', async () => {
    const contact = { name: 'D. W.', email: 'DANA@example.com' };
    const { customer } = await received('C-6', aReceipt('C-6', 'order_form', contact));
    expect(customer).toMatchObject({ Id: DANA.Id, DisplayName: DANA.DisplayName });
  });

  it('C13 the contact of an invoice is created where QuickBooks does not have it', async () => {
    crm.quickbooks.forget();
    const marcus = { name: 'Marcus Odell', email: 'marcus@lakeshore.example', phone: '555-0199' };
    const { synced, customer } = await billed('C-13', marcus);
    expect(customer).toMatchObject({
      DisplayName: 'Marcus Odell',
      PrimaryEmailAddr: { Address: marcus.email },
      PrimaryPhone: { FreeFormNumber: marcus.phone },
    });
    expect(synced.details).toContain('Created customer Marcus Odell.');
    await billed('C-13b', marcus);
    expect(crm.quickbooks.commits()).toEqual([
      'create Customer',
      'create Invoice',
      'create Invoice',
    ]);
  });

  it.each([
    ['Intuit does not know', 'nothing'],
    ['leave the books out', 'openid email'],
  ])('C31 a connect with permissions that %s is not kept', async (_, scope) => {
    const { client } = journey;
    const made = await client.createConnection({
      externalId: `c-31-${scope}`,
      name: 'C31',
      profile: 'crm',
      returnUrl: RETURN_URL,
    });
    const back = await walkThroughOAuth(made.connectUrl ?? '', crm.realmId, { scope });
    expect(back.href).toBe(`${RETURN_URL}?connection=${made.id}&result=scopes_missing`);
    expect(await client.connection(made.id)).toMatchObject({
      status: 'new',
      actions: ['connect'],
      company: null,
      connectedAt: null,
    });
    const { connectUrl } = await client.connectLink(made.id);
    const again = await walkThroughOAuth(connectUrl ?? '', crm.realmId);
    expect(again.searchParams.get('result')).toBe('connected');
  });

  it('C32 the customer of the same e-mail is brought up to date; nothing is blanked or renamed', async () => {
    crm.quickbooks.forget();
    const { customer } = await billed('C-32', {
      name: 'Dana Whitfield',
      email: 'dana@example.com',
      phone: '555-0177',
      companyName: 'Another LLC',
      billAddress: { line1: '2 Pier' },
    });
    expect(customer).toMatchObject({
      Id: DANA.Id,
      DisplayName: DANA.DisplayName,
      CompanyName: DANA.CompanyName,
      PrimaryEmailAddr: DANA.PrimaryEmailAddr,
      PrimaryPhone: { FreeFormNumber: '555-0177' },
      BillAddr: { Line1: '2 Pier', City: 'Port Townsend' },
    });
    expect(crm.quickbooks.commits()).toEqual(['update Customer', 'create Invoice']);

    const { customer: after } = await billed('C-32b', { email: 'dana@example.com' });
    expect(after).toMatchObject({
      DisplayName: DANA.DisplayName,
      PrimaryPhone: { FreeFormNumber: '555-0177' },
      BillAddr: { Line1: '2 Pier', City: 'Port Townsend' },
    });
  });

  it('C32 where several have the e-mail the oldest active one is taken, and the others are named', async () => {
    const { customer, synced } = await billed('C-32c', {
      name: 'Twins',
      email: 'office@twins.example',
    });
    expect(customer).toMatchObject({ Id: '9' });
    expect(synced).toMatchObject({
      label: 'Synced with warnings',
      warnings: [{ name: 'same_email', params: { name: 'Twins West' } }],
    });
    expect(synced.details).toContain(
      'Another customer in QuickBooks has the same e-mail address: Twins West.',
    );
  });

  it('C32 of several the one that is linked already goes before the oldest', async () => {
    await billed('C-32d', { externalId: 'K-west', recordId: '10' });
    const { customer } = await billed('C-32e', { name: 'Twins', email: 'office@twins.example' });
    expect(customer).toMatchObject({ Id: '10' });
  });

  it('C33 a sales receipt is for the customer with the contact’s e-mail', async () => {
    crm.quickbooks.forget();
    const contact = { name: 'Dana', email: 'dana@example.com' };
    const { customer } = await received('C-33', aReceipt('C-33', 'calendar', contact));
    expect(customer).toMatchObject({ Id: DANA.Id });
    expect(crm.quickbooks.commits()).toEqual(['create SalesReceipt']);
  });

  it('C34 without a matching e-mail a new customer is created', async () => {
    crm.quickbooks.forget();
    const contact = { name: 'Ines Prado', email: 'ines@prado.example' };
    const { customer, synced } = await received('C-34', aReceipt('C-34', 'membership', contact));
    expect(customer).toMatchObject({
      DisplayName: 'Ines Prado',
      PrimaryEmailAddr: { Address: contact.email },
    });
    expect(synced.details).toContain('Created customer Ines Prado.');
    expect(crm.quickbooks.commits()).toEqual(['create Customer', 'create SalesReceipt']);
  });

  it('C34 a contact without an e-mail goes by its exact name, else it is created, with a warning', async () => {
    const found = await billed('C-34b', { name: 'Walk-in' });
    expect(found.customer).toMatchObject({ Id: '11' });
    expect(found.synced).toMatchObject({
      label: 'Synced with warnings',
      warnings: [{ name: 'no_email', params: { name: 'Walk-in' } }],
    });
    const made = await billed('C-34c', { name: 'Second walk-in' });
    expect(made.customer).toMatchObject({ DisplayName: 'Second walk-in' });
    expect(made.synced.details).toContain(
      'Created customer Second walk-in. The customer Second walk-in has no e-mail address here, so the name decided.',
    );
  });

  it.each([
    ['another customer', 'Alex Doe', 'new@doe.example'],
    ['a supplier', 'Quick Supplies', 'hello@quick.example'],
    ['an employee', 'Sam Payroll', 'sam@home.example'],
  ])('C34 whose name %s has is created with a suffix, and that is said', async (_, name, email) => {
    const number = `C-34-${name.slice(0, 4)}`;
    const { customer, synced } = await billed(number, { name, email });
    expect(customer).toMatchObject({
      DisplayName: `${name} (C)`,
      PrimaryEmailAddr: { Address: email },
    });
    expect(synced.details).toContain(
      `QuickBooks could not take the name "${name}"; there it is "${name} (C)".`,
    );
  });
});
