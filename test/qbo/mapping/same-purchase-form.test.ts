import { describe, expect, it } from '@jest/globals';
import type { QuickBooksPurchaseForm } from '../../../src/qbo/mapping/quickbooks-types.js';
import {
  purchaseFormHolds,
  samePurchaseForm,
} from '../../../src/qbo/mapping/same-purchase-form.js';
import { bodyOf, lineOf, US } from './billed.js';

// A lost answer: what QuickBooks has is taken over only where it is surely what was sent.
describe('a purchase form that is found', () => {
  const sent = (over: object = {}, mark: string | null = null) =>
    bodyOf(over, { company: US, mark }).body;
  const stored = (over: Partial<QuickBooksPurchaseForm> = {}, mark: string | null = null) => ({
    ...sent({}, mark),
    Id: '150',
    SyncToken: '0',
    TotalAmt: 100,
    ...over,
  });

  it('without a mark is the one of the same number, supplier, date, lines and total', () => {
    expect(samePurchaseForm(stored(), sent(), null)).toBe('same');
    expect(samePurchaseForm(stored({ VendorRef: { value: '46' } }), sent(), null)).toBe(
      'different',
    );
    expect(samePurchaseForm(stored({ TxnDate: '2026-11-17' }), sent(), null)).toBe('different');
    expect(samePurchaseForm(stored({ TotalAmt: 99 }), sent(), null)).toBe('different');
    const other = sent({ lines: [lineOf('60.00'), lineOf('40.00')] });
    expect(samePurchaseForm(stored(), other, null)).toBe('different');
  });

  it('is known by its mark alone', () => {
    const found = stored({ VendorRef: { value: '46' } }, 'mine');
    expect(samePurchaseForm(found, sent({}, 'mine'), 'mine')).toBe('same');
    expect(samePurchaseForm(stored({}, 'other'), sent({}, 'mine'), 'mine')).toBe('different');
    // People may have removed the mark: they are asked.
    expect(samePurchaseForm(stored(), sent({}, 'mine'), 'mine')).toBe('maybe');
  });

  it('without a number is for a person to decide', () => {
    const { DocNumber: _, ...unnumbered } = sent();
    expect(samePurchaseForm(stored(), unnumbered, null)).toBe('maybe');
  });

  it('holds an update where everything it says is there', () => {
    expect(purchaseFormHolds(stored(), sent())).toBe(true);
    expect(purchaseFormHolds(stored(), sent({ memo: 'new' }))).toBe(false);
    expect(purchaseFormHolds(stored(), sent({ dueDate: '2026-12-01' }))).toBe(false);
    const linked = { ...sent(), LinkedTxn: [{ TxnId: '140', TxnType: 'PurchaseOrder' }] };
    expect(purchaseFormHolds(stored(), linked)).toBe(false);
    expect(purchaseFormHolds({ ...stored(), LinkedTxn: linked.LinkedTxn }, linked)).toBe(true);
  });
});
