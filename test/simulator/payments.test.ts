import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Books,
  CHECKING,
  CUSTOMER,
  INCOME,
  linkLine,
  pairsOf,
  paymentBody,
  RECEIVABLE,
  sparse,
  UNDEPOSITED,
} from './support/books.js';
import {
  answered,
  codes,
  faults,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany();
  books = new Books(company);
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

describe('a payment', () => {
  it('without lines is unapplied money in Undeposited Funds', async () => {
    const created = await books.pay(25, []);
    expect(created).toEqual({
      CustomerRef: { value: '1', name: expect.any(String) },
      DepositToAccountRef: { value: UNDEPOSITED },
      TotalAmt: 25,
      UnappliedAmt: 25,
      ProcessPayment: false,
      domain: 'QBO',
      sparse: false,
      Id: created['Id'],
      SyncToken: '0',
      MetaData: {
        CreateTime: '2026-05-05T05:00:00-07:00',
        LastUpdatedTime: '2026-05-05T05:00:00-07:00',
      },
      TxnDate: '2026-05-05',
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      Line: [],
    });
    expect(await books.accountBalance(UNDEPOSITED)).toBe(25);
    expect(await books.accountBalance(RECEIVABLE)).toBe(-25);
    expect(await books.customerBalance(CUSTOMER)).toBe(-25);
  });

  it('lowers the invoice it is applied to, which lists it and gets a new token', async () => {
    const sold = await books.invoice(71);
    company.simulator.control.setClock({ advanceMs: 60_000 });
    const created = await books.pay(65, [linkLine(55, sold)]);
    expect(created['UnappliedAmt']).toBe(10);
    const [paid] = list(created, 'Line');
    expect(paid).toEqual({
      Amount: 55,
      LinkedTxn: [{ TxnId: sold['Id'], TxnType: 'Invoice' }],
      LineEx: { any: expect.any(Array) },
    });
    expect(pairsOf(paid)).toEqual({
      txnId: sold['Id'],
      txnOpenBalance: '71.00',
      txnReferenceNumber: sold['DocNumber'],
    });
    expect(await books.now('invoice', sold)).toMatchObject({
      Balance: 16,
      TotalAmt: 71,
      SyncToken: '1',
      LinkedTxn: [{ TxnId: created['Id'], TxnType: 'Payment' }],
      MetaData: { LastUpdatedTime: '2026-05-05T05:01:00-07:00' },
    });
    expect(await books.customerBalance(CUSTOMER)).toBe(6);
  });

  it('shows what would be open without it, also after another payment', async () => {
    const sold = await books.invoice(2369.52);
    const first = await books.pay(694, [linkLine(694, sold)]);
    const second = await books.pay(1675.52, [linkLine(1675.52, sold)]);
    for (const [payment, open] of [
      [first, '694.00'],
      [second, '1675.52'],
    ] as const) {
      const read = await books.now('payment', payment);
      expect(pairsOf(list(read, 'Line')[0])).toMatchObject({ txnOpenBalance: open });
      expect(read['SyncToken']).toBe('0');
    }
    expect(await books.now('invoice', sold)).toMatchObject({
      Balance: 0,
      SyncToken: '2',
      LinkedTxn: [{ TxnId: second['Id'] }, { TxnId: first['Id'] }],
    });
  });

  it('needs a customer and an amount', async () => {
    const reply = await company.post('payment', { PrivateNote: 'a' });
    expect(faults(reply).map(({ element }) => element)).toEqual(['CustomerRef']);
    const next = await company.post('payment', { CustomerRef: { value: '1' } });
    expect(faults(next)).toEqual([
      {
        code: '6000',
        detail: 'Business Validation Error: You must set a transaction amount.',
        element: '',
      },
    ]);
  });

  it('keeps the invoice as it is where only its note changes', async () => {
    const sold = await books.invoice(50);
    const created = await books.pay(50, [linkLine(50, sold)]);
    const changed = await books.save('payment', sparse(created, { PrivateNote: 'by hand' }));
    expect(changed).toMatchObject({ SyncToken: '1', Line: list(created, 'Line') });
    expect((await books.now('invoice', sold))['SyncToken']).toBe('1');
  });

  it('changes nothing when it is sent again as it stands', async () => {
    const sold = await books.invoice(50);
    const created = await books.pay(50, [linkLine(50, sold)]);
    expect(await books.save('payment', { ...created })).toEqual(created);
    expect((await books.now('invoice', sold))['SyncToken']).toBe('1');
  });
});

describe('the lines of a payment', () => {
  it('are replaced as a whole, also by a sparse update', async () => {
    const [first, second] = [await books.invoice(30), await books.invoice(40)];
    const created = await books.pay(30, [linkLine(30, first)]);
    const moved = await books.save('payment', sparse(created, { Line: [linkLine(30, second)] }));
    expect(moved).toMatchObject({ SyncToken: '1', UnappliedAmt: 0 });
    expect(await books.now('invoice', first)).toMatchObject({
      Balance: 30,
      SyncToken: '2',
      LinkedTxn: [],
    });
    expect(await books.now('invoice', second)).toMatchObject({ Balance: 10, SyncToken: '1' });
    expect(await books.customerBalance(CUSTOMER)).toBe(40);
  });

  it('are all taken back by an empty list', async () => {
    const sold = await books.invoice(30);
    const created = await books.pay(30, [linkLine(30, sold)]);
    const freed = await books.save('payment', sparse(created, { Line: [] }));
    expect(freed).toMatchObject({ Line: [], UnappliedAmt: 30 });
    expect(await books.now('invoice', sold)).toMatchObject({ Balance: 30, LinkedTxn: [] });
  });

  it.each([
    ['more than the invoice has open', 100, 31, '6000'],
    ['more than was received', 20, 25, '6000'],
    ['less than nothing', 20, -5, '6000'],
  ])('apply %s: refused', async (_, total, amount, code) => {
    const sold = await books.invoice(30);
    expect(
      codes(await company.post('payment', paymentBody(total, [linkLine(amount, sold)]))),
    ).toEqual([code]);
    expect(await books.now('invoice', sold)).toMatchObject({ Balance: 30, SyncToken: '0' });
  });

  it('may not sum up to more than one invoice has open', async () => {
    const sold = await books.invoice(30);
    const reply = await company.post(
      'payment',
      paymentBody(40, [linkLine(20, sold), linkLine(20, sold)]),
    );
    expect(codes(reply)).toEqual(['6000']);
  });

  it('cannot name what does not exist or cannot be paid', async () => {
    const nothing = { Id: '99999' };
    expect(codes(await company.post('payment', paymentBody(5, [linkLine(5, nothing)])))).toEqual([
      '610',
    ]);
    const wrong = await company.post('payment', paymentBody(5, [linkLine(5, nothing, 'Estimate')]));
    expect(codes(wrong)).toEqual(['620']);
  });
});

describe("another customer's invoice", () => {
  it('cannot be paid', async () => {
    const sold = await books.invoice(30, '2');
    expect(codes(await company.post('payment', paymentBody(30, [linkLine(30, sold)])))).toEqual([
      '620',
    ]);
  });

  it('can be paid by the customer above, and not by one beside', async () => {
    const job = async (name: string) =>
      books.save('customer', { DisplayName: name, Job: true, ParentRef: { value: CUSTOMER } });
    const [one, two] = [await job('Site one'), await job('Site two')];
    const sold = await books.invoice(30, String(one['Id']));
    const beside = paymentBody(30, [linkLine(30, sold)], String(two['Id']));
    expect(codes(await company.post('payment', beside))).toEqual(['620']);
    company.simulator.control.setBehaviours({ paysInvoicesOf: 'own' });
    expect(codes(await company.post('payment', paymentBody(30, [linkLine(30, sold)])))).toEqual([
      '620',
    ]);
    company.simulator.control.setBehaviours({ paysInvoicesOf: 'own_and_jobs' });
    await books.pay(30, [linkLine(30, sold)]);
    expect(await books.customerBalance(String(one['Id']))).toBe(0);
    expect(await books.now('customer', { Id: CUSTOMER })).toMatchObject({
      Balance: 0,
      BalanceWithJobs: 0,
    });
    company.simulator.control.setBehaviours({ paysInvoicesOf: 'family' });
    const more = await books.invoice(7, String(one['Id']));
    await books.pay(7, [linkLine(7, more)], String(two['Id']));
  });
});

describe('voiding a payment', () => {
  it.each(['operation=update&include=void', 'operation=void'])(
    '%s clears it and opens the invoice again',
    async (query) => {
      const sold = await books.invoice(54);
      const created = await books.pay(54, [linkLine(54, sold)]);
      const voided = await books.save(`payment?${query}`, sparse(created));
      expect(voided).toMatchObject({
        SyncToken: '1',
        TotalAmt: 0,
        UnappliedAmt: 0,
        Line: [],
        PrivateNote: 'Voided',
      });
      expect(await books.now('invoice', sold)).toMatchObject({
        Balance: 54,
        LinkedTxn: [],
        SyncToken: '2',
      });
      expect(await books.customerBalance(CUSTOMER)).toBe(54);
      expect(await books.accountBalance(UNDEPOSITED)).toBe(0);
      expect(await books.save(`payment?${query}`, sparse(voided))).toEqual(voided);
    },
  );
});

describe('deleting', () => {
  it('a payment opens its invoices again', async () => {
    const sold = await books.invoice(54);
    const created = await books.pay(60, [linkLine(54, sold)]);
    const { Id, SyncToken } = created;
    expect(await books.save('payment?operation=delete', { Id, SyncToken })).toEqual({
      status: 'Deleted',
      domain: 'QBO',
      Id,
    });
    expect(await books.now('invoice', sold)).toMatchObject({ Balance: 54, LinkedTxn: [] });
    expect(await books.customerBalance(CUSTOMER)).toBe(54);
  });

  it('a paid invoice is refused', async () => {
    const sold = await books.invoice(54);
    await books.pay(20, [linkLine(20, sold)]);
    const reply = await company.post(
      'invoice?operation=delete',
      sparse(await books.now('invoice', sold)),
    );
    expect(codes(reply)).toEqual(['800']);
  });
});

describe('an invoice that changes under its payments', () => {
  it('frees the money when it is voided', async () => {
    const sold = await books.invoice(54);
    const created = await books.pay(54, [linkLine(54, sold)]);
    const stored = await books.now('invoice', sold);
    const voided = await books.save('invoice?operation=void', sparse(stored));
    expect(voided).toMatchObject({ Balance: 0, TotalAmt: 0, LinkedTxn: [], SyncToken: '2' });
    expect(await books.now('payment', created)).toMatchObject({
      Line: [],
      UnappliedAmt: 54,
      TotalAmt: 54,
      SyncToken: '1',
    });
    expect(await books.customerBalance(CUSTOMER)).toBe(-54);
    expect(await books.accountBalance(RECEIVABLE)).toBe(-54);
  });

  it('frees what is too much when it shrinks, of the newest payment first', async () => {
    const sold = await books.invoice(100);
    const [first, second] = [
      await books.pay(60, [linkLine(60, sold)]),
      await books.pay(40, [linkLine(40, sold)]),
    ];
    const stored = await books.now('invoice', sold);
    const Line = [saleLine('3', 70)];
    const smaller = await books.save('invoice', sparse(stored, { Line }));
    expect(smaller).toMatchObject({ TotalAmt: 70, Balance: 0, SyncToken: '3' });
    expect(list(smaller, 'LinkedTxn')).toHaveLength(2);
    expect(await books.now('payment', first)).toMatchObject({ UnappliedAmt: 0, SyncToken: '0' });
    expect(await books.now('payment', second)).toMatchObject({
      UnappliedAmt: 30,
      SyncToken: '1',
      Line: [{ Amount: 10 }],
    });
    expect(await books.customerBalance(CUSTOMER)).toBe(-30);
  });

  it('keeps the estimate it is linked to as it shrinks', async () => {
    const Line = [saleLine('3', 100)];
    const estimate = await books.save('estimate', { CustomerRef: { value: CUSTOMER }, Line });
    const sold = await books.invoice(100);
    const paid = await books.pay(100, [linkLine(100, sold)]);
    const stored = await books.now('invoice', sold);
    const smaller = await books.save(
      'invoice',
      sparse(stored, {
        Line: [saleLine('3', 70)],
        LinkedTxn: [{ TxnId: estimate['Id'], TxnType: 'Estimate' }],
      }),
    );
    expect(smaller).toMatchObject({
      Balance: 0,
      LinkedTxn: [
        { TxnId: estimate['Id'], TxnType: 'Estimate' },
        { TxnId: paid['Id'], TxnType: 'Payment' },
      ],
    });
    expect(await books.now('estimate', estimate)).toMatchObject({ TxnStatus: 'Closed' });
  });

  it('stays with its customer', async () => {
    const sold = await books.invoice(54);
    await books.pay(20, [linkLine(20, sold)]);
    const stored = await books.now('invoice', sold);
    const reply = await company.post('invoice', sparse(stored, { CustomerRef: { value: '2' } }));
    expect(codes(reply)).toEqual(['6000']);
  });
});

describe('AutoApplyPayments', () => {
  it('pays the oldest invoices with money that names none', async () => {
    await company.close();
    company = await startCompany({ preferences: { SalesFormsPrefs: { AutoApplyPayments: true } } });
    books = new Books(company);
    const [first, second] = [await books.invoice(30), await books.invoice(40)];
    const created = await books.save('payment', { CustomerRef: { value: CUSTOMER }, TotalAmt: 50 });
    expect(created).toMatchObject({ UnappliedAmt: 0, Line: [{ Amount: 30 }, { Amount: 20 }] });
    expect(await books.now('invoice', first)).toMatchObject({ Balance: 0 });
    expect(await books.now('invoice', second)).toMatchObject({ Balance: 20 });
  });
});

describe('the account a payment goes to', () => {
  it('is a bank account or another current asset', async () => {
    const members = { CustomerRef: { value: CUSTOMER }, TotalAmt: 10 };
    const toBank = { ...members, DepositToAccountRef: { value: CHECKING } };
    expect(await books.save('payment', toBank)).toMatchObject({
      DepositToAccountRef: { value: CHECKING },
    });
    expect(await books.accountBalance(CHECKING)).toBe(10);
    const toIncome = { ...members, DepositToAccountRef: { value: INCOME } };
    expect(codes(await company.post('payment', toIncome))).toEqual(['6430']);
  });
});

it('what is owed can only lie on a receivable account', async () => {
  const toBank = { CustomerRef: { value: CUSTOMER }, ARAccountRef: { value: CHECKING } };
  const payment = { ...toBank, TotalAmt: 10 };
  expect(codes(await company.post('payment', payment))).toEqual(['6430']);
  const form = { ...toBank, Line: [saleLine('3', 10)] };
  expect(codes(await company.post('invoice', form))).toEqual(['6430']);
  const receivable = { ...form, ARAccountRef: { value: RECEIVABLE } };
  expect(await books.save('invoice', receivable)).toMatchObject({ Balance: 10 });
});

it('a payment by query is found by its customer and its number', async () => {
  const created = await books.save('payment', {
    CustomerRef: { value: CUSTOMER },
    TotalAmt: 10,
    PaymentRefNum: '5664',
    PaymentMethodRef: { value: '2' },
  });
  expect(created).toMatchObject({ PaymentRefNum: '5664', PaymentMethodRef: { value: '2' } });
  const found = await company.query("select * from Payment where PaymentRefNum = '5664'");
  expect(found).toEqual({ Payment: [created], startPosition: 1, maxResults: 1 });
  const reply = await company.get(`payment/${String(created['Id'])}`);
  expect(answered(reply, 'Payment')).toEqual(created);
});
