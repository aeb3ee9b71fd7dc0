import { describe, expect, it } from '@jest/globals';
import {
  type PaymentBodyInput,
  paymentAfter,
  paymentBody,
  paymentHolds,
  samePayment,
} from '../../../src/qbo/mapping/payment.js';
import { readEntity } from '../../../src/qbo/mapping/quickbooks-types.js';

const NOTHING_NAMED = { methodId: null, depositAccountId: null, receivableAccountId: null };

function input(over: Partial<PaymentBodyInput> = {}): PaymentBodyInput {
  return {
    document: { date: '2026-11-21', reference: 'CHK 7' },
    amount: '120.50',
    applied: [{ type: 'Invoice', quickbooksId: '130', amount: '100.00' }],
    references: { customerId: '7', ...NOTHING_NAMED },
    company: { homeCurrency: 'USD', multiCurrency: false },
    current: null,
    mark: 'abc',
    ...over,
  };
}

const stored = (over: object = {}) =>
  readEntity('Payment', {
    Id: '9',
    SyncToken: '0',
    ...paymentBody(input()).body,
    UnappliedAmt: 20.5,
    ...over,
  });

describe('paymentBody', () => {
  it('links the money to what it pays', () => {
    expect(paymentBody(input())).toEqual({
      body: {
        TxnDate: '2026-11-21',
        CustomerRef: { value: '7' },
        TotalAmt: 120.5,
        PaymentRefNum: 'CHK 7',
        PrivateNote: '[qbo-sync abc]',
        Line: [{ Amount: 100, LinkedTxn: [{ TxnId: '130', TxnType: 'Invoice' }] }],
      },
      problems: [],
    });
  });

  it('names accounts, method and currency, and updates with every line', () => {
    const { body } = paymentBody(
      input({
        document: { date: '2026-11-21', currency: 'EUR', memo: 'thanks' },
        references: {
          customerId: '7',
          methodId: '2',
          depositAccountId: '35',
          receivableAccountId: '84',
        },
        company: { homeCurrency: 'USD', multiCurrency: true },
        current: { id: '9', syncToken: '3' },
        applied: [],
      }),
    );
    expect(body).toEqual({
      Id: '9',
      SyncToken: '3',
      sparse: true,
      TxnDate: '2026-11-21',
      CustomerRef: { value: '7' },
      TotalAmt: 120.5,
      CurrencyRef: { value: 'EUR' },
      PaymentMethodRef: { value: '2' },
      DepositToAccountRef: { value: '35' },
      ARAccountRef: { value: '84' },
      PrivateNote: 'thanks\n[qbo-sync abc]',
      Line: [],
    });
  });

  it('sets a credit against an invoice without money', () => {
    const { body } = paymentBody(
      input({
        document: { date: '2026-11-21' },
        amount: '0',
        applied: [
          { type: 'Invoice', quickbooksId: '130', amount: '30.00' },
          { type: 'CreditMemo', quickbooksId: '140', amount: '30.00' },
        ],
        mark: null,
      }),
    );
    expect(body).toEqual({
      TxnDate: '2026-11-21',
      CustomerRef: { value: '7' },
      TotalAmt: 0,
      Line: [
        { Amount: 30, LinkedTxn: [{ TxnId: '130', TxnType: 'Invoice' }] },
        { Amount: 30, LinkedTxn: [{ TxnId: '140', TxnType: 'CreditMemo' }] },
      ],
    });
  });

  it('keeps a reference that is too long for a number in the note, whole', () => {
    const reference = 'ch_3PqZ8nK2eZvKYlo2C0aBcDeF';
    const { body } = paymentBody(input({ document: { date: '2026-11-21', reference } }));
    expect(body.PaymentRefNum).toBeUndefined();
    expect(body.PrivateNote).toBe(`${reference}\n[qbo-sync abc]`);
  });

  it.each([
    ['amount', { amount: '-1.00' }],
    ['amount', { amount: '1.005' }],
    ['currency', { document: { date: '2026-11-21', currency: 'EUR' } }],
  ])('says what QuickBooks cannot take of %s', (field, over) => {
    expect(paymentBody(input(over)).problems).toContainEqual(expect.objectContaining({ field }));
  });
});

describe('a payment that is found', () => {
  const { body: sent } = paymentBody(input());

  it('is the one that was sent where it has its mark', () => {
    expect(samePayment(stored(), sent, 'abc')).toBe('same');
    expect(samePayment(stored({ PrivateNote: '[qbo-sync other]' }), sent, 'abc')).toBe('different');
  });

  it('may be the one where it agrees without a mark, and is not where an amount differs', () => {
    expect(samePayment(stored({ PrivateNote: undefined }), sent, 'abc')).toBe('maybe');
    const less = stored({ PrivateNote: undefined, TotalAmt: 120.49 });
    expect(samePayment(less, sent, 'abc')).toBe('different');
    expect(samePayment(stored({ PrivateNote: undefined }), sent, null)).toBe('same');
  });

  it('may be the one where it came since and was voided', () => {
    const since = new Date('2026-11-20T17:59:00Z');
    const MetaData = { CreateTime: '2026-11-20T10:00:00-08:00' };
    const voided = stored({ PrivateNote: 'Voided', TotalAmt: 0, Line: [], MetaData });
    expect(samePayment(voided, sent, null, since)).toBe('maybe');
    expect(samePayment(voided, sent, null)).toBe('different');
    expect(samePayment(stored({ PrivateNote: 'Voided - [qbo-sync abc]' }), sent, 'abc')).toBe(
      'same',
    );
  });

  it('holds what was sent only while it is applied as it was', () => {
    expect(paymentHolds(stored(), sent)).toBe(true);
    expect(paymentHolds(stored({ Line: [] }), sent)).toBe(false);
  });

  it('tells what is applied and what is left, in minor units', () => {
    expect(paymentAfter(stored(), 'USD')).toEqual({
      totalMinor: 12_050,
      unappliedMinor: 2_050,
      applied: [{ type: 'Invoice', quickbooksId: '130', minor: 10_000 }],
    });
  });
});
