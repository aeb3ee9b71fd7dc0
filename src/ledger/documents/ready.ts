import type { AnySql, Ledger } from '../database/open.js';

/** When a company has work next. Kept so that a sweep reads one small table, not the documents. */
export async function markReady(
  sql: AnySql,
  ready: readonly { companyId: string; dueInMs: number }[],
): Promise<void> {
  if (ready.length === 0) return;
  const soonest = new Map<string, number>();
  for (const { companyId, dueInMs } of ready) {
    soonest.set(companyId, Math.min(dueInMs, soonest.get(companyId) ?? Number.POSITIVE_INFINITY));
  }
  const rows = [...soonest]
    .map(([companyId, dueInMs]) => ({ company_id: companyId, due_in_ms: dueInMs }))
    .sort((a, b) => (a.company_id < b.company_id ? -1 : 1));
  // The row is only written where that changes it: most statements of a busy company do not.
  await sql`
    insert into dispatch_state as s (company_id, next_ready_at)
    select company_id, now() + due_in_ms * interval '1 millisecond'
    from jsonb_to_recordset(${sql.json(rows as never)})
      as r(company_id uuid, due_in_ms double precision)
    on conflict (company_id) do update set next_ready_at = excluded.next_ready_at
    where s.next_ready_at is null or s.next_ready_at > excluded.next_ready_at`;
}

/** Companies whose due work nobody dispatched yet, longest waiting first. */
export async function readyCompanies(ledger: Ledger, limit: number): Promise<string[]> {
  const rows = await ledger.sql<{ companyId: string }[]>`
    select s.company_id from dispatch_state s join companies c on c.id = s.company_id
    where s.next_ready_at <= now() and c.status = 'connected'
    order by s.next_ready_at limit ${limit}`;
  return rows.map(({ companyId }) => companyId);
}
