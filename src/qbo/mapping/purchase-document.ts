import type { DocumentByKind, PurchaseFormKind } from '../../contract/documents/index.js';
import type { Settings } from '../../contract/settings.js';
import type { CompanyFacts } from './company-facts.js';
import { isZero } from './exact-number.js';

/** A document that becomes a purchase form in QuickBooks. */
export type PurchaseDocument = DocumentByKind[PurchaseFormKind];

/** QuickBooks' names of purchase forms. */
export type PurchaseFormEntity = 'PurchaseOrder' | 'Bill' | 'VendorCredit';

/** Facts of the company a form is written for. */
export type PurchaseFormCompany = Pick<
  CompanyFacts,
  | 'country'
  | 'homeCurrency'
  | 'multiCurrency'
  | 'usingSalesTax'
  | 'partnerTax'
  | 'classTracking'
  | 'trackLocations'
>;

/** The settings that decide how a form is written. */
export type PurchaseFormSettings = Pick<
  Settings,
  'tax' | 'difference' | 'dimensions' | 'referenceTo' | 'item' | 'unitWord' | 'accounts'
>;

/** Whether tax codes mean anything on the company's purchases; else none are looked for. */
export function taxesPurchases({
  country,
  usingSalesTax,
}: Pick<CompanyFacts, 'country' | 'usingSalesTax'>): boolean {
  return country !== 'US' && usingSalesTax;
}

/**
 * QuickBooks keeps no tax on purchases in the United States, whatever the settings say of tax, and a
 * company that is not registered for tax reclaims none: there it is part of what the goods cost.
 */
export function isCost(
  { tax }: Pick<PurchaseDocument, 'tax'>,
  company: Pick<CompanyFacts, 'country' | 'usingSalesTax'>,
): boolean {
  return !taxesPurchases(company) && !isZero(tax?.total);
}
