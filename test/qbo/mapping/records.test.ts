import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEntity, UnexpectedShapeError } from '../../../src/qbo/mapping/quickbooks-types.js';
import {
  companyFacts,
  foldedNameKey,
  nameBeforeDeactivation,
  nameKey,
  recordOf,
} from '../../../src/qbo/mapping/records.js';

const meta = {
  domain: 'QBO',
  sparse: false,
  SyncToken: '1',
  MetaData: {
    CreateTime: '2026-01-01T00:00:00-08:00',
    LastUpdatedTime: '2026-11-20T09:00:00-08:00',
  },
};
const updatedAt = new Date('2026-11-20T17:00:00Z');

describe('records', () => {
  it('of an account have its number and kind', () => {
    const account = {
      ...meta,
      Id: '79',
      Name: 'Online',
      FullyQualifiedName: 'Sales:Online',
      AcctNum: '4010',
      AccountType: 'Income',
      AccountSubType: 'SalesOfProductIncome',
      Classification: 'Revenue',
      CurrentBalance: 1_234.5,
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      ParentRef: { value: '78' },
      Active: true,
    };
    expect(recordOf('account', account)).toEqual({
      type: 'account',
      quickbooksId: '79',
      name: 'Online',
      fullName: 'Sales:Online',
      number: '4010',
      email: null,
      active: true,
      syncToken: '1',
      updatedAt,
      facts: {
        accountType: 'Income',
        accountSubType: 'SalesOfProductIncome',
        classification: 'Revenue',
        currency: 'USD',
        parentId: '78',
      },
    });
  });

  it('of an item have its SKU as number, its type and its income account', () => {
    const item = {
      ...meta,
      Id: '19',
      Name: 'Board',
      Type: 'Service',
      Sku: 'B-1',
      Taxable: false,
      IncomeAccountRef: { value: '79', name: 'Online' },
    };
    expect(recordOf('item', item)).toEqual({
      type: 'item',
      quickbooksId: '19',
      name: 'Board',
      fullName: 'Board',
      number: 'B-1',
      email: null,
      active: true,
      syncToken: '1',
      updatedAt,
      facts: { itemType: 'Service', sku: 'B-1', incomeAccountId: '79', taxable: false },
    });
  });

  it('of a customer keep the e-mail and no phone, address or balance', () => {
    const customer = {
      ...meta,
      Id: '58',
      DisplayName: 'Kitchen',
      FullyQualifiedName: 'Birch & Sons:Kitchen',
      PrimaryEmailAddr: { Address: 'office@birch.example' },
      PrimaryPhone: { FreeFormNumber: '555 0100' },
      BillAddr: { Line1: '12 Oak St' },
      Balance: 12.5,
      Job: true,
      ParentRef: { value: '57' },
      Active: false,
    };
    const record = recordOf('customer', customer);
    expect(record).toMatchObject({
      name: 'Kitchen',
      fullName: 'Birch & Sons:Kitchen',
      email: 'office@birch.example',
      active: false,
      facts: { subCustomer: true, parentId: '57' },
    });
    expect(JSON.stringify(record)).not.toMatch(/555 0100|Oak|12\.5/);
  });

  it('of a tax code name the rates it stands for', () => {
    const code = {
      ...meta,
      Id: '6',
      Name: '20.0% S',
      Description: '20.0% Standard',
      Taxable: true,
      TaxGroup: true,
      SalesTaxRateList: { TaxRateDetail: [{ TaxRateRef: { value: '3' }, TaxOrder: 0 }] },
      PurchaseTaxRateList: { TaxRateDetail: [{ TaxRateRef: { value: '4' }, TaxOrder: 0 }] },
    };
    expect(recordOf('tax_code', code)).toMatchObject({
      type: 'tax_code',
      name: '20.0% S',
      facts: { taxable: true, salesTaxRateIds: ['3'], purchaseTaxRateIds: ['4'] },
    });
    const { PurchaseTaxRateList: _, ...forSales } = code;
    // That a code has none is known, too.
    expect(recordOf('tax_code', forSales).facts).toMatchObject({ purchaseTaxRateIds: [] });
  });

  it('of a tax code say where tax is charged on tax', () => {
    const detail = { TaxRateRef: { value: '3' }, TaxTypeApplicable: 'TaxOnAmountPlusTax' };
    const code = { ...meta, Id: '6', Name: 'QC', SalesTaxRateList: { TaxRateDetail: [detail] } };
    expect(recordOf('tax_code', code).facts).toHaveProperty('taxOnTax', true);
    expect(recordOf('tax_code', code).facts).not.toHaveProperty('purchaseTaxOnTax');
    const bought = { ...code, PurchaseTaxRateList: { TaxRateDetail: [detail] } };
    expect(recordOf('tax_code', bought).facts).toHaveProperty('purchaseTaxOnTax', true);
  });

  it('of a tax rate have its values over time, as plain decimals and days', () => {
    const rate = {
      ...meta,
      Id: '3',
      Name: '20.0% S (Sales)',
      RateValue: 20,
      EffectiveTaxRate: [
        { RateValue: 17.5, EffectiveDate: '2010-01-01T00:00:00-08:00', EndDate: '2011-01-03' },
        { RateValue: 20, EffectiveDate: '2011-01-04T00:00:00-08:00' },
      ],
    };
    expect(recordOf('tax_rate', rate)).toMatchObject({
      type: 'tax_rate',
      facts: {
        percent: '20',
        changes: [
          { from: '2010-01-01', to: '2011-01-03', percent: '17.5' },
          { from: '2011-01-04', to: null, percent: '20' },
        ],
      },
    });
  });

  it.each([
    ['class', 'Residential'],
    ['department', 'North'],
    ['term', 'Net 30'],
    ['payment_method', 'Visa'],
  ] as const)('of a %s are known by their name', (type, Name) => {
    expect(recordOf(type, { ...meta, Id: '4', Name })).toMatchObject({ type, name: Name });
  });

  it('of a tax code QuickBooks brings itself have no version', () => {
    expect(recordOf('tax_code', { Id: 'NON', Name: 'NON' })).toMatchObject({
      quickbooksId: 'NON',
      syncToken: null,
    });
  });

  it('do without members QuickBooks leaves out or sends as null', () => {
    const record = recordOf('item', {
      Id: '1',
      SyncToken: '0',
      Name: 'A',
      Sku: null,
      MetaData: null,
    });
    expect(record).toMatchObject({ number: null, updatedAt: null, active: true, facts: {} });
  });
});

