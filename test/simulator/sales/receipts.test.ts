import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answered, codes, faults, list, saleLine } from '../support/company.js';
import { type Bench, smallest, startBench } from './forms.js';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.company.close());

describe('a sales receipt', () => {
  it('takes the money to Undeposited Funds and leaves nothing open', async () => {
    const created = await bench.make('SalesReceipt', {
      PaymentMethodRef: { value: '2' },
      PaymentRefNum: '10264',
    });
    expect(created).toMatchObject({
      DocNumber: '1001',
      TotalAmt: 120,
      Balance: 0,
      DepositToAccountRef: { value: '4', name: 'Undeposited Funds' },
      PaymentMethodRef: { value: '2', name: 'Check' },
      PaymentRefNum: '10264',
    });
    expect(created).not.toHaveProperty('LinkedTxn');
    expect(created).not.toHaveProperty('DueDate');
    expect(await bench.balanceOf('Account', '4')).toBe(120);
    expect(await bench.balanceOf('Customer', '1')).toBe(0);
  });

  it('may name another account that holds money', async () => {
    await bench.make('SalesReceipt', { DepositToAccountRef: { value: '35' } });
    expect(await bench.balanceOf('Account', '35')).toBe(120);
    const wrong = { ...smallest('SalesReceipt'), DepositToAccountRef: { value: '79' } };
    expect(codes(await bench.post('SalesReceipt', wrong))).toEqual(['6430']);
  });

  it('is found by its payment reference', async () => {
    const { Id } = await bench.make('SalesReceipt', { PaymentRefNum: '10264' });
    await bench.make('SalesReceipt', { PaymentRefNum: '10265' });
    const found = await bench.company.query(
      "select * from SalesReceipt where PaymentRefNum = '10264'",
    );
    expect(list(found, 'SalesReceipt').map((receipt) => receipt['Id'])).toEqual([Id]);
    expect(found).not.toHaveProperty('totalCount');
  });

  it.each(['?operation=update&include=void', '?operation=void'])('is voided by %s', async (how) => {
    const { Id, SyncToken } = await bench.make('SalesReceipt', {
      PrivateNote: 'counter sale',
      Line: [saleLine('9', 698, { Qty: 2, UnitPrice: 349, TaxCodeRef: { value: 'TAX' } })],
    });
    const reply = await bench.post('SalesReceipt', { Id, SyncToken, sparse: true }, how);
    const gone = answered(reply, 'SalesReceipt');
    expect(gone).toMatchObject({
      SyncToken: '1',
      TotalAmt: 0,
      Balance: 0,
      TxnTaxDetail: { TotalTax: 0 },
      PrivateNote: 'Voided - counter sale',
      DepositToAccountRef: { value: '4' },
      Line: [
        { Id: '1', Amount: 0, SalesItemLineDetail: { Qty: 0, UnitPrice: 0 } },
        { Amount: 0, DetailType: 'SubTotalLineDetail' },
      ],
    });
    expect(await bench.read('SalesReceipt', Id)).toEqual(gone);
    expect(await bench.balanceOf('Account', '4')).toBe(0);
    expect(await bench.balanceOf('Account', '90')).toBe(0);
  });

  it('stays as it is while its money lies in a deposit', async () => {
    const receipt = await bench.make('SalesReceipt');
    const { Id, SyncToken } = receipt;
    const link = { TxnId: Id, TxnType: 'SalesReceipt', TxnLineId: '0' };
    const deposited = await bench.company.post('deposit', {
      DepositToAccountRef: { value: '35' },
      Line: [{ Amount: 120, LinkedTxn: [link] }],
    });
    answered(deposited, 'Deposit');
    for (const how of ['', '?operation=void', '?operation=delete']) {
      const body = { Id, SyncToken, sparse: true, PrivateNote: 'x' };
      expect(codes(await bench.post('SalesReceipt', body, how))).toContain('6540');
    }
    expect(await bench.read('SalesReceipt', Id)).toMatchObject({ SyncToken, TotalAmt: 120 });
  });
});

describe('a refund', () => {
  it('takes money out of the account it names, which it must', async () => {
    const created = await bench.make('RefundReceipt');
    expect(created).toMatchObject({
      TotalAmt: 120,
      Balance: 0,
      DepositToAccountRef: { value: '35', name: 'Checking' },
      PaymentRefNum: 'To Print',
    });
    expect(created).not.toHaveProperty('EmailStatus');
    expect(await bench.balanceOf('Account', '35')).toBe(-120);
    const { DepositToAccountRef: _, ...rest } = smallest('RefundReceipt');
    expect(faults(await bench.post('RefundReceipt', rest))).toMatchObject([
      { code: '2020', element: 'DepositToAccountRef' },
    ]);
  });

  it('gives the money back to the books when voided or deleted', async () => {
    for (const operation of ['void', 'delete']) {
      const { Id, SyncToken } = await bench.make('RefundReceipt');
      answered(
        await bench.post('RefundReceipt', { Id, SyncToken }, `?operation=${operation}`),
        'RefundReceipt',
      );
      expect(await bench.balanceOf('Account', '35')).toBe(0);
    }
  });
});

describe.each(['SalesReceipt', 'RefundReceipt'])('%s', (entity) => {
  it('needs no customer, unless the switch says so', async () => {
    const { CustomerRef: _, ...rest } = smallest(entity);
    const created = answered(await bench.post(entity, rest), entity);
    expect(created).not.toHaveProperty('CustomerRef');
    expect(created).not.toHaveProperty('BillAddr');
    expect(created['FreeFormAddress']).toBe(false);
    bench.company.simulator.control.setBehaviours({ receiptWithoutCustomer: 'fault_2020' });
    expect(faults(await bench.post(entity, rest))).toMatchObject([
      { code: '2020', element: 'CustomerRef' },
    ]);
  });
});
