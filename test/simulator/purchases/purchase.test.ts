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
  CHECKING,
  create,
  known,
  MASTERCARD,
  now,
  PAYABLE,
  ref,
  spend,
  VENDOR,
} from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const CHECK = { PaymentType: 'Check', AccountRef: ref(CHECKING) };
const CASH = { PaymentType: 'Cash', AccountRef: ref(CHECKING) };
const CARD = { PaymentType: 'CreditCard', AccountRef: ref(MASTERCARD) };

const purchase = (body: JsonObject) => create(company, 'Purchase', { Line: [spend(40)], ...body });

const post = (body: JsonObject) => company.post('purchase', { Line: [spend(40)], ...body });

const balance = async (id: string) => (await now(company, 'Account', { Id: id }))['CurrentBalance'];

/** QuickBooks' own number for the kind of transaction. */
const typeNumber = (object: JsonObject) =>
  member(list(member(object, 'PurchaseEx'), 'any')[0] ?? {}, 'value')['Value'];

describe('a new purchase', () => {
  it('answers the members that QuickBooks answers, in its order', async () => {
    const made = await purchase({ ...CARD, EntityRef: ref(VENDOR), DocNumber: '1' });
    expect(Object.keys(made)).toEqual([
      'AccountRef',
      'PaymentType',
      'EntityRef',
      'Credit',
      'TotalAmt',
      'PurchaseEx',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
      'DocNumber',
      'TxnDate',
      'CurrencyRef',
      'Line',
    ]);
    expect(made['MetaData']).not.toHaveProperty('LastModifiedByRef');
    expect(list(made, 'Line')[0]).not.toHaveProperty('LineNum');
    expect(list(made, 'Line')[0]).not.toHaveProperty('LinkedTxn');
  });

  it('says what it is by its members', async () => {
    const check = await purchase(CHECK);
    expect(check).toMatchObject({ PrintStatus: 'NotSet' });
    expect(check).not.toHaveProperty('Credit');
    const cash = await purchase({ ...CASH, Credit: true });
    expect(cash).not.toHaveProperty('PrintStatus');
    expect(cash).not.toHaveProperty('Credit');
    const card = await purchase(CARD);
    expect(card).toMatchObject({ Credit: false });
    const refund = await purchase({ ...CARD, Credit: true });
    expect([check, cash, card, refund].map(typeNumber)).toEqual(['3', '54', '54', '11']);
  });

  it('keeps the number of a charge that came from the bank', async () => {
    const value = { Name: 'TxnType', Value: '1' };
    company.simulator.control.load(company.realmId, {
      Purchase: [
        {
          Id: '144',
          ...CARD,
          Credit: false,
          TotalAmt: 40,
          PurchaseEx: { any: [{ value }] },
          TxnDate: '2026-05-03',
          Line: [spend(40, {}, { Id: '1' })],
        },
      ],
    });
    const stored = await now(company, 'Purchase', { Id: '144' });
    const noted = known(stored, { sparse: true, PrivateNote: 'Petrol' });
    const after = answered(await company.post('purchase', noted), 'Purchase');
    expect(typeNumber(after)).toBe('1');
    const refund = known(after, { sparse: true, Credit: true });
    expect(typeNumber(answered(await company.post('purchase', refund), 'Purchase'))).toBe('11');
  });

  it.each([
    ['Vendor', '31', 'Cascade Office Supply'],
    ['Customer', '1', 'Alder & Finch Cabinetry'],
    ['Employee', '35', 'Emily Platt'],
  ])('is made out to a %s, whose kind it answers', async (type, value, name) => {
    expect((await purchase({ ...CASH, EntityRef: { value, type } }))['EntityRef']).toEqual({
      value,
      name,
      type,
    });
  });

  it('gets no number', async () => {
    expect(await purchase(CHECK)).not.toHaveProperty('DocNumber');
  });

  it('is there on every plan', async () => {
    await company.close();
    company = await startCompany({ plan: 'simple_start' });
    expect((await post(CASH)).status).toBe(200);
  });
});

