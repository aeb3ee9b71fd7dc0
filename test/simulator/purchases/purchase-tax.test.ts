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
  buy,
  create,
  known,
  make,
  now,
  PAYABLE,
  ref,
  spend,
  VENDOR,
} from '../support/purchases.js';
import { COMBINED, REDUCED, REVERSE, STANDARD, withCombinedCode } from '../support/uk-taxes.js';

const VAT_CONTROL = '89';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ country: 'GB' });
  withCombinedCode(company);
});

afterEach(() => company.close());

const coded = (amount: number, code: string, detail: JsonObject = {}) =>
  spend(amount, { TaxCodeRef: ref(code), ...detail });

const bill = (Line: JsonObject[], body: JsonObject = {}) =>
  make(company, 'Bill', { Line, ...body });

/** Rate, net and tax of each tax line. */
function taxes(of: JsonObject): unknown[] {
  return list(member(of, 'TxnTaxDetail'), 'TaxLine').map((line) => {
    const detail = member(line, 'TaxLineDetail');
    return [detail['TaxPercent'], detail['NetAmountTaxable'], line['Amount']];
  });
}

const ownTax = (rate: string, amount: number, net: number): JsonObject => ({
  Amount: amount,
  DetailType: 'TaxLineDetail',
  TaxLineDetail: { TaxRateRef: ref(rate), PercentBased: false, NetAmountTaxable: net },
});

describe('tax on purchases, excluded', () => {
  it('follows the purchase rates of the lines, once per rate', async () => {
    const made = await bill([coded(0.33, STANDARD), coded(0.33, STANDARD), coded(10, REDUCED)]);
    expect(made).toMatchObject({
      GlobalTaxCalculation: 'TaxExcluded',
      TotalAmt: 11.29,
      Balance: 11.29,
      TxnTaxDetail: { TotalTax: 0.63 },
    });
    expect(taxes(made)).toEqual([
      [20, 0.66, 0.13],
      [5, 10, 0.5],
    ]);
    const [first] = list(member(made, 'TxnTaxDetail'), 'TaxLine');
    expect(member(first ?? {}, 'TaxLineDetail')).toMatchObject({
      TaxRateRef: { value: '4' },
      PercentBased: true,
    });
  });

  it('has a line for each rate of a code', async () => {
    expect(taxes(await bill([coded(100, COMBINED)]))).toEqual([
      [7, 100, 7],
      [5, 100, 5],
    ]);
  });

  it('owes and reclaims a reverse charge at once', async () => {
    const made = await bill([coded(100, REVERSE), coded(50, STANDARD)]);
    expect(made).toMatchObject({ TotalAmt: 160, TxnTaxDetail: { TotalTax: 10 } });
    expect(taxes(made)).toEqual([
      [20, 100, 20],
      [-20, 100, -20],
      [20, 50, 10],
    ]);
  });

  it('is booked beside what was bought', async () => {
    await bill([coded(100, STANDARD)]);
    const balance = async (Id: string) => (await now(company, 'Account', { Id }))['CurrentBalance'];
    expect([await balance(PAYABLE), await balance(VAT_CONTROL)]).toEqual([-120, 20]);
    expect(await now(company, 'Vendor', { Id: VENDOR })).toMatchObject({ Balance: 120 });
  });
});

describe('tax on purchases, included', () => {
  const TaxInclusive = { GlobalTaxCalculation: 'TaxInclusive' };

  it('keeps the gross and answers the net', async () => {
    const made = await bill(
      [
        coded(8.33, STANDARD, { TaxInclusiveAmt: 10 }),
        coded(1, REDUCED, { TaxInclusiveAmt: 20 }),
        coded(70, REVERSE, { TaxInclusiveAmt: 70 }),
        coded(1, COMBINED, { TaxInclusiveAmt: 11.2 }),
      ],
      TaxInclusive,
    );
    expect(made).toMatchObject({ TotalAmt: 111.2 });
    expect(list(made, 'Line').map((line) => line['Amount'])).toEqual([8.33, 19.05, 70, 10]);
    expect(taxes(made)).toEqual([
      [20, 8.33, 1.67],
      [5, 19.05, 0.95],
      [20, 70, 14],
      [-20, 70, -14],
      [7, 10, 0.7],
      [5, 10, 0.5],
    ]);
  });

  it('adds the gross where only the net is sent', async () => {
    const made = await bill([coded(8.33, STANDARD)], TaxInclusive);
    expect(list(made, 'Line')[0]).toMatchObject({
      Amount: 8.33,
      AccountBasedExpenseLineDetail: { TaxInclusiveAmt: 10 },
    });
    expect(made).toMatchObject({ TotalAmt: 10 });
  });

  it('lets the product of an item line be the gross amount', async () => {
    const detail = { TaxCodeRef: ref(STANDARD), TaxInclusiveAmt: 24, Qty: 2, UnitPrice: 12 };
    expect(await bill([buy(20, detail)], TaxInclusive)).toMatchObject({ TotalAmt: 24 });
  });
});

