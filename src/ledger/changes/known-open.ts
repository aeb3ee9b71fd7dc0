import type { Transaction } from '../database/open.js';
import type { ChangesScope } from './changes-scope.js';

/**
 * Which of these invoices the ledger has as open, and the last moment at which they were so for sure: what
 * was sent, as of the changes read before these, and old ones as of their import. Of others nobody knows
 * how they stood. To be asked before what is known of them is brought up to date.
 */
export async function knownOpen(
  tx: Transaction,
  { id, since }: Pick<ChangesScope, 'id' | 'since'>,
  invoiceIds: readonly string[],
): Promise<Map<string, Date>> {
  if (invoiceIds.length === 0) return new Map();
  const ids = invoiceIds as string[];
  const rows = await tx<{ quickbooksId: string; at: Date }[]>`
    select quickbooks_id, max(at) as at from (
      select quickbooks_id, ${since}::timestamptz as at from links
      where company_id = ${id} and kind = 'invoice' and origin <> 'imported'
        and quickbooks_id = any(${ids}::text[]) and balance_minor > 0
      union all
      select i.quickbooks_id, i.imported_at from connections c
      join imported_invoices i on i.connection_id = c.id and i.company_id = ${id}
        and i.quickbooks_id = any(${ids}::text[])
      where c.company_id = ${id} and i.balance_minor > 0
    ) open group by 1`;
  return new Map(rows.map(({ quickbooksId, at }) => [quickbooksId, at]));
}
