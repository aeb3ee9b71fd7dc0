import { DOCUMENT_KINDS, type DocumentKind } from '../../contract/documents/index.js';
import { parkDueDocuments } from '../connections/reconnect.js';
import type { Ledger, Transaction } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import { holdOn } from '../documents/standing.js';
import { LANE_CLASS, type LaneClass } from '../rows.js';
import {
  type AdmissionLimits,
  busyKinds,
  type DueDocument,
  type OpenCount,
  type PlannedPush,
  planPushes,
  roomOf,
} from './admission.js';
import { isInNoPush } from './pushes.js';

export { type AdmissionLimits, DEFAULT_ADMISSION } from './admission.js';

/** A push that was opened and wants its wake-up. */
export interface OpenedPush {
  id: number;
  epoch: number;
  priority: number;
}

/** A push that goes on later than this does not keep other names waiting. */
const PARKED_MS = 10_000;

/** Dispatch passes one call may need before it leaves the rest to the sweep. */
const PASSES_MAX = 100;

/**
 * Opens pushes for a company's due documents, as many as admission allows. One caller per company
 * works at a time; another one leaves a mark and the worker of the moment looks again.
 *
 * @param which `names`: those alone that something waits for
 */
export async function openPushes(
  ledger: Ledger,
  companyId: string,
  limits: AdmissionLimits,
  which: 'all' | 'names' = 'all',
): Promise<OpenedPush[]> {
  const opened: OpenedPush[] = [];
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const result = await ledger.sql.begin((tx) => dispatchOnce(tx, companyId, limits, which));
    if (result === 'taken') {
      if (pass > 0) return opened;
      await ledger.sql`
        insert into dispatch_state (company_id, dirty) values (${companyId}, true)
        on conflict (company_id) do update set dirty = true`;
      // Once more: the holder may have looked at the mark just before it was set.
      continue;
    }
    if (result === 'not_connected') {
      // Stated in the moment the connection was lost: it waits visibly, like the rest.
      await parkDueDocuments(ledger, companyId);
      return opened;
    }
    opened.push(...result);
    const [again] = await ledger.sql`
      select 1 from dispatch_state where company_id = ${companyId} and dirty`;
    if (again === undefined) return opened;
  }
  return opened;
}

async function dispatchOnce(
  tx: Transaction,
  companyId: string,
  limits: AdmissionLimits,
  which: 'all' | 'names',
): Promise<OpenedPush[] | 'taken' | 'not_connected'> {
  // NO KEY: rows that merely refer to the company, as every submit writes, do not count as taken.
  const [company] = await tx<{ status: string }[]>`
    select status from companies where id = ${companyId} for no key update skip locked`;
  if (company === undefined) return 'taken';
  await tx`update dispatch_state set dirty = false where company_id = ${companyId} and dirty`;
  if (company.status !== 'connected') return 'not_connected';
  const open = await tx<OpenCount[]>`
    select kind, lane_class, batch, count(*)::int as pushes,
      coalesce(not_before > now() + ${PARKED_MS} * interval '1 millisecond', false) as parked,
      r.push_id is not null as in_doubt
    from pushes p left join lateral (
      select push_id from requests r
      where p.not_before > now() and r.push_id = p.id and r.sent_at is not null
        and r.state in ('open', 'unknown')
      limit 1) r on true
    where company_id = ${companyId} and closed_at is null
    group by kind, lane_class, batch, parked, in_doubt`;
  // Full: whoever ends a push looks again.
  const looks = lookUps(open, limits).filter(({ wanted }) => wanted || which === 'all');
  if (looks.length === 0) return [];
  const due = await dueDocuments(tx, companyId, looks);
  const planned = await lockPlanned(tx, planPushes(due, open, limits));
  const opened = planned.length === 0 ? [] : await insertPushes(tx, companyId, planned);
  // Locked by itself first: the minimum below is then read after whoever wrote the row last.
  await tx`select 1 from dispatch_state where company_id = ${companyId} for update`;
  await tx`
    update dispatch_state set next_ready_at = (
      select d.due_at from documents d
      where d.company_id = ${companyId} and d.due_at is not null and ${isInNoPush(tx)}
      order by d.due_at limit 1)
    where company_id = ${companyId}`;
  return opened;
}

/** Where due documents are looked for, and how many of them can be of use. */
interface LookUp {
  laneClass: LaneClass;
  kind: DocumentKind;
  /** Names that something waits for. */
  wanted: boolean;
  most: number;
}

/**
 * Each class and kind is read by itself, so that a long back-fill never hides what is live, nor a
 * thousand customers an invoice; and no more than there is room for, because this runs after every push.
 */
function lookUps(open: readonly OpenCount[], limits: AdmissionLimits): LookUp[] {
  const busy = busyKinds(open, limits);
  return Object.values(LANE_CLASS).flatMap((laneClass) => {
    const { pushes, batches } = roomOf(laneClass, open, limits);
    if (pushes === 0) return [];
    const most = batches * limits.batchSize + pushes;
    return DOCUMENT_KINDS.filter((kind) => !busy.has(kind)).flatMap((kind) => [
      { laneClass, kind, wanted: true, most },
      { laneClass, kind, wanted: false, most },
    ]);
  });
}

