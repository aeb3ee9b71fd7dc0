import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PurchaseFormKind } from '../../src/contract/documents/index.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import {
  aBill,
  aBoughtLine,
  anOrder,
  aVendorCredit,
  type PurchaseCompany,
  purchaseCompany,
} from '../support/purchase-company.js';
import { waitFor } from '../support/wait-for.js';

interface StoredLines {
  Line: {
    Id: string;
    ItemBasedExpenseLineDetail: { ItemRef: { value: string }; BillableStatus?: string };
  }[];
}

// What is bought reaches QuickBooks once, as what it is, and stays one object whatever is stated later.
describe('purchase forms', () => {
  let journey: Journey;
  let company: PurchaseCompany;
  let number = 0;
  let key: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await purchaseCompany(journey);
  });
  afterAll(() => journey?.close());
  beforeEach(() => {
    number += 1;
    key = `P-${number}`;
    company.quickbooks.forget();
  });

  const settled = (kind: PurchaseFormKind, status: string | string[]) =>
    waitForStatus(journey, company.id, kind, key, status);
  const bill = async (over: Parameters<typeof aBill>[0] = {}) =>
    company.state('bill', key, aBill({ number: key, ...over }));
  const inQuickBooks = (entity = 'Bill') => company.quickbooks.where(entity, 'DocNumber', key);

  it.each([
    ['bill', 'Bill', 'Bill'],
    ['purchase_order', 'PurchaseOrder', 'Purchase order'],
    ['vendor_credit', 'VendorCredit', 'Vendor credit'],
  ] as const)('are sent: a %s', async (kind, entity, word) => {
    const document = { bill: aBill, purchase_order: anOrder, vendor_credit: aVendorCredit }[kind];
    await company.state(kind, key, document({ number: key }));
    const answer = await settled(kind, 'synced');
    expect(answer.details).toBe(
      `${word} ${key} created in QuickBooks (Id ${answer.quickbooks?.id}), total 100.00.`,
    );
    expect(inQuickBooks(entity)).toMatchObject([
      { VendorRef: { value: '45' }, APAccountRef: { value: '33' }, TotalAmt: 100 },
    ]);
    await company.state(kind, key, document({ number: key, memo: 'by van' }));
    await waitFor(() => inQuickBooks(entity)[0]?.['PrivateNote'] === 'by van', {
      what: 'the update',
    });
    await settled(kind, 'synced');
    await journey.client.withdraw(company.id, kind, key);
    await settled(kind, 'deleted');
    expect(inQuickBooks(entity)).toEqual([]);
    expect(company.quickbooks.commits()).toEqual(
      ['create', 'update', 'delete'].map((one) => `${one} ${entity}`),
    );
  });

  it('keep what people added in QuickBooks when they are updated, and their lines', async () => {
    await bill();
    const { quickbooks } = await settled('bill', 'synced');
    const [before] = inQuickBooks();
    company.quickbooks.edit('Bill', quickbooks?.id, { SalesTermRef: { value: '3' } });
    await bill({ lines: [aBoughtLine({ unitPrice: '20.00', amount: '80.00' })], total: '80.00' });
    await waitFor(() => inQuickBooks()[0]?.['TotalAmt'] === 80, { what: 'the update' });
    const lineIds = (form: unknown) =>
      (form as { Line: { Id: string }[] }).Line.map(({ Id }) => Id);
    expect(inQuickBooks()[0]).toMatchObject({ SalesTermRef: { value: '3' } });
    expect(lineIds(inQuickBooks()[0])).toEqual(lineIds(before));
  });

  it('leave a cost that someone passes on to a customer where it is, whatever lines come before it', async () => {
    const board = (name: string) => aBoughtLine({ name, customerOrProject: { recordId: '70' } });
    await bill({ lines: [board('Pine board')] });
    const { quickbooks } = await settled('bill', 'synced');
    const linesOf = () =>
      (inQuickBooks()[0] as unknown as StoredLines).Line.map(
        ({ Id, ItemBasedExpenseLineDetail: { ItemRef, BillableStatus } }) => [
          Id,
          ItemRef.value,
          BillableStatus,
        ],
      );
    const [stored] = (inQuickBooks()[0] as unknown as StoredLines).Line;
    company.quickbooks.edit('Bill', quickbooks?.id, {
      Line: [
        {
          ...stored,
          ItemBasedExpenseLineDetail: {
            ...stored?.ItemBasedExpenseLineDetail,
            BillableStatus: 'Billable',
          },
        },
      ],
    } as never);
    await bill({ lines: [board('Oak board'), board('Pine board')], total: '200.00' });
    await waitFor(() => inQuickBooks()[0]?.['TotalAmt'] === 200, { what: 'the update' });
    const [oak, pine] = linesOf();
    expect(oak?.slice(1)).toEqual(['4', 'NotBillable']);
    expect(pine).toEqual([stored?.Id, '3', 'Billable']);
  });

  it.each(['create', 'update', 'delete'] as const)(
    'are there once where the answer to the %s is lost, and QuickBooks forgot that it was asked',
    async (operation) => {
      if (operation !== 'create') {
        await bill();
        await settled('bill', 'synced');
      }
      const { control } = journey.simulator;
      const stop = control.onCommit(({ realmId }) => {
        if (realmId === company.realmId) setImmediate(() => control.forgetRequests({ realmId }));
      });
      company.fault({ match: { entity: 'Bill', operation }, do: 'drop', at: 'after_commit' });
      if (operation === 'delete') await journey.client.withdraw(company.id, 'bill', key);
      else await bill({ memo: 'again' });
      await settled('bill', operation === 'delete' ? 'deleted' : 'synced');
      stop();
      const done = company.quickbooks.commits().filter((one) => one === `${operation} Bill`);
      expect(done).toHaveLength(1);
      expect(inQuickBooks()).toHaveLength(operation === 'delete' ? 0 : 1);
    },
  );

  it('of two suppliers may have one number', async () => {
    await bill();
    await company.state(
      'bill',
      `${key}-b`,
      aBill({ number: key, vendor: { name: 'Glass & Co Ltd' } }),
    );
    await settled('bill', 'synced');
    await waitForStatus(journey, company.id, 'bill', `${key}-b`, 'synced');
    expect(inQuickBooks()).toHaveLength(2);
  });

  it('that were paid in part are never lowered below that', async () => {
    await bill();
    const { quickbooks } = await settled('bill', 'synced');
    const id = quickbooks?.id ?? '';
    company.quickbooks.add('BillPayment', {
      VendorRef: { value: '45' },
      PayType: 'Check',
      CheckPayment: { BankAccountRef: { value: '35' } },
      TotalAmt: 60,
      Line: [{ Amount: 60, LinkedTxn: [{ TxnId: id, TxnType: 'Bill' }] }],
    });
    await bill({ lines: [aBoughtLine({ unitPrice: '10.00', amount: '40.00' })], total: '40.00' });
    const failed = await settled('bill', 'failed');
    expect(failed.reason).toBe('payment_applied');
    await bill({ lines: [aBoughtLine({ unitPrice: '20.00', amount: '80.00' })], total: '80.00' });
    await settled('bill', 'synced');
    expect(inQuickBooks()).toMatchObject([{ TotalAmt: 80, Balance: 20 }]);
    await journey.client.withdraw(company.id, 'bill', key);
    await settled('bill', 'failed');
    expect(inQuickBooks()).toHaveLength(1);
  });

  it('are taken back also where what they name is not to be had any more', async () => {
    const supplier = company.quickbooks.add('Vendor', { DisplayName: 'Retired & Co Ltd' });
    await refresh(journey, company.id, ['vendor']);
    const vendor = { name: 'Retired & Co Ltd' };
    await company.state('purchase_order', key, anOrder({ number: key, vendor }));
    await settled('purchase_order', 'synced');
    company.quickbooks.edit('Vendor', supplier, { Active: false });
    await refresh(journey, company.id, ['vendor']);
    await journey.client.withdraw(company.id, 'purchase_order', key);
    await settled('purchase_order', 'deleted');
    expect(inQuickBooks('PurchaseOrder')).toEqual([]);
  });

  it('that need a supplier nobody may add say so', async () => {
    await bill({ vendor: { name: 'Nobody & Sons' } });
    expect(await settled('bill', 'failed')).toMatchObject({ reason: 'vendor_right_missing' });
    expect(company.quickbooks.writes()).toBe(0);
  });
});
