import type { AnySql, Transaction } from '../database/open.js';

/**
 * Bills that wait for a purchase order, which their connection does not send any more.
 *
 * @param connectionId default: of all connections, as the sweep asks.
 */
export async function behindUnsentOrders(
  tx: Transaction,
  limit: number,
  connectionId?: string,
): Promise<number[]> {
  const those = connectionId === undefined ? tx`` : tx`and d.connection_id = ${connectionId}`;
  const rows = await tx<{ id: number }[]>`
    select d.id from documents d join connections c on c.id = d.connection_id
      left join documents b on b.id = d.blocked_by
    where ${unsentOrdersWait(tx)} and not c.settings -> 'modules' ? 'purchase_order' ${those}
    limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** A bill `d` waits for an order `b` that is not on its way. */
export const unsentOrdersWait = (sql: AnySql) => sql`
  d.reason = 'blocked_by' and d.status = 'waiting' and d.kind = 'bill'
  and d.params ->> 'kind' = 'purchase_order'
  and coalesce(b.status, 'failed') in ('failed', 'not_ready', 'skipped')`;
