import { isObject } from './fault.js';
import { type CompanyFacts, companyFacts } from './mapping/company-facts.js';
import { select } from './query.js';
import type { ReadOptions, Reads } from './reads.js';
import type { CompanyId } from './stores.js';

/** What {@link readCompany} costs, in metered reads. */
export const COMPANY_READS = 2;

/** Facts of a company, from its CompanyInfo and Preferences. Throws as every read. */
export async function readCompany(
  quickbooks: Pick<Reads, 'query' | 'read'>,
  companyId: CompanyId,
  o: ReadOptions,
): Promise<CompanyFacts> {
  const [info] = await quickbooks.query(companyId, select('CompanyInfo').text(), o);
  const answered = await quickbooks.read(companyId, 'preferences', o);
  return companyFacts(info, isObject(answered) ? answered['Preferences'] : undefined);
}