describe('an answer of another shape', () => {
  it.each([
    [{ SyncToken: '0', Name: 'A' }, 'Id'],
    [{ Id: 7, SyncToken: '0', Name: 'A' }, 'Id'],
    [{ Id: '7', SyncToken: '0', Name: 'A', Active: 'yes' }, 'Active'],
    ['<html>', '(whole)'],
    [null, '(whole)'],
  ])('%j is a typed error that names the member and no value', (json, member) => {
    const read = () => recordOf('item', json);
    expect(read).toThrow(UnexpectedShapeError);
    expect(read).toThrow(`QuickBooks answered Item in an unexpected shape: ${member}`);
  });

  it('with unknown members is read as if they were not there', () => {
    const json = JSON.parse(
      '{"Id":"1","SyncToken":"0","Name":"A","Odd":{"x":1},"__proto__":{"Sku":"s"}}',
    );
    const item = readEntity('Item', json);
    expect(item).not.toHaveProperty('Odd');
    expect(item.Sku).toBeUndefined();
  });

  it('in a line of an invoice names where', () => {
    const json = {
      Id: '1',
      SyncToken: '0',
      CustomerRef: { value: '2' },
      TotalAmt: 1,
      Line: [{ Amount: '1.00' }],
    };
    expect(() => readEntity('Invoice', json)).toThrow(/Line\.0\.Amount/);
  });
});

