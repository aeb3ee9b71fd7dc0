import { isObject, type JsonObject } from './fault.js';
import { type CompanyFacts, companyFacts } from './mapping/company-facts.js';
import { select } from './query.js';
import type { ReadOptions, Reads } from './reads.js';
import type { CompanyId } from './stores.js';

/** What {@link readCompany} costs, in metered reads. */
export const COMPANY_READS = 2;

/** Statements for what {@link companyFacts} is made of, CompanyInfo first, where both are asked together. */
export const COMPANY_QUERIES = [
  select('CompanyInfo').text(),
  select('Preferences').text(),
] as const;

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

/**
 * What CompanyInfo may call a subscription that has ended. Only the name of the member is documented
 * (CompanyInfo, NameValue `SubscriptionStatus`): a word that is not among these says nothing, and then
 * QuickBooks' answer to the next change does.
 */
const ENDED = /suspend|expir|cancel|terminat|inactiv|lapse|delinquen|closed/i;

/**
 * Whether the company can be read, and by its own word takes changes: one metered read. Throws as
 * every read.
 */
export async function readSubscription(
  quickbooks: Pick<Reads, 'query'>,
  companyId: CompanyId,
  o: ReadOptions,
): Promise<'ended' | 'not_ended'> {
  const [info] = await quickbooks.query<JsonObject>(companyId, select('CompanyInfo').text(), o);
  const pairs = info?.['NameValue'];
  const status = (Array.isArray(pairs) ? pairs : [])
    .filter(isObject)
    .find((pair) => pair['Name'] === 'SubscriptionStatus')?.['Value'];
  return typeof status === 'string' && ENDED.test(status) ? 'ended' : 'not_ended';
}
