import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, saleLine } from '../support/company.js';
import { type Bench, startBench } from './forms.js';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.company.close());

const line = ({ Id }: JsonObject, TxnType: string, Amount: number) => ({
  Amount,
  LinkedTxn: [{ TxnId: Id, TxnType }],
});

/** A payment without money that sets a credit against an invoice. */
async function apply(memo: JsonObject, invoice: JsonObject, amount: number): Promise<JsonObject> {
  const body = {
    CustomerRef: { value: '1' },
    TotalAmt: 0,
    Line: [line(invoice, 'Invoice', amount), line(memo, 'CreditMemo', amount)],
  };
  return answered(await bench.company.post('payment', body), 'Payment');
}

describe('a credit memo', () => {
  it('is a credit that the customer has', async () => {
    const created = await bench.make('CreditMemo');
    expect(created).toMatchObject({ TotalAmt: 120, RemainingCredit: 120, Balance: 120 });
    for (const absent of ['LinkedTxn', 'DueDate', 'AllowOnlineACHPayment']) {
      expect(created).not.toHaveProperty(absent);
    }
    expect(await bench.balanceOf('Customer', '1')).toBe(-120);
    expect(await bench.balanceOf('Account', '84')).toBe(-120);
  });

  it('has less credit left once a payment uses it', async () => {
    const [memo, invoice] = [await bench.make('CreditMemo'), await bench.make('Invoice')];
    await apply(memo, invoice, 50);
    expect(await bench.read('CreditMemo', memo['Id'])).toMatchObject({
      TotalAmt: 120,
      RemainingCredit: 70,
      Balance: 70,
      SyncToken: '1',
    });
    expect(await bench.read('Invoice', invoice['Id'])).toMatchObject({ Balance: 70 });
    expect(await bench.balanceOf('Customer', '1')).toBe(0);
  });

  it('keeps what is used when its amount changes', async () => {
    const [memo, invoice] = [await bench.make('CreditMemo'), await bench.make('Invoice')];
    await apply(memo, invoice, 50);
    const update = { ...memo, SyncToken: '1' };
    const changed = await bench.change('CreditMemo', update, { Line: [saleLine('3', 200)] });
    expect(answered(changed, 'CreditMemo')).toMatchObject({ TotalAmt: 200, RemainingCredit: 150 });
  });

  it('is not deleted while it is used, and goes once it is not', async () => {
    const [memo, invoice] = [await bench.make('CreditMemo'), await bench.make('Invoice')];
    const { Id, SyncToken } = await apply(memo, invoice, 50);
    const remove = (token: string) =>
      bench.post('CreditMemo', { Id: memo['Id'], SyncToken: token }, '?operation=delete');
    expect(codes(await remove('1'))).toEqual(['800']);
    await bench.company.post('payment?operation=delete', { Id, SyncToken });
    answered(await remove('2'), 'CreditMemo');
    expect(await bench.balanceOf('Customer', '1')).toBe(120);
  });

  it('cannot be voided', async () => {
    const { Id, SyncToken } = await bench.make('CreditMemo');
    const reply = await bench.post('CreditMemo', { Id, SyncToken }, '?operation=void');
    expect(codes(reply)).toEqual(['500']);
  });
});

describe('with credit applied automatically', () => {
  beforeEach(async () => {
    await bench.company.close();
    bench = await startBench({ preferences: { SalesFormsPrefs: { AutoApplyCredit: true } } });
  });

  it('a new credit memo pays the oldest open invoices', async () => {
    const later = await bench.make('Invoice', { TxnDate: '2026-04-02' });
    const older = await bench.make('Invoice', { TxnDate: '2026-04-01', Line: [saleLine('3', 50)] });
    const memo = await bench.make('CreditMemo', { Line: [saleLine('3', 80)] });
    expect(memo).toMatchObject({ RemainingCredit: 0, Balance: 0 });
    expect((await bench.read('Invoice', older['Id']))['Balance']).toBe(0);
    expect((await bench.read('Invoice', later['Id']))['Balance']).toBe(90);
    expect(await bench.balanceOf('Customer', '1')).toBe(90);
  });

  it('a new invoice uses up the credit there is', async () => {
    const memo = await bench.make('CreditMemo', { Line: [saleLine('3', 80)] });
    expect(memo['RemainingCredit']).toBe(80);
    const invoice = await bench.make('Invoice');
    expect(invoice['Balance']).toBe(40);
    expect((await bench.read('CreditMemo', memo['Id']))['RemainingCredit']).toBe(0);
  });

  it('leaves other customers’ invoices alone', async () => {
    const other = await bench.make('Invoice', { CustomerRef: { value: '2' } });
    expect((await bench.make('CreditMemo'))['RemainingCredit']).toBe(120);
    expect((await bench.read('Invoice', other['Id']))['Balance']).toBe(120);
  });
});
