import type { Ledger, Transaction } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import { releaseNeededNames } from '../documents/needed-names.js';
import type { EndedItem } from './ending.js';
import { moveOf } from './ending-moves.js';
import { namesWaitedFor, withSettledBlockers } from './settle.js';

/**
 * Lets due documents wait for what they were found to lack, without a push of theirs. One that is not
 * as it was read, or was put into a push since, is left alone: that one finds the same.
 *
 * @returns how many wait now.
 */
export async function blockDue(ledger: Ledger, found: readonly EndedItem[]): Promise<number> {
  if (found.length === 0) return 0;
  return ledger.sql.begin(async (tx) => {
    // What they wait for before they themselves, as settling does: nobody waits in a circle.
    const blocked = (await withSettledBlockers(tx, found)).filter(
      ({ ending }) => ending.kind === 'blocked',
    );
    const byDocument = new Map(blocked.map((row) => [row.item.documentId, row]));
    const moved = await moveDocuments(
      tx,
      await lockUnchanged(tx, blocked),
      (document) => {
        const row = byDocument.get(document.id);
        return row === undefined ? undefined : moveOf(ledger, document, row);
      },
      'worker',
    );
    await releaseNeededNames(tx, ledger.clock(), namesWaitedFor(blocked));
    return moved.length;
  });
}

async function lockUnchanged(tx: Transaction, rows: readonly EndedItem[]): Promise<number[]> {
  const revisions = new Map(rows.map(({ item, revision }) => [item.documentId, revision]));
  const locked = await tx<{ id: number; revision: number }[]>`
    select id, revision from documents
    where id = any(${[...revisions.keys()]}::bigint[]) and status = 'queued' and due_at <= now()
    order by id for no key update skip locked`;
  const ids = locked.flatMap(({ id, revision }) => (revisions.get(id) === revision ? [id] : []));
  // A statement of its own: it sees the pushes of a dispatch that held them a moment ago.
  const taken = await tx<{ documentId: number }[]>`
    select document_id from push_items
    where document_id = any(${ids}::bigint[]) and outcome is null`;
  const isTaken = new Set(taken.map(({ documentId }) => documentId));
  return ids.filter((id) => !isTaken.has(id));
}