describe('tax on purchases, not applicable', () => {
  const NotApplicable = { GlobalTaxCalculation: 'NotApplicable' };

  it('is nothing, and needs no codes', async () => {
    const made = await bill([spend(10)], NotApplicable);
    expect(made).toMatchObject({ TotalAmt: 10, TxnTaxDetail: { TotalTax: 0 } });
    const detail = list(made, 'Line')[0]?.['AccountBasedExpenseLineDetail'];
    expect(detail).not.toHaveProperty('TaxCodeRef');
  });

  it('refuses tax that is sent', async () => {
    for (const TxnTaxDetail of [{ TotalTax: 2 }, { TaxLine: [ownTax('4', 2, 10)] }]) {
      const body = { VendorRef: ref(VENDOR), Line: [spend(10)], TxnTaxDetail, ...NotApplicable };
      expect(codes(await company.post('bill', body))).toEqual(['6170']);
    }
  });
});

describe('tax that the request states', () => {
  it('by its own lines replaces the computed one', async () => {
    const TxnTaxDetail = { TaxLine: [ownTax('41', 0.06, 0.89), ownTax('42', 0.05, 0.89)] };
    const made = await bill([coded(0.89, COMBINED, { TaxAmount: 0.11 })], { TxnTaxDetail });
    expect(made).toMatchObject({ TotalAmt: 1, TxnTaxDetail: { TotalTax: 0.11 } });
    expect(list(member(made, 'TxnTaxDetail'), 'TaxLine')).toMatchObject([
      { Amount: 0.06, TaxLineDetail: { TaxRateRef: { value: '41' }, PercentBased: false } },
      { Amount: 0.05, TaxLineDetail: { TaxRateRef: { value: '42' }, PercentBased: false } },
    ]);
  });

  it('is stated for every rate in use, or refused', async () => {
    const body = (TaxLine: JsonObject[]) => ({
      VendorRef: ref(VENDOR),
      Line: [coded(100, REVERSE), coded(10, STANDARD)],
      TxnTaxDetail: { TaxLine },
    });
    const standard = ownTax('4', 2.01, 10);
    expect(codes(await company.post('bill', body([standard])))).toEqual(['6000']);
    const all = [ownTax('15', 20, 100), ownTax('16', -20, 100), standard];
    const made = answered(await company.post('bill', body(all)), 'Bill');
    expect(made).toMatchObject({ TotalAmt: 112.01, TxnTaxDetail: { TotalTax: 2.01 } });
  });

  it('as a total alone replaces the sum', async () => {
    const made = await bill([coded(10, STANDARD)], { TxnTaxDetail: { TotalTax: 2.01 } });
    expect(made).toMatchObject({ TotalAmt: 12.01, TxnTaxDetail: { TotalTax: 2.01 } });
  });

  it('stays until the lines change without it', async () => {
    const made = await bill([coded(10, STANDARD)], { TxnTaxDetail: { TotalTax: 2.01 } });
    const update = async (of: JsonObject, changes: JsonObject) =>
      answered(await company.post('bill', known(of, { sparse: true, ...changes })), 'Bill');
    const noted = await update(made, { PrivateNote: 'x' });
    expect(noted).toMatchObject({ TotalAmt: 12.01 });
    expect(await update(noted, { Line: [coded(20, REDUCED)] })).toMatchObject({ TotalAmt: 21 });
  });

  it('is refused for a rate that is not there', async () => {
    const body = {
      VendorRef: ref(VENDOR),
      Line: [coded(10, STANDARD)],
      TxnTaxDetail: { TaxLine: [ownTax('99', 2, 10)] },
    };
    expect(codes(await company.post('bill', body))).toEqual(['2500']);
  });
});

describe('tax codes', () => {
  it.each([
    ['no code', spend(10), '6000'],
    ['an unknown code', coded(10, '99'), '2500'],
  ])('a line with %s is refused', async (_, line, code) => {
    const body = { VendorRef: ref(VENDOR), Line: [line] };
    expect(codes(await company.post('bill', body))).toEqual([code]);
  });

  it.each(['VendorCredit', 'PurchaseOrder'])('count for a %s as well', async (entity) => {
    expect(await make(company, entity, { Line: [coded(100, STANDARD)] })).toMatchObject({
      TotalAmt: 120,
    });
  });

  it('count for a purchase as well', async () => {
    const body = { PaymentType: 'Cash', AccountRef: ref('35'), Line: [coded(100, STANDARD)] };
    expect(await create(company, 'Purchase', body)).toMatchObject({ TotalAmt: 120 });
    expect(await now(company, 'Account', { Id: '35' })).toMatchObject({ CurrentBalance: -120 });
  });
});

describe('a company that is not registered for tax', () => {
  it('needs no codes, and keeps no tax that is sent', async () => {
    await company.close();
    const preferences = { TaxPrefs: { UsingSalesTax: false } };
    company = await startCompany({ country: 'GB', preferences });
    const made = await bill([spend(10)], { TxnTaxDetail: { TotalTax: 2 } });
    expect(made).toMatchObject({ TotalAmt: 10, GlobalTaxCalculation: 'NotApplicable' });
    expect(made).not.toHaveProperty('TxnTaxDetail');
  });
});

describe('in the US', () => {
  it('there is no tax on purchases, whatever is sent', async () => {
    await company.close();
    company = await startCompany();
    const made = await bill([spend(10, { TaxCodeRef: ref('TAX') })], {
      GlobalTaxCalculation: 'TaxInclusive',
      TxnTaxDetail: { TotalTax: 2 },
    });
    expect(made).toMatchObject({ TotalAmt: 10 });
    expect(made).not.toHaveProperty('TxnTaxDetail');
    expect(made).not.toHaveProperty('GlobalTaxCalculation');
  });
});
