import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import { reason } from '../../contract/reasons.js';
import { type CompanyFacts, FACTS, type FactsRow, factsOf } from '../companies/companies.js';
import type { Ledger, Transaction } from '../database/open.js';
import { moveLocked } from '../documents/moves.js';
import { type ItemRow, lockItems } from './load.js';
import { type ClaimedPush, LAPSED } from './pushes.js';
import { lastRequest, type RequestRow } from './requests.js';

/** A push that was just claimed, with what is known of it: encrypted, and read in the same moment. */
export interface HeldPush extends ClaimedPush {
  items: ItemRow[];
  /** Its last request, however that ended. */
  request: RequestRow | undefined;
  /** Facts of its company and their age; undefined until they were read once. */
  facts: { facts: CompanyFacts; ageMs: number } | undefined;
}

/**
 * Claims a push for `leaseMs` on the database's clock. Undefined when there is nothing to do: it is
 * closed, held by another worker, not due yet, of a kind only a newer version knows, or has crashed
 * `crashesBelow` times (null: that does not matter). A lease that ran out counts as a crash.
 */
export async function claimPush(
  ledger: Ledger,
  pushId: number,
  leaseMs: number,
  crashesBelow: number | null = null,
): Promise<HeldPush | undefined> {
  return ledger.sql.begin(async (tx) => {
    const row = await takeLease(tx, pushId, leaseMs, crashesBelow);
    if (row === undefined) return undefined;
    const { id, companyId, kind, laneClass, batch, epoch, priority, lease, crashes } = row;
    // Statements of their own: they see what whoever held the push before has left.
    const [items, request] = await Promise.all([
      lockItems(tx, id, ledger.clock()),
      lastRequest(tx, id),
    ]);
    const inDoubt =
      request?.state === 'unknown' || (request?.state === 'open' && request.sinceSentMs !== null);
    await moveLocked(
      tx,
      items,
      ({ status, releasedRevision: revision }) => {
        if (status === 'checking') return undefined;
        if (inDoubt) {
          return { to: 'checking', what: 'checking', reason: reason('outcome_unknown', {}) };
        }
        return status === 'syncing' ? undefined : { to: 'syncing', what: 'sending', revision };
      },
      'worker',
    );
    const push = { id, companyId, kind, laneClass, batch, epoch, priority, lease, crashes };
    return { ...push, items, request, facts: factsOf(row) };
  });
}

async function takeLease(
  tx: Transaction,
  pushId: number,
  leaseMs: number,
  crashesBelow: number | null,
): Promise<(ClaimedPush & FactsRow) | undefined> {
  const [row] = await tx<(ClaimedPush & FactsRow)[]>`
    update pushes set lease = lease + 1,
      crashes = crashes + ${LAPSED(tx)},
      lease_until = now() + ${leaseMs} * interval '1 millisecond'
    from companies c
    where pushes.id = ${pushId} and closed_at is null
      and kind = any(${[...DOCUMENT_KINDS]}::text[])
      and (not_before is null or not_before <= now())
      and (lease_until is null or lease_until <= now())
      and (${crashesBelow}::int is null or crashes + ${LAPSED(tx)} < ${crashesBelow}::int)
      and c.id = pushes.company_id and c.status = 'connected'
    returning pushes.id, company_id, kind, lane_class, batch, epoch, priority, lease, crashes,
      ${FACTS(tx)}`;
  return row;
}
