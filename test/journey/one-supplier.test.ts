import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Account, account } from '../product/profile.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { aPowerBill } from '../support/purchase-company.js';
import { waitFor } from '../support/wait-for.js';

const PAYABLE = { name: 'Accounts Payable (A/P)' };

// What the app holds for one supplier is one in QuickBooks, however answers get lost, whoever asks
// and whatever name it had to be given.
describe('a supplier of the app is one in QuickBooks', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const settings = (vendor: SettingsInput['vendor'] = {}): SettingsInput => ({
    accounts: { payable: PAYABLE },
    vendor: { missing: 'create', update: true, updateNeedsRight: false, ...vendor },
  });
  const names = ({ quickbooks }: Account) =>
    quickbooks.all('Vendor').map(({ DisplayName }) => DisplayName);
  const loseAnswer = ({ realmId }: Account, operation: 'create' | 'update') =>
    journey.simulator.control.addFault({
      match: { realm: realmId, entity: 'Vendor', operation },
      at: 'after_commit',
      do: 'drop',
      count: 1,
    });

  it('also when the answers are lost of its creation and of its change', async () => {
    const app = await account(journey, { profile: 'supplier-invoices', settings: settings() });
    loseAnswer(app, 'create');
    await app.state('vendor', 'V-1', { displayName: 'Moretti', phone: '1' });
    await app.settled('vendor', 'V-1');
    loseAnswer(app, 'update');
    await app.state('vendor', 'V-1', { displayName: 'Moretti', phone: '2' });
    await waitFor(
      async () => (await app.settled('vendor', 'V-1')).syncedRevision === 2 || undefined,
      { what: 'the change to be settled' },
    );
    expect(app.quickbooks.commits()).toEqual(['create Vendor', 'update Vendor']);
  });

  it('also when the answer is lost of a creation under another name', async () => {
    const app = await account(journey, {
      profile: 'supplier-invoices',
      settings: settings({ nameTaken: 'suffix' }),
      lists: { Customer: [{ Id: '7', DisplayName: 'Moretti' }] },
    });
    loseAnswer(app, 'create');
    await app.state('bill', 'B-1', aPowerBill('B-1', { name: 'Moretti' }));
    await app.settled('bill', 'B-1');
    await app.state('bill', 'B-2', aPowerBill('B-2', { name: 'moretti' }));
    await app.settled('bill', 'B-2');
    expect(names(app)).toEqual(['Moretti (V)']);
  });

  it('also where two accounts of one company ask for it at once', async () => {
    const one = await account(journey, { profile: 'supplier-invoices', settings: settings() });
    const { realmId } = one;
    const other = await journey.connect({
      profile: 'supplier-invoices',
      settings: settings(),
      realmId,
    });
    await refresh(journey, other.id);
    await Promise.all(
      [one.id, other.id].map((id) =>
        journey.client.state(id, 'bill', 'B-3', aPowerBill('B-3', { name: 'Moretti' })),
      ),
    );
    await one.settled('bill', 'B-3');
    await waitForStatus(journey, other.id, 'bill', 'B-3', 'synced');
    expect(names(one)).toEqual(['Moretti']);
  });

  it('that waits for a click goes with the purchase order that names it', async () => {
    const app = await account(journey, {
      profile: 'device-resale',
      settings: {
        accounts: {
          income: { name: 'Sales of Product Income' },
          expense: { name: 'Uncategorized Expense' },
          payable: PAYABLE,
        },
      },
    });
    await app.state('vendor', 'V-4', { displayName: 'Handset Traders', phone: '4' });
    await app.settled('vendor', 'V-4', 'not_ready');
    await app.state('purchase_order', 'P-4', {
      number: 'P-4',
      status: 'approved',
      date: '2026-11-20',
      vendor: { externalId: 'V-4' },
      lines: [{ name: 'Phone', quantity: '2', unitPrice: '50.00', amount: '100.00' }],
      total: '100.00',
    });
    await journey.client.sync(app.id, 'purchase_order', 'P-4');
    const { quickbooks } = await app.settled('purchase_order', 'P-4');
    const { quickbooks: supplier } = await app.settled('vendor', 'V-4');
    expect(app.quickbooks.one('PurchaseOrder', quickbooks?.id)).toMatchObject({
      VendorRef: { value: supplier?.id },
    });
    expect(app.quickbooks.one('Vendor', supplier?.id)).toMatchObject({
      DisplayName: 'Handset Traders',
      PrimaryPhone: { FreeFormNumber: '4' },
    });
  });

  it('cannot be taken back, and its removal says what to do instead', async () => {
    const app = await account(journey, { profile: 'supplier-invoices', settings: settings() });
    await app.state('vendor', 'V-5', { displayName: 'Moretti' });
    await app.settled('vendor', 'V-5');
    await journey.client.withdraw(app.id, 'vendor', 'V-5', 'delete');
    expect(await app.settled('vendor', 'V-5', 'failed')).toMatchObject({
      details: expect.stringContaining(
        'A supplier in QuickBooks cannot be removed; make it inactive there',
      ),
    });
    expect(names(app)).toEqual(['Moretti']);
  });
});
