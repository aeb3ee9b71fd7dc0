import type { Ledger } from '../../src/ledger/database/open.js';

/** How many rows of each sort a connection gets; all are rows the product itself could have written. */
export interface Filling {
  /** Due documents in no push, the oldest first. */
  waiting: number;
  /** Documents on their way, each in an open push of its own that nobody holds. */
  open: number;
  /** Failed documents, shared out over their causes. */
  failed: number;
  /** Synced documents, each with its push, request and link. */
  synced: number;
  causes: number;
}

export interface Filled {
  appId: string;
  connectionId: string;
  companyId: string;
}

/**
 * Fills a ledger by set-based SQL, as fast as PostgreSQL writes. Contents are bytes nobody can
 * decrypt: for what reads lists, not for what sends. Statistics are fresh afterwards.
 */
export async function fillLedger(ledger: Ledger, place: Filled, filling: Filling): Promise<void> {
  await addWaiting(ledger, place, filling);
  await addOpen(ledger, place, filling);
  await addFailed(ledger, place, filling);
  await addSynced(ledger, place, filling);
  await analyze(ledger);
}

/** About as long as the ciphertext of an invoice of two lines. */
const CONTENTS = `decode(repeat(md5(n::text), 40), 'hex')`;
/** One in so many documents goes to the same customer. */
const PARTIES = 5_000;

const column = `'invoice', $3 || n, ${CONTENTS}, decode(md5(n::text), 'hex'), 'INV-' || $3 || n,
  'Customer ' || n % ${PARTIES}, date '2026-11-01' + (n % 20)::int, 'USD', 100 + n % 90000`;
const INSERT = `insert into documents (connection_id, company_id, kind, external_id, wanted_cipher,
  wanted_hash, number, party, document_date, currency, total_minor`;

/** A sample of 300 times the target: all rows of a test's tables, so that plans do not depend on luck. */
async function analyze({ sql }: Ledger): Promise<void> {
  const session = await sql.reserve();
  try {
    await session`set default_statistics_target = 400`;
    await session.unsafe('vacuum analyze');
    await session`reset default_statistics_target`;
  } finally {
    session.release();
  }
}

async function addWaiting({ sql }: Ledger, { connectionId, companyId }: Filled, f: Filling) {
  await sql.unsafe(
    `with added as (
      ${INSERT}, status, released_revision, due_at)
      select $1::uuid, $2::uuid, ${column}, 'queued', 1, now() - interval '1 day' + n * interval '10 milliseconds'
      from generate_series(1, $4::int) n returning id)
    insert into document_history (document_id, revision, what, status, by)
    select id, 1, 'stated', 'queued', 'app' from added`,
    [connectionId, companyId, 'W', f.waiting],
  );
  await sql`
    insert into dispatch_state (company_id, next_ready_at) values (${companyId}, now())
    on conflict (company_id) do update set next_ready_at = now()`;
}

async function addOpen({ sql }: Ledger, { connectionId, companyId }: Filled, f: Filling) {
  if (f.open === 0) return;
  await sql.unsafe(
    `${INSERT}, status, released_revision)
    select $1::uuid, $2::uuid, ${column}, 'syncing', 1 from generate_series(1, $4::int) n`,
    [connectionId, companyId, 'O', f.open],
  );
  await sql`
    with opened as (
      insert into pushes (company_id, kind, lane_class, priority, batch)
      select ${companyId}, 'invoice', 1, 101, false from generate_series(1, ${f.open}::int)
      returning id
    ), numbered as (select id, row_number() over (order by id) as place from opened),
    sent as (
      select id, row_number() over (order by id) as place from documents
      where connection_id = ${connectionId} and status = 'syncing'
    )
    insert into push_items (push_id, document_id, revision)
    select numbered.id, sent.id, 1 from numbered join sent using (place)`;
}

