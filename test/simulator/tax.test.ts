import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

// Each rule is stated on the reference pages of Invoice, TaxCode and TaxService, or recorded;
// guesses are named in docs/simulator-doubts.md.

let company: TestCompany;

afterEach(() => company.close());

const WITHOUT_ENGINE: CompanyOptions = { preferences: { TaxPrefs: { PartnerTaxEnabled: false } } };
const taxed = (amount: number, detail: JsonObject = {}) =>
  saleLine('9', amount, { TaxCodeRef: { value: 'TAX' }, ...detail });
const coded = (amount: number, code: string, detail: JsonObject = {}) =>
  saleLine('3', amount, { TaxCodeRef: { value: code }, ...detail });

async function invoice(body: JsonObject): Promise<JsonObject> {
  const reply = await company.post('invoice', { CustomerRef: { value: '1' }, ...body });
  return answered(reply, 'Invoice');
}

function totalTax(of: JsonObject): unknown {
  return member(of, 'TxnTaxDetail')['TotalTax'];
}

/** Rate, net and tax of each tax line. */
function taxes(of: JsonObject): unknown[] {
  return list(member(of, 'TxnTaxDetail'), 'TaxLine').map((line) => {
    const detail = member(line, 'TaxLineDetail');
    return [detail['TaxPercent'], detail['NetAmountTaxable'], line['Amount']];
  });
}

describe('the automated engine', () => {
  it('goes by the address goods are shipped to, before the one that is billed', async () => {
    company = await startCompany();
    const made = await invoice({
      Line: [taxed(100)],
      BillAddr: { Line1: '1 Oak St', CountrySubDivisionCode: 'CA' },
      ShipAddr: { Line1: '2 Elm St', CountrySubDivisionCode: 'WA' },
    });
    expect(taxes(made)).toEqual([[6.5, 100, 6.5]]);
    expect(member(made, 'TxnTaxDetail')).toMatchObject({ TxnTaxCodeRef: { value: '4' } });
  });

  it('takes nothing of a customer who is exempt', async () => {
    company = await startCompany();
    const exempt = { DisplayName: 'City School', Taxable: false };
    const { Id } = answered(await company.post('customer', exempt), 'Customer');
    const ShipAddr = { Line1: '1 Oak St', CountrySubDivisionCode: 'CA' };
    const made = await invoice({ CustomerRef: { value: Id }, ShipAddr, Line: [taxed(100)] });
    expect(made['TxnTaxDetail']).toEqual({ TotalTax: 0 });
  });

  it('lets an app override its tax, in all or line by line', async () => {
    company = await startCompany();
    const all = await invoice({ Line: [taxed(100)], TxnTaxDetail: { TotalTax: 7.77 } });
    expect(all).toMatchObject({ TotalAmt: 107.77, TxnTaxDetail: { TotalTax: 7.77 } });
    const TaxLine = [
      {
        Amount: 6.5,
        DetailType: 'TaxLineDetail',
        TaxLineDetail: { TaxRateRef: { value: '3' }, PercentBased: false, NetAmountTaxable: 100 },
      },
    ];
    const byLine = await invoice({ Line: [taxed(100)], TxnTaxDetail: { TaxLine } });
    expect(byLine).toMatchObject({ TotalAmt: 106.5, TxnTaxDetail: { TotalTax: 6.5, TaxLine } });
    const TxnTaxDetail = { TxnTaxCodeRef: { value: '4' }, TotalTax: 5 };
    const replaced = await invoice({ Line: [taxed(100)], TxnTaxDetail });
    expect(replaced['TxnTaxDetail']).toEqual({ TxnTaxCodeRef: { value: '2' }, TotalTax: 5 });
  });

  it('keeps the default tax code of a customer to itself', async () => {
    company = await startCompany();
    const body = { DisplayName: 'Elm House', DefaultTaxCodeRef: { value: '4' } };
    const made = answered(await company.post('customer', body), 'Customer');
    expect(made['DefaultTaxCodeRef']).toEqual({ value: '2' });
    const { Id, SyncToken } = made;
    const change = { Id, SyncToken, sparse: true, DefaultTaxCodeRef: { value: '3' } };
    const after = answered(await company.post('customer', change), 'Customer');
    expect(after['DefaultTaxCodeRef']).toEqual({ value: '2' });
  });

  it('taxes shipping only where it is told to', async () => {
    const preferences = { SalesFormsPrefs: { AllowShipping: true } };
    company = await startCompany({ preferences });
    const Line = [taxed(100), saleLine('SHIPPING_ITEM_ID', 10)];
    expect(totalTax(await invoice({ Line }))).toBe(8);
    company.simulator.control.setBehaviours({ shippingTaxed: true });
    expect(totalTax(await invoice({ Line }))).toBe(8.8);
  });
});

