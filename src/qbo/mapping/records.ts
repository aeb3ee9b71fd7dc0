import type { RecordType } from '../../contract/run.js';
import { plainDecimal } from './exact-number.js';
import { filled, stated } from './members.js';
import { type ReadableEntity, readEntity, type Stored } from './quickbooks-types.js';
import type { RateChange } from './tax-rates.js';

export { type CompanyFacts, companyFacts } from './company-facts.js';
export { emailKey, foldedNameKey, nameBeforeDeactivation, nameKey } from './names.js';

/** Small facts of a record that matching and settings look at; no addresses, no balances. */
export type RecordFacts = Readonly<
  Record<string, string | boolean | readonly string[] | readonly RateChange[]>
>;

/** One of QuickBooks' own objects as it is mirrored. */
export interface QuickBooksRecord {
  type: RecordType;
  quickbooksId: string;
  name: string;
  /** With its parents, joined by colons: `Sales:Online`. */
  fullName: string;
  /** Account number or SKU. */
  number: string | null;
  email: string | null;
  active: boolean;
  /** Null for tax codes QuickBooks brings itself. */
  syncToken: string | null;
  /** QuickBooks' LastUpdatedTime. */
  updatedAt: Date | null;
  facts: RecordFacts;
}

/** The QuickBooks entity each type of record is read from. */
export const ENTITY_BY_RECORD_TYPE = {
  account: 'Account',
  item: 'Item',
  customer: 'Customer',
  vendor: 'Vendor',
  tax_code: 'TaxCode',
  tax_rate: 'TaxRate',
  class: 'Class',
  department: 'Department',
  term: 'Term',
  payment_method: 'PaymentMethod',
} as const satisfies Record<RecordType, ReadableEntity>;

/**
 * Reads one row of a query as a record.
 * @throws UnexpectedShapeError where QuickBooks answered something else
 */
export function recordOf(type: RecordType, json: unknown): QuickBooksRecord {
  switch (type) {
    case 'account':
      return accountRecord(readEntity('Account', json));
    case 'item':
      return itemRecord(readEntity('Item', json));
    case 'customer':
      return customerRecord(readEntity('Customer', json));
    case 'vendor':
      return vendorRecord(readEntity('Vendor', json));
    case 'tax_code':
      return taxCodeRecord(readEntity('TaxCode', json));
    case 'tax_rate':
      return taxRateRecord(readEntity('TaxRate', json));
    case 'class':
    case 'department':
    case 'term':
    case 'payment_method':
      return namedRecord(type, readEntity(ENTITY_BY_RECORD_TYPE[type], json));
  }
}

export function accountRecord(account: Stored<'Account'>): QuickBooksRecord {
  return {
    ...identityOf('account', account, account.Name, account.FullyQualifiedName),
    number: filled(account.AcctNum) ?? null,
    facts: facts({
      accountType: account.AccountType,
      accountSubType: account.AccountSubType,
      classification: account.Classification,
      currency: account.CurrencyRef?.value,
      parentId: account.ParentRef?.value,
    }),
  };
}

/** Lines take items of every `itemType` but `Category`, which only groups others. */
export function itemRecord(item: Stored<'Item'>): QuickBooksRecord {
  return {
    ...identityOf('item', item, item.Name, item.FullyQualifiedName),
    number: filled(item.Sku) ?? null,
    facts: facts({
      itemType: item.Type,
      sku: filled(item.Sku),
      incomeAccountId: item.IncomeAccountRef?.value,
      expenseAccountId: item.ExpenseAccountRef?.value,
      taxable: item.Taxable,
      parentId: item.ParentRef?.value,
    }),
  };
}

export function customerRecord(customer: Stored<'Customer'>): QuickBooksRecord {
  return {
    ...identityOf('customer', customer, customer.DisplayName, customer.FullyQualifiedName),
    email: filled(customer.PrimaryEmailAddr?.Address) ?? null,
    facts: facts({
      companyName: filled(customer.CompanyName),
      currency: customer.CurrencyRef?.value,
      subCustomer: customer.Job,
      project: customer.IsProject,
      parentId: customer.ParentRef?.value,
    }),
  };
}

