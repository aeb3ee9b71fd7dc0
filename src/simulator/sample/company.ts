/** CompanyInfo and Preferences of a new company. */

import type { Country, Plan } from '../engine/company.js';
import type { JsonObject } from '../json.js';
import { pacificDate } from '../pacific.js';

export const PLAN_NAMES: Record<Plan, string> = {
  simple_start: 'Simple Start',
  essentials: 'Essentials',
  plus: 'Plus',
  advanced: 'Advanced',
};

const ADDRESSES: Record<Country, JsonObject> = {
  US: {
    Id: '1',
    Line1: '48 Harbor Mill Road',
    City: 'Portland',
    Country: 'USA',
    CountrySubDivisionCode: 'OR',
    PostalCode: '97201',
  },
  GB: {
    Id: '1',
    Line1: '14 Weaver Street',
    City: 'Leeds',
    Country: 'GBR',
    PostalCode: 'LS1 4AB',
  },
};

const NAMES: Record<Country, string> = {
  US: 'Bluestem Workshop Supply',
  GB: 'Thornbury & Vale Supplies',
};

export function companyInfo(country: Country, plan: Plan, nowMs: number): JsonObject {
  const name = `${NAMES[country]} (${PLAN_NAMES[plan]})`;
  const address = ADDRESSES[country];
  return {
    CompanyName: name,
    LegalName: name,
    CompanyAddr: address,
    CustomerCommunicationAddr: address,
    LegalAddr: address,
    PrimaryPhone: {
      FreeFormNumber: country === 'US' ? '(503) 555-0142' : '0113 496 0142',
    },
    CompanyStartDate: pacificDate(nowMs),
    FiscalYearStartMonth: country === 'US' ? 'January' : 'April',
    Country: country,
    Email: { Address: 'books@workshop.example' },
    WebAddr: {},
    SupportedLanguages: 'en',
    DefaultTimeZone: country === 'US' ? 'America/Los_Angeles' : 'Europe/London',
    NameValue: [
      { Name: 'NeoEnabled', Value: 'true' },
      { Name: 'SubscriptionStatus', Value: 'PAID' },
      { Name: 'OfferingSku', Value: `QuickBooks Online ${PLAN_NAMES[plan]}` },
      { Name: 'ItemCategoriesFeature', Value: 'true' },
      { Name: 'PayrollFeature', Value: 'false' },
      { Name: 'AccountantFeature', Value: 'false' },
    ],
  };
}

export function preferences(country: Country, plan: Plan): JsonObject {
  const tracks = plan === 'plus' || plan === 'advanced';
  return {
    AccountingInfoPrefs: {
      UseAccountNumbers: false,
      TrackDepartments: tracks,
      ClassTrackingPerTxn: false,
      ClassTrackingPerTxnLine: tracks,
      FirstMonthOfFiscalYear: country === 'US' ? 'January' : 'April',
      TaxYearMonth: country === 'US' ? 'January' : 'April',
      TaxForm: '6',
      CustomerTerminology: 'Customers',
      DepartmentTerminology: 'Location',
    },
    ProductAndServicesPrefs: {
      ForSales: true,
      ForPurchase: true,
      QuantityWithPriceAndRate: true,
      QuantityOnHand: tracks,
    },
    SalesFormsPrefs: {
      CustomTxnNumbers: false,
      AllowDeposit: false,
      AllowDiscount: true,
      AllowEstimates: true,
      AllowServiceDate: true,
      AllowShipping: false,
      AutoApplyCredit: false,
      AutoApplyPayments: false,
      DefaultDiscountAccount: '86',
      DefaultTerms: { value: '3' },
      EmailCopyToCompany: false,
      ETransactionEnabledStatus: 'NotApplicable',
      ETransactionPaymentEnabled: false,
      ETransactionAttachPDF: false,
      IPNSupportEnabled: false,
      UsingPriceLevels: false,
      UsingProgressInvoicing: false,
      CustomField: [],
    },
    EmailMessagesPrefs: {},
    VendorAndPurchasesPrefs: {
      BillableExpenseTracking: tracks,
      TrackingByCustomer: tracks,
      POCustomField: [],
    },
    TimeTrackingPrefs: {
      UseServices: true,
      BillCustomers: true,
      ShowBillRateToAll: false,
      WorkWeekStartDate: 'Monday',
      MarkTimeEntriesBillable: true,
    },
    TaxPrefs:
      country === 'US'
        ? { UsingSalesTax: true, PartnerTaxEnabled: true, TaxGroupCodeRef: { value: '2' } }
        : { UsingSalesTax: true, PartnerTaxEnabled: false },
    CurrencyPrefs: {
      MultiCurrencyEnabled: false,
      HomeCurrency: { value: country === 'US' ? 'USD' : 'GBP' },
    },
    ReportPrefs: { ReportBasis: 'Accrual', CalcAgingReportFromTxnDate: false },
    OtherPrefs: {
      NameValue: [
        { Name: 'SalesFormsPrefs.DefaultItem', Value: '1' },
        { Name: 'WarnDuplicateCheckNumber', Value: 'true' },
        { Name: 'WarnDuplicateBillNumber', Value: 'false' },
      ],
    },
  };
}
