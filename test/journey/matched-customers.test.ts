import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CustomerInput, InvoiceInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import {
  type Connected,
  type Journey,
  refresh,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';

type Customer = InvoiceInput['customer'];

// Customers as a CRM has them: found by e-mail, made under another name where theirs is taken,
// kept up to date by what documents say of them, and made only once something needs them.
describe('customers that documents mention', () => {
  let journey: Journey;
  let realmId: string;
  let crm: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney();
    ({ realmId } = journey.simulator.control.createCompany({ country: 'US', seed: 'new' }));
    journey.simulator.control.load(realmId, {
      Customer: [
        {
          Id: '7',
          DisplayName: 'Dana Whitfield',
          CompanyName: 'Whitfield LLC',
          PrimaryEmailAddr: { Address: 'Dana@Example.com' },
          PrimaryPhone: { FreeFormNumber: '555-0100' },
          BillAddr: { Id: '1', Line1: '1 Quay', City: 'Port Townsend' },
        },
        { Id: '8', DisplayName: 'Alex Doe', PrimaryEmailAddr: { Address: 'a@doe.example' } },
        {
          Id: '9',
          DisplayName: 'Kitchen',
          FullyQualifiedName: 'Alex Doe:Kitchen',
          Job: true,
          ParentRef: { value: '8' },
        },
        { Id: '10', DisplayName: 'Sleeping', Active: false },
      ],
      Vendor: [{ Id: '12', DisplayName: 'Quick Supplies' }],
      Employee: [{ Id: '13', DisplayName: 'Sam Payroll' }],
      Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
    });
    crm = await join({});
    quickbooks = quickBooksSide(journey, crm);
    await refresh(journey, crm.id);
  });
  afterAll(() => journey?.close());

  /** Connects one more account, and waits for what that reads: calls are counted. */
  async function join(settings: SettingsInput): Promise<Connected> {
    const all = { cutOff: 'none', ...settings } as const;
    const joined = await journey.connect({ profile: 'crm', realmId, settings: all });
    await runsEnded(journey, joined.id);
    return joined;
  }
  const stateCustomer = (id: string, customer: CustomerInput) =>
    journey.client.state(crm.id, 'customer', id, customer);
  const line = aLine({ item: { name: 'Consulting' } });
  const send = (id: string, customer: Customer, at = crm) =>
    journey.client.state(
      at.id,
      'invoice',
      id,
      anInvoice({ number: id, status: 'sent', customer, lines: [line] }),
    );
  const settled = (id: string, status = 'synced', at = crm) =>
    waitForStatus(journey, at.id, 'invoice', id, status);
  /** States an invoice, and answers it with the customer QuickBooks has it for. */
  async function sent(id: string, customer: Customer, at = crm) {
    await send(id, customer, at);
    const answer = await settled(id, 'synced', at);
    const invoice = quickbooks.one('Invoice', answer.quickbooks?.id);
    const { value } = invoice['CustomerRef'] as { value: string };
    return { answer, customer: quickbooks.one('Customer', value) };
  }

  it('are brought up to date once per change, and nothing is blanked or renamed', async () => {
    quickbooks.forget();
    const dana = { name: 'D. Whitfield', email: 'dana@example.com', phone: '555-0177' };
    const first = await sent('U-1', { ...dana, billAddress: { line1: '2 Pier' } });
    expect(first.customer).toMatchObject({
      Id: '7',
      DisplayName: 'Dana Whitfield',
      CompanyName: 'Whitfield LLC',
      PrimaryEmailAddr: { Address: 'Dana@Example.com' },
      PrimaryPhone: { FreeFormNumber: '555-0177' },
      BillAddr: { Line1: '2 Pier', City: 'Port Townsend' },
    });
    expect(quickbooks.commits()).toEqual(['update Customer', 'create Invoice']);

    quickbooks.forget();
    await sent('U-2', { ...dana, companyName: 'Another LLC' });
    await sent('U-3', dana);
    await sent('U-4', { email: 'dana@example.com' });
    // Said before, or nothing the mirror does not show: neither read nor written.
    expect(quickbooks.calls()).toEqual(['POST invoice', 'POST invoice', 'POST invoice']);

    quickbooks.forget();
    const moved = await sent('U-5', { ...dana, phone: '555-0188' });
    expect(moved.customer).toMatchObject({
      PrimaryPhone: { FreeFormNumber: '555-0188' },
      BillAddr: { Line1: '2 Pier' },
      CompanyName: 'Whitfield LLC',
    });
    expect(quickbooks.commits()).toEqual(['update Customer', 'create Invoice']);
  });

  it('that cannot be brought up to date keep no document back', async () => {
    const { answer } = await sent('U-6', { email: 'dana@example.com', phone: '5'.repeat(40) });
    expect(answer.status).toBe('synced');
    expect(quickbooks.one('Customer', '7')).toMatchObject({
      PrimaryPhone: { FreeFormNumber: '555-0188' },
    });
  });

  it('nobody has are made with all that is said of them, and not read again', async () => {
    quickbooks.forget();
    const marcus: Customer = {
      externalId: 'crm-1',
      name: 'Marcus Odell',
      email: 'marcus@lakeshore.example',
      phone: '555-0199',
      companyName: 'Lakeshore',
      billAddress: { line1: '9 Shore Road', city: 'Erie', region: 'PA' },
      shipAddress: { line1: 'Dock 4' },
    };
    const { customer } = await sent('N-1', marcus);
    expect(customer).toMatchObject({
      DisplayName: 'Marcus Odell',
      CompanyName: 'Lakeshore',
      PrimaryEmailAddr: { Address: 'marcus@lakeshore.example' },
      PrimaryPhone: { FreeFormNumber: '555-0199' },
      BillAddr: { Line1: '9 Shore Road', City: 'Erie', CountrySubDivisionCode: 'PA' },
      ShipAddr: { Line1: 'Dock 4' },
    });
    await sent('N-2', marcus);
    expect(quickbooks.calls()).toEqual(['POST customer', 'POST invoice', 'POST invoice']);
  });

  it('without an e-mail address are found or made by their name, with a warning', async () => {
    const known = await sent('M-1', { name: 'Dana Whitfield' });
    expect(known.customer).toMatchObject({ Id: '7' });
    expect(known.answer.warnings).toEqual([
      { name: 'no_email', params: { name: 'Dana Whitfield' } },
    ]);
    const made = await sent('M-2', { name: 'Walk-in' });
    expect(made.answer.details).toContain(
      'Created customer Walk-in. The customer Walk-in has no e-mail address here, so the name decided.',
    );
  });

  it('whose name another customer has get a suffix, one each, however many come at once', async () => {
    quickbooks.forget();
    const people = ['b', 'c', 'd'].map((who) => ({
      name: 'Alex Doe',
      email: `${who}@doe.example`,
    }));
    await Promise.all(
      people.flatMap((alex, index) => [send(`A-${index}-1`, alex), send(`A-${index}-2`, alex)]),
    );
    const names = new Set<unknown>();
    for (const [index, { email }] of people.entries()) {
      for (const id of [`A-${index}-1`, `A-${index}-2`]) {
        const answer = await settled(id);
        const invoice = quickbooks.one('Invoice', answer.quickbooks?.id);
        const { value } = invoice['CustomerRef'] as { value: string };
        const customer = quickbooks.one('Customer', value);
        expect(customer).toMatchObject({ PrimaryEmailAddr: { Address: email } });
        names.add(customer['DisplayName']);
      }
    }
    expect([...names].sort()).toEqual(['Alex Doe (C)', 'Alex Doe (C) 2', 'Alex Doe (C) 3']);
    expect(quickbooks.commits().filter((one) => one === 'create Customer')).toHaveLength(3);
  });

  it.each([
    ['a supplier', 'Quick Supplies'],
    ['an employee', 'Sam Payroll'],
  ])('whose name %s has get a suffix that is remembered and said', async (_, name) => {
    const first = await sent(`S-${name}`.slice(0, 21), { name });
    expect(first.customer).toMatchObject({ DisplayName: `${name} (C)` });
    const given = { name: 'name_given', params: { wanted: name, used: `${name} (C)` } };
    expect(first.answer.warnings).toContainEqual(given);
    expect(first.answer.details).toContain(
      `QuickBooks could not take the name "${name}"; there it is "${name} (C)".`,
    );

    // Also after a person renamed it there, and without another call.
    quickbooks.edit('Customer', String(first.customer['Id']), { DisplayName: `${name} East` });
    quickbooks.forget();
    const second = await sent(`T-${name}`.slice(0, 21), { name });
    expect(second.customer).toMatchObject({ Id: first.customer['Id'] });
    expect(quickbooks.calls()).toEqual(['POST invoice']);
  });

  it('whose name is taken fail where that is set, saying by whom', async () => {
    const strict = await join({ customer: { nameTaken: 'fail' } });
    const stated = { name: 'Alex Doe', email: 'z@doe.example' };
    await send('X-1', stated, strict);
    expect(await settled('X-1', 'failed', strict)).toMatchObject({
      reason: 'duplicate_name',
      params: { name: 'Alex Doe', type: 'customer' },
    });
  });

  it('may be sub-customers, by their full name', async () => {
    const { customer } = await sent('P-1', { name: 'Alex Doe:Kitchen' });
    expect(customer).toMatchObject({ Id: '9' });
  });

  it('that are inactive get no twin, and a retry sees them made active', async () => {
    await send('I-1', { name: 'Sleeping' });
    expect(await settled('I-1', 'failed')).toMatchObject({
      reason: 'record_inactive',
      params: { type: 'customer', name: 'Sleeping' },
    });
    quickbooks.edit('Customer', '10', { Active: true });
    await journey.client.retry(crm.id, 'invoice', 'I-1');
    await settled('I-1');
    expect(quickbooks.where('Customer', 'DisplayName', 'Sleeping')).toHaveLength(1);
  });

  it('that the app states wait until a document needs them, and then go first', async () => {
    quickbooks.forget();
    const stated = { displayName: 'Priya Raman', email: 'priya@x.example', familyName: 'Raman' };
    expect(await stateCustomer('C-1', stated)).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_use',
      actions: ['sync'],
    });
    await stateCustomer('C-2', { displayName: 'Nobody Needs' });
    const { customer, answer } = await sent('W-1', { externalId: 'C-1' });
    expect(customer).toMatchObject({ DisplayName: 'Priya Raman', FamilyName: 'Raman' });
    expect(answer.history.map(({ what }) => what)).toContain('blocked');
    expect(quickbooks.commits()).toEqual(['create Customer', 'create Invoice']);
    expect(await journey.client.document(crm.id, 'customer', 'C-2')).toMatchObject({
      status: 'not_ready',
    });

    // In use by now: what the app says of it goes at once.
    await stateCustomer('C-1', { ...stated, phone: '555-0142' });
    await waitForStatus(journey, crm.id, 'customer', 'C-1', 'synced');
    expect(quickbooks.one('Customer', String(customer['Id']))).toMatchObject({
      PrimaryPhone: { FreeFormNumber: '555-0142' },
    });
  });
});
