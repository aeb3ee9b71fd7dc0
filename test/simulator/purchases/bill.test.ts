import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  member,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import {
  ADVERTISING,
  applied,
  buy,
  known,
  make,
  now,
  OTHER_VENDOR,
  PAYABLE,
  pay,
  ref,
  spend,
  VENDOR,
} from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const bill = (body: JsonObject = {}) => make(company, 'Bill', { Line: [spend(200)], ...body });

const post = (body: JsonObject, path = 'bill') =>
  company.post(path, { VendorRef: ref(VENDOR), Line: [spend(10)], ...body });

const lineOf = (object: JsonObject) => list(object, 'Line')[0] ?? {};

async function balanceOf(entity: string, id: string): Promise<unknown> {
  const object = await now(company, entity, { Id: id });
  return object[entity === 'Account' ? 'CurrentBalance' : 'Balance'];
}

describe('a new bill', () => {
  it('answers the members that QuickBooks answers, in its order', async () => {
    const created = await bill();
    expect(Object.keys(created)).toEqual([
      'DueDate',
      'VendorAddr',
      'Balance',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
      'TxnDate',
      'CurrencyRef',
      'Line',
      'VendorRef',
      'APAccountRef',
      'TotalAmt',
    ]);
    expect(created).toMatchObject({
      SyncToken: '0',
      TxnDate: '2026-05-05',
      Balance: 200,
      TotalAmt: 200,
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      VendorRef: { value: VENDOR, name: 'Cascade Office Supply' },
      APAccountRef: { value: PAYABLE, name: 'Accounts Payable (A/P)' },
    });
  });

  it('completes a line on an account', async () => {
    const line = lineOf(await bill());
    expect(JSON.stringify(line)).toBe(
      JSON.stringify({
        Id: '1',
        LineNum: 1,
        Amount: 200,
        LinkedTxn: [],
        DetailType: 'AccountBasedExpenseLineDetail',
        AccountBasedExpenseLineDetail: {
          AccountRef: { value: ADVERTISING, name: 'Advertising' },
          BillableStatus: 'NotBillable',
          TaxCodeRef: { value: 'NON' },
        },
        CustomExtensions: [],
      }),
    );
  });

  it('completes a line for an item', async () => {
    const detail = { Qty: 2, UnitPrice: 52, CustomerRef: ref('1'), BillableStatus: 'Billable' };
    const line = lineOf(await bill({ Line: [buy(104, detail, { Description: 'Vises' })] }));
    expect(JSON.stringify(line)).toBe(
      JSON.stringify({
        Id: '1',
        LineNum: 1,
        Description: 'Vises',
        Amount: 104,
        LinkedTxn: [],
        DetailType: 'ItemBasedExpenseLineDetail',
        ItemBasedExpenseLineDetail: {
          CustomerRef: { value: '1', name: 'Alder & Finch Cabinetry' },
          BillableStatus: 'Billable',
          ItemRef: { value: '11', name: 'Bench Vise' },
          UnitPrice: 52,
          Qty: 2,
          TaxCodeRef: { value: 'NON' },
        },
        CustomExtensions: [],
      }),
    );
  });

  it('is due on its day, or as many days later as its term says', async () => {
    expect((await bill())['DueDate']).toBe('2026-05-05');
    const later = await bill({ TxnDate: '2026-04-05', SalesTermRef: ref('3') });
    // The term is answered without its name.
    expect(later).toMatchObject({ DueDate: '2026-05-05', SalesTermRef: { value: '3' } });
    expect(later['SalesTermRef']).not.toHaveProperty('name');
    expect((await bill({ DueDate: '2026-07-01' }))['DueDate']).toBe('2026-07-01');
  });

  it('is due on the day of the month that its term names', async () => {
    const term = { Id: '9', Name: 'On the 20th', Active: true, DayOfMonthDue: 20 };
    company.simulator.control.load(company.realmId, { Term: [term] });
    expect((await bill({ SalesTermRef: ref('9') }))['DueDate']).toBe('2026-05-20');
    const late = await bill({ SalesTermRef: ref('9'), TxnDate: '2026-05-21' });
    expect(late['DueDate']).toBe('2026-06-20');
  });

  it("carries the vendor's address with the id it has there", async () => {
    const vendor = await now(company, 'Vendor', { Id: VENDOR });
    expect((await bill())['VendorAddr']).toEqual(vendor['BillAddr']);
  });

  it('gets no number unless one is sent', async () => {
    expect(await bill()).not.toHaveProperty('DocNumber');
    expect(await bill({ DocNumber: 'A-17' })).toMatchObject({ DocNumber: 'A-17' });
  });

  it('keeps text lines out of its total', async () => {
    const note = { DetailType: 'DescriptionOnly', Description: 'For the fair', Amount: 99 };
    expect(await bill({ Line: [spend(20), note] })).toMatchObject({ TotalAmt: 20, Balance: 20 });
  });

  it('takes a reference to nothing for none', async () => {
    const none = { value: null };
    const detail = { CustomerRef: none, ClassRef: none, TaxCodeRef: none };
    const made = await bill({ DepartmentRef: none, Line: [spend(60, detail)] });
    expect(made).not.toHaveProperty('DepartmentRef');
    expect(member(lineOf(made), 'AccountBasedExpenseLineDetail')).toEqual({
      AccountRef: { value: ADVERTISING, name: 'Advertising' },
      BillableStatus: 'NotBillable',
      TaxCodeRef: { value: 'NON' },
    });
  });

  it('follows the name of its vendor', async () => {
    const created = await bill();
    company.simulator.control.act(company.realmId, {
      do: 'edit',
      entity: 'Vendor',
      id: VENDOR,
      changes: { DisplayName: 'Cascade Paper' },
    });
    expect((await now(company, 'Bill', created))['VendorRef']).toEqual({
      value: VENDOR,
      name: 'Cascade Paper',
    });
  });
});

