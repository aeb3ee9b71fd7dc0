import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import {
  aBill,
  aBoughtLine,
  anOrder,
  type PurchaseCompany,
  purchaseCompany,
} from '../support/purchase-company.js';
import { waitFor } from '../support/wait-for.js';

// A purchase order goes as what the settings say, keeps what it became, and is closed by its bill.
describe('purchase orders', () => {
  let journey: Journey;
  let company: PurchaseCompany;
  let number = 0;
  let key: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await purchaseCompany(journey);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    key = `PO-${number}`;
    await sentAs('purchase_order');
    company.quickbooks.forget();
  });

  const sentAs = (purchaseOrdersAs: 'purchase_order' | 'bill') =>
    journey.client.changeSettings(company.id, { purchaseOrdersAs });
  const order = (over: Parameters<typeof anOrder>[0] = {}) =>
    company.state('purchase_order', key, anOrder({ number: key, ...over }));
  const bill = (over: Parameters<typeof aBill>[0] = {}) =>
    company.state('bill', `B-${key}`, aBill({ number: `B-${key}`, purchaseOrder: key, ...over }));
  const ordered = (status: string) =>
    waitForStatus(journey, company.id, 'purchase_order', key, status);
  const billed = (status: string) => waitForStatus(journey, company.id, 'bill', `B-${key}`, status);
  const numbered = (entity: string, of = key) => company.quickbooks.where(entity, 'DocNumber', of);

  it.each([
    ['purchase_order', 'bill', 'PurchaseOrder', ''],
    ['bill', 'purchase_order', 'Bill', ' as a bill'],
  ] as const)('stay what they are: sent as a %s', async (first, later, entity, words) => {
    await sentAs(first);
    await order();
    const answer = await ordered('synced');
    expect(answer.details).toBe(
      `Purchase order ${key} created in QuickBooks${words} (Id ${answer.quickbooks?.id}), total 100.00.`,
    );
    await sentAs(later);
    await order({ memo: 'changed' });
    await waitFor(() => numbered(entity)[0]?.['PrivateNote'] === 'changed', {
      what: 'the update',
    });
    expect(await ordered('synced')).toMatchObject({ quickbooks: { id: answer.quickbooks?.id } });
    await journey.client.withdraw(company.id, 'purchase_order', key);
    await ordered('deleted');
    expect(company.quickbooks.commits()).toEqual(
      ['create', 'update', 'delete'].map((one) => `${one} ${entity}`),
    );
  });

  it('are closed by the bill that is for them, line by line', async () => {
    const lines = [aBoughtLine(), aBoughtLine({ name: 'Oak board' })];
    await bill({ lines, total: '200.00' });
    expect((await billed('waiting')).details).toBe(
      `Waits for purchase order ${key}, which has not been stated yet.`,
    );
    await order({ lines, total: '200.00' });
    await billed('synced');
    const [stored] = numbered('PurchaseOrder');
    const [made] = numbered('Bill', `B-${key}`);
    expect(stored).toMatchObject({
      POStatus: 'Closed',
      LinkedTxn: [{ TxnId: made?.['Id'], TxnType: 'Bill' }],
    });
    expect(made).toMatchObject({
      LinkedTxn: [{ TxnId: stored?.['Id'], TxnType: 'PurchaseOrder' }],
      Line: [
        { LinkedTxn: [{ TxnId: stored?.['Id'], TxnType: 'PurchaseOrder', TxnLineId: '1' }] },
        { LinkedTxn: [{ TxnId: stored?.['Id'], TxnType: 'PurchaseOrder', TxnLineId: '2' }] },
      ],
    });
  });

  it('stay open where only a part of them is billed', async () => {
    await order({ lines: [aBoughtLine(), aBoughtLine({ name: 'Oak board' })], total: '200.00' });
    await bill();
    await billed('synced');
    expect(numbered('PurchaseOrder')).toMatchObject([{ POStatus: 'Open' }]);
    await bill({ memo: 'as delivered' });
    await waitFor(() => numbered('Bill', `B-${key}`)[0]?.['PrivateNote'] === 'as delivered', {
      what: 'the update',
    });
    expect(numbered('Bill', `B-${key}`)).toMatchObject([
      { Line: [{ LinkedTxn: [{ TxnLineId: '1' }] }] },
    ]);
  });

  it('are taken back after their bill', async () => {
    await order();
    await bill();
    await billed('synced');
    await journey.client.withdraw(company.id, 'purchase_order', key);
    expect((await ordered('waiting')).details).toBe(
      `Waits for bill B-${key}, which has to be taken back first.`,
    );
    await journey.client.withdraw(company.id, 'bill', `B-${key}`);
    await billed('deleted');
    await ordered('deleted');
    expect(numbered('PurchaseOrder')).toEqual([]);
  });

  it('come off a bill that no longer names them, are open again and can be taken back', async () => {
    const lines = [aBoughtLine(), aBoughtLine({ name: 'Oak board' })];
    await order({ lines, total: '200.00' });
    await bill({ lines, total: '200.00' });
    await billed('synced');
    await bill({ lines: lines.toReversed(), total: '200.00', purchaseOrder: undefined });
    await waitFor(
      async () =>
        (await journey.client.document(company.id, 'bill', `B-${key}`)).syncedRevision === 2,
      { what: 'the update' },
    );
    const [made] = numbered('Bill', `B-${key}`);
    expect(made?.['LinkedTxn'] ?? []).toEqual([]);
    expect(made).toMatchObject({ Line: [{ LinkedTxn: [] }, { LinkedTxn: [] }] });
    expect(numbered('PurchaseOrder')).toMatchObject([{ POStatus: 'Open' }]);
    await journey.client.withdraw(company.id, 'purchase_order', key);
    await ordered('deleted');
    expect(numbered('PurchaseOrder')).toEqual([]);
  });

  it('that wait to be taken back go once their bill is stated without them', async () => {
    await order();
    await bill();
    await billed('synced');
    await journey.client.withdraw(company.id, 'purchase_order', key);
    await ordered('waiting');
    await bill({ purchaseOrder: undefined });
    await ordered('deleted');
    expect(numbered('Bill', `B-${key}`)).toHaveLength(1);
  });

  it('that someone tied a bill to stay tied', async () => {
    const TxnId = company.quickbooks.add('PurchaseOrder', {
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      Line: [
        {
          Amount: 100,
          DetailType: 'ItemBasedExpenseLineDetail',
          ItemBasedExpenseLineDetail: { ItemRef: { value: '3' }, Qty: 4, UnitPrice: 25 },
        },
      ],
    });
    const links = [{ TxnId, TxnType: 'PurchaseOrder' }];
    await bill({ purchaseOrder: undefined });
    const { quickbooks } = await billed('synced');
    company.quickbooks.edit('Bill', quickbooks?.id, { LinkedTxn: links });
    await bill({ purchaseOrder: undefined, memo: 'by van' });
    await waitFor(() => numbered('Bill', `B-${key}`)[0]?.['PrivateNote'] === 'by van', {
      what: 'the update',
    });
    expect(numbered('Bill', `B-${key}`)).toMatchObject([{ LinkedTxn: links }]);
  });

  it('that someone billed in QuickBooks stay there', async () => {
    await order();
    const { quickbooks } = await ordered('synced');
    company.quickbooks.add('Bill', {
      VendorRef: { value: '45' },
      LinkedTxn: [{ TxnId: quickbooks?.id ?? '', TxnType: 'PurchaseOrder' }],
      Line: [
        {
          Amount: 100,
          DetailType: 'ItemBasedExpenseLineDetail',
          ItemBasedExpenseLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    });
    await journey.client.withdraw(company.id, 'purchase_order', key);
    expect((await ordered('failed')).details).toContain('A bill was made of it in QuickBooks');
    expect(numbered('PurchaseOrder')).toHaveLength(1);
  });

  it('that are bills take no bill', async () => {
    await sentAs('bill');
    await order();
    await ordered('synced');
    await bill();
    expect((await billed('failed')).details).toContain('would count it twice');
    expect(
      company.quickbooks.all('Bill').filter(({ DocNumber }) => DocNumber === `B-${key}`),
    ).toEqual([]);
  });

  it('are closed where the app closes them, and not opened by us', async () => {
    await order();
    await ordered('synced');
    await order({ status: 'closed' });
    await waitFor(() => numbered('PurchaseOrder')[0]?.['POStatus'] === 'Closed', {
      what: 'the order to close',
    });
    await order({ memo: 'again' });
    await waitFor(() => numbered('PurchaseOrder')[0]?.['PrivateNote'] === 'again', {
      what: 'the update',
    });
    expect((await ordered('synced')).details).toContain(
      'Not in QuickBooks: status, because it was closed in QuickBooks.',
    );
    expect(numbered('PurchaseOrder')).toMatchObject([{ POStatus: 'Closed' }]);
  });
});