describe('facts of a company', () => {
  const info = (over: object = {}) => ({
    CompanyName: 'Evergreen Wholesale',
    Country: 'US',
    DefaultTimeZone: 'America/Denver',
    NameValue: [
      { Name: 'SubscriptionStatus', Value: 'PAID' },
      { Name: 'OfferingSku', Value: 'QuickBooks Online Plus' },
    ],
    ...over,
  });
  const preferences = (over: object = {}) => ({
    AccountingInfoPrefs: {
      BookCloseDate: '2026-10-31',
      ClassTrackingPerTxnLine: true,
      TrackDepartments: true,
    },
    CurrencyPrefs: { HomeCurrency: { value: 'USD' }, MultiCurrencyEnabled: false },
    SalesFormsPrefs: { CustomTxnNumbers: true, AllowDiscount: false, AllowShipping: true },
    TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: true },
    ...over,
  });

  it('are read from its info and its preferences', () => {
    expect(companyFacts(info(), preferences())).toEqual({
      name: 'Evergreen Wholesale',
      country: 'US',
      homeCurrency: 'USD',
      multiCurrency: false,
      bookCloseDate: '2026-10-31',
      customTxnNumbers: true,
      usingSalesTax: true,
      partnerTax: true,
      allowDiscount: false,
      allowShipping: true,
      classTracking: 'line',
      trackLocations: true,
      timeZone: 'America/Denver',
      plan: 'QuickBooks Online Plus',
    });
  });

  it.each([
    ['US', 'US'],
    ['USA', 'US'],
    ['GB', 'GB'],
    ['GBR', 'GB'],
    ['UK', 'GB'],
    ['uk ', 'GB'],
    ['CA', 'CA'],
    ['DE', 'DE'],
  ])('spell the country %s as %s', (Country, country) => {
    expect(companyFacts(info({ Country }), preferences()).country).toBe(country);
  });

  it('of open books and a bare company are null and false', () => {
    expect(companyFacts({ CompanyName: 'A', Country: 'UK' }, {})).toEqual({
      name: 'A',
      country: 'GB',
      homeCurrency: 'GBP',
      multiCurrency: false,
      bookCloseDate: null,
      customTxnNumbers: false,
      usingSalesTax: false,
      partnerTax: false,
      allowDiscount: true,
      allowShipping: false,
      classTracking: 'off',
      trackLocations: false,
      timeZone: null,
      plan: null,
    });
  });

  it('are an error where country or currency cannot be known', () => {
    expect(() => companyFacts(info({ Country: undefined }), preferences())).toThrow(/Country/);
    expect(() => companyFacts(info({ Country: 'DE' }), {})).toThrow(/HomeCurrency/);
  });
});

describe('names', () => {
  it('are the same but for outer and repeated space', () => {
    expect(nameKey('  Birch \t &\u00A0 Sons ')).toBe('Birch & Sons');
    expect(nameKey('birch & sons')).not.toBe(nameKey('Birch & Sons'));
  });

  it('that differ in case or in how accents are composed share the folded key', () => {
    expect(foldedNameKey('CAFÉ  Crème')).toBe(foldedNameKey('Cafe\u0301 cre\u0300me'));
    expect(foldedNameKey('Café')).not.toBe(foldedNameKey('Cafe'));
  });

  it('have stable keys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(nameKey(nameKey(name))).toBe(nameKey(name));
        expect(foldedNameKey(foldedNameKey(name))).toBe(foldedNameKey(name));
        expect(foldedNameKey(nameKey(name))).toBe(foldedNameKey(name));
      }),
    );
  });

  it('of inactive records are known without what QuickBooks appends', () => {
    expect(nameBeforeDeactivation('Thrifty (deleted)')).toBe('Thrifty');
    expect(nameBeforeDeactivation('Thrifty (Deleted)')).toBe('Thrifty');
    expect(nameBeforeDeactivation('(deleted) Thrifty')).toBe('(deleted) Thrifty');
  });
});