/** What is due, first things first: names others wait for, then by the time they became due. */
function dueDocuments(
  tx: Transaction,
  companyId: string,
  looks: readonly LookUp[],
): Promise<DueDocument[]> {
  const rows = looks.map(({ laneClass: lane_class, ...row }) => ({ lane_class, ...row }));
  return tx<DueDocument[]>`
    select d.id, d.kind, d.lane_class, d.alone, d.released_revision
    from jsonb_to_recordset(${tx.json(rows)})
        as l(lane_class smallint, kind text, wanted boolean, most int)
      cross join lateral (
        select * from documents d
        where d.company_id = ${companyId} and d.lane_class = l.lane_class and d.kind = l.kind
          and (d.dependency_key is not null) = l.wanted
          and d.due_at is not null and d.due_at <= now()
          and ${isInNoPush(tx)}
        order by d.due_at, d.id limit l.most) d
    order by d.lane_class, d.dependency_key is null, d.due_at, d.id`;
}

/** Locks what was chosen; a document somebody is changing in this moment is left for the next look. */
async function lockPlanned(
  tx: Transaction,
  planned: readonly PlannedPush[],
): Promise<PlannedPush[]> {
  if (planned.length === 0) return [];
  const ids = planned.flatMap(({ documents }) => documents.map(({ id }) => id));
  const rows = await tx<{ id: number; revision: number }[]>`
    select id, released_revision as revision from documents
    where id = any(${ids}::bigint[]) and due_at <= now() for update skip locked`;
  const revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
  return planned.flatMap((push) => {
    const documents = push.documents.flatMap(({ id }) => {
      const revision = revisions.get(id);
      return revision === undefined ? [] : [{ id, revision }];
    });
    return documents.length === 0 ? [] : [{ ...push, documents, batch: documents.length > 1 }];
  });
}

async function insertPushes(
  tx: Transaction,
  companyId: string,
  planned: readonly PlannedPush[],
): Promise<OpenedPush[]> {
  const opened: OpenedPush[] = [];
  const items: {
    push_id: number;
    document_id: number;
    revision: number;
    batch_item_id: string | null;
  }[] = [];
  const rows = await tx<{ id: number; epoch: number; priority: number }[]>`
    insert into pushes ${tx(
      planned.map(({ kind, laneClass, batch, priority }) => ({
        companyId,
        kind,
        laneClass,
        batch,
        priority,
      })),
    )} returning id, epoch, priority`;
  planned.forEach((push, index) => {
    const row = rows[index];
    if (row === undefined) return;
    opened.push(row);
    push.documents.forEach((document, place) => {
      items.push({
        push_id: row.id,
        document_id: document.id,
        revision: document.revision,
        batch_item_id: push.batch ? `i${place + 1}` : null,
      });
    });
  });
  await tx`
    insert into push_items (push_id, document_id, revision, batch_item_id)
    select push_id, document_id, revision, batch_item_id from jsonb_to_recordset(${tx.json(items as never)})
      as i(push_id bigint, document_id bigint, revision int, batch_item_id text)`;
  return opened;
}

/** Documents released in the transaction that connects; the sweep releases those beyond. */
const RELEASED_AT_ONCE = 500;

/**
 * Documents that wait because their connection had no company, or lost it, locked: called in the
 * transaction that connects. Names that are made for the company go with whoever comes back, also
 * when another one asked for them. Documents a push still holds stay with it.
 */
export async function lockWaitingForReconnect(
  tx: Transaction,
  companyId: string,
  connectionIds: readonly string[],
): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select d.id from documents d
    where (d.connection_id = any(${connectionIds as string[]}::uuid[])
        or (d.company_id = ${companyId} and d.dependency_key is not null))
      and d.status = 'waiting' and d.reason = 'reconnect_needed'
      and not exists (select 1 from push_items i where i.document_id = d.id and i.outcome is null)
    order by d.id limit ${RELEASED_AT_ONCE} for no key update of d`;
  return rows.map(({ id }) => id);
}

/** Makes them due again, but for those whose connection holds them back for a while. */
export async function releaseReconnected(
  tx: Transaction,
  now: Date,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await tx<{ id: number; holdFrom: Date | null; holdTo: Date | null }[]>`
    select d.id, c.hold_from, c.hold_to
    from documents d cross join lateral (
      select hold_from, hold_to from connections where id = d.connection_id offset 0) c
    where d.id = any(${ids as number[]}::bigint[])`;
  const holds = new Map(rows.map(({ id, ...hold }) => [id, hold]));
  await moveDocuments(
    tx,
    ids,
    ({ id, overrides }) => {
      const hold = holds.get(id);
      const held = hold === undefined ? undefined : holdOn(overrides, hold, now);
      return held === undefined
        ? { to: 'queued', what: 'connected', dueInMs: 0 }
        : { to: 'waiting', what: 'connected', reason: held };
    },
    'worker',
  );
}