describe('purchase orders in a small plan', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  it('fail without a call, and go as bills', async () => {
    const company = await purchaseCompany(journey, { company: { plan: 'essentials' } });
    await company.state('purchase_order', 'PO-1', anOrder());
    const of = (status: string) =>
      waitForStatus(journey, company.id, 'purchase_order', 'PO-1', status);
    expect((await of('failed')).details).toBe(
      'The QuickBooks plan of this company has no purchase orders.',
    );
    expect(company.quickbooks.writes()).toBe(0);
    await journey.client.changeSettings(company.id, { purchaseOrdersAs: 'bill' });
    await journey.client.retry(company.id, 'purchase_order', 'PO-1');
    await of('synced');
    expect(company.quickbooks.commits()).toEqual(['create Bill']);
  });

  it('go as they are once the company has another plan and somebody retries', async () => {
    const company = await purchaseCompany(journey, { company: { plan: 'essentials' } });
    await company.state('purchase_order', 'PO-2', anOrder({ number: 'PO-2' }));
    const of = (status: string) =>
      waitForStatus(journey, company.id, 'purchase_order', 'PO-2', status);
    await of('failed');
    journey.simulator.control.changeCompany(company.realmId, { plan: 'plus' });
    await journey.client.retry(company.id, 'purchase_order', 'PO-2');
    await of('synced');
    expect(company.quickbooks.commits()).toEqual(['create PurchaseOrder']);
  });

  it('are told by QuickBooks where the name of the plan says nothing', async () => {
    const company = await purchaseCompany(journey, { company: { plan: 'simple_start' } });
    await company.state('bill', 'B-1', aBill());
    const failed = await waitForStatus(journey, company.id, 'bill', 'B-1', 'failed');
    expect(failed.details).toBe('The QuickBooks plan of this company has no bills.');
  });
});
