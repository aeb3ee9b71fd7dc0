import { fingerprintOf, type Reason, type ReasonName } from '../../src/contract/reasons.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { REASON_SAMPLES } from '../support/reason-samples.js';
import { aConnected } from '../support/tenancy.js';

/** What a ledger is filled with, that people look at. */
export interface DashboardFilling {
  /** Documents in all: a quarter failed, a quarter synced, the others on their way or at rest. */
  documents: number;
  connections: number;
  causes: number;
  runs: number;
  audited: number;
  /** Customers in the list of the busy connection's company. */
  records: number;
}

/** Failures are of these, the first most often. */
const REASONS = [
  'customer_missing',
  'item_missing',
  'period_closed',
  'duplicate_number',
  'refused_by_quickbooks',
] as const satisfies readonly ReasonName[];

/**
 * Fills a ledger with everything that lists of the dashboard are about, unevenly: half of the documents are
 * of one connection, most are invoices, they are spread over sixty days, and the newest 50,000 have ended
 * within the last half hour. Contents are bytes nobody can decrypt.
 */
export async function fillDashboard(
  ledger: Ledger,
  appId: string,
  filling: DashboardFilling,
): Promise<void> {
  await addConnections(ledger, appId, filling.connections);
  await addCauses(ledger, appId, filling.causes);
  await addDocuments(ledger, filling);
  await addWhatFollows(ledger, appId);
  await addRuns(ledger, filling.runs);
  await addAudit(ledger, appId, filling.audited);
  await addRecords(ledger, filling.records);
  await ledger.sql.unsafe('vacuum analyze');
}

async function addConnections(ledger: Ledger, appId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { connection } = await aConnected(ledger, appId, String(9_000_000_000_000_000 + index));
    await ledger.sql`
      update connections set name = ${`${NAMES[index % NAMES.length]} ${index}`},
        external_id = ${`tenant-${index}`} where id = ${connection.id}`;
  }
  await ledger.sql`
    create table filled_connections as
      select (substr(external_id, 8))::int as place, id, company_id from connections`;
}

const NAMES = ['Harbor Dental', 'Acme Tools', 'Brook Bakery', 'Cedar Law', 'Delta Freight'];

async function addCauses({ sql }: Ledger, appId: string, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const name = REASONS[index % 8] ?? REASONS[0];
    const sample = REASON_SAMPLES[name];
    const params = 'name' in sample ? { ...sample, name: `Customer ${index}` } : sample;
    const fingerprint = `${fingerprintOf({ name, params } as Reason)} ${index}`;
    return { place: index, fingerprint, reason: name, params };
  });
  await sql`
    insert into causes (app_id, fingerprint, reason, params)
    select ${appId}, fingerprint, reason, params
    from jsonb_to_recordset(${sql.json(rows as never)})
      as j(place int, fingerprint text, reason text, params jsonb) order by place`;
}

/** A number that looks like chance, of the document's own: 0 … below. */
const chance = (salt: number, below: number) => `abs(hashint8extended(n, ${salt}) % ${below})::int`;

/** How many of a hundred documents have a status. */
const STATUS = `case
  when s < 25 then 'failed' when s < 50 then 'synced' when s < 88 then 'queued' when s < 96 then 'waiting'
  when s < 98 then 'not_ready' when s < 99 then 'skipped' else 'voided' end`;

async function addDocuments({ sql }: Ledger, filling: DashboardFilling): Promise<void> {
  const { documents, connections, causes } = filling;
  await sql.unsafe(
    `insert into documents (connection_id, company_id, kind, external_id, wanted_cipher, wanted_hash,
      number, party, document_date, currency, total_minor, status, status_since, reason, params,
      cause_id, released_revision, synced_revision, due_at, attempts, created_at, updated_at)
    select f.id, f.company_id, (array['payment', 'bill', 'credit_memo', 'customer', 'invoice', 'invoice',
        'invoice', 'invoice', 'invoice', 'invoice'])[k + 1],
      'D-' || n, decode(repeat(md5(n::text), 40), 'hex'), decode(md5(n::text), 'hex'), 'INV-' || n,
      'Customer ' || p, date '2026-11-01' + (n % 20)::int, case when n % 50 = 0 then null else 'USD' end,
      100 + a, status, since,
      case when status = 'waiting' then 'setup_incomplete' else c.reason end,
      case when status = 'waiting' then '{"missing": []}'::jsonb else c.params end, c.id, 1,
      case when status in ('synced', 'voided') then 1 else 0 end,
      case when status = 'queued' then since end, case when status = 'failed' then 1 else 0 end, since, since
    from (
      select n, k, p, a, why, place, ${STATUS} as status,
        case when n > $1::bigint - 50000 then now() - ($1::bigint - n) * interval '36 milliseconds'
          else now() - interval '30 minutes' - ($1::bigint - n)::float8 / $1::bigint * interval '60 days' end as since
      from (
        select n, ${chance(1, 10)} as k, ${chance(2, 100)} as s, ${chance(3, 5_003)} as p,
          ${chance(4, 900_000)} as a, ${chance(5, causes)} as why,
          case when n % 2 = 0 then 0 else ${chance(6, connections)} end as place
        from generate_series(1, $1::bigint) n) drawn
    ) n join filled_connections f using (place)
    left join (select id, reason, params, row_number() over (order by id) - 1 as why from causes) c
      on n.status = 'failed' and c.why = n.why
    order by n.n`,
    [documents],
  );
}

