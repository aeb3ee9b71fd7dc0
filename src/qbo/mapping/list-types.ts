import { z } from 'zod';
import { flag, identity, maybe, number, ref, text } from './answer-parts.js';

/** Lists of QuickBooks that are read and never written: accounts, tax codes and rates, and the short ones. */

/** Lists of which little more than the name is used. */
export const namedList = z.object({
  ...identity,
  Name: z.string(),
  FullyQualifiedName: text,
  Active: flag,
  Type: text,
  DueDays: number,
  ParentRef: maybe(ref),
});

const taxRateList = maybe(
  z.object({
    TaxRateDetail: maybe(z.array(z.object({ TaxRateRef: maybe(ref), TaxTypeApplicable: text }))),
  }),
);

export const account = z.object({
  ...identity,
  Name: z.string(),
  FullyQualifiedName: text,
  AcctNum: text,
  AccountType: text,
  AccountSubType: text,
  Classification: text,
  CurrencyRef: maybe(ref),
  ParentRef: maybe(ref),
  Active: flag,
});

export const taxCode = z.object({
  ...identity,
  /** Missing from the codes QuickBooks brings itself. */
  SyncToken: text,
  Name: z.string(),
  Description: text,
  Active: flag,
  Hidden: flag,
  Taxable: flag,
  TaxGroup: flag,
  SalesTaxRateList: taxRateList,
  PurchaseTaxRateList: taxRateList,
});

export const taxRate = z.object({
  ...identity,
  SyncToken: text,
  Name: z.string(),
  Active: flag,
  RateValue: number,
  AgencyRef: maybe(ref),
  EffectiveTaxRate: maybe(
    z.array(z.object({ RateValue: number, EffectiveDate: text, EndDate: text })),
  ),
});
