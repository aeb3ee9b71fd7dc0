import type { ReasonName } from '../../contract/reasons.js';
import type { Settings } from '../../contract/settings.js';
import { type Connection, connectionById } from '../connections/connections.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { type CauseToRelease, releaseInside } from './cause-release.js';

/** Causes of one connection one look takes; the next one goes on. */
const LOOKED_AT_MAX = 500;

/** A fix that was acted on is told anew only after so long: what fails again at once was not fixed. */
const KEPT_AFTER_RELEASE = '1 day';

interface Fixed {
  causeId: number;
  connectionId: string;
}

/**
 * Looks whether what documents and runs failed for is fixed by now, connection by connection: a name
 * that is in QuickBooks, books that are open again, a plan or preferences that are others, a company that
 * is connected, a setting that was saved.
 * Notes it, and tries again what fails for it where the connection wants that by itself.
 *
 * @returns how many fixes were seen.
 */
export async function seeFixes(ledger: Ledger): Promise<number> {
  const seen = [
    ...(await noteFixes(ledger, nameIsThere)),
    ...(await noteFixes(ledger, booksAreOpen)),
    ...(await noteFixes(ledger, planIsAnother)),
    ...(await noteFixes(ledger, isConnectedAgain)),
    ...(await noteFixes(ledger, await settingsThatHelp(ledger))),
  ];
  await ledger.sql`
    delete from cause_fixes f
    where coalesce(f.released_at < now() - ${KEPT_AFTER_RELEASE}::interval, true)
      and not exists (select 1 from cause_counts n
        where n.cause_id = f.cause_id and n.connection_id = f.connection_id and n.documents > 0)
      and not exists (select 1 from runs r
        where r.cause_id = f.cause_id and r.connection_id = f.connection_id)`;
  for (const fixed of seen) await releaseByItself(ledger, fixed);
  return seen.length;
}

/** What is held up, as the checks below see it; a pair of a cause and a connection each. */
const held = (sql: AnySql) => sql`
  select n.cause_id, n.connection_id, max(n.last_seen_at) as last_seen_at
  from cause_counts n where n.documents > 0 group by 1, 2
  union all
  select r.cause_id, r.connection_id, max(r.ended_at) from runs r
  where r.cause_id is not null group by 1, 2`;

type Check = (sql: AnySql) => ReturnType<AnySql>;

async function noteFixes({ sql }: Ledger, check: Check): Promise<Fixed[]> {
  return sql<Fixed[]>`
    insert into cause_fixes (cause_id, connection_id)
    select distinct held.cause_id, held.connection_id from (${held(sql)}) held
      join causes ca on ca.id = held.cause_id
      join connections c on c.id = held.connection_id
      join companies m on m.id = c.company_id
    where c.status = 'connected' and (${check(sql)})
      and not exists (select 1 from cause_fixes f
        where f.cause_id = held.cause_id and f.connection_id = held.connection_id)
    limit ${LOOKED_AT_MAX}
    on conflict do nothing returning cause_id, connection_id`;
}

/** Words of reasons for a sort of record, where they are not the type's own. */
export const TYPE_OF_NAME = {
  customer_missing: 'customer',
  vendor_missing: 'vendor',
  item_missing: 'item',
} as const satisfies Partial<Record<ReasonName, string>>;

/** Compared as names are: outer space dropped, inner space collapsed, whatever the case. */
const nameIsThere: Check = (sql) => sql`
  ca.reason in ('customer_missing', 'vendor_missing', 'item_missing', 'record_inactive')
  and exists (
    select 1 from records r
    where r.company_id = m.id and r.active and r.merged_into is null
      and r.type = coalesce(${sql.json(TYPE_OF_NAME)}::jsonb ->> ca.reason,
        case ca.params ->> 'type' when 'supplier' then 'vendor' when 'product' then 'item'
          else ca.params ->> 'type' end)
      and r.folded_key = lower(normalize(
        regexp_replace(btrim(ca.params ->> 'name'), '\\s+', ' ', 'g'), NFC)))`;

const booksAreOpen: Check = (sql) => sql`
  ca.reason = 'period_closed' and ca.params ->> 'closedThrough' is not null
  and m.facts_read_at > held.last_seen_at
  and coalesce(m.book_close_date < (ca.params ->> 'closedThrough')::date, true)`;

/** What it has now is seen when it is tried: which features a plan has, its name does not say. */
const planIsAnother: Check = (sql) => sql`
  ca.reason = 'plan_lacks' and m.features_changed_at > held.last_seen_at`;

const isConnectedAgain: Check = (sql) => sql`
  ca.reason = 'reconnect_needed' and m.status = 'connected'`;

/** Settings under which the reason is not given any more. */
const HELPS: { readonly [Name in ReasonName]?: (settings: Settings) => boolean } = {
  customer_missing: ({ customer }) => customer.missing === 'create',
  vendor_missing: ({ vendor }) => vendor.missing === 'create',
  item_missing: ({ item }) => item.missing === 'create' || item.mode === 'generic',
  vendor_right_missing: ({ vendor }) => vendor.missing === 'create',
  other_account: ({ item }) => item.otherAccount === 'warn',
  amount_differs: ({ difference }) => difference !== 'refuse',
  tax_differs: ({ difference }) => difference !== 'refuse',
  period_closed: ({ closedPeriod }) => closedPeriod !== 'fail',
  // What it lacked may be named now, or another thing that is there.
  setup_incomplete: () => true,
  country_differs: () => true,
};

/** Only of settings that were saved since something failed: those before were no help. */
async function settingsThatHelp({ sql }: Ledger): Promise<Check> {
  const rows = await sql<(Fixed & { reason: ReasonName })[]>`
    select held.cause_id, held.connection_id, ca.reason from (${held(sql)}) held
      join causes ca on ca.id = held.cause_id
    where ca.reason = any(${Object.keys(HELPS)}::text[])
      and exists (select 1 from settings_history h
        where h.connection_id = held.connection_id and h.at > held.last_seen_at)
      and not exists (select 1 from cause_fixes f
        where f.cause_id = held.cause_id and f.connection_id = held.connection_id)
    limit ${LOOKED_AT_MAX}`;
  const connections = new Map<string, Connection | undefined>();
  for (const id of new Set(rows.map(({ connectionId }) => connectionId))) {
    connections.set(id, await connectionById(sql, id));
  }
  const helped = rows.filter(({ connectionId, reason }) => {
    const connection = connections.get(connectionId);
    return connection !== undefined && HELPS[reason]?.(connection.settings) === true;
  });
  const pairs = helped.map(({ causeId, connectionId }) => ({
    cause_id: causeId,
    connection_id: connectionId,
  }));
  return (inner) => inner`
    (held.cause_id, held.connection_id) in (
      select p.cause_id, p.connection_id
      from jsonb_to_recordset(${inner.json(pairs)}) as p(cause_id bigint, connection_id uuid))`;
}

/** Where the connection wants it, and as its app: its own action on its own documents. */
async function releaseByItself(ledger: Ledger, { causeId, connectionId }: Fixed): Promise<void> {
  await ledger.sql.begin(async (tx: Transaction) => {
    const connection = await connectionById(tx, connectionId);
    if (connection?.settings.releaseWhenFixed !== true) return;
    const cause: CauseToRelease = {
      id: causeId,
      appId: connection.appId,
      connectionIds: [connectionId],
    };
    await releaseInside(tx, cause, { by: 'worker', actor: 'worker' });
  });
}