describe('what a bill does to balances', () => {
  it('owes the vendor, and books lines and stock', async () => {
    const detail = { Qty: 2, UnitPrice: 52 };
    const created = await bill({ Line: [spend(200), buy(104, detail)] });
    expect(await balanceOf('Vendor', VENDOR)).toBe(304);
    expect(await balanceOf('Account', PAYABLE)).toBe(-304);
    expect(await balanceOf('Account', '81')).toBe(104);
    const vendor = await now(company, 'Vendor', { Id: VENDOR });
    expect(vendor).toMatchObject({ SyncToken: '0' });
    await company.post('bill?operation=delete', known(created));
    expect(await balanceOf('Vendor', VENDOR)).toBe(0);
    expect(await balanceOf('Account', PAYABLE)).toBe(0);
    expect(await balanceOf('Account', '81')).toBe(0);
  });

  it('moves with the vendor', async () => {
    const created = await bill();
    const moved = known(created, { sparse: true, VendorRef: ref(OTHER_VENDOR) });
    answered(await company.post('bill', moved), 'Bill');
    expect(await balanceOf('Vendor', VENDOR)).toBe(0);
    expect(await balanceOf('Vendor', OTHER_VENDOR)).toBe(200);
  });
});

describe('an updated bill', () => {
  it('keeps lines by id, numbers new ones and drops the others', async () => {
    const created = await bill({ Line: [spend(1), spend(2), spend(3)] });
    const Line = [spend(9), { ...spend(3), Id: '3' }];
    const after = answered(
      await company.post('bill', known(created, { sparse: true, Line })),
      'Bill',
    );
    expect(list(after, 'Line')).toMatchObject([
      { Id: '4', LineNum: 1, Amount: 9 },
      { Id: '3', LineNum: 2, Amount: 3 },
    ]);
    expect(after).toMatchObject({ SyncToken: '1', TotalAmt: 12, Balance: 12 });
  });

  it('gives an id that two lines send to the first of them', async () => {
    const created = await bill({ Line: [spend(1), spend(2)] });
    const Line = [spend(3, {}, { Id: '2' }), spend(4, {}, { Id: '2' })];
    const change = known(created, { sparse: true, Line });
    const after = answered(await company.post('bill', change), 'Bill');
    expect(list(after, 'Line').map(({ Id }) => Id)).toEqual(['2', '3']);
  });

  it('is untouched by an update that changes nothing', async () => {
    const created = await bill();
    company.simulator.control.setClock({ advanceMs: 60_000 });
    const again = answered(await company.post('bill', created), 'Bill');
    expect(again).toEqual(created);
  });

  it('loses what a full update leaves out, but never its payments', async () => {
    const created = await bill({ DocNumber: '7', PrivateNote: 'x' });
    await pay(company, 50, [applied(50, 'Bill', created)]);
    const paid = await now(company, 'Bill', created);
    const after = answered(await post({ ...known(paid), Line: [spend(200)] }), 'Bill');
    expect(after).not.toHaveProperty('DocNumber');
    expect(after).not.toHaveProperty('PrivateNote');
    expect(after).toMatchObject({ Balance: 150, LinkedTxn: paid['LinkedTxn'] });
  });

  it('cannot become less than what is paid on it, nor change its vendor then', async () => {
    const created = await bill();
    await pay(company, 150, [applied(150, 'Bill', created)]);
    const paid = await now(company, 'Bill', created);
    const less = known(paid, { sparse: true, Line: [spend(149)] });
    expect(codes(await company.post('bill', less))).toEqual(['6000']);
    const moved = known(paid, { sparse: true, VendorRef: ref(OTHER_VENDOR) });
    expect(codes(await company.post('bill', moved))).toEqual(['6000']);
    const more = known(paid, { sparse: true, Line: [spend(250)] });
    expect(answered(await company.post('bill', more), 'Bill')).toMatchObject({ Balance: 100 });
  });
});
