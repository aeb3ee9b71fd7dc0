import type { Ledger } from '../database/open.js';

/** A mirrored tax code that charges nothing on one side of the books. */
export interface UntaxedCode {
  quickbooksId: string;
  rateIds: string[];
}

/**
 * The tax code for a line that is not to be taxed. A company may have several of 0 %, which differ in
 * its tax return; one that is outside the scope of tax says the least, then an exempt one.
 */
export async function findUntaxedCode(
  ledger: Ledger,
  companyId: string,
  side: 'sales' | 'purchase',
): Promise<UntaxedCode | undefined> {
  const { sql } = ledger;
  const ids = sql`c.facts->${`${side}TaxRateIds`}::text`;
  const [row] = await sql<UntaxedCode[]>`
    select c.quickbooks_id, ${ids} as rate_ids from records c
    where c.company_id = ${companyId} and c.type = 'tax_code' and c.active
      and jsonb_array_length(${ids}) > 0
      and not exists (
        select 1 from jsonb_array_elements_text(${ids}) as used(id)
        left join records r on r.company_id = c.company_id and r.type = 'tax_rate'
          and r.quickbooks_id = used.id
        where r.facts->>'percent' is distinct from '0')
    order by c.name !~* '(no (vat|tax|gst)|out of scope)', c.name !~* 'exempt', c.folded_key
    limit 1`;
  return row;
}
