import type { Reason } from '../../contract/reasons.js';
import { type MirroredRecord, mirrorRecords } from '../companies/records.js';
import type { Ledger, Transaction } from '../database/open.js';
import { APPLYING } from '../documents/applications.js';
import { stillWaits } from '../documents/dependents.js';
import { type NewLink, removeLinks, saveLinks } from '../documents/links.js';
import { moveDocuments, ON_ITS_WAY } from '../documents/moves.js';
import { releaseNeededNames } from '../documents/needed-names.js';
import { type AppliedNow, settleApplications } from '../documents/settled-applications.js';
import { attachAgain } from '../statements/attached.js';
import { takeBackReplaced } from '../statements/replaced.js';
import type { EndedItem, Ending } from './ending.js';
import { moveOf } from './ending-moves.js';
import type { LoadedItem } from './load.js';
import {
  type ClaimedPush,
  closeIfDone,
  heldPush,
  holdLease,
  LeaseLost,
  type NextWakeUp,
  postponePush,
} from './pushes.js';

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
    await attachAgain(tx, ended);
    await releaseNeededNames(tx, ledger.clock(), namesWaitedFor(ended));
    await Promise.all([saveEverythingBeside(ledger, tx, ended), closeIfDone(tx, push.id)]);
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
 * What an item was going to wait for may have been settled, or stated, since: then there is nobody
 * left to release it. The blockers are locked, so that one that is settled next sees who waits for it.
 */
export async function withSettledBlockers(
  tx: Transaction,
  ended: readonly EndedItem[],
): Promise<EndedItem[]> {
  const blocked = ended.flatMap(({ item, ending }) =>
    ending.kind === 'blocked' ? [{ item, ending }] : [],
  );
  if (blocked.length === 0) return [...ended];
  const rows = blocked.map(({ item, ending }) => ({
    id: item.documentId,
    connection_id: item.connection.id,
    blocked_by: ending.by,
    params: ending.reason.params,
  }));
  await tx`
    select 1 from documents where id = any(${rows.flatMap((row) => row.blocked_by ?? [])}::bigint[])
    order by id for share`;
  // A statement of its own: it sees how those stand that were waited for above.
  const waiting = await tx<{ id: number }[]>`
    select d.id from jsonb_to_recordset(${tx.json(rows as never)})
        as d(id bigint, connection_id uuid, blocked_by bigint, params jsonb)
      left join lateral (select * from documents where id = d.blocked_by offset 0) b on true
    where case when d.blocked_by is null then not exists (
        select 1 from documents n where n.connection_id = d.connection_id
          and n.kind = d.params ->> 'kind' and n.external_id = d.params ->> 'externalId')
      else ${stillWaits(tx)} end`;
  const waits = new Set(waiting.map(({ id }) => id));
  return ended.map((row) =>
    row.ending.kind !== 'blocked' || waits.has(row.item.documentId)
      ? row
      : { ...row, ending: { kind: 'returned', what: 'released', warnings: row.ending.warnings } },
  );
}

/** Names that wait for their own connection and are needed, each seen by whoever of both comes later. */
export function namesWaitedFor(ended: readonly EndedItem[]): number[] {
  return ended.flatMap(({ item, ending }) => {
    if (ending.kind === 'parked' && item.isDependency) return [item.documentId];
    return ending.kind === 'blocked' && ending.by !== null ? [ending.by] : [];
  });
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

/** Names that were taken in QuickBooks, and what those who wanted them are created as instead. */
async function saveGivenNames(tx: Transaction, ended: readonly EndedItem[]): Promise<void> {
  const given = ended.flatMap(({ item, ending }) =>
    ending.kind === 'returned' && ending.givenName !== undefined
      ? [{ id: item.documentId, name: ending.givenName }]
      : [],
  );
  if (given.length === 0) return;
  await tx`
    update documents d set given_name = g.name
    from jsonb_to_recordset(${tx.json(given)}) as g(id bigint, name text) where d.id = g.id`;
}

async function saveEverythingBeside(
  ledger: Ledger,
  tx: Transaction,
  ended: readonly EndedItem[],
): Promise<void> {
  await saveGivenNames(tx, ended);
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
  await takeBackReplaced(ledger, tx, ended);
  await saveLinks(tx, links);
  await settleApplications(tx, ended.flatMap(appliedAfter));
  await removeLinks(
    tx,
    ended
      .filter(({ ending }) => isCut(ending))
      .map(({ item }) => ({ ...item, connectionId: item.connection.id })),
  );
  for (const [companyId, records] of recordsByCompany) await mirrorRecords(tx, companyId, records);
}

function isCut(ending: Ending): boolean {
  return ending.kind === 'deleted' || (ending.kind === 'failed' && ending.isUnlinked === true);
}

/** What QuickBooks has applied of a payment once this ending is settled. */
function appliedAfter({ item, ending }: EndedItem): AppliedNow[] {
  const { documentId, companyId, kind } = item;
  if ('applied' in ending && ending.applied !== undefined) {
    return [{ documentId, companyId, applied: ending.applied }];
  }
  const isGone =
    ending.kind === 'voided' ||
    ending.kind === 'deleted' ||
    ending.kind === 'deleted_in_quickbooks';
  return isGone && APPLYING.has(kind) ? [{ documentId, companyId, applied: [] }] : [];
}
