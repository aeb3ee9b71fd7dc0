/** Preferences: the company's settings, one object read without an id. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import {
  date,
  decimal,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import { CUSTOM_FIELD, EMAIL, NAME_VALUE, SYSTEM } from '../../engine/shapes.js';
import { mergeJson, objectOf } from '../../json.js';
import { SINGLE } from './company-objects.js';
import { MONTH } from './months.js';

const ACCOUNTING_INFO: Shape = {
  UseAccountNumbers: flag(),
  DefaultARAccount: reference('Account'),
  DefaultAPAccount: reference('Account'),
  RequiresAccounts: flag(),
  TrackDepartments: flag(),
  DepartmentTerminology: text(),
  ClassTrackingPerTxn: flag(),
  ClassTrackingPerTxnLine: flag(),
  AutoJournalEntryNumber: flag(),
  FirstMonthOfFiscalYear: MONTH,
  TaxYearMonth: MONTH,
  TaxForm: text(),
  BookCloseDate: date(),
  CustomerTerminology: text(),
};

const ADVANCED_INVENTORY: Shape = {
  MLIAvailable: flag('r'),
  MLIEnabled: flag(),
  EnhancedInventoryReceivingEnabled: flag(),
  TrackingSerialOrLotNumber: flag(),
  TrackingOnSalesTransactionsEnabled: flag(),
  TrackingOnPurchaseTransactionsEnabled: flag(),
  TrackingOnInventoryAdjustmentEnabled: flag(),
  TrackingOnBuildAssemblyEnabled: flag(),
  FIFOEnabled: flag(),
  FIFOEffectiveDate: date(),
  RowShelfBinEnabled: flag(),
  BarcodeEnabled: flag(),
};

const PRODUCTS_AND_SERVICES: Shape = {
  ForSales: flag(),
  ForPurchase: flag(),
  InventoryAndPurchaseOrder: flag(),
  QuantityWithPriceAndRate: flag(),
  QuantityOnHand: flag(),
  UOM: oneOf(['Disabled', 'SinglePerItem', 'MultiplePerItem']),
  RevenueRecognition: flag(),
  RevenueRecognitionFrequency: text(),
};

/** Which custom fields are on, and what they are called: two lists of fields. */
const CUSTOM_FIELD_LISTS = listOf(object({ CustomField: listOf(object(CUSTOM_FIELD)) }));

const SALES_FORMS: Shape = {
  UsingProgressInvoicing: flag(),
  CustomField: CUSTOM_FIELD_LISTS,
  CustomTxnNumbers: flag(),
  DelayedCharges: flag(),
  SalesEmailCc: object(EMAIL),
  SalesEmailBcc: object(EMAIL),
  EmailCopyToCompany: flag(),
  AllowDeposit: flag(),
  AllowDiscount: flag(),
  DefaultDiscountAccount: text(),
  AllowEstimates: flag(),
  EstimateMessage: text(),
  ETransactionEnabledStatus: oneOf(['Enabled', 'NotApplicable']),
  ETransactionAttachPDF: flag(),
  ETransactionPaymentEnabled: flag(),
  IPNSupportEnabled: flag(),
  InvoiceMessage: text(),
  AllowServiceDate: flag(),
  AllowShipping: flag(),
  DefaultShippingAccount: text(),
  DefaultItem: reference('Item'),
  DefaultTerms: reference('Term', 'u'),
  DefaultDeliveryMethod: text(),
  AutoApplyCredit: flag(),
  AutoApplyPayments: flag(),
  PrintItemWithZeroAmount: flag(),
  DefaultShipMethodRef: reference(),
  DefaultMarkup: decimal(),
  TrackReimbursableExpensesAsIncome: flag(),
  UsingSalesOrders: flag(),
  UsingPriceLevels: flag(),
  DefaultFOB: text(),
  DefaultCustomerMessage: text(),
};

