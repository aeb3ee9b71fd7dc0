import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, list, saleLine } from '../support/company.js';
import { type Bench, smallest, startBench } from './forms.js';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.company.close());

async function pay({ Id }: JsonObject, Amount: number, TotalAmt = Amount): Promise<JsonObject> {
  const Line = [{ Amount, LinkedTxn: [{ TxnId: Id, TxnType: 'Invoice' }] }];
  const body = { CustomerRef: { value: '1' }, TotalAmt, Line };
  return answered(await bench.company.post('payment', body), 'Payment');
}

async function anyOf(entity: string): Promise<JsonObject> {
  const [first] = list(await bench.company.query(`select * from ${entity}`), entity);
  if (first === undefined) throw new Error(`no ${entity}`);
  return first;
}

describe('an invoice that is paid', () => {
  it('lists the payment, and no app can write that list', async () => {
    const invoice = await bench.make('Invoice');
    const { Id } = await pay(invoice, 50);
    const link = { TxnId: Id, TxnType: 'Payment' };
    const paid = await bench.read('Invoice', invoice['Id']);
    expect(paid).toMatchObject({ Balance: 70, SyncToken: '1', LinkedTxn: [link] });
    const emptied = answered(await bench.change('Invoice', paid, { LinkedTxn: [] }), 'Invoice');
    expect(emptied).toEqual(paid);
    const full = await bench.make('Invoice', { Id: paid['Id'], SyncToken: '1' });
    expect(full).toMatchObject({ Balance: 70, LinkedTxn: [link] });
  });

  it('is not deleted', async () => {
    const { Id } = await bench.make('Invoice');
    await pay({ Id }, 50);
    const reply = await bench.post('Invoice', { Id, SyncToken: '1' }, '?operation=delete');
    expect(codes(reply)).toEqual(['800']);
  });

  it('gives the money back to the payment when it is voided', async () => {
    const { Id } = await bench.make('Invoice');
    const payment = await pay({ Id }, 50);
    const reply = await bench.post('Invoice', { Id, SyncToken: '1' }, '?operation=void');
    expect(answered(reply, 'Invoice')).toMatchObject({ TotalAmt: 0, Balance: 0, LinkedTxn: [] });
    expect(await bench.read('Payment', payment['Id'])).toMatchObject({
      TotalAmt: 50,
      UnappliedAmt: 50,
      Line: [],
    });
    expect(await bench.balanceOf('Customer', '1')).toBe(-50);
  });

  it('keeps what it still needs when its total falls below what is paid', async () => {
    const invoice = await bench.make('Invoice');
    const payment = await pay(invoice, 100);
    const smaller = { Line: [saleLine('3', 30)] };
    const changed = await bench.change('Invoice', { ...invoice, SyncToken: '1' }, smaller);
    expect(answered(changed, 'Invoice')).toMatchObject({ TotalAmt: 30, Balance: 0 });
    expect(await bench.read('Payment', payment['Id'])).toMatchObject({ UnappliedAmt: 70 });
    expect(await bench.balanceOf('Customer', '1')).toBe(-70);
  });
});

describe('time that an invoice bills', () => {
  it('has been billed until the invoice lets go of it', async () => {
    const { Id } = answered(
      await bench.company.post('timeactivity', {
        NameOf: 'Employee',
        EmployeeRef: { value: (await anyOf('Employee'))['Id'] },
        CustomerRef: { value: '1' },
        BillableStatus: 'Billable',
        HourlyRate: 60,
        Hours: 2,
      }),
      'TimeActivity',
    );
    const LinkedTxn = [{ TxnId: Id, TxnType: 'TimeActivity' }];
    const invoice = await bench.make('Invoice', { LinkedTxn });
    expect(await bench.read('TimeActivity', Id)).toMatchObject({
      BillableStatus: 'HasBeenBilled',
      LinkedTxn: [{ TxnId: invoice['Id'], TxnType: 'Invoice' }],
    });
    const twice = { ...smallest('Invoice'), LinkedTxn };
    expect(codes(await bench.post('Invoice', twice))).toEqual(['620']);
    await bench.change('Invoice', invoice, { LinkedTxn: [] });
    expect(await bench.read('TimeActivity', Id)).toMatchObject({ BillableStatus: 'Billable' });
  });
});

