import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import type { ConnectionHealth } from '../../contract/ops-connections.js';
import type { Ledger } from '../database/open.js';

/** Documents of one kind and status that are counted; there may be any number more. */
export const HEALTH_COUNT_MAX = 1_000;
/** Events looked through for the last success. */
const EVENTS_MAX = 500;
const OPEN = ['queued', 'syncing', 'checking', 'waiting'];

interface HealthRow {
  id: string;
  failed: number;
  open: number;
  lastSuccessAt: Date | null;
  oldestOpenSince: Date | null;
  tokenExpiresAt: Date | null;
  pausedUntil: Date | null;
}

/**
 * How connections do. Every part is a bounded stretch of an index, so that a page of fifty with a
 * million documents each is read as fast as one without.
 */
export async function connectionHealth(
  { sql }: Ledger,
  connectionIds: readonly string[],
): Promise<Map<string, ConnectionHealth>> {
  const max = sql.unsafe(String(HEALTH_COUNT_MAX));
  const rows = await sql<HealthRow[]>`
    select c.id, counted.failed, counted.open, counted.oldest_open_since, success.at as last_success_at,
      case when t.usable then least(t.refresh_expires_at, t.hard_expires_at) end as token_expires_at,
      case when l.paused_until > now() then l.paused_until end as paused_until
    from connections c
    cross join lateral (
      select least(${max}, coalesce(sum(n.documents) filter (where s.status = 'failed'), 0))::int as failed,
        least(${max}, coalesce(sum(n.documents) filter (where s.status <> 'failed'), 0))::int as open,
        min(n.since) filter (where s.status <> 'failed') as oldest_open_since
      from unnest(${['failed', ...OPEN]}::text[]) s(status), unnest(${[...DOCUMENT_KINDS]}::text[]) k(kind),
        lateral (
          select count(*) as documents, min(d.status_since) as since from (
            select status_since from documents d
            where d.connection_id = c.id and d.kind = k.kind and d.status = s.status
            order by d.id limit ${max}) d) n
    ) counted
    left join lateral (
      select e.at from (
        select at, type, status from events where connection_id = c.id
        order by number desc limit ${EVENTS_MAX}) e
      where e.type = 'document.status_changed' and e.status = 'synced'
      order by e.at desc limit 1) success on true
    left join tokens t on t.company_id = c.company_id
    left join lanes l on l.company_id = c.company_id
    where c.id = any(${[...connectionIds]}::uuid[])`;
  return new Map(rows.map((row) => [row.id, answerOf(row)]));
}

function answerOf(row: HealthRow): ConnectionHealth {
  return {
    failed: row.failed,
    open: row.open,
    countMax: HEALTH_COUNT_MAX,
    lastSuccessAt: row.lastSuccessAt?.toISOString() ?? null,
    oldestOpenSince: row.oldestOpenSince?.toISOString() ?? null,
    tokenExpiresAt: row.tokenExpiresAt?.toISOString() ?? null,
    pausedUntil: row.pausedUntil?.toISOString() ?? null,
  };
}