describe('a US company without the engine', () => {
  it('takes the code of the request, then of the customer, then its own', async () => {
    company = await startCompany(WITHOUT_ENGINE);
    const { Id } = answered(
      await company.post('customer', { DisplayName: 'Elm', DefaultTaxCodeRef: { value: '4' } }),
      'Customer',
    );
    const CustomerRef = { value: Id };
    const Line = [taxed(100)];
    const TxnTaxDetail = { TxnTaxCodeRef: { value: '3' } };
    expect(taxes(await invoice({ CustomerRef, Line, TxnTaxDetail }))).toEqual([
      [5.6, 100, 5.6],
      [2.6, 100, 2.6],
    ]);
    expect(taxes(await invoice({ CustomerRef, Line }))).toEqual([[6.5, 100, 6.5]]);
    company.simulator.control.load(company.realmId, {
      Customer: [{ Id: '900', DisplayName: 'Without a code', Taxable: true }],
    });
    const own = await invoice({ CustomerRef: { value: '900' }, Line });
    expect(taxes(own)).toEqual([[8, 100, 8]]);
  });

  it('taxes a customer marked as not taxable where the line says so, as recorded', async () => {
    company = await startCompany(WITHOUT_ENGINE);
    const { Id } = answered(
      await company.post('customer', { DisplayName: 'Elm', Taxable: false }),
      'Customer',
    );
    const made = await invoice({ CustomerRef: { value: Id }, Line: [taxed(335.25)] });
    expect(taxes(made)).toEqual([[8, 335.25, 26.82]]);
  });

  it.each(['CustomSalesTax', 'TAX', 'NON'])('has no %s for a whole invoice', async (value) => {
    company = await startCompany(WITHOUT_ENGINE);
    const TxnTaxDetail = { TxnTaxCodeRef: { value } };
    const body = { CustomerRef: { value: '1' }, Line: [taxed(10)], TxnTaxDetail };
    expect(codes(await company.post('invoice', body))).toEqual(['6160']);
  });

  it('has no CustomSalesTax as the default of a customer', async () => {
    company = await startCompany(WITHOUT_ENGINE);
    const body = { DisplayName: 'Elm', DefaultTaxCodeRef: { value: 'CustomSalesTax' } };
    expect(codes(await company.post('customer', body))).toEqual(['6230']);
  });
});

describe('a rate that changes', () => {
  it('is the one in force on the day of the transaction', async () => {
    company = await startCompany({ country: 'GB' });
    const on = async (TxnDate: string) =>
      totalTax(await invoice({ TxnDate, Line: [coded(100, '6')] }));
    expect(await on('2010-12-31')).toBe(17.5);
    expect(await on('2011-01-03')).toBe(17.5);
    expect(await on('2011-01-04')).toBe(20);
    expect(await on('2026-11-22')).toBe(20);
  });
});

