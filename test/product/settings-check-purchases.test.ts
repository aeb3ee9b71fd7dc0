import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Journey, refresh, startJourney } from '../support/journey.js';
import { anInvoice as aBill, aLine, tenant } from './builder.js';
import type { Account } from './profile.js';

// What a change of settings would do to what is bought, asked before it is saved. Bills wait for a
// click, so that nothing of theirs is in QuickBooks.
describe('a check of settings on the purchase side', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const builder = (settings: SettingsInput = {}) =>
    tenant(journey, { start: 'click', modules: ['bill', 'purchase_order'], ...settings });
  const check = (to: Account, change: SettingsInput) => journey.client.checkSettings(to.id, change);
  const coded = (what: string, from: string | null, to: string | null) =>
    expect.objectContaining({
      what,
      from: expect.objectContaining({ recordId: from }),
      to: expect.objectContaining({ recordId: to }),
    });
  const NONE = null;

  it('W8 counts the orders that would go as bills, and none of those that are sent', async () => {
    const to = await builder();
    const order = (number: string) => ({ ...aBill(number), status: 'approved' as const });
    for (const number of ['PO-1', 'PO-2', 'PO-3']) {
      await to.state('purchase_order', number, order(number));
    }
    await to.state('bill', 'B-1', aBill('B-1'));
    await to.click('PO-3', 'purchase_order');
    await to.settled('purchase_order', 'PO-3');
    to.quickbooks.forget();

    const shown = await check(to, { purchaseOrdersAs: 'bill' });
    expect(shown).toMatchObject({
      documents: { checked: 4, unchanged: 2, changed: 2, otherwise: 0, unknown: 0 },
      coding: {
        count: 1,
        first: [
          {
            what: 'form',
            from: { is: 'word', name: 'purchase order' },
            to: { is: 'word', name: 'bill' },
            lines: 0,
            documents: 2,
          },
        ],
      },
      outcomes: [{ status: 'synced', reason: null, before: 4, after: 4 }],
    });
    expect(to.quickbooks.calls()).toEqual([]);
  });

  it('W8 says of none that it would be an order again once it is a bill', async () => {
    const to = await tenant(
      journey,
      { start: 'click', modules: ['purchase_order'], purchaseOrdersAs: 'bill' },
      { plan: 'essentials' },
    );
    await to.state('purchase_order', 'PO-1', { ...aBill('PO-1'), status: 'approved' });
    await to.click('PO-1', 'purchase_order');
    await to.settled('purchase_order', 'PO-1');
    expect(await check(to, { purchaseOrdersAs: 'purchase_order' })).toMatchObject({
      documents: { checked: 1, unchanged: 1, changed: 0, otherwise: 0 },
    });
  });

  it('tells which orders would be refused by the plan', async () => {
    const to = await tenant(
      journey,
      { start: 'click', modules: ['purchase_order'], purchaseOrdersAs: 'bill' },
      { plan: 'essentials' },
    );
    await to.state('purchase_order', 'PO-1', { ...aBill('PO-1'), status: 'approved' });
    expect(await check(to, { purchaseOrdersAs: 'purchase_order' })).toMatchObject({
      documents: { checked: 1, otherwise: 1 },
      outcomes: [
        { status: 'synced', before: 1, after: 0 },
        { status: 'failed', reason: 'plan_lacks', before: 0, after: 1 },
      ],
      otherwise: { first: [{ kind: 'purchase_order', externalId: 'PO-1' }] },
    });
  });

  it('counts the lines that would lose their class, and their project', async () => {
    const to = await builder();
    const residential = aLine({ class: { name: 'Residential' } });
    const lines = [
      residential,
      aLine({
        class: { name: 'Offices' },
        customerOrProject: { name: 'Kitchen Refit:Phase 1' },
      }),
    ];
    const twice = { lines, tax: { total: '40.00' }, total: '240.00' };
    await to.state('bill', 'C-1', aBill('C-1', twice));
    await to.state('bill', 'C-2', aBill('C-2', { lines: [residential] }));
    await to.state('bill', 'C-3', aBill('C-3'));

    const shown = await check(to, { dimensions: { class: false, customerOrProject: false } });
    expect(shown).toMatchObject({
      documents: { checked: 3, unchanged: 1, changed: 2, otherwise: 0 },
      lines: { checked: 4, changed: 3 },
      contents: [],
      totals: [],
    });
    expect(shown.coding.count).toBe(3);
    const changes = shown.coding.first;
    expect(changes).toContainEqual(coded('class', '201', NONE));
    expect(changes).toContainEqual(coded('class', '202', NONE));
    expect(changes).toContainEqual(coded('customerOrProject', '71', NONE));
    expect(changes.find(({ from }) => from.recordId === '201')).toMatchObject({
      lines: 2,
      documents: 2,
    });
  });

  it('counts the bills of another credit account', async () => {
    const to = await builder();
    const creditors = to.quickbooks.add('Account', {
      Name: 'Creditors',
      AccountType: 'Accounts Payable',
    });
    await refresh(journey, to.id, ['account']);
    for (const number of ['P-1', 'P-2']) await to.state('bill', number, aBill(number));

    const shown = await check(to, { accounts: { payable: { name: 'Creditors' } } });
    expect(shown).toMatchObject({
      documents: { checked: 2, changed: 2, otherwise: 0 },
      lines: { checked: 2, changed: 0 },
      coding: { count: 1, first: [{ what: 'payableAccount', lines: 0, documents: 2 }] },
    });
    expect(shown.coding.first).toContainEqual(coded('payableAccount', '33', creditors));
  });
});