async function addFailed({ sql }: Ledger, { appId, connectionId, companyId }: Filled, f: Filling) {
  if (f.failed === 0) return;
  await sql`
    insert into causes (app_id, fingerprint, reason, params)
    select ${appId}, 'filled ' || n, 'customer_missing', jsonb_build_object('name', 'Customer ' || n)
    from generate_series(1, ${f.causes}::int) n`;
  await sql.unsafe(
    `with c as (
      select id, row_number() over (order by id) - 1 as place from causes
      where app_id = $5::uuid and fingerprint like 'filled %'
    ), added as (
      ${INSERT}, status, reason, params, cause_id, released_revision, attempts)
      select $1::uuid, $2::uuid, ${column}, 'failed', 'customer_missing', '{"name": "Customer"}', c.id, 1, 1
      from generate_series(1, $4::int) n join c on c.place = n % $6::int returning id)
    insert into document_history (document_id, revision, what, status, by)
    select id, 1, what, what, 'app' from added, unnest(array['queued', 'syncing', 'failed']) what`,
    [connectionId, companyId, 'F', f.failed, appId, f.causes],
  );
  await sql`
    insert into cause_counts (cause_id, connection_id, currency, documents, amount_minor)
    select cause_id, connection_id, currency, count(*), sum(total_minor) from documents
    where connection_id = ${connectionId} and cause_id is not null group by 1, 2, 3`;
  await addEvents({ sql }, { appId, connectionId }, 'failed');
}

async function addSynced({ sql }: Ledger, { appId, connectionId, companyId }: Filled, f: Filling) {
  if (f.synced === 0) return;
  await sql.unsafe(
    `with added as (
      ${INSERT}, status, released_revision, synced_revision)
      select $1::uuid, $2::uuid, ${column}, 'synced', 1, 1
      from generate_series(1, $4::int) n returning id, kind, external_id, number, total_minor
    ), linked as (
      insert into links (connection_id, company_id, kind, external_id, quickbooks_id, origin,
        exclusive, number, total_minor, balance_minor, currency)
      select $1::uuid, $2::uuid, kind, external_id, id::text, 'pushed', true, number, total_minor,
        total_minor, 'USD' from added
    )
    insert into document_history (document_id, revision, what, status, by)
    select id, 1, what, what, 'app' from added, unnest(array['queued', 'syncing', 'synced']) what`,
    [connectionId, companyId, 'S', f.synced],
  );
  // One push per document, in the order of both: their numbers are only known once they are there.
  await sql.unsafe(
    `with opened as (
      insert into pushes (company_id, kind, lane_class, priority, batch, opened_at, closed_at)
      select $1::uuid, 'invoice', 1, 101, false, now() - interval '1 hour', now() - interval '1 hour'
      from generate_series(1, $3::int) returning id
    ), numbered as (select id, row_number() over (order by id) as place from opened),
    settled as (
      select id, row_number() over (order by id) as place from documents
      where connection_id = $2::uuid and status = 'synced'
    ), items as (
      insert into push_items (push_id, document_id, revision, operation, settings_version, outcome)
      select numbered.id, settled.id, 1, 'create', 1, 'synced' from numbered join settled using (place)
    )
    insert into requests (push_id, company_id, request_id, call, path_cipher, body_cipher, sent_at,
      last_sent_at, sends, state, answer_status, answer_cipher, intuit_tid, ended_at)
    select id, $1::uuid, 'filled-' || id, 'single', decode(md5(id::text), 'hex'),
      decode(repeat(md5(id::text), 40), 'hex'), now() - interval '1 hour', now() - interval '1 hour', 1,
      'answered', 200, decode(repeat(md5(id::text), 60), 'hex'), 'tid', now() - interval '1 hour' from numbered`,
    [companyId, connectionId, f.synced],
  );
  await addEvents({ sql }, { appId, connectionId }, 'synced');
}

async function addEvents(
  { sql }: Pick<Ledger, 'sql'>,
  { appId, connectionId }: Omit<Filled, 'companyId'>,
  status: 'failed' | 'synced',
): Promise<void> {
  await sql`
    with last as (select coalesce(max(number), 0) as number from events where connection_id = ${connectionId})
    insert into events (connection_id, number, app_id, transaction, type, kind, external_id, revision, status)
    select ${connectionId}, last.number + row_number() over (order by id), ${appId}, 1,
      'document.status_changed', kind, external_id, 1, ${status} from documents, last
    where connection_id = ${connectionId} and status = ${status}`;
  await sql`
    insert into event_counters (connection_id, last)
    select ${connectionId}, max(number) from events where connection_id = ${connectionId}
    on conflict (connection_id) do update set last = excluded.last`;
}
