import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BillInput } from '../../src/contract/documents/index.js';
import { type Journey, startJourney } from '../support/journey.js';
import { type Account, account } from './profile.js';

const TIMBER = { Id: '45', DisplayName: 'Timber & Co Ltd' };
const LISTS = {
  Vendor: [TIMBER],
  Account: [
    { Id: '61', Name: 'Materials', AcctNum: '5000', AccountType: 'Expense' },
    { Id: '62', Name: 'Delivery', AcctNum: '5100', AccountType: 'Expense' },
  ],
  Class: [{ Id: '201', Name: 'Residential' }],
  Department: [{ Id: '2', Name: 'North' }],
  Customer: [
    { Id: '70', DisplayName: 'Kitchen Refit' },
    {
      Id: '71',
      DisplayName: 'Phase 1',
      FullyQualifiedName: 'Kitchen Refit:Phase 1',
      Job: true,
      ParentRef: { value: '70' },
    },
  ],
};

type LineInput = BillInput['lines'][number];

const line = (account: string, amount: string, taxAmount: string, over: Partial<LineInput> = {}) =>
  ({
    account: { number: account },
    amount,
    taxAmount,
    taxCode: { name: '20.0% S' },
    class: { name: 'Residential' },
    ...over,
  }) satisfies LineInput;

/** With a purchase order in the app, which is not sent: its number is the reference. */
const WITH_ORDER: BillInput = {
  number: 'TC-88213',
  status: 'received',
  date: '2026-11-18',
  dueDate: '2026-12-18',
  vendor: { name: TIMBER.DisplayName },
  reference: 'PO-3391 / site visit',
  location: { name: 'North' },
  lines: [
    line('5000', '1250.00', '250.00', { customerOrProject: { name: 'Kitchen Refit:Phase 1' } }),
    line('5100', '85.00', '17.00'),
  ],
  tax: { total: '267.00' },
  total: '1602.00',
};

const WITHOUT_ORDER: BillInput = {
  number: 'TC-88214',
  status: 'received',
  date: '2026-11-20',
  vendor: { name: TIMBER.DisplayName },
  location: { name: 'North' },
  lines: [line('5000', '100.00', '20.00')],
  tax: { total: '20.00' },
  total: '120.00',
};

// A builder in the United Kingdom: one invoice with every dimension, then Class is turned off.
describe('a builder who approves invoices of suppliers', () => {
  let journey: Journey;
  let builder: Account;

  beforeAll(async () => {
    journey = await startJourney({ now: '2026-11-22T10:00:00-07:00' });
    builder = await account(journey, {
      profile: 'supplier-invoices',
      company: { country: 'GB', name: 'Fjord Build' },
      lists: LISTS,
    });
  });
  afterAll(() => journey?.close());

  const said = (bill: BillInput, status: BillInput['status']) =>
    builder.state('bill', bill.number, { ...bill, status });

  it('is ready once the credit account is set, which is all that has to be set', async () => {
    expect(await journey.client.connection(builder.id)).toMatchObject({
      status: 'setup_incomplete',
      setupMissing: ['accounts.payable'],
    });
    await journey.client.changeSettings(builder.id, {
      accounts: { payable: { name: 'Accounts Payable (A/P)' } },
    });
    expect(await journey.client.connection(builder.id)).toMatchObject({ status: 'connected' });
    expect((await journey.client.settings(builder.id)).dimensions).toEqual({
      location: true,
      class: true,
      customerOrProject: true,
    });
  });

  it('has nothing sent of what is only received', async () => {
    builder.quickbooks.forget();
    for (const bill of [WITH_ORDER, WITHOUT_ORDER]) {
      expect(await said(bill, 'received')).toMatchObject({
        status: 'not_ready',
        reason: 'not_released',
        details: 'This bill is "received". It goes to QuickBooks once it is approved.',
      });
    }
    expect(builder.quickbooks.calls()).toEqual([]);
  });

  it('gets one bill with every dimension and the reference as its note', async () => {
    await said(WITH_ORDER, 'approved');
    const synced = await builder.settled('bill', 'TC-88213');
    const id = synced.quickbooks?.id;
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Bill TC-88213 created in QuickBooks (Id ${id}), total 1,602.00.`,
      warnings: [],
      money: { sourceTotal: '1602.00', quickbooksTotal: '1602.00', difference: '0.00' },
    });
    const bill = builder.quickbooks.one('Bill', id);
    expect(bill).toMatchObject({
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      DocNumber: 'TC-88213',
      TxnDate: '2026-11-18',
      DueDate: '2026-12-18',
      DepartmentRef: { value: '2' },
      PrivateNote: 'PO-3391 / site visit',
      TxnTaxDetail: { TotalTax: 267 },
      TotalAmt: 1602,
    });
    expect(linesOf(bill)).toEqual([
      { amount: 1250, account: '61', class: '201', customer: '71', taxCode: '6' },
      { amount: 85, account: '62', class: '201', customer: undefined, taxCode: '6' },
    ]);
    expect(builder.quickbooks.calls()).toEqual(['POST bill']);
    expect(builder.quickbooks.commits()).toEqual(['create Bill']);
  });

  it('gets the next bill without any class after Class was turned off', async () => {
    builder.quickbooks.forget();
    await journey.client.changeSettings(builder.id, { dimensions: { class: false } });
    expect(builder.quickbooks.calls()).toEqual([]);
    await said(WITHOUT_ORDER, 'approved');
    const synced = await builder.settled('bill', 'TC-88214');
    const id = synced.quickbooks?.id;
    expect(synced.details).toBe(`Bill TC-88214 created in QuickBooks (Id ${id}), total 120.00.`);
    const bill = builder.quickbooks.one('Bill', id);
    expect(bill).toMatchObject({ VendorRef: { value: '45' }, TotalAmt: 120 });
    expect(bill).not.toHaveProperty('PrivateNote');
    expect(JSON.stringify(bill)).not.toContain('ClassRef');
    expect(linesOf(bill)).toMatchObject([{ amount: 100, account: '61', taxCode: '6' }]);
    expect(builder.quickbooks.commits()).toEqual(['create Bill']);
  });

  it('keeps the class of what was sent before', () => {
    const [first] = builder.quickbooks.where('Bill', 'DocNumber', 'TC-88213');
    expect(linesOf(first ?? {}).map((one) => one.class)).toEqual(['201', '201']);
    expect(builder.quickbooks.all('Bill')).toHaveLength(2);
  });
});

interface StoredLine {
  Amount: number;
  AccountBasedExpenseLineDetail: {
    AccountRef: { value: string };
    ClassRef?: { value: string };
    CustomerRef?: { value: string };
    TaxCodeRef?: { value: string };
  };
}

function linesOf(bill: object) {
  const { Line } = bill as { Line: StoredLine[] };
  return Line.map(({ Amount: amount, AccountBasedExpenseLineDetail: detail }) => ({
    amount,
    account: detail.AccountRef.value,
    class: detail.ClassRef?.value,
    customer: detail.CustomerRef?.value,
    taxCode: detail.TaxCodeRef?.value,
  }));
}