it('an invoice falls due by its term: after days, or on a day of the month', async () => {
  const made = await bench.company.post('term', { Name: 'Tenth', DayOfMonthDue: 10 });
  const tenth = answered(made, 'Term');
  const due = async (members: JsonObject) => (await bench.make('Invoice', members))['DueDate'];
  expect(await due({})).toBe('2026-06-04');
  expect(await due({ SalesTermRef: { value: '2' } })).toBe('2026-05-20');
  expect(await due({ SalesTermRef: { value: tenth['Id'] } })).toBe('2026-05-10');
  expect(await due({ SalesTermRef: { value: tenth['Id'] }, TxnDate: '2026-05-11' })).toBe(
    '2026-06-10',
  );
});

describe('a deposit on an invoice', () => {
  const deposit = { Deposit: 20, DepositToAccountRef: { value: '35' } };

  it('is money received: less is open, and the account has it', async () => {
    const created = await bench.make('Invoice', deposit);
    expect(created).toMatchObject({ TotalAmt: 120, Deposit: 20, Balance: 100 });
    expect(await bench.balanceOf('Account', '35')).toBe(20);
    expect(await bench.balanceOf('Customer', '1')).toBe(100);
    const changed = answered(await bench.change('Invoice', created, { Deposit: 50 }), 'Invoice');
    expect(changed['Balance']).toBe(70);
    const { Id, SyncToken } = changed;
    const gone = await bench.post('Invoice', { Id, SyncToken }, '?operation=void');
    expect(answered(gone, 'Invoice')).toMatchObject({ Deposit: 0, Balance: 0 });
    expect(await bench.balanceOf('Account', '35')).toBe(0);
  });

  it('is not more than the total', async () => {
    const body = { ...smallest('Invoice'), ...deposit, Deposit: 121 };
    expect(codes(await bench.post('Invoice', body))).toEqual(['6000']);
  });

  it('shows as zero where deposits are switched on', async () => {
    expect(await bench.make('Invoice')).not.toHaveProperty('Deposit');
    await bench.company.close();
    bench = await startBench({ preferences: { SalesFormsPrefs: { AllowDeposit: true } } });
    expect((await bench.make('Invoice'))['Deposit']).toBe(0);
  });
});

describe('addresses', () => {
  it('are free form where there is one to ship to', async () => {
    expect((await bench.make('Invoice'))['FreeFormAddress']).toBe(true);
    const reply = await bench.company.post('customer', {
      DisplayName: 'Reed & Sons',
      BillAddr: { Line1: '1 Mill Lane', City: 'Eureka' },
    });
    const customer = answered(reply, 'Customer');
    const created = await bench.make('Invoice', { CustomerRef: { value: customer['Id'] } });
    expect(created).toMatchObject({ FreeFormAddress: false, BillAddr: { Line1: '1 Mill Lane' } });
    expect(created).not.toHaveProperty('ShipAddr');
  });

  it('are those of another customer once the invoice is theirs, unless it says otherwise', async () => {
    const created = await bench.make('Invoice');
    const theirs = await bench.read('Customer', '3');
    const CustomerRef = { value: '3' };
    const moved = answered(await bench.change('Invoice', created, { CustomerRef }), 'Invoice');
    expect(moved).toMatchObject({ BillAddr: theirs['BillAddr'], ShipAddr: theirs['ShipAddr'] });
    const back = { CustomerRef: { value: '1' }, ShipAddr: { Line1: 'Dock 4' } };
    const again = answered(await bench.change('Invoice', moved, back), 'Invoice');
    expect(again).toMatchObject({ BillAddr: created['BillAddr'], ShipAddr: { Line1: 'Dock 4' } });
  });

  it('that are sent get an id of their own', async () => {
    const created = await bench.make('Invoice', { ShipAddr: { Line1: 'Dock 4' } });
    expect(created['ShipAddr']).toEqual({ Id: expect.stringMatching(/^\d+$/), Line1: 'Dock 4' });
  });
});

it('an invoice can be looked for by what the reference page marks', async () => {
  const { Id } = await bench.make('Invoice', { DueDate: '2026-07-01' });
  await bench.make('Invoice');
  for (const condition of ["DueDate > '2026-06-30'", `Id = '${String(Id)}'`]) {
    const found = await bench.company.query(`select * from Invoice where ${condition}`);
    expect(list(found, 'Invoice').map((each) => each['Id'])).toEqual([Id]);
  }
  const estimates = await bench.company.get(
    `query?query=${encodeURIComponent("select * from Estimate where DueDate > '2026-06-30'")}`,
  );
  expect(codes(estimates)).toEqual(['4001']);
});
