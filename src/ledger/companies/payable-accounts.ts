import type { AnySql } from '../database/open.js';

/** A mirrored account of what is owed to suppliers. */
export interface PayableAccount {
  quickbooksId: string;
  /** ISO 4217; null where the company has one currency. */
  currency: string | null;
}

/** The active accounts payable accounts of a company: mostly one, and one for each foreign currency. */
export async function payableAccounts(sql: AnySql, companyId: string): Promise<PayableAccount[]> {
  return sql<PayableAccount[]>`
    select quickbooks_id, facts->>'currency' as currency from records
    where company_id = ${companyId} and type = 'account' and active
      and facts->>'accountType' = 'Accounts Payable'
    order by folded_key, quickbooks_id`;
}
