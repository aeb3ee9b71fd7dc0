import type { AnySql, Ledger } from './open.js';
import type { CompanyRow } from './rows.js';

/** What mapping and gates need to know of a company. */
export interface CompanyFacts {
  name: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string;
  homeCurrency: string;
  multiCurrency: boolean;
  customTxnNumbers: boolean;
  /** Books are closed through this date; null where they are open. */
  bookCloseDate: string | null;
  timeZone: string | null;
}

/** Facts and their age; undefined until they were read once. */
export async function readCompanyFacts(
  ledger: Ledger,
  companyId: string,
): Promise<{ facts: CompanyFacts; ageMs: number } | undefined> {
  const [row] = await ledger.sql<(CompanyRow & { ageMs: number | null })[]>`
    select *, (extract(epoch from now() - facts_read_at) * 1000)::float8 as age_ms
    from companies where id = ${companyId}`;
  if (row === undefined || row.ageMs === null) return undefined;
  const { name, country, homeCurrency, bookCloseDate, timeZone } = row;
  const facts = {
    name,
    country: country ?? 'US',
    homeCurrency: homeCurrency ?? 'USD',
    multiCurrency: row.multiCurrency ?? false,
    customTxnNumbers: row.customTxnNumbers ?? false,
    bookCloseDate,
    timeZone,
  };
  return { facts, ageMs: row.ageMs };
}

export async function saveCompanyFacts(
  sql: AnySql,
  companyId: string,
  facts: CompanyFacts,
): Promise<void> {
  await sql`
    update companies set ${sql(
      { ...facts },
      'name',
      'country',
      'homeCurrency',
      'multiCurrency',
      'customTxnNumbers',
      'bookCloseDate',
      'timeZone',
    )}, facts_read_at = now() where id = ${companyId}`;
}
