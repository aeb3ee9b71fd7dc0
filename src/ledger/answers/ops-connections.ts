import { CONNECTION_STATUSES, type ConnectionStatus } from '../../contract/connection.js';
import type {
  OpsConnection,
  OpsConnectionPage,
  OpsConnectionRow,
} from '../../contract/ops-connections.js';
import { RECORD_TYPES, type RecordType } from '../../contract/run.js';
import { connectionAnswers } from '../connections/connection-answers.js';
import { connectionHealth, HEALTH_COUNT_MAX } from '../connections/connection-health.js';
import { connectionById, connectionsByIds } from '../connections/connections.js';
import { escapedForLike } from '../database/like.js';
import type { Ledger } from '../database/open.js';

/** Connections of every app, for people with a role. */

export interface ConnectionFilter {
  status?: ConnectionStatus | undefined;
  /** Part of a name or externalId, whatever the case. */
  q?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** One page by name, with the number of connections per status. */
export async function listOpsConnections(
  ledger: Ledger,
  { status, q, after, limit }: ConnectionFilter,
): Promise<OpsConnectionPage> {
  const { sql } = ledger;
  const behind = after === undefined ? undefined : cursorOf(after);
  const part = q === undefined ? undefined : `%${escapedForLike(q.toLowerCase())}%`;
  const rows = await sql<{ id: string; name: string }[]>`
    select id, lower(name) as name from connections where true
      ${status === undefined ? sql`` : sql`and status = ${status}`}
      ${part === undefined ? sql`` : sql`and lower(name || ' ' || external_id) like ${part}`}
      ${behind === undefined ? sql`` : sql`and (lower(name), id) > (${behind.name}, ${behind.id})`}
    order by lower(name), id limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    connections: await rowsOf(
      ledger,
      page.map(({ id }) => id),
    ),
    after: rows.length > limit && last !== undefined ? cursorText(last) : null,
    counts: await countsOf(ledger),
  };
}

/** One connection with everything that decides how it does; undefined where there is none. */
export async function readOpsConnection(
  ledger: Ledger,
  id: string,
): Promise<OpsConnection | undefined> {
  const connection = await connectionById(ledger.sql, id);
  const [row] = connection === undefined ? [] : await rowsOf(ledger, [id]);
  if (connection === undefined || row === undefined) return undefined;
  const [answer] = await connectionAnswers(ledger, [connection]);
  if (answer === undefined) return undefined;
  const { connectUrl: _, ...shown } = answer;
  const { companyId } = connection;
  return {
    ...shown,
    app: row.app,
    health: row.health,
    settingsVersion: connection.settingsVersion,
    traffic: companyId === null ? null : await trafficOf(ledger, companyId),
    lists: companyId === null ? [] : await listsOf(ledger, companyId),
  };
}

async function rowsOf(ledger: Ledger, ids: readonly string[]): Promise<OpsConnectionRow[]> {
  const { sql } = ledger;
  const found = await connectionsByIds(sql, ids);
  const connections = ids.flatMap((id) => found.get(id) ?? []);
  const health = await connectionHealth(ledger, ids);
  const apps = await sql<{ id: string; name: string }[]>`
    select id, name from apps where id = any(${connections.map(({ appId }) => appId)}::uuid[])`;
  const answers = await connectionAnswers(ledger, connections);
  return answers.map(({ settings: _, actions: __, connectUrl: ___, ...answer }, index) => {
    const appId = connections[index]?.appId;
    return {
      ...answer,
      app: apps.find(({ id }) => id === appId) ?? { id: '', name: '' },
      health: health.get(answer.id) ?? UNKNOWN,
    };
  });
}

const UNKNOWN: OpsConnectionRow['health'] = {
  failed: 0,
  open: 0,
  countMax: HEALTH_COUNT_MAX,
  lastSuccessAt: null,
  oldestOpenSince: null,
  tokenExpiresAt: null,
  pausedUntil: null,
};

async function countsOf({ sql }: Ledger): Promise<OpsConnectionPage['counts']> {
  const rows = await sql<{ status: string; count: number }[]>`
    select status, count(*)::int as count from connections group by 1`;
  const counted = new Map(rows.map(({ status, count }) => [status, count]));
  return Object.fromEntries(
    CONNECTION_STATUSES.map((status) => [status, counted.get(status) ?? 0]),
  ) as OpsConnectionPage['counts'];
}

interface TrafficRow {
  inFlight: number;
  slots: number;
  openPushes: number;
  connections: number;
  webhookAt: Date | null;
  changesSince: Date | null;
  bookCloseDate: string | null;
}

async function trafficOf({ sql }: Ledger, companyId: string): Promise<OpsConnection['traffic']> {
  const [row] = await sql<TrafficRow[]>`
    select c.webhook_at, c.changes_since, c.book_close_date, s.in_flight, s.slots,
      (select count(*)::int from pushes p where p.company_id = c.id and p.closed_at is null)
        as open_pushes,
      (select count(*)::int from connections o where o.company_id = c.id) as connections
    from companies c cross join lateral (
      select count(*)::int as slots, count(*) filter (where held_until > now())::int as in_flight
      from lane_slots where company_id = c.id) s
    where c.id = ${companyId}`;
  if (row === undefined) return null;
  return {
    ...row,
    webhookAt: row.webhookAt?.toISOString() ?? null,
    changesSince: row.changesSince?.toISOString() ?? null,
  };
}

interface ListRow {
  type: RecordType;
  records: number;
  hidden: number;
  refreshedAt: Date | null;
  stale: boolean;
}

async function listsOf({ sql }: Ledger, companyId: string): Promise<OpsConnection['lists']> {
  const rows = await sql<ListRow[]>`
    select l.type, l.refreshed_at, l.stale, n.records, n.hidden
    from record_lists l cross join lateral (
      select count(*)::int as records, count(*) filter (where r.hidden)::int as hidden
      from records r where r.company_id = l.company_id and r.type = l.type and r.active) n
    where l.company_id = ${companyId}`;
  return rows
    .sort((a, b) => RECORD_TYPES.indexOf(a.type) - RECORD_TYPES.indexOf(b.type))
    .map((row) => ({ ...row, refreshedAt: row.refreshedAt?.toISOString() ?? null }));
}

function cursorText(last: { id: string; name: string }): string {
  return Buffer.from(JSON.stringify([last.name, last.id])).toString('base64url');
}

/** Undefined for what is no cursor of ours: the list then begins anew. */
function cursorOf(text: string): { id: string; name: string } | undefined {
  try {
    const [name, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    const isOurs = typeof name === 'string' && typeof id === 'string' && /^[\da-f-]{36}$/.test(id);
    return isOurs ? { name, id } : undefined;
  } catch {
    return undefined;
  }
}