describe('what a purchase does to balances', () => {
  it('comes off the account it is paid from, and a credit goes back to it', async () => {
    await purchase(CHECK);
    await purchase({ ...CARD, Line: [spend(25)] });
    await purchase({ ...CARD, Credit: true, Line: [spend(5)] });
    expect([await balance(CHECKING), await balance(MASTERCARD)]).toEqual([-40, -20]);
    expect(await now(company, 'Vendor', { Id: VENDOR })).toMatchObject({ Balance: 0 });
  });

  it('pays a vendor by a line on the payable account', async () => {
    await create(company, 'Bill', { VendorRef: ref(VENDOR), Line: [spend(40)] });
    const Line = [spend(40, { AccountRef: ref(PAYABLE) })];
    await purchase({ ...CHECK, EntityRef: ref(VENDOR), Line });
    expect(await now(company, 'Vendor', { Id: VENDOR })).toMatchObject({ Balance: 0 });
    expect(await balance(PAYABLE)).toBe(0);
  });

  it('is undone by voiding and by deleting', async () => {
    const first = await purchase(CHECK);
    const second = await purchase({ ...CHECK, PrivateNote: 'Stamps' });
    const path = 'purchase?operation=update&include=void';
    const voided = answered(await company.post(path, known(second)), 'Purchase');
    expect(voided).toMatchObject({
      TotalAmt: 0,
      PrivateNote: 'Voided - Stamps',
      Line: [{ Id: '1', Amount: 0 }],
    });
    await company.post('purchase?operation=delete', known(first));
    expect(await balance(CHECKING)).toBe(0);
  });

  it('follows a changed account', async () => {
    const made = await purchase(CASH);
    const change = known(made, { sparse: true, AccountRef: ref('36') });
    answered(await company.post('purchase', change), 'Purchase');
    expect([await balance(CHECKING), await balance('36')]).toEqual([0, -40]);
  });
});

describe('a purchase is refused', () => {
  it.each<[string, JsonObject, string[]]>([
    ['without an account', { PaymentType: 'Cash' }, ['2020']],
    ['without a way of paying', { AccountRef: ref(CHECKING) }, ['2020']],
    ['without lines', { ...CASH, Line: [] }, ['2020']],
    ['by an unknown way of paying', { ...CASH, PaymentType: 'Barter' }, ['2170']],
    ['as a check on a card', { ...CHECK, AccountRef: ref(MASTERCARD) }, ['6430']],
    ['as a charge to a bank', { ...CARD, AccountRef: ref(CHECKING) }, ['6430']],
    ['in cash from an expense account', { ...CASH, AccountRef: ref('7') }, ['6430']],
    ['for nobody known', { ...CASH, EntityRef: ref('999') }, ['2500']],
  ])('%s', async (_, body, expected) => {
    expect(codes(await post(body))).toEqual(expected);
  });

  it('as a check whose number is taken on that account, be it by a bill payment', async () => {
    const bill = await create(company, 'Bill', { VendorRef: ref(VENDOR), Line: [spend(40)] });
    await create(company, 'BillPayment', {
      VendorRef: ref(VENDOR),
      TotalAmt: 40,
      PayType: 'Check',
      DocNumber: '70',
      CheckPayment: { BankAccountRef: ref(CHECKING) },
      Line: [{ Amount: 40, LinkedTxn: [{ TxnId: bill['Id'], TxnType: 'Bill' }] }],
    });
    expect(codes(await post({ ...CHECK, DocNumber: '70' }))).toEqual(['6140']);
    expect((await post({ ...CASH, DocNumber: '70' })).status).toBe(200);
  });
});

describe('purchases in queries', () => {
  it('are found by their way of paying and not counted', async () => {
    await purchase(CHECK);
    await purchase(CARD);
    const found = await company.query("select * from Purchase where PaymentType = 'Check'");
    expect(list(found, 'Purchase')).toHaveLength(1);
    expect(found).not.toHaveProperty('totalCount');
  });
});
