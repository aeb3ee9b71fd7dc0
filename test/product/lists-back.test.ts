import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordType } from '../../src/contract/run.js';
import { type Journey, refresh, startJourney } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { holdLocks } from '../support/row-lock.js';
import { told } from '../support/told.js';
import { type Account, account } from './profile.js';

/** What somebody adds in QuickBooks after the account was connected. */
function addTo({ quickbooks }: Account) {
  return {
    account: quickbooks.add('Account', { Name: 'Sales of Gummies', AccountType: 'Income' }),
    customer: quickbooks.add('Customer', { DisplayName: 'Aspen Dispensary' }),
    item: quickbooks.add('Item', {
      Name: 'Gummies 10 pack',
      Type: 'Service',
      IncomeAccountRef: { value: '79' },
    }),
  };
}

// The button that brings QuickBooks' lists to the app, in both profiles that have it.
describe('lists that the button brings', () => {
  let journey: Journey;
  let shop: Account;
  let desk: Account;

  beforeAll(async () => {
    journey = await startJourney();
    shop = await account(journey, { profile: 'export-on-click' });
    desk = await account(journey, { profile: 'auto-invoices' });
  });
  afterAll(() => journey?.close());

  const listed = async (at: Account, type: RecordType, q: string) =>
    (await journey.client.records(at.id, type, { q })).records;

  it('P9 pressing it brings new accounts, clients and products, once however often', async () => {
    const added = addTo(shop);
    for (const [type, q] of [
      ['account', 'gummies'],
      ['customer', 'aspen'],
      ['item', 'gummies'],
    ] as const) {
      expect(await listed(shop, type, q)).toEqual([]);
    }

    // It cannot end before both were asked for.
    const letGo = await holdLocks(
      journey.house.ledger,
      (tx) => tx`lock table record_lists in exclusive mode`,
    );
    const [first, second] = await Promise.all([
      journey.client.startRun(shop.id, 'refresh_master_data'),
      journey.client.startRun(shop.id, 'refresh_master_data'),
    ]);
    await letGo();
    expect(second.id).toBe(first.id);
    await refresh(journey, shop.id);
    await refresh(journey, shop.id);

    expect(await listed(shop, 'account', 'gummies')).toMatchObject([
      { recordId: added.account, active: true, hidden: false },
    ]);
    expect(await listed(shop, 'customer', 'aspen')).toMatchObject([{ recordId: added.customer }]);
    expect(await listed(shop, 'item', 'gummies')).toMatchObject([{ recordId: added.item }]);
    expect(shop.quickbooks.writes()).toBe(0);
  });

  it('A7 Force Sync imports customers, items and tax codes, and says of each list that it came', async () => {
    const events = told(journey, desk.id);
    await events();
    const added = addTo(desk);
    journey.simulator.control.load(desk.realmId, {
      TaxCode: [{ Id: '91', Name: 'City levy', Description: 'City levy', Taxable: true }],
    });
    await refresh(journey, desk.id);

    expect(await listed(desk, 'customer', 'aspen')).toMatchObject([{ recordId: added.customer }]);
    expect(await listed(desk, 'item', 'gummies')).toMatchObject([{ recordId: added.item }]);
    expect(await listed(desk, 'tax_code', 'city')).toMatchObject([{ recordId: '91' }]);
    expect(await events({ lists: true })).toEqual(
      expect.arrayContaining([
        'records.refreshed customer',
        'records.refreshed item',
        'records.refreshed tax_code',
      ]),
    );
  });

  it('A8 what was imported is there to choose from, and what became inactive is not for new invoices', async () => {
    const [customer] = await listed(desk, 'customer', 'aspen');
    const recordId = customer?.recordId ?? '';
    const choice = { customer: { recordId }, item: { recordId: '' } };
    choice.item.recordId = (await listed(desk, 'item', 'gummies'))[0]?.recordId ?? '';
    const invoice = (number: string) => {
      const stated = anInvoice({ number, customer: choice.customer });
      return { ...stated, lines: stated.lines.map((line) => ({ ...line, item: choice.item })) };
    };
    await desk.state('invoice', 'A-8', invoice('A-8'));
    expect((await desk.settled('invoice', 'A-8')).label).toBe('Synced');

    await journey.client.withdraw(desk.id, 'invoice', 'A-8', 'void');
    await desk.settled('invoice', 'A-8', 'voided');
    desk.quickbooks.edit('Customer', recordId, { Active: false });
    await refresh(journey, desk.id);
    // Nothing is deleted in the app: it is offered as inactive.
    expect(await listed(desk, 'customer', 'aspen')).toMatchObject([{ recordId, active: false }]);
    await desk.state('invoice', 'A-8b', invoice('A-8b'));
    expect(await desk.settled('invoice', 'A-8b', 'failed')).toMatchObject({
      reason: 'record_inactive',
    });
  });
});
