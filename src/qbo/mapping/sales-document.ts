import type { DocumentByKind, SalesFormKind } from '../../contract/documents/index.js';
import type { Settings } from '../../contract/settings.js';
import type { CompanyFacts } from './company-facts.js';

/** A document that becomes a sales form in QuickBooks. */
export type SalesDocument = DocumentByKind[SalesFormKind];

/** QuickBooks' names of sales forms. */
export type SalesFormEntity = 'Invoice' | 'SalesReceipt' | 'CreditMemo';

/** Facts of the company a form is written for. */
export type SalesFormCompany = Pick<
  CompanyFacts,
  'country' | 'homeCurrency' | 'multiCurrency' | 'customTxnNumbers' | keyof SalesFeatures
>;

/** What the company's preferences allow on sales forms. */
export type SalesFeatures = Pick<
  CompanyFacts,
  | 'usingSalesTax'
  | 'partnerTax'
  | 'allowDiscount'
  | 'allowShipping'
  | 'classTracking'
  | 'trackLocations'
>;

/** The settings that decide how a form is written. */
export type SalesFormSettings = Pick<
  Settings,
  'tax' | 'difference' | 'dimensions' | 'quickbooksEmails' | 'item' | 'unitWord'
>;

/** Folding is the reading of `fold` in the United States alone; elsewhere it means as billed. */
export function isFolded(
  { tax }: Pick<Settings, 'tax'>,
  { country }: { country: string },
): boolean {
  return tax === 'fold' && country === 'US';
}
