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

/** The columns of the facts, of a company called `c`. */
export const FACTS = (sql: AnySql) => sql`
  c.name, c.country, c.home_currency, c.multi_currency, c.custom_txn_numbers, c.book_close_date,
  c.time_zone, (extract(epoch from now() - c.facts_read_at) * 1000)::float8 as facts_age_ms`;

export type FactsRow = Pick<
  CompanyRow,
  | 'name'
  | 'country'
  | 'homeCurrency'
  | 'multiCurrency'
  | 'customTxnNumbers'
  | 'bookCloseDate'
  | 'timeZone'
> & { factsAgeMs: number | null };

/** Facts and their age; undefined until they were read once. */
export function factsOf(row: FactsRow): { facts: CompanyFacts; ageMs: number } | undefined {
  if (row.factsAgeMs === null) return undefined;
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
  return { facts, ageMs: row.factsAgeMs };
}

/** The same, as they are now. */
export async function readCompanyFacts(
  ledger: Ledger,
  companyId: string,
): Promise<{ facts: CompanyFacts; ageMs: number } | undefined> {
  const [row] = await ledger.sql<FactsRow[]>`
    select ${FACTS(ledger.sql)} from companies c where c.id = ${companyId}`;
  return row === undefined ? undefined : factsOf(row);
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
