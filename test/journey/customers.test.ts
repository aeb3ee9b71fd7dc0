import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CustomerInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import {
  type Connected,
  type Journey,
  refresh,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { holdLocks } from '../support/row-lock.js';
import { waitFor } from '../support/wait-for.js';

// Customers as documents of their own: found by name or e-mail, created or not, updated without
// ever blanking anything; and an invoice that needs one waits for it.
describe('customers', () => {
  let journey: Journey;
  let realmId: string;
  let connected: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney();
    ({ realmId } = journey.simulator.control.createCompany({ seed: 'new' }));
    journey.simulator.control.load(realmId, {
      Customer: [
        {
          Id: '7',
          DisplayName: 'Dana Whitfield',
          Notes: 'Prefers mornings',
          PrimaryEmailAddr: { Address: 'Dana@Example.com' },
          PrimaryPhone: { FreeFormNumber: '555-0100' },
          BillAddr: { Id: '1', Line1: '1 Quay', Line2: 'Suite 5', City: 'Port Townsend' },
        },
        { Id: '8', DisplayName: 'Copperline Bakery' },
        { Id: '9', DisplayName: 'Copperline Bakery (old)', Active: false },
        {
          Id: '10',
          DisplayName: 'Twin One',
          PrimaryEmailAddr: { Address: 'twins@example.com' },
        },
        {
          Id: '11',
          DisplayName: 'Twin Two',
          PrimaryEmailAddr: { Address: 'twins@example.com' },
        },
      ],
      Vendor: [{ Id: '12', DisplayName: 'Quick Supplies' }],
      Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
    });
    connected = await join({ customer: { missing: 'create', update: true } });
    quickbooks = quickBooksSide(journey, connected);
    await refresh(journey, connected.id);
  });
  afterAll(() => journey?.close());

  const join = async (settings: SettingsInput) => {
    const joined = await journey.connect({ profile: 'auto-invoices', realmId, settings });
    // The lists it brings are calls that nobody here means.
    await runsEnded(journey, joined.id);
    return joined;
  };
  const state = (id: string, customer: CustomerInput, at = connected) =>
    journey.client.state(at.id, 'customer', id, customer);
  const settled = (
    kind: 'customer' | 'invoice',
    id: string,
    status: string | string[],
    at = connected,
  ) => waitForStatus(journey, at.id, kind, id, status);

  it('are created, and an invoice that names them by the app’s own id waits for them', async () => {
    quickbooks.forget();
    // No request can be written down, and so none is sent.
    const letGo = await holdLocks(
      journey.house.ledger,
      (tx) => tx`lock table requests in share mode`,
    );
    await state('C-1', {
      displayName: 'Lakeshore Event Hall',
      givenName: 'Marcus',
      familyName: 'Odell',
      email: 'marcus@lakeshore.example',
      phone: '555-0199',
      billAddress: { line1: '9 Shore Road', city: 'Erie', region: 'PA' },
    });
    await journey.client.state(
      connected.id,
      'invoice',
      'L-1',
      anInvoice({ number: 'L-1', customer: { externalId: 'C-1' } }),
    );
    const blocked = await settled('invoice', 'L-1', 'waiting');
    expect(blocked).toMatchObject({
      label: 'Waiting',
      reason: 'blocked_by',
      params: { kind: 'customer', externalId: 'C-1' },
      details: 'Waits for customer C-1, which is sent first.',
      nextAttemptAt: null,
      actions: [],
    });
    await letGo();

    const customer = await settled('customer', 'C-1', 'synced');
    const id = customer.quickbooks?.id;
    expect(customer.details).toBe(
      `Customer Lakeshore Event Hall created in QuickBooks (Id ${id}).`,
    );
    const invoice = await settled('invoice', 'L-1', 'synced');
    expect(invoice.history.map(({ what }) => what)).toEqual([
      'stated',
      'sending',
      'blocked',
      'released',
      'sending',
      'created',
    ]);
    expect(quickbooks.commits()).toEqual(['create Customer', 'create Invoice']);
    expect(quickbooks.one('Invoice', invoice.quickbooks?.id)).toMatchObject({
      CustomerRef: { value: id },
    });
    expect(quickbooks.one('Customer', id)).toMatchObject({
      DisplayName: 'Lakeshore Event Hall',
      GivenName: 'Marcus',
      PrimaryEmailAddr: { Address: 'marcus@lakeshore.example' },
      BillAddr: { Line1: '9 Shore Road', City: 'Erie', CountrySubDivisionCode: 'PA' },
    });
  });

  it('that QuickBooks has by name are updated where that is set, and nothing is blanked', async () => {
    quickbooks.forget();
    await state('C-2', {
      displayName: 'dana whitfield',
      email: 'dana@new.example',
      billAddress: { line1: '2 Pier' },
    });
    const synced = await settled('customer', 'C-2', 'synced');
    expect(synced).toMatchObject({
      quickbooks: { id: '7' },
      warnings: [{ name: 'case_differs', params: { name: 'Dana Whitfield' } }],
    });
    expect(synced.details).toMatch(/^Customer dana whitfield updated in QuickBooks \(Id 7\)\./);
    expect(quickbooks.commits()).toEqual(['update Customer']);
    expect(quickbooks.one('Customer', '7')).toMatchObject({
      DisplayName: 'Dana Whitfield',
      Notes: 'Prefers mornings',
      PrimaryEmailAddr: { Address: 'dana@new.example' },
      PrimaryPhone: { FreeFormNumber: '555-0100' },
      BillAddr: { Line1: '2 Pier', City: 'Port Townsend' },
    });
    // The old suite does not stay under a new street.
    expect(quickbooks.one('Customer', '7')).not.toHaveProperty('BillAddr.Line2');

    await state('C-2', { displayName: 'dana whitfield', phone: '', memo: 'Nothing new' });
    await waitFor(
      async () => (await settled('customer', 'C-2', 'synced')).syncedRevision === 2 || undefined,
      { what: 'the second statement to be settled' },
    );
    expect(quickbooks.commits()).toEqual(['update Customer']);
  });

  it('that QuickBooks has are left alone where updates are off, also when stated again', async () => {
    const quiet = await join({ customer: { missing: 'create', update: false } });
    quickbooks.forget();
    await state('C-3', { displayName: 'Copperline Bakery', phone: '555-0123' }, quiet);
    expect(await settled('customer', 'C-3', 'synced', quiet)).toMatchObject({
      details: 'Customer Copperline Bakery found in QuickBooks (Id 8).',
      quickbooks: { id: '8' },
    });
    await state('C-3', { displayName: 'Copperline Bakery', phone: '555-0456' }, quiet);
    await waitFor(
      async () =>
        (await settled('customer', 'C-3', 'synced', quiet)).syncedRevision === 2 || undefined,
      { what: 'the second statement to be settled' },
    );
    expect(quickbooks.writes()).toBe(0);
    expect(quickbooks.one('Customer', '8')).not.toHaveProperty('PrimaryPhone');

    // One that we created stays the app's to update.
    await state('C-4', { displayName: 'Made By Us', phone: '1' }, quiet);
    const made = await settled('customer', 'C-4', 'synced', quiet);
    await state('C-4', { displayName: 'Made By Us', phone: '2' }, quiet);
    await waitFor(
      () =>
        quickbooks.where('Customer', 'DisplayName', 'Made By Us').some((one) => {
          const phone = one['PrimaryPhone'] as { FreeFormNumber?: string } | undefined;
          return one['Id'] === made.quickbooks?.id && phone?.FreeFormNumber === '2';
        }) || undefined,
      { what: 'the phone number to change' },
    );
  });

  it('are found by e-mail where that is set, the oldest of several with a warning', async () => {
    const mailed = await join({ customer: { match: ['email', 'name'], missing: 'create' } });
    const invoice = (id: string, customer: { name: string; email: string }) =>
      journey.client.state(mailed.id, 'invoice', id, anInvoice({ number: id, customer }));
    await invoice('E-1', { name: 'D. Whitfield', email: 'DANA@new.example' });
    await invoice('E-2', { name: 'One of the Twins', email: 'twins@example.com' });

    const byEmail = await settled('invoice', 'E-1', 'synced', mailed);
    expect(quickbooks.one('Invoice', byEmail.quickbooks?.id)).toMatchObject({
      CustomerRef: { value: '7' },
    });
    const ofSeveral = await settled('invoice', 'E-2', 'synced', mailed);
    expect(ofSeveral.warnings).toContainEqual({
      name: 'same_email',
      params: { name: 'Twin Two' },
    });
    expect(quickbooks.one('Invoice', ofSeveral.quickbooks?.id)).toMatchObject({
      CustomerRef: { value: '10' },
    });
  });

  it('are not made twice beside a supplier or an inactive customer of that name', async () => {
    quickbooks.forget();
    await state('C-5', { displayName: 'Quick Supplies' });
    expect(await settled('customer', 'C-5', 'failed')).toMatchObject({
      reason: 'duplicate_name',
      params: { name: 'Quick Supplies', type: 'supplier' },
      details:
        'The name "Quick Supplies" is already used in QuickBooks by a supplier. Rename one of them, then retry.',
    });
    await state('C-6', { displayName: 'Copperline Bakery (old)' });
    expect(await settled('customer', 'C-6', 'failed')).toMatchObject({ reason: 'record_inactive' });
    expect(quickbooks.commits()).toEqual([]);
  });

  it('made inactive since the last refresh are found out before a twin is made', async () => {
    const gone = quickbooks.add('Customer', { DisplayName: 'Harbor Lights' });
    quickbooks.edit('Customer', gone, { Active: false });
    const fresh = journey.simulator.control.createCompany({ seed: 'new' });
    journey.simulator.control.load(fresh.realmId, {
      Customer: [{ Id: '7', DisplayName: 'Harbor Lights (deleted)', Active: false }],
    });
    const unread = await journey.connect({
      realmId: fresh.realmId,
      settings: { customer: { missing: 'create' } },
    });
    await state('C-7', { displayName: 'Harbor Lights' }, unread);
    expect(await settled('customer', 'C-7', 'failed', unread)).toMatchObject({
      reason: 'record_inactive',
    });
    expect(journey.simulator.control.log(fresh.realmId).counts.commits).toBe(0);
  });

  it('fail an invoice for their own reason where they failed themselves', async () => {
    await state('C-8', { displayName: 'Number Nine', email: 'nobody' });
    await settled('customer', 'C-8', 'failed');
    await journey.client.state(
      connected.id,
      'invoice',
      'R-1',
      anInvoice({ number: 'R-1', customer: { externalId: 'C-8' } }),
    );
    expect(await settled('invoice', 'R-1', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'email', rule: 'must be an e-mail address' },
    });
  });

  it('that are stated are made also where what documents mention is not', async () => {
    const strict = await join({ customer: { missing: 'fail' } });
    await state('C-9', { displayName: 'Wished For' }, strict);
    expect(await settled('customer', 'C-9', 'synced', strict)).toMatchObject({
      details: expect.stringContaining('Customer Wished For created in QuickBooks'),
    });
    const named = (id: string, name: string) =>
      journey.client.state(strict.id, 'invoice', id, anInvoice({ number: id, customer: { name } }));
    await named('F-1', 'Wished For');
    await settled('invoice', 'F-1', 'synced', strict);
    await named('F-2', 'Never Stated');
    expect(await settled('invoice', 'F-2', 'failed', strict)).toMatchObject({
      reason: 'customer_missing',
    });
  });

  it('known by their e-mail address alone are made once under it', async () => {
    quickbooks.forget();
    const customer = { email: 'solo@example.com' };
    const stated = (id: string) =>
      journey.client.state(connected.id, 'invoice', id, anInvoice({ number: id, customer }));
    await stated('S-1');
    await settled('invoice', 'S-1', 'synced');
    await stated('S-2');
    await settled('invoice', 'S-2', 'synced');
    expect(quickbooks.commits()).toEqual(['create Customer', 'create Invoice', 'create Invoice']);
  });

  it('under an id QuickBooks does not have are missing, whatever else is said of them', async () => {
    quickbooks.forget();
    const customer = { recordId: '999', name: 'Copperline Bakery' };
    const invoice = anInvoice({ number: 'I-1', customer });
    await journey.client.state(connected.id, 'invoice', 'I-1', invoice);
    expect(await settled('invoice', 'I-1', 'failed')).toMatchObject({
      reason: 'customer_missing',
      params: { name: 'Copperline Bakery (Id 999)' },
    });
    expect(quickbooks.commits()).toEqual([]);
  });

  it('of two references that do not agree fail the invoice, naming both', async () => {
    quickbooks.forget();
    await journey.client.state(
      connected.id,
      'invoice',
      'X-1',
      anInvoice({ number: 'X-1', customer: { recordId: '8', name: 'Dana Whitfield' } }),
    );
    expect(await settled('invoice', 'X-1', 'failed')).toMatchObject({
      reason: 'reference_conflict',
      params: { a: 'record 8', b: '"Dana Whitfield"' },
    });
    expect(quickbooks.calls()).toEqual([]);
  });

  it('that an invoice named once by the app’s id are found again under a new name', async () => {
    const named = (id: string, customer: { externalId: string; name: string }) =>
      journey.client.state(connected.id, 'invoice', id, anInvoice({ number: id, customer }));
    await named('N-1', { externalId: 'crm-8', name: 'Copperline Bakery' });
    await settled('invoice', 'N-1', 'synced');
    await named('N-2', { externalId: 'crm-8', name: 'Copperline & Daughters' });
    const second = await settled('invoice', 'N-2', 'synced');
    expect(quickbooks.one('Invoice', second.quickbooks?.id)).toMatchObject({
      CustomerRef: { value: '8' },
    });
  });

  it('cannot be voided, and their removal says what to do instead', async () => {
    await journey.client.withdraw(connected.id, 'customer', 'C-1', 'delete');
    expect(await settled('customer', 'C-1', 'failed')).toMatchObject({
      reason: 'not_removed',
      details:
        'A customer in QuickBooks cannot be removed; make it inactive there, then mark this as handled.',
    });
    expect(quickbooks.where('Customer', 'DisplayName', 'Lakeshore Event Hall')).toHaveLength(1);
  });
});
