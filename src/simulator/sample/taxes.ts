/** Tax agencies, rates and codes that a company has from the start. */

import type { Country } from '../engine/company.js';
import type { JsonObject } from '../json.js';

export interface TaxObjects {
  TaxAgency: JsonObject[];
  TaxRate: JsonObject[];
  TaxCode: JsonObject[];
}

function agency(Id: string, DisplayName: string): JsonObject {
  return {
    Id,
    DisplayName,
    TaxTrackedOnPurchases: true,
    TaxTrackedOnSales: true,
    TaxAgencyConfig: 'SYSTEM_GENERATED',
  };
}

function rate(Id: string, Name: string, RateValue: number, agencyId: string): JsonObject {
  return {
    Id,
    Name,
    Description: Name,
    Active: true,
    RateValue,
    AgencyRef: { value: agencyId },
    SpecialTaxType: 'NONE',
    DisplayType: 'ReadOnly',
  };
}

function code(
  Id: string,
  Name: string,
  Description: string,
  rates: { sales: readonly string[]; purchase: readonly string[] },
): JsonObject {
  const list = (ids: readonly string[]) => ({
    TaxRateDetail: ids.map((value) => ({
      TaxRateRef: { value },
      TaxTypeApplicable: 'TaxOnAmount',
      TaxOrder: 0,
    })),
  });
  return {
    Id,
    Name,
    Description,
    Active: true,
    Taxable: true,
    TaxGroup: true,
    SalesTaxRateList: list(rates.sales),
    PurchaseTaxRateList: list(rates.purchase),
  };
}

/** `TAX` and `NON` are the words a US line may use; they have no rates of their own. */
function pseudoCode(Id: string, Taxable: boolean): JsonObject {
  return { Id, Name: Id, Description: Id, Active: true, Taxable, TaxGroup: false };
}

/** The description is the state for which the automated engine picks the code. */
const US: TaxObjects = {
  TaxAgency: [
    agency('1', 'California Department of Tax and Fee Administration'),
    agency('2', 'Arizona Department of Revenue'),
    agency('3', 'Washington State Department of Revenue'),
  ],
  TaxRate: [
    rate('1', 'Arizona State', 5.6, '2'),
    rate('2', 'Tucson City', 2.6, '2'),
    rate('3', 'California', 8, '1'),
    rate('4', 'Washington State', 6.5, '3'),
  ],
  TaxCode: [
    pseudoCode('TAX', true),
    pseudoCode('NON', false),
    code('2', 'California', 'CA', { sales: ['3'], purchase: [] }),
    code('3', 'Tucson', 'AZ', { sales: ['1', '2'], purchase: [] }),
    code('4', 'Washington', 'WA', { sales: ['4'], purchase: [] }),
  ],
};

/** The standard rate over time. Before 2010 it was another one, which nobody dates into. */
const STANDARD_RATES: JsonObject[] = [
  {
    RateValue: 17.5,
    EffectiveDate: '2010-01-01T00:00:00-08:00',
    EndDate: '2011-01-03T00:00:00-08:00',
  },
  { RateValue: 20, EffectiveDate: '2011-01-04T00:00:00-08:00' },
];

const GB: TaxObjects = {
  TaxAgency: [agency('1', 'HMRC VAT')],
  TaxRate: [
    { ...rate('3', '20.0% S (Sales)', 20, '1'), EffectiveTaxRate: STANDARD_RATES },
    { ...rate('4', '20.0% S (Purchases)', 20, '1'), EffectiveTaxRate: STANDARD_RATES },
    rate('5', '5.0% R (Sales)', 5, '1'),
    rate('6', '5.0% R (Purchases)', 5, '1'),
    rate('7', '0.0% Z (Sales)', 0, '1'),
    rate('8', '0.0% Z (Purchases)', 0, '1'),
    rate('9', 'Exempt (Sales)', 0, '1'),
    rate('10', 'Exempt (Purchases)', 0, '1'),
    rate('11', '0.0% ECG (Sales)', 0, '1'),
    rate('12', '0.0% ECS (Sales)', 0, '1'),
    rate('13', 'No VAT (Sales)', 0, '1'),
    rate('14', 'No VAT (Purchases)', 0, '1'),
    rate('15', '20.0% RC (Purchases)', 20, '1'),
    rate('16', '20.0% RC (Sales)', -20, '1'),
  ],
  TaxCode: [
    code('2', '0.0% ECG', 'EC goods, zero rate', { sales: ['11'], purchase: [] }),
    code('3', '0.0% ECS', 'EC services, zero rate', { sales: ['12'], purchase: [] }),
    code('4', 'Exempt', 'Exempt', { sales: ['9'], purchase: ['10'] }),
    code('5', '0.0% Z', 'Zero rate', { sales: ['7'], purchase: ['8'] }),
    code('6', '20.0% S', 'Standard rate', { sales: ['3'], purchase: ['4'] }),
    code('7', '5.0% R', 'Reduced rate', { sales: ['5'], purchase: ['6'] }),
    code('10', 'No VAT', 'Outside the scope of VAT', { sales: ['13'], purchase: ['14'] }),
    // The buyer owes the tax and reclaims it at once: both rates are on the purchase.
    code('11', '20.0% RC', 'Reverse charge', { sales: [], purchase: ['15', '16'] }),
  ],
};

export function taxObjects(country: Country): TaxObjects {
  return country === 'US' ? US : GB;
}
