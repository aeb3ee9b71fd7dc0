import type { CompanyFacts } from './company-facts.js';
import { type GroupedForm, groupedForm } from './grouped-form.js';
import { lineTarget } from './line-target.js';
import type { PurchaseDocument, PurchaseFormSettings } from './purchase-document.js';

/**
 * A purchase document as the settings want its lines. A line that comes to an account has no quantity
 * in QuickBooks, also where it is the settings that name the account.
 */
export function groupedPurchase(
  stated: PurchaseDocument,
  settings: Pick<PurchaseFormSettings, 'item' | 'unitWord' | 'dimensions' | 'accounts'>,
  company: Pick<CompanyFacts, 'homeCurrency'>,
): GroupedForm<PurchaseDocument> {
  return groupedForm(
    stated,
    settings,
    company,
    (line) => lineTarget(line, settings)?.kind !== 'account',
  );
}