describe('a code with several rates outside the US', () => {
  const twoRates = {
    TaxRate: [
      { Id: '90', Name: 'State', RateValue: 5, AgencyRef: { value: '1' } },
      { Id: '91', Name: 'Province', RateValue: 9.975, AgencyRef: { value: '1' } },
    ],
    TaxCode: [
      {
        Id: '90',
        Name: 'Both',
        SalesTaxRateList: {
          TaxRateDetail: [{ TaxRateRef: { value: '90' } }, { TaxRateRef: { value: '91' } }],
        },
      },
    ],
  };

  it('taxes each rate for itself, and leaves what is included alone', async () => {
    company = await startCompany({ country: 'GB' });
    company.simulator.control.load(company.realmId, twoRates);
    const excluded = await invoice({ Line: [coded(33.33, '90')] });
    expect(taxes(excluded)).toEqual([
      [5, 33.33, 1.67],
      [9.975, 33.33, 3.32],
    ]);
    expect(excluded['TotalAmt']).toBe(38.32);
    const included = await invoice({
      GlobalTaxCalculation: 'TaxInclusive',
      Line: [coded(100, '90', { TaxInclusiveAmt: 100 })],
    });
    expect(included).toMatchObject({ TotalAmt: 100, TxnTaxDetail: { TotalTax: 13.02 } });
  });

  it('wants all rates of a code when one of them is overridden', async () => {
    company = await startCompany({ country: 'GB' });
    company.simulator.control.load(company.realmId, twoRates);
    const line = (value: string, Amount: number) => ({
      Amount,
      DetailType: 'TaxLineDetail',
      TaxLineDetail: { TaxRateRef: { value }, PercentBased: false, NetAmountTaxable: 100 },
    });
    const body = (TaxLine: JsonObject[]) => ({
      CustomerRef: { value: '1' },
      Line: [coded(100, '90')],
      TxnTaxDetail: { TaxLine },
    });
    expect(codes(await company.post('invoice', body([line('90', 4)])))).toEqual(['6000']);
    const both = await company.post('invoice', body([line('90', 4), line('91', 9.98)]));
    expect(answered(both, 'Invoice')['TotalAmt']).toBe(113.98);
    const nameless = { Amount: 4, DetailType: 'TaxLineDetail', TaxLineDetail: {} };
    expect(codes(await company.post('invoice', body([nameless])))).toContain('2020');
  });
});

describe('changing the mode of an invoice', () => {
  it('carries its lines over to amounts that include tax, and back', async () => {
    company = await startCompany({ country: 'GB' });
    const made = await invoice({ Line: [coded(100, '6')] });
    const change = async (of: JsonObject, GlobalTaxCalculation: string) => {
      const { Id, SyncToken } = of;
      const body = { Id, SyncToken, sparse: true, GlobalTaxCalculation };
      return answered(await company.post('invoice', body), 'Invoice');
    };
    const inclusive = await change(made, 'TaxInclusive');
    expect(inclusive).toMatchObject({ TotalAmt: 120, TxnTaxDetail: { TotalTax: 20 } });
    expect(list(inclusive, 'Line')[0]).toMatchObject({
      Amount: 100,
      SalesItemLineDetail: { TaxInclusiveAmt: 120 },
    });
    const exclusive = await change(inclusive, 'TaxExcluded');
    expect(exclusive['TotalAmt']).toBe(120);
    const [line] = list(exclusive, 'Line');
    expect(member(line ?? {}, 'SalesItemLineDetail')).not.toHaveProperty('TaxInclusiveAmt');
  });
});

describe('a UK company that is not registered for VAT', () => {
  it('needs no codes, and keeps no tax that is sent', async () => {
    const preferences = { TaxPrefs: { UsingSalesTax: false } };
    company = await startCompany({ country: 'GB', preferences });
    const made = await invoice({ Line: [saleLine('3', 10)], TxnTaxDetail: { TotalTax: 2 } });
    expect(made['TotalAmt']).toBe(10);
    expect(made).not.toHaveProperty('TxnTaxDetail');
  });
});
