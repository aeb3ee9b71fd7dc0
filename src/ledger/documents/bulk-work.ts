import type { BulkActionName } from '../../contract/bulk-action.js';
import type { DocumentKind } from '../../contract/documents/index.js';
import { pageOfDocuments } from '../answers/document-pages.js';
import type { Ledger, Transaction } from '../database/open.js';
import type { BulkActionRow } from './bulk-actions.js';
import { type ActedOn, actInside } from './document-actions.js';
import { type DocumentSelection, selectedDocuments } from './document-selection.js';

/** A bulk action this process works on for a moment. */
export interface ClaimedBulkAction extends Omit<BulkActionRow, 'selection' | 'action'> {
  selection: DocumentSelection;
  action: BulkActionName;
}

/** Another process has it by now, or somebody has stopped it. */
export class BulkActionLost extends Error {
  override name = 'BulkActionLost';
}

/**
 * What is needed goes before what needs it, so that most find it there: names, then what is linked to,
 * then money, then what is attached.
 */
const IN_ORDER: readonly DocumentKind[] = [
  'customer',
  'vendor',
  'item',
  'purchase_order',
  'invoice',
  'sales_receipt',
  'bill',
  'credit_memo',
  'vendor_credit',
  'payment',
  'applied_credit',
  'attachment',
];

/**
 * Claims the action whose next share is due, on the database's clock; its share after that is due
 * `everyMs` later. Undefined where none is.
 */
export async function claimBulkAction(
  { sql }: Ledger,
  { leaseMs, everyMs }: { leaseMs: number; everyMs: number },
): Promise<ClaimedBulkAction | undefined> {
  const [row] = await sql<ClaimedBulkAction[]>`
    update bulk_actions set lease = lease + 1, status = 'running',
      started_at = coalesce(started_at, now()),
      lease_until = now() + ${leaseMs} * interval '1 millisecond',
      next_at = now() + ${everyMs} * interval '1 millisecond'
    where id = (
      select id from bulk_actions
      where ended_at is null and next_at <= now() and (lease_until is null or lease_until <= now())
      order by next_at limit 1 for update skip locked)
    returning *`;
  return row;
}

/** Documents of its next share, at most as many as its rate; none where it is through. */
export async function nextShare(
  ledger: Ledger,
  claimed: ClaimedBulkAction,
): Promise<{ ids: number[]; cursorKind: number; cursorId: number } | undefined> {
  const { selection, ceiling, rate } = claimed;
  let { cursorKind, cursorId } = claimed;
  for (; cursorKind < IN_ORDER.length; cursorKind += 1, cursorId = 0) {
    const kind = IN_ORDER[cursorKind];
    if (kind === undefined || selection.kinds?.includes(kind) === false) continue;
    const filter = { kind, selection, limit: rate, after: String(cursorId), oldestFirst: true };
    const { ids, after } = await pageOfDocuments(ledger, {}, filter);
    const meant = ids.filter((id) => id <= ceiling);
    const goesOn = after !== null && Number(after) <= ceiling;
    if (meant.length > 0 || goesOn) {
      return goesOn
        ? { ids: meant, cursorKind, cursorId: Number(after) }
        : { ids: meant, cursorKind: cursorKind + 1, cursorId: 0 };
    }
  }
  return undefined;
}

/**
 * Does the action to one document, once, and notes what came of it: all in one transaction under the
 * lease. A document that is not as it was when the action was asked for is left alone.
 *
 * @throws BulkActionLost
 */
export async function actOnNext(
  ledger: Ledger,
  claimed: ClaimedBulkAction,
  documentId: number,
): Promise<ActedOn | undefined> {
  return ledger.sql.begin(async (tx) => {
    const params = await stillMeant(tx, claimed, documentId);
    if (params === undefined) return undefined;
    const acted = await actInside(ledger, tx, documentId, askedOf(claimed, params), claimed.by);
    if (acted === undefined) return undefined;
    const { done, detail } = acted;
    await tx`
      insert into bulk_action_items (bulk_action_id, document_id, done, detail)
      values (${claimed.id}, ${documentId}, ${done}, ${detail})`;
    const held = await tx`
      update bulk_actions set done = done + ${done ? 1 : 0}, refused = refused + ${done ? 0 : 1}
      where id = ${claimed.id} and lease = ${claimed.lease} and ended_at is null returning 1`;
    if (held.count === 0)
      throw new BulkActionLost(`Bulk action ${claimed.id} is not held any more`);
    return acted;
  });
}

/** Our own failure with one document does not keep the others. @throws BulkActionLost */
export async function noteFailure(
  ledger: Ledger,
  { id, lease }: ClaimedBulkAction,
  documentId: number,
): Promise<void> {
  await ledger.sql.begin(async (tx) => {
    const noted = await tx`
      insert into bulk_action_items (bulk_action_id, document_id, done, detail)
      values (${id}, ${documentId}, false, 'Our own failure kept it from being done.')
      on conflict do nothing returning 1`;
    const held = await tx`
      update bulk_actions set refused = refused + ${noted.count}
      where id = ${id} and lease = ${lease} and ended_at is null returning 1`;
    if (held.count === 0) throw new BulkActionLost(`Bulk action ${id} is not held any more`);
  });
}

async function stillMeant(
  tx: Transaction,
  claimed: ClaimedBulkAction,
  documentId: number,
): Promise<Record<string, unknown> | undefined> {
  const [row] = await tx<{ params: Record<string, unknown> | null }[]>`
    select d.params from documents d
    where d.id = ${documentId}
      and d.status_since <= (select frozen_at from bulk_actions where id = ${claimed.id})
      and ${selectedDocuments(tx, claimed.selection, claimed.frozenAt)}
      and not exists (select 1 from bulk_action_items i
        where i.bulk_action_id = ${claimed.id} and i.document_id = d.id)
    for update of d`;
  return row === undefined ? undefined : (row.params ?? {});
}

/** A number that is taken says by whom: that one it is linked to. */
function askedOf({ action }: ClaimedBulkAction, { id }: Record<string, unknown>) {
  return { action, recordId: typeof id === 'string' ? id : undefined };
}

/** Notes how far it came and gives it back. @throws BulkActionLost */
export async function noteShare(
  { sql }: Ledger,
  { id, lease }: ClaimedBulkAction,
  next: { cursorKind: number; cursorId: number } | undefined,
): Promise<void> {
  const noted = await sql`
    update bulk_actions set lease_until = null,
      ${
        next === undefined
          ? sql`status = 'done', ended_at = now()`
          : sql`cursor_kind = ${next.cursorKind}, cursor_id = ${next.cursorId}`
      }
    where id = ${id} and lease = ${lease} and ended_at is null returning 1`;
  if (noted.count === 0) throw new BulkActionLost(`Bulk action ${id} is not held any more`);
}