const VENDORS_AND_PURCHASES: Shape = {
  EnableBills: flag(),
  TrackingByCustomer: flag(),
  BillableExpenseTracking: flag(),
  DefaultTerms: reference('Term', 'u'),
  DefaultMarkup: decimal(),
  DefaultMarkupAccount: reference('Account'),
  AutomaticBillPayment: flag(),
  TPAREnabled: flag(),
  POCustomField: CUSTOM_FIELD_LISTS,
  MsgToVendors: text(4000),
  UsingInventory: flag(),
  UsingMultiLocationInventory: flag(),
  DaysBillsAreDue: integer(),
  DiscountAccountRef: reference('Account'),
};

const MESSAGE = object({ Subject: text(), Message: text() });

const EMAIL_MESSAGES: Shape = {
  NameValue: listOf(object(NAME_VALUE)),
  InvoiceMessage: MESSAGE,
  EstimateMessage: MESSAGE,
  SalesReceiptMessage: MESSAGE,
  StatementMessage: MESSAGE,
};

const TIME_TRACKING: Shape = {
  UseServices: flag(),
  DefaultTimeItem: reference('Item'),
  BillCustomers: flag(),
  ShowBillRateToAll: flag(),
  WorkWeekStartDate: oneOf([
    'Sunday',
    'Monday',
    'Tuesday',
    'Wednesday',
    'Thursday',
    'Friday',
    'Saturday',
  ]),
  TimeTrackingEnabled: flag(),
  MarkTimeEntriesBillable: flag(),
  MarkExpensesAsBillable: flag(),
};

const FINANCE_CHARGES: Shape = {
  AnnualInterestRate: decimal(),
  MinFinChrg: decimal(),
  GracePeriod: integer(),
  CalcFinChrgFromTxnDate: flag(),
  AssessFinChrgForOverdueCharges: flag(),
  FinChrgAccountRef: reference('Account'),
};

/** Sales tax is set up by a person; an app cannot switch it on (sales tax guide). */
const TAX: Shape = {
  UsingSalesTax: flag(),
  PartnerTaxEnabled: flag(),
  HideTaxManagement: flag(),
  TaxGroupCodeRef: reference('TaxCode', 'u'),
  TaxRateRef: reference('TaxRate', 'u'),
  PaySalesTax: oneOf(['Annually', 'Monthly', 'Quarterly']),
  NonTaxableSalesTaxCodeRef: reference('TaxCode', 'u'),
  TaxableSalesTaxCodeRef: reference('TaxCode', 'u'),
};

/** Several currencies are switched on by a person, once and for good (currency guide). */
const CURRENCY: Shape = {
  MultiCurrencyEnabled: flag(),
  HomeCurrency: reference(),
};

const GROUPS: Shape = {
  AccountingInfoPrefs: object(ACCOUNTING_INFO),
  AdvancedInventoryPrefs: object(ADVANCED_INVENTORY),
  ProductAndServicesPrefs: object(PRODUCTS_AND_SERVICES),
  SalesFormsPrefs: object(SALES_FORMS),
  EmailMessagesPrefs: object(EMAIL_MESSAGES),
  PrintDocumentPrefs: object({ NameValue: listOf(object(NAME_VALUE)) }),
  VendorAndPurchasesPrefs: object(VENDORS_AND_PURCHASES),
  TimeTrackingPrefs: object(TIME_TRACKING),
  TaxPrefs: object(TAX, 'r'),
  FinanceChargesPrefs: object(FINANCE_CHARGES),
  CurrencyPrefs: object(CURRENCY, 'r'),
  ReportPrefs: object({
    ReportBasis: oneOf(['Accrual', 'Cash']),
    CalcAgingReportFromTxnDate: flag(),
  }),
  OtherPrefs: object({ NameValue: listOf(object(NAME_VALUE)) }, 'r'),
};

/** A setting left out stays as it is, in a sparse and in a full update: settings have no null. */
const groupsKeepTheirSettings: Step = ({ after, before }) => {
  for (const group of Object.keys(GROUPS)) {
    const stored = objectOf(before, group);
    const sent = objectOf(after, group);
    if (stored !== undefined) after[group] = sent === undefined ? stored : mergeJson(stored, sent);
  }
};

export const preferences: EntityDefinition = {
  ...SINGLE,
  name: 'Preferences',
  path: 'preferences',
  ids: { series: 'preferences', first: 1 },
  fields: { ...GROUPS, ...SYSTEM },
  derive: [groupsKeepTheirSettings],
};
