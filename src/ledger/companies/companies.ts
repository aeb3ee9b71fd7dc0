import type { AnySql, Ledger } from '../database/open.js';
import type { CompanyRow } from '../rows.js';
import type { CompanyFeatures } from './company-features.js';

/** What mapping and gates need to know of a company. */
export interface CompanyFacts extends CompanyFeatures {
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

/** What a company is looked up by: its realm id stands nowhere in clear. */
export function realmHashOf(ledger: Ledger, realmId: string): Buffer {
  return ledger.hash.hash('companies.realm', realmId);
}

/** The columns of the facts, of a company called `c`. */
export const FACTS = (sql: AnySql) => sql`
  c.name, c.country, c.home_currency, c.multi_currency, c.custom_txn_numbers, c.book_close_date,
  c.time_zone, c.features, (extract(epoch from now() - c.facts_read_at) * 1000)::float8 as facts_age_ms`;

export type FactsRow = Pick<
  CompanyRow,
  | 'name'
  | 'country'
  | 'homeCurrency'
  | 'multiCurrency'
  | 'customTxnNumbers'
  | 'bookCloseDate'
  | 'timeZone'
  | 'features'
> & { factsAgeMs: number | null };

/** Facts and their age; undefined until they were read once. */
export function factsOf(row: FactsRow): { facts: CompanyFacts; ageMs: number } | undefined {
  const { name, country, homeCurrency, bookCloseDate, timeZone, features } = row;
  // Read by an older version: as good as not read.
  if (row.factsAgeMs === null || features === null) return undefined;
  const facts = {
    name,
    country: country ?? 'US',
    homeCurrency: homeCurrency ?? 'USD',
    multiCurrency: row.multiCurrency ?? false,
    customTxnNumbers: row.customTxnNumbers ?? false,
    bookCloseDate,
    timeZone,
    ...features,
    // Facts of an older version name no plan.
    plan: features.plan ?? null,
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
  const { usingSalesTax, partnerTax, allowDiscount, allowShipping } = facts;
  const { classTracking, trackLocations, plan } = facts;
  const features: CompanyFeatures = {
    usingSalesTax,
    partnerTax,
    allowDiscount,
    allowShipping,
    classTracking,
    trackLocations,
    plan,
  };
  await sql`
    update companies set ${sql(
      { ...facts, features: sql.json({ ...features }) as never },
      'name',
      'country',
      'homeCurrency',
      'multiCurrency',
      'customTxnNumbers',
      'bookCloseDate',
      'timeZone',
      'features',
    )}, facts_read_at = now(),
      features_changed_at = case when features is distinct from ${sql.json({ ...features })}
        then now() else features_changed_at end
    where id = ${companyId}`;
}
