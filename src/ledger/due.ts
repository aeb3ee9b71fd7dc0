import type { DocumentKind } from '../contract/documents/index.js';
import { moveDocuments } from './moves.js';
import type { Ledger, Transaction } from './open.js';
import { parkDueDocuments } from './reconnect.js';
import { LANE_CLASS, type LaneClass } from './rows.js';

/** How many pushes of a company may be open at once. */
export interface AdmissionLimits {
  /** All together. Default 10: the slots of a lane. */
  open: number;
  /** Of these, back-fill at most. Default 5. */
  backfill: number;
  /** Of these, retries at most. Default 2. */
  retry: number;
  /** Batch pushes at most; singles go beside them. Default 3. */
  batch: number;
  /** Documents of one batch push. Default 30, the most Intuit recommends. */
  batchSize: number;
  /** A kind with more than this many due documents goes in batches. Default 10. */
  batchFrom: number;
}

export const DEFAULT_ADMISSION: AdmissionLimits = {
  open: 10,
  backfill: 5,
  retry: 2,
  batch: 3,
  batchSize: 30,
  batchFrom: 10,
};

/** A push that was opened and wants its wake-up. */
export interface OpenedPush {
  id: number;
  epoch: number;
  priority: number;
}

interface DueDocument {
  id: number;
  kind: DocumentKind;
  laneClass: LaneClass;
  alone: boolean;
  releasedRevision: number;
}

interface OpenCount {
  laneClass: LaneClass;
  batch: boolean;
  pushes: number;
}

/** Dispatch passes one call may need before it leaves the rest to the sweep. */
const PASSES_MAX = 100;

/**
 * Opens pushes for a company's due documents, as many as admission allows. One caller per company
 * works at a time; another one leaves a mark and the worker of the moment looks again.
 */
export async function openPushes(
  ledger: Ledger,
  companyId: string,
  limits: AdmissionLimits,
): Promise<OpenedPush[]> {
  const opened: OpenedPush[] = [];
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const result = await ledger.sql.begin((tx) => dispatchOnce(tx, companyId, limits));
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
): Promise<OpenedPush[] | 'taken' | 'not_connected'> {
  // NO KEY: rows that merely refer to the company, as every submit writes, do not count as taken.
  const [company] = await tx<{ status: string }[]>`
    select status from companies where id = ${companyId} for no key update skip locked`;
  if (company === undefined) return 'taken';
  await tx`update dispatch_state set dirty = false where company_id = ${companyId} and dirty`;
  if (company.status !== 'connected') return 'not_connected';
  const open = await tx<OpenCount[]>`
    select lane_class, batch, count(*)::int as pushes from pushes
    where company_id = ${companyId} and closed_at is null group by 1, 2`;
  const due = await dueDocuments(tx, companyId, limits);
  const planned = planPushes(due, open, limits);
  const opened = planned.length === 0 ? [] : await insertPushes(tx, companyId, planned);
  // Locked by itself first: the minimum below is then read after whoever wrote the row last.
  await tx`select 1 from dispatch_state where company_id = ${companyId} for update`;
  await tx`
    update dispatch_state set next_ready_at =
      (select min(due_at) from documents where company_id = ${companyId} and due_at is not null)
    where company_id = ${companyId}`;
  return opened;
}

function dueDocuments(tx: Transaction, companyId: string, limits: AdmissionLimits) {
  // Each class is read by itself, so that a long back-fill never hides what is live.
  const most = limits.batch * limits.batchSize + limits.open;
  const ofClass = (laneClass: LaneClass) => tx`
    (select id, kind, lane_class, alone, released_revision from documents
    where company_id = ${companyId} and lane_class = ${laneClass} and due_at <= now()
      and not exists (
        select 1 from push_items i where i.document_id = documents.id and i.outcome is null)
    order by due_at, id limit ${most} for update skip locked)`;
  return tx<DueDocument[]>`
    with live as ${ofClass(1)}, retry as ${ofClass(2)}, backfill as ${ofClass(3)}
    select * from live union all select * from retry union all select * from backfill`;
}

/** A push to open. */
export interface PlannedPush {
  kind: DocumentKind;
  laneClass: LaneClass;
  batch: boolean;
  priority: number;
  documents: { id: number; revision: number }[];
}

/**
 * Which pushes to open: live before retry before back-fill, each class within its share. A kind
 * with little waiting goes in single calls, which are fast; a backlog also fills batches.
 */
export function planPushes(
  due: readonly DueDocument[],
  open: readonly OpenCount[],
  limits: AdmissionLimits,
): PlannedPush[] {
  const count = (match: (row: OpenCount) => boolean) =>
    open.filter(match).reduce((sum, row) => sum + row.pushes, 0);
  let openPushes = count(() => true);
  let openBatches = count((row) => row.batch);
  const planned: PlannedPush[] = [];
  for (const laneClass of Object.values(LANE_CLASS)) {
    let ofClass = count((row) => row.laneClass === laneClass);
    const share = shareOf(laneClass, limits);
    for (const group of groupByKind(due.filter((row) => row.laneClass === laneClass))) {
      const waiting = [...group];
      while (waiting.length > 0 && openPushes < limits.open && ofClass < share) {
        const asBatch =
          openBatches < limits.batch &&
          waiting.length > limits.batchFrom &&
          waiting[0]?.alone === false;
        const taken = asBatch ? takeTogether(waiting, limits.batchSize) : waiting.splice(0, 1);
        const batch = taken.length > 1;
        planned.push({
          kind: taken[0]?.kind ?? 'invoice',
          laneClass,
          batch,
          // Class first, then how many the company has open: a quiet company's first goes early.
          priority: laneClass * 100 + openPushes + 1,
          documents: taken.map((row) => ({ id: row.id, revision: row.releasedRevision })),
        });
        openPushes += 1;
        ofClass += 1;
        if (batch) openBatches += 1;
      }
    }
  }
  return planned;
}

function shareOf(laneClass: LaneClass, limits: AdmissionLimits): number {
  if (laneClass === LANE_CLASS.backfill) return limits.backfill;
  return laneClass === LANE_CLASS.retry ? limits.retry : limits.open;
}

function groupByKind(due: readonly DueDocument[]): Iterable<DueDocument[]> {
  const groups = new Map<DocumentKind, DueDocument[]>();
  for (const row of due) groups.set(row.kind, [...(groups.get(row.kind) ?? []), row]);
  return groups.values();
}

function takeTogether(waiting: DueDocument[], most: number): DueDocument[] {
  const taken: DueDocument[] = [];
  for (let index = 0; index < waiting.length && taken.length < most; ) {
    const row = waiting[index];
    if (row === undefined || row.alone) index += 1;
    else taken.push(...waiting.splice(index, 1));
  }
  return taken;
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
  await tx`
    update documents set due_at = null
    where id = any(${items.map((item) => item.document_id)}::bigint[])`;
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

/** Makes them due again. */
export async function releaseReconnected(tx: Transaction, ids: readonly number[]): Promise<void> {
  await moveDocuments(tx, ids, () => ({ to: 'queued', what: 'connected', dueInMs: 0 }), 'worker');
}
