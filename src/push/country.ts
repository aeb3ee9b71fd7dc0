import { type Reason, reason } from '../contract/reasons.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import { countryCode } from '../qbo/mapping/company-facts.js';

/** An app that says where its customer is must not reach a company elsewhere: tax depends on it. */
export function countryDiffers(
  attributes: Readonly<Record<string, string>>,
  { country }: CompanyFacts,
): Reason | undefined {
  const app = countryCode(attributes['country'] ?? '');
  // Spellings we do not know cannot be compared.
  const areCodes = [app, country].every((code) => /^[A-Z]{2}$/.test(code));
  return areCodes && app !== country
    ? reason('country_differs', { app, quickbooks: country })
    : undefined;
}
