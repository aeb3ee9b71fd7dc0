import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BillInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { type Account, account, type Lists } from '../product/profile.js';
import { type Journey, startJourney } from '../support/journey.js';
import { aPowerBill } from '../support/purchase-company.js';
import { holdLocks } from '../support/row-lock.js';
import { waitFor } from '../support/wait-for.js';

const ANNA = { id: 'Anna', rights: ['suppliers:write'] };
const BOB = { id: 'Bob', rights: [] };

const PAYABLE = { name: 'Accounts Payable (A/P)' };

const LISTS: Lists = {
  Customer: [{ Id: '7', DisplayName: 'Copperline Bakery' }],
  Vendor: [{ Id: '31', DisplayName: 'Brosnahan Insurance' }],
};

// Suppliers that bills name: found, added or missing by the settings and by the right of whoever
// stated the bill, and told what the bill says of them.
describe('suppliers that bills name', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const join = (
    vendor: SettingsInput['vendor'] = {},
    { lists, ...more }: SettingsInput & { lists?: Lists } = {},
  ) =>
    account(journey, {
      profile: 'supplier-invoices',
      settings: { accounts: { payable: PAYABLE }, ...more, vendor },
      lists: { ...LISTS, ...lists },
    });
  const settled = (app: Account, id: string, status?: string | string[]) =>
    app.settled('bill', id, status);
  /** No request can be written down, and so none is sent, until it is let go. */
  const nothingIsSent = () =>
    holdLocks(journey.house.ledger, (tx) => tx`lock table requests in share mode`);
  const supplierOf = async (app: Account, id: string) => {
    const bill = app.quickbooks.one('Bill', (await settled(app, id)).quickbooks?.id);
    const { value } = bill['VendorRef'] as { value: string };
    return app.quickbooks.one('Vendor', value);
  };
  const phoneOf = ({ PrimaryPhone }: JsonObject) =>
    (PrimaryPhone as { FreeFormNumber?: string } | undefined)?.FreeFormNumber;

  it('are added with what the bill says, and the bill says so', async () => {
    const app = await join({ missing: 'create' });
    const moretti = {
      name: 'Moretti',
      companyName: 'Moretti Srl',
      email: 'tania@moretti.example',
      phone: '555-0199',
      taxId: 'IT-12345678901',
      billAddress: { line1: '9 Via Roma', city: 'Trento' },
    };
    await app.state('bill', 'B-1', aPowerBill('B-1', moretti));
    expect((await settled(app, 'B-1')).details).toContain('Created supplier Moretti.');
    expect(await supplierOf(app, 'B-1')).toMatchObject({
      DisplayName: 'Moretti',
      CompanyName: 'Moretti Srl',
      PrimaryEmailAddr: { Address: 'tania@moretti.example' },
      PrimaryPhone: { FreeFormNumber: '555-0199' },
      BillAddr: { Line1: '9 Via Roma', City: 'Trento' },
    });
    await app.state('bill', 'B-2', aPowerBill('B-2', moretti));
    await settled(app, 'B-2');
    expect(app.quickbooks.commits()).toEqual(['create Vendor', 'create Bill', 'create Bill']);
  });

  it('are missing where they are not to be added', async () => {
    const app = await join({ missing: 'fail' });
    await app.state('bill', 'B-3', aPowerBill('B-3', { name: 'Moretti' }, { actor: ANNA }));
    expect(await settled(app, 'B-3', 'failed')).toMatchObject({
      reason: 'vendor_missing',
      params: { name: 'Moretti' },
    });
    expect(app.quickbooks.writes()).toBe(0);
  });

  it('T11 are added only where the user who stated the bill has the right', async () => {
    const app = await join();
    const bill = aPowerBill('B-4', { name: 'Moretti' });
    await app.state('bill', 'B-4', { ...bill, actor: BOB });
    expect(await settled(app, 'B-4', 'failed')).toMatchObject({
      reason: 'vendor_right_missing',
      params: { actor: 'Bob' },
    });
    await app.state('bill', 'B-5', aPowerBill('B-5', { name: 'Moretti' }));
    expect(await settled(app, 'B-5', 'failed')).toMatchObject({ reason: 'vendor_right_missing' });
    expect(app.quickbooks.writes()).toBe(0);

    await app.state('bill', 'B-4', { ...bill, actor: ANNA });
    await settled(app, 'B-4');
    expect(await app.state('bill', 'B-4', { ...bill, actor: BOB })).toMatchObject({
      result: 'unchanged',
      status: 'synced',
    });
    // Once it is there everybody may use it.
    await app.state('bill', 'B-6', aPowerBill('B-6', { name: 'Moretti' }, { actor: BOB }));
    await settled(app, 'B-6');
    expect(app.quickbooks.commits()).toEqual(['create Vendor', 'create Bill', 'create Bill']);
  });

  it('T11 that somebody with the right has just added are waited for by the others', async () => {
    const app = await join();
    const letGo = await nothingIsSent();
    await app.state('bill', 'B-7', aPowerBill('B-7', { name: 'Moretti' }, { actor: ANNA }));
    await settled(app, 'B-7', 'waiting');
    await app.state('bill', 'B-7b', aPowerBill('B-7b', { name: 'Moretti' }, { actor: BOB }));
    const waits = await settled(app, 'B-7b', 'waiting');
    await letGo();
    expect(waits.details).toBe('Waits for supplier Moretti, which is sent first.');
    await settled(app, 'B-7');
    await settled(app, 'B-7b');
    expect(app.quickbooks.where('Vendor', 'DisplayName', 'Moretti')).toHaveLength(1);
  });

  it('that the app is stating itself are waited for by a bill that names them by name', async () => {
    const app = await join({ missing: 'fail' });
    const letGo = await nothingIsSent();
    await app.state('vendor', 'S-7', { displayName: 'Moretti', actor: ANNA });
    await app.state('bill', 'B-7c', aPowerBill('B-7c', { name: ' moretti' }, { actor: BOB }));
    const waits = await settled(app, 'B-7c', 'waiting');
    await letGo();
    expect(waits).toMatchObject({
      reason: 'blocked_by',
      params: { kind: 'vendor' },
      details: 'Waits for supplier moretti, which is sent first.',
    });
    expect(await supplierOf(app, 'B-7c')).toMatchObject({ DisplayName: 'Moretti' });
    expect(app.quickbooks.commits()).toEqual(['create Vendor', 'create Bill']);
  });

  it('T10 and T11 are told what a bill says, once per change, by a user who may', async () => {
    const app = await join();
    const told = (id: string, phone: string, actor: BillInput['actor']) =>
      app.state('bill', id, aPowerBill(id, { name: 'Brosnahan Insurance', phone }, { actor }));
    await told('B-8', '1', BOB);
    await settled(app, 'B-8');
    expect(phoneOf(app.quickbooks.one('Vendor', '31'))).toBeUndefined();
    await told('B-9', '1', ANNA);
    expect(phoneOf(await supplierOf(app, 'B-9'))).toBe('1');
    await told('B-10', '1', ANNA);
    await settled(app, 'B-10');
    await told('B-11', '2', BOB);
    await settled(app, 'B-11');
    await told('B-12', '2', ANNA);
    expect(phoneOf(await supplierOf(app, 'B-12'))).toBe('2');
    expect(app.quickbooks.commits().filter((one) => one === 'update Vendor')).toHaveLength(2);

    const off = await join({ update: false });
    const bill = aPowerBill('B-13', { name: 'Brosnahan Insurance', phone: '3' }, { actor: ANNA });
    await off.state('bill', 'B-13', bill);
    await settled(off, 'B-13');
    expect(off.quickbooks.commits()).toEqual(['create Bill']);
  });

  it('T11 are told by a user who may only what that one says', async () => {
    const app = await join({ missing: 'create' });
    const bill = (id: string, said: object, actor: BillInput['actor']) =>
      app.state('bill', id, aPowerBill(id, { name: 'Moretti', ...said }, { actor }));
    await bill('B-30', { phone: '1' }, BOB);
    const { Id: id } = await supplierOf(app, 'B-30');
    app.quickbooks.edit('Vendor', String(id), { PrimaryPhone: { FreeFormNumber: '9' } });
    await bill('B-31', { email: 'tania@moretti.example' }, ANNA);
    const supplier = await supplierOf(app, 'B-31');
    expect(supplier).toMatchObject({ PrimaryEmailAddr: { Address: 'tania@moretti.example' } });
    expect(phoneOf(supplier)).toBe('9');
    await bill('B-32', { phone: '1' }, ANNA);
    expect(phoneOf(await supplierOf(app, 'B-32'))).toBe('1');
  });

  it('are found by addresses that came to QuickBooks after the list was read, by one read for all', async () => {
    const app = await join({ missing: 'create', match: ['email'] });
    const all = Array.from({ length: 12 }, (_, index) => `s${index}`);
    for (const who of all) {
      const address = { Address: `${who}@moretti.example` };
      app.quickbooks.add('Vendor', { DisplayName: `${who} there`, PrimaryEmailAddr: address });
    }
    // Older than a list is believed without a look.
    await journey.house.ledger.sql`
      update record_lists set refreshed_at = now() - interval '2 hours' where type = 'vendor'`;
    app.quickbooks.forget();
    const billOf = (who: string) =>
      aPowerBill(`B-${who}`, {
        name: `${who} here`,
        email: `${who.toUpperCase()}@moretti.example`,
      });
    await journey.client.stateMany(
      app.id,
      all.map((who) => ({ kind: 'bill', externalId: `B-${who}`, document: billOf(who) })),
    );
    for (const who of all) {
      expect(await supplierOf(app, `B-${who}`)).toMatchObject({ DisplayName: `${who} there` });
    }
    expect(app.quickbooks.calls().filter((call) => call === 'GET cdc')).toHaveLength(1);
    expect(app.quickbooks.where('Vendor', 'DisplayName', 's0 here')).toEqual([]);
  });

  it('are not the customer of that name, which keeps its name', async () => {
    const app = await join({ missing: 'create' });
    await app.state('bill', 'B-14', aPowerBill('B-14', { name: 'Copperline Bakery' }));
    expect(await settled(app, 'B-14', 'failed')).toMatchObject({
      reason: 'duplicate_name',
      params: { name: 'Copperline Bakery', type: 'customer' },
    });
    expect(app.quickbooks.commits()).toEqual([]);

    const other = await join({ missing: 'create', nameTaken: 'suffix' });
    await other.state('bill', 'B-15', aPowerBill('B-15', { name: 'Copperline Bakery' }));
    expect(await supplierOf(other, 'B-15')).toMatchObject({ DisplayName: 'Copperline Bakery (V)' });
    await other.state('bill', 'B-16', aPowerBill('B-16', { name: 'Copperline Bakery' }));
    expect(await settled(other, 'B-16')).toMatchObject({
      warnings: [
        {
          name: 'name_given',
          params: { wanted: 'Copperline Bakery', used: 'Copperline Bakery (V)' },
        },
      ],
    });
    expect(other.quickbooks.commits()).toEqual(['create Vendor', 'create Bill', 'create Bill']);
  });

  it('and a customer of one name wanted at once are two, of which one has the name', async () => {
    const app = await join(
      { missing: 'create', nameTaken: 'suffix' },
      {
        modules: ['bill', 'invoice', 'vendor'],
        sendWhen: ['approved', 'sent'],
        customer: { missing: 'create', nameTaken: 'suffix' },
        item: { missing: 'create' },
      },
    );
    await journey.client.stateMany(app.id, [
      { kind: 'bill', externalId: 'B-17', document: aPowerBill('B-17', { name: 'Both Sides' }) },
      {
        kind: 'invoice',
        externalId: 'I-17',
        document: {
          number: 'I-17',
          status: 'sent',
          issueDate: '2026-11-20',
          customer: { name: 'Both Sides' },
          lines: [{ name: 'Consulting', quantity: '1', unitPrice: '5.00', amount: '5.00' }],
          total: '5.00',
        },
      },
    ]);
    await app.settled('invoice', 'I-17');
    const supplier = await supplierOf(app, 'B-17');
    const customers = app.quickbooks.all('Customer').map(({ DisplayName }) => DisplayName);
    const names = [supplier['DisplayName'], ...customers.filter((name) => /Both/.test(`${name}`))];
    expect(names).toHaveLength(2);
    expect(names).toContain('Both Sides');
    expect(names.find((name) => name !== 'Both Sides')).toMatch(/^Both Sides \([CV]\)$/);
  });

  it('by the app’s own id wait for the one that is stated, and are that one', async () => {
    const app = await join();
    await app.state('vendor', 'V-1', { displayName: 'Moretti', actor: BOB });
    await app.settled('vendor', 'V-1', 'failed');
    const bill = (id: string, vendor: BillInput['vendor'], actor: BillInput['actor']) =>
      app.state('bill', id, aPowerBill(id, vendor, { actor }));
    await bill('B-18', { externalId: 'V-1' }, ANNA);
    expect(await settled(app, 'B-18', 'failed')).toMatchObject({
      reason: 'vendor_right_missing',
      params: { actor: 'Bob' },
    });
    await app.state('vendor', 'V-1', { displayName: 'Moretti', actor: ANNA });
    await app.settled('vendor', 'V-1');
    await bill('B-18', { externalId: 'V-1' }, BOB);
    expect(await supplierOf(app, 'B-18')).toMatchObject({ DisplayName: 'Moretti' });
    expect(app.quickbooks.commits()).toEqual(['create Vendor', 'create Bill']);

    // Stated by somebody who may not add it, named by somebody who may.
    await app.state('vendor', 'V-2', { displayName: 'Bianchi', actor: BOB });
    await app.settled('vendor', 'V-2', 'failed');
    await bill('B-19', { externalId: 'V-2', name: 'Bianchi' }, ANNA);
    expect(await supplierOf(app, 'B-19')).toMatchObject({ DisplayName: 'Bianchi' });
  });

  it('that arrive while a bill is looked into are found, also by who may not add them', async () => {
    const app = await join();
    const { control } = journey.simulator;
    const { sql } = journey.house.ledger;
    // A list that was never read: what is not known of it is looked for in QuickBooks.
    await sql`delete from record_lists where type = 'account' and company_id =
      (select company_id from connections where id = ${app.id})`;
    app.quickbooks.add('Account', { Name: 'Heating', AccountType: 'Expense' });
    const letGo = await nothingIsSent();
    await app.state('vendor', 'V-3', { displayName: 'Moretti', actor: ANNA });
    // The bills look for the account while the supplier arrives.
    const asked = { realm: app.realmId, operation: 'query' };
    control.addFault({ match: asked, do: 'delay', delayMs: 3_000, count: 2 });
    const heating = { account: { name: 'Heating' }, amount: '100.00' };
    const vendors = [{ externalId: 'V-3' }, { name: 'Moretti' }];
    for (const [index, vendor] of vendors.entries()) {
      const number = `B-21-${index}`;
      await app.state('bill', number, aPowerBill(number, vendor, { lines: [heating] }));
    }
    await waitFor(() => control.faults().length === 0, { what: 'both bills to look' });
    await letGo();
    await app.settled('vendor', 'V-3');
    for (const index of vendors.keys()) await settled(app, `B-21-${index}`);
    expect(app.quickbooks.where('Vendor', 'DisplayName', 'Moretti')).toHaveLength(1);
  });

  it('are added in the currency of the bill where the company has several', async () => {
    const app = await account(journey, {
      profile: 'supplier-invoices',
      settings: { accounts: { payable: PAYABLE }, vendor: { missing: 'create' } },
      company: { country: 'GB', preferences: { CurrencyPrefs: { MultiCurrencyEnabled: true } } },
      lists: LISTS,
    });
    const bill = aPowerBill('B-20', { name: 'Moretti' }, { currency: 'EUR' });
    await app.state('bill', 'B-20', bill);
    await settled(app, 'B-20', ['synced', 'failed']);
    expect(app.quickbooks.where('Vendor', 'DisplayName', 'Moretti')).toMatchObject([
      { CurrencyRef: { value: 'EUR' } },
    ]);
  });
});
