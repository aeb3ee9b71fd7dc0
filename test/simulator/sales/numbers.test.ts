import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faults } from '../support/company.js';
import { type Bench, smallest, startBench } from './forms.js';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.company.close());

describe('numbers', () => {
  it('of invoices, credit memos, receipts and refunds are one sequence; estimates have theirs', async () => {
    const numbers = [];
    for (const entity of ['Invoice', 'CreditMemo', 'Estimate', 'SalesReceipt', 'RefundReceipt']) {
      numbers.push((await bench.make(entity))['DocNumber']);
    }
    numbers.push((await bench.make('Estimate'))['DocNumber']);
    expect(numbers).toEqual(['1001', '1002', '1001', '1003', '1004', '1002']);
  });

  it('of one sequence are not given twice, and the fault names who has it', async () => {
    await bench.company.close();
    bench = await startBench({ preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } } });
    const { Id } = await bench.make('Invoice', { DocNumber: 'X-1' });
    const memo = { ...smallest('CreditMemo'), DocNumber: 'x-1' };
    const [fault] = faults(await bench.post('CreditMemo', memo));
    expect(fault).toMatchObject({ code: '6140' });
    expect(fault?.detail).toContain(`TxnType=Invoice with TxnId=${String(Id)}`);
    const allowed = await bench.post('CreditMemo', memo, '?include=allowduplicatedocnum');
    expect(allowed.status).toBe(200);
    expect((await bench.make('Estimate', { DocNumber: 'X-1' }))['DocNumber']).toBe('X-1');
  });
});
