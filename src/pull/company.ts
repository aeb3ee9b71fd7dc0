import type { CompanyFacts } from '../ledger/companies.js';
import { isObject } from '../qbo/fault.js';
import { companyFacts } from '../qbo/mapping/company-facts.js';
import { select } from '../qbo/query.js';
import type { QuickBooks } from '../qbo/quickbooks.js';

/** What {@link readCompanyFacts} costs. */
export const COMPANY_FACTS_READS = 2;

/** Reads CompanyInfo and Preferences: two metered reads. */
export async function readCompanyFacts(from: {
  quickbooks: QuickBooks;
  run: { companyId: string };
  signal: AbortSignal;
}): Promise<CompanyFacts> {
  const { quickbooks, run, signal } = from;
  const [info] = await quickbooks.query(run.companyId, select('CompanyInfo').text(), { signal });
  const answered = await quickbooks.read(run.companyId, 'preferences', { signal });
  return companyFacts(info, isObject(answered) ? answered['Preferences'] : undefined);
}