export function vendorRecord(vendor: Stored<'Vendor'>): QuickBooksRecord {
  return {
    ...identityOf('vendor', vendor, vendor.DisplayName, undefined),
    number: filled(vendor.AcctNum) ?? null,
    email: filled(vendor.PrimaryEmailAddr?.Address) ?? null,
    facts: facts({
      companyName: filled(vendor.CompanyName),
      currency: vendor.CurrencyRef?.value,
      apAccountId: vendor.APAccountRef?.value,
    }),
  };
}

export function taxCodeRecord(code: Stored<'TaxCode'>): QuickBooksRecord {
  return {
    ...identityOf('tax_code', code, code.Name, undefined),
    facts: facts({
      description: filled(code.Description),
      taxable: code.Taxable,
      group: code.TaxGroup,
      hiddenInQuickBooks: code.Hidden,
      salesTaxRateIds: rateIdsIn(code.SalesTaxRateList),
      purchaseTaxRateIds: rateIdsIn(code.PurchaseTaxRateList),
      taxOnTax: isTaxOnTax(code.SalesTaxRateList) ? true : undefined,
      purchaseTaxOnTax: isTaxOnTax(code.PurchaseTaxRateList) ? true : undefined,
    }),
  };
}

type RateList = Stored<'TaxCode'>['SalesTaxRateList'];

const rateIdsIn = (list: RateList) =>
  (list?.TaxRateDetail ?? []).flatMap((rate) => rate.TaxRateRef?.value ?? []);

const isTaxOnTax = (list: RateList) =>
  (list?.TaxRateDetail ?? []).some(
    ({ TaxTypeApplicable: on }) => on !== undefined && on !== 'TaxOnAmount',
  );

/** A rate with the values it had over time; a sale is taxed by the one of its date. */
export function taxRateRecord(rate: Stored<'TaxRate'>): QuickBooksRecord {
  const day = (text: string | undefined) => filled(text)?.slice(0, 10);
  const changes = rate.EffectiveTaxRate?.flatMap(({ RateValue, EffectiveDate, EndDate }) =>
    RateValue === undefined
      ? []
      : [
          {
            from: day(EffectiveDate) ?? '',
            to: day(EndDate) ?? null,
            percent: plainDecimal(RateValue),
          },
        ],
  );
  return {
    ...identityOf('tax_rate', rate, rate.Name, undefined),
    facts: facts({
      percent: rate.RateValue === undefined ? undefined : plainDecimal(rate.RateValue),
      changes,
      agencyId: rate.AgencyRef?.value,
    }),
  };
}

/** Classes, locations, terms and payment methods: found by name, and nothing more is known. */
export function namedRecord(type: NamedType, record: Stored<'Class'>): QuickBooksRecord {
  return {
    ...identityOf(type, record, record.Name, record.FullyQualifiedName),
    facts: facts({ parentId: record.ParentRef?.value }),
  };
}

type NamedType = 'class' | 'department' | 'term' | 'payment_method';
type Listed = Pick<Stored<'TaxCode'>, 'Id' | 'SyncToken' | 'MetaData' | 'Active'>;

function identityOf(
  type: RecordType,
  { Id, SyncToken, MetaData, Active }: Listed,
  name: string,
  fullName: string | undefined,
): Omit<QuickBooksRecord, 'facts'> {
  return {
    type,
    quickbooksId: Id,
    name,
    fullName: filled(fullName) ?? name,
    number: null,
    email: null,
    active: Active ?? true,
    syncToken: SyncToken ?? null,
    updatedAt: momentOf(MetaData?.LastUpdatedTime),
  };
}

function momentOf(text: string | undefined): Date | null {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? null : at;
}

function facts(known: Record<string, RecordFacts[string] | undefined>): RecordFacts {
  return stated(known) as RecordFacts;
}