/** What the ledger itself would have written beside the documents. */
async function addWhatFollows({ sql }: Ledger, appId: string): Promise<void> {
  await sql`
    insert into document_history (document_id, at, revision, what, status, reason, params, by)
    select id, status_since, 1, status, status, reason, params, 'worker' from documents`;
  await sql`
    insert into cause_counts (cause_id, connection_id, currency, documents, amount_minor)
    select cause_id, connection_id, coalesce(currency, ''), count(*), sum(total_minor) from documents
    where cause_id is not null group by 1, 2, 3`;
  await sql`
    insert into cause_fixes (cause_id, connection_id)
    select distinct cause_id, connection_id from cause_counts where cause_id % 20 = 0`;
  await sql`
    insert into links (connection_id, company_id, kind, external_id, quickbooks_id, origin,
      exclusive, number, total_minor, balance_minor, currency)
    select connection_id, company_id, kind, external_id, id::text, 'pushed', true, number, total_minor,
      total_minor, 'USD' from documents where synced_revision = 1`;
  await sql`
    insert into events (connection_id, number, app_id, transaction, type, kind, external_id, revision,
      status, reason, at)
    select d.connection_id, coalesce(c.last, 0) + row_number() over (partition by d.connection_id order by d.id),
      ${appId}, d.id / 1000, 'document.status_changed', kind, external_id, 1, status, reason, status_since
    from documents d left join event_counters c using (connection_id)
    where status in ('synced', 'failed')`;
  await sql`
    insert into event_counters (connection_id, last)
    select connection_id, max(number) from events group by 1
    on conflict (connection_id) do update set last = excluded.last`;
  await sql`
    insert into dispatch_state (company_id, next_ready_at)
    select distinct company_id, now() from documents where due_at is not null
    on conflict (company_id) do update set next_ready_at = now()`;
}

async function addRuns({ sql }: Ledger, count: number): Promise<void> {
  // One in fifty failed; of one job all that failed is old.
  await sql`
    insert into runs (connection_id, company_id, job, trigger, types, status, reason, params, reads,
      created_at, started_at, ended_at)
    select f.id, f.company_id, job, 'schedule', '[]', status,
      case when status = 'failed' then 'quickbooks_unavailable' end, case when status = 'failed' then '{}'::jsonb end,
      4, at, at, at + interval '3 seconds'
    from (
      select n, now() - (${count} - n) * interval '30 seconds' as at,
        case when n < 200 then 'import_invoices' when n % 3 = 0 then 'refresh_master_data' else 'pull_changes' end as job,
        case when n % 50 = 0 then 'failed' else 'succeeded' end as status
      from generate_series(1, ${count}::int) n) drawn
    join filled_connections f on f.place = n % (select count(*) from filled_connections)`;
}

async function addAudit({ sql }: Ledger, appId: string, count: number): Promise<void> {
  await sql`
    insert into audit_log (at, actor, action, app_id, connection_id, subject)
    select now() - (${count} - n) * interval '5 seconds',
      case when n % 10 = 0 then 'person' || n / 10 % 20 || '@example.com' else 'key:' || n % 3 end,
      case when n < 500 then 'user.role_changed' when n % 10 = 0 then 'document.skipped'
        else 'connection.settings_changed' end,
      ${appId}, f.id, '{}'
    from generate_series(1, ${count}::int) n
    join filled_connections f on f.place = n % (select count(*) from filled_connections)`;
}

async function addRecords({ sql }: Ledger, count: number): Promise<void> {
  await sql`
    insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active)
    select f.company_id, 'customer', n::text, 'Customer ' || n, 'Customer ' || n, 'customer ' || n, true
    from generate_series(1, ${count}::int) n join filled_connections f on f.place = 0`;
  await sql`
    insert into record_lists (company_id, type, refreshed_at)
    select company_id, 'customer', now() from filled_connections`;
}
