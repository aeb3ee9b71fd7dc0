import type { Reason } from '../contract/reasons.js';
import type { EndedItem } from './ending.js';
import { moveOf } from './ending-moves.js';
import { type NewLink, removeLinks, saveLinks } from './links.js';
import type { LoadedItem } from './load.js';
import { moveDocuments, ON_ITS_WAY } from './moves.js';
import type { Ledger, Transaction } from './open.js';
import {
  type ClaimedPush,
  closeIfDone,
  heldPush,
  holdLease,
  LeaseLost,
  type NextWakeUp,
  postponePush,
} from './pushes.js';
import { type MirroredRecord, mirrorRecords } from './records.js';

/**
 * Records the endings of items in one transaction, under the push's lease: documents, history,
 * causes, events, links, mirror, dependents. Closes the push when nothing is left in it.
 *
 * @throws LeaseLost when another worker holds the push by now: nothing is written then.
 */
export async function settleItems(
  ledger: Ledger,
  push: ClaimedPush,
  ended: readonly EndedItem[],
): Promise<void> {
  if (ended.length === 0) return;
  await ledger.sql.begin(async (tx) => {
    await recordOutcomes(tx, push, ended);
    const byDocument = new Map(
      (await withSettledBlockers(tx, ended)).map((row) => [row.item.documentId, row]),
    );
    await moveDocuments(
      tx,
      [...byDocument.keys()],
      (document) => {
        const row = byDocument.get(document.id);
        return row === undefined ? undefined : moveOf(ledger, document, row);
      },
      'worker',
    );
    await Promise.all([saveEverythingBeside(tx, ended), closeIfDone(tx, push.id)]);
  });
}

/** The whole push goes on later: its documents say why meanwhile. */
export async function postpone(
  ledger: Ledger,
  push: ClaimedPush,
  items: readonly LoadedItem[],
  delayMs: number,
  shown: {
    status: 'waiting' | 'checking';
    reason: Reason;
    evidence?: Record<string, unknown>;
  } | null,
): Promise<NextWakeUp> {
  return ledger.sql.begin(async (tx) => {
    await holdLease(tx, push);
    if (shown !== null) {
      await moveDocuments(
        tx,
        items.map(({ documentId }) => documentId),
        ({ status, reason }) =>
          // What was taken back or refused since is shown as that, and waits for nothing.
          !ON_ITS_WAY.has(status) || (status === shown.status && reason === shown.reason.name)
            ? undefined
            : {
                to: shown.status,
                what: shown.status,
                reason: shown.reason,
                evidence: shown.evidence,
              },
        'worker',
      );
    }
    return postponePush(tx, push, delayMs);
  });
}

/**
 * What an item was going to wait for may have been settled since: then there is nobody left to
 * release it. The blockers are locked, so that one that is settled next sees who waits for it.
 */
async function withSettledBlockers(
  tx: Transaction,
  ended: readonly EndedItem[],
): Promise<EndedItem[]> {
  const blockers = ended.flatMap(({ ending }) => (ending.kind === 'blocked' ? [ending.by] : []));
  if (blockers.length === 0) return [...ended];
  const open = await tx<{ id: number }[]>`
    select id from documents where id = any(${blockers}::bigint[])
      and status in ('queued', 'syncing', 'checking', 'waiting') order by id for share`;
  const openIds = new Set(open.map(({ id }) => id));
  return ended.map((row) =>
    row.ending.kind !== 'blocked' || openIds.has(row.ending.by)
      ? row
      : { ...row, ending: { kind: 'returned', what: 'released', warnings: row.ending.warnings } },
  );
}

/** Checks and locks the lease, and says of each item how it ended. @throws LeaseLost */
async function recordOutcomes(
  tx: Transaction,
  push: ClaimedPush,
  ended: readonly EndedItem[],
): Promise<void> {
  const rows = ended.map(({ item, revision, ending }) => ({
    document_id: item.documentId,
    revision,
    outcome: ending.kind,
  }));
  const held = await tx`
    with held as (${heldPush(tx, push)}), recorded as (
      update push_items i set outcome = e.outcome, revision = e.revision
      from held, jsonb_to_recordset(${tx.json(rows)})
        as e(document_id bigint, revision int, outcome text)
      where i.push_id = held.id and i.document_id = e.document_id
    )
    select 1 from held`;
  if (held.count === 0) throw new LeaseLost(push.id);
}

async function saveEverythingBeside(tx: Transaction, ended: readonly EndedItem[]): Promise<void> {
  const links: NewLink[] = [];
  const recordsByCompany = new Map<string, MirroredRecord[]>();
  for (const { item, ending } of ended) {
    if ('links' in ending && ending.links !== undefined) links.push(...ending.links);
    if ('records' in ending) {
      recordsByCompany.set(item.companyId, [
        ...(recordsByCompany.get(item.companyId) ?? []),
        ...ending.records,
      ]);
    }
  }
  await saveLinks(tx, links);
  await removeLinks(
    tx,
    ended
      .filter(({ ending }) => ending.kind === 'deleted')
      .map(({ item }) => ({ ...item, connectionId: item.connection.id })),
  );
  for (const [companyId, records] of recordsByCompany) await mirrorRecords(tx, companyId, records);
}
