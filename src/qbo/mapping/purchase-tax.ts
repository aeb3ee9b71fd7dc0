import type { FormTotals } from './expected-total.js';
import { sumOfMinor } from './minor-units.js';
import type { PurchaseDocument, PurchaseFormSettings } from './purchase-document.js';
import type { RatesByCode } from './tax-rates.js';
import type { BoughtForm, WrittenTax } from './written-form.js';

/** What the tax of a purchase form follows from. */
export interface PurchaseTaxInput {
  document: PurchaseDocument;
  /** QuickBooks' ids of the codes of `tax.lines`. */
  taxLineCodeIds: readonly (string | null)[];
  settings: Pick<PurchaseFormSettings, 'tax'>;
  rates: RatesByCode;
}

/** How the tax of a purchase form comes about: QuickBooks computes it from the codes of the lines. */
export function purchaseTax(_form: BoughtForm, _input: PurchaseTaxInput): WrittenTax {
  return { kind: 'computed' };
}

/** What QuickBooks will come to for a purchase form; undefined where that cannot be foreseen. */
export function expectedPurchaseTotals(
  { mode, lines, discount }: BoughtForm,
  _rates: RatesByCode,
): FormTotals | undefined {
  const bought = sumOfMinor(lines.map(({ amount }) => amount)) - discount;
  if (mode === 'us' || mode === 'NotApplicable') return { total: bought, tax: 0n };
  return mode === 'TaxInclusive' ? { total: bought, tax: null } : undefined;
}
