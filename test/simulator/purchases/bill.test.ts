import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import {
  answered,
  codes,
  faults,
  list,
  member,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import {
  ADVERTISING,
  applied,
  buy,
  create,
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

describe('a bill in another currency', () => {
  it('is booked at its rate, and open in both currencies', async () => {
    await company.close();
    company = await startCompany({
      preferences: { CurrencyPrefs: { MultiCurrencyEnabled: true } },
    });
    const EUR = { CurrencyRef: ref('EUR') };
    const vendor = await create(company, 'Vendor', { DisplayName: 'Rheinholz', ...EUR });
    const VendorRef = ref(String(vendor['Id']));
    const made = await bill({ ...EUR, VendorRef, ExchangeRate: 1.25, Line: [spend(80)] });
    expect(made).toMatchObject({
      TotalAmt: 80,
      HomeTotalAmt: 100,
      Balance: 80,
      HomeBalance: 100,
      CurrencyRef: { value: 'EUR' },
    });
    expect(await balanceOf('Account', PAYABLE)).toBe(-100);
    await pay(company, 40, [applied(40, 'Bill', made)], { ...EUR, VendorRef, ExchangeRate: 1.25 });
    expect(await now(company, 'Bill', made)).toMatchObject({ Balance: 40, HomeBalance: 50 });
    expect(await balanceOf('Account', PAYABLE)).toBe(-50);
  });
});

describe('classes and locations on a bill', () => {
  const MARKED = { DepartmentRef: ref('1'), Line: [spend(5, { ClassRef: ref('1') })] };
  const detailOf = (made: JsonObject) => member(lineOf(made), 'AccountBasedExpenseLineDetail');

  async function start(tracks: boolean): Promise<void> {
    await company.close();
    const AccountingInfoPrefs = { ClassTrackingPerTxnLine: tracks, TrackDepartments: tracks };
    company = await startCompany({ preferences: { AccountingInfoPrefs } });
    company.simulator.control.load(company.realmId, {
      Class: [{ Id: '1', Name: 'Fairs', FullyQualifiedName: 'Fairs' }],
      Department: [{ Id: '1', Name: 'North', FullyQualifiedName: 'North' }],
    });
  }

  it('stay where the company tracks them', async () => {
    await start(true);
    const made = await bill(MARKED);
    expect(made).toMatchObject({ DepartmentRef: { value: '1', name: 'North' } });
    expect(detailOf(made)).toMatchObject({ ClassRef: { value: '1', name: 'Fairs' } });
  });

  it('are dropped where it does not, and accounts still follow their names', async () => {
    await start(false);
    const made = await bill(MARKED);
    expect(made).not.toHaveProperty('DepartmentRef');
    expect(detailOf(made)).not.toHaveProperty('ClassRef');
    company.simulator.control.act(company.realmId, {
      do: 'edit',
      entity: 'Account',
      id: ADVERTISING,
      changes: { Name: 'Publicity' },
    });
    const account = { value: ADVERTISING, name: 'Publicity' };
    expect(detailOf(await now(company, 'Bill', made))).toMatchObject({ AccountRef: account });
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

describe('a bill is refused', () => {
  it.each<[string, JsonObject, string, string]>([
    ['without a vendor', { VendorRef: null }, '2020', 'VendorRef'],
    ['without lines', { Line: [] }, '2020', 'Line'],
    [
      'for a line without an amount',
      { Line: [{ ...spend(1), Amount: null }] },
      '2020',
      'Line.Amount',
    ],
    ['for a line without an account', { Line: [spend(1, { AccountRef: null })] }, '6440', 'Line'],
    ['for a line without an item', { Line: [buy(1, { ItemRef: null })] }, '6440', 'Line'],
    [
      'for an amount that is not the product',
      { Line: [buy(9, { Qty: 3, UnitPrice: 4 })] },
      '6070',
      'Line.Amount',
    ],
    [
      'for an unknown kind of line',
      { Line: [{ ...spend(1), DetailType: 'SalesItemLineDetail' }] },
      '2170',
      '',
    ],
    ['for a long number', { DocNumber: '1'.repeat(22) }, '2050', 'DocNumber'],
    ['for a long note', { PrivateNote: 'n'.repeat(4001) }, '2050', 'PrivateNote'],
    [
      'for a long description',
      { Line: [spend(1, {}, { Description: 'd'.repeat(4001) })] },
      '2050',
      'Line.Description',
    ],
    ['for an unknown vendor', { VendorRef: ref('999') }, '2500', ''],
    ['for an unknown account', { Line: [spend(1, { AccountRef: ref('999') })] }, '2500', ''],
    ['for a payable account that is none', { APAccountRef: ref('35') }, '6430', ''],
    [
      'for a line on the payable account',
      { Line: [spend(1, { AccountRef: ref('33') })] },
      '6430',
      '',
    ],
    [
      'for a tax code that is no TAX or NON',
      { Line: [spend(1, { TaxCodeRef: ref('2') })] },
      '6100',
      'TaxCodeRef',
    ],
    [
      'for a billable line that nobody is billed for',
      { Line: [spend(1, { BillableStatus: 'Billable' })] },
      '6000',
      '',
    ],
    [
      'for a line that claims to be billed',
      { Line: [spend(1, { BillableStatus: 'HasBeenBilled', CustomerRef: ref('1') })] },
      '2170',
      '',
    ],
    ['for less than nothing', { Line: [spend(-1)] }, '6000', ''],
    ['for a member it does not have', { CustomerRef: ref('1') }, '2010', 'CustomerRef'],
    ['for a link to a bill', { LinkedTxn: [{ TxnId: '1', TxnType: 'Bill' }] }, '620', ''],
  ])('%s', async (_, body, code, element) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(faults(reply)).toMatchObject([{ code, element }]);
  });

  it('for an inactive vendor or account', async () => {
    const { control } = company.simulator;
    const deactivate = (entity: string, id: string) =>
      control.act(company.realmId, { do: 'edit', entity, id, changes: { Active: false } });
    deactivate('Vendor', OTHER_VENDOR);
    deactivate('Account', ADVERTISING);
    expect(
      codes(
        await post({ VendorRef: ref(OTHER_VENDOR), Line: [spend(1, { AccountRef: ref('8') })] }),
      ),
    ).toEqual(['610']);
    expect(codes(await post({}))).toEqual(['2500']);
  });

  it('in closed books', async () => {
    const created = await bill({ TxnDate: '2026-03-31' });
    company.simulator.control.act(company.realmId, { do: 'close_books', date: '2026-03-31' });
    expect(codes(await post({ TxnDate: '2026-03-31' }))).toEqual(['6210']);
    expect(codes(await company.post('bill?operation=delete', known(created)))).toEqual(['6210']);
    expect((await post({ TxnDate: '2026-04-01' })).status).toBe(200);
  });

  it('with an old SyncToken', async () => {
    const created = await bill();
    await company.post('bill', known(created, { sparse: true, PrivateNote: 'a' }));
    const stale = known(created, { sparse: true, PrivateNote: 'b' });
    expect(codes(await company.post('bill', stale))).toEqual(['5010']);
  });

  it('when it is to be voided, which bills cannot be', async () => {
    const created = await bill();
    expect(codes(await company.post('bill?operation=void', known(created)))).toEqual(['500']);
  });

  it('its end while payments are applied to it', async () => {
    const created = await bill();
    const payment = await pay(company, 200, [applied(200, 'Bill', created)]);
    const remove = async () =>
      company.post('bill?operation=delete', known(await now(company, 'Bill', created)));
    expect(codes(await remove())).toEqual(['800']);
    await company.post('billpayment?operation=delete', known(payment));
    expect(answered(await remove(), 'Bill')).toEqual({
      status: 'Deleted',
      domain: 'QBO',
      Id: created['Id'],
    });
    expect(codes(await company.get(`bill/${created['Id']}`))).toEqual(['610']);
  });
});

describe('plans', () => {
  it.each(['bill', 'vendorcredit', 'billpayment'])('Simple Start has no %s', async (path) => {
    await company.close();
    company = await startCompany({ plan: 'simple_start' });
    expect(codes(await post({}, path))).toContain('5030');
  });

  it('Essentials has bills', async () => {
    await company.close();
    company = await startCompany({ plan: 'essentials' });
    expect((await post({})).status).toBe(200);
  });
});

describe('bill numbers, where the company warns of duplicates', () => {
  beforeEach(async () => {
    await company.close();
    company = await startCompany({
      preferences: {
        OtherPrefs: { NameValue: [{ Name: 'WarnDuplicateBillNumber', Value: 'true' }] },
      },
    });
  });

  it('are taken once per vendor', async () => {
    const first = await bill({ DocNumber: 'A-1' });
    const reply = await post({ DocNumber: 'a-1' });
    expect(faults(reply)).toMatchObject([{ code: '6140' }]);
    expect(faults(reply)[0]?.detail).toContain(`TxnType=Bill with TxnId=${first['Id']}`);
    expect((await post({ DocNumber: 'A-1', VendorRef: ref(OTHER_VENDOR) })).status).toBe(200);
    expect((await post({ DocNumber: 'A-1' }, 'bill?include=allowduplicatedocnum')).status).toBe(
      200,
    );
    const note = known(first, { sparse: true, PrivateNote: 'same number' });
    expect((await company.post('bill', note)).status).toBe(200);
  });

  it('may repeat where that is switched off', async () => {
    await bill({ DocNumber: 'A-1' });
    company.simulator.control.setBehaviours({ refuseDuplicateNumbers: false });
    expect((await post({ DocNumber: 'A-1' })).status).toBe(200);
  });
});

describe('bills in queries', () => {
  it('are counted, and found by vendor, number and due date', async () => {
    await bill({ DocNumber: 'A-1', DueDate: '2026-06-01' });
    await bill({ VendorRef: ref(OTHER_VENDOR), DueDate: '2026-07-01' });
    const ask = async (where: string) => {
      const answer = await company.query(`select * from Bill where ${where}`);
      return [list(answer, 'Bill').length, answer['totalCount']];
    };
    expect(await ask(`VendorRef = '${VENDOR}'`)).toEqual([1, 1]);
    expect(await ask("DocNumber = 'A-1'")).toEqual([1, 1]);
    expect(await ask("DueDate > '2026-06-15'")).toEqual([1, 1]);
    expect(await ask("Balance > '0'")).toEqual([2, 2]);
  });
});
