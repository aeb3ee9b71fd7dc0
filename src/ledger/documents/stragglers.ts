import { releaseFromGates } from '../connections/gate-release.js';
import { releaseHeld } from '../connections/hold.js';
import type { Ledger, Transaction } from '../database/open.js';
import { releaseReconnected } from '../pushes/due.js';
import { stillWaits } from './dependents.js';
import { moveDocuments } from './moves.js';
import { releaseNeededNames } from './needed-names.js';
import { behindUnsentOrders } from './unsent-orders.js';

/** Documents released in one transaction. */
const STEP = 500;
/** Steps of one sweep; the next one goes on. */
const STEPS_MAX = 40;

/**
 * Finds documents that wait for something that is over, and makes them due again: a blocker that has
 * its ending, a connection that is connected, or a gate of it that has opened. Whoever ends such a wait
 * releases what it can see in the same transaction; this finds who came a moment later, and who were
 * too many.
 *
 * @returns how many were released.
 */
export async function releaseStragglers(ledger: Ledger): Promise<number> {
  let released = 0;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const found = await releaseStep(ledger);
    released += found;
    if (found < STEP) return released;
  }
  return released;
}

async function releaseStep(ledger: Ledger): Promise<number> {
  return ledger.sql.begin(async (tx) => {
    const now = ledger.clock();
    const held = await releaseHeld(tx, now);
    const names = await releaseNeededNames(tx, now);
    const told = held + names + (await releaseFromGates(tx, now));
    const back = await behindReconnects(tx);
    const ids = [
      ...(await behindEndedBlockers(tx)),
      ...(await behindUnstated(tx)),
      ...(await behindUnsentOrders(tx, STEP)),
    ].slice(0, STEP);
    const all = [...ids, ...back];
    if (all.length === 0) return told;
    await tx`
      update documents d set company_id = c.company_id from connections c
      where d.id = any(${all}::bigint[]) and c.id = d.connection_id and d.company_id is null`;
    await moveDocuments(tx, ids, () => ({ to: 'queued', what: 'released', dueInMs: 0 }), 'worker');
    await releaseReconnected(tx, now, back);
    return told + all.length;
  });
}

/**
 * Blockers are read one by one from the index, not with their dependents: a name that a hundred
 * thousand documents wait for is one row here.
 */
async function behindEndedBlockers(tx: Transaction): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    with recursive blocker (id) as (
      (select blocked_by from documents where blocked_by is not null order by blocked_by limit 1)
      union all
      select (
        select blocked_by from documents where blocked_by > blocker.id order by blocked_by limit 1)
      from blocker where blocker.id is not null
    )
    select d.id from blocker join documents b on b.id = blocker.id
      join documents d on d.blocked_by = blocker.id
    where not (${stillWaits(tx)}) limit ${STEP}`;
  return rows.map(({ id }) => id);
}

/** They waited for what the app had not stated yet, and now has. */
async function behindUnstated(tx: Transaction): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select d.id from documents d
    where d.reason = 'blocked_by' and d.blocked_by is null and d.status = 'waiting'
      and exists (select 1 from documents n where n.connection_id = d.connection_id
        and n.kind = d.params ->> 'kind' and n.external_id = d.params ->> 'externalId')
    limit ${STEP}`;
  return rows.map(({ id }) => id);
}

async function behindReconnects(tx: Transaction): Promise<number[]> {
  const isFree = tx`d.status = 'waiting' and d.reason = 'reconnect_needed' and not exists (
    select 1 from push_items i where i.document_id = d.id and i.outcome is null)`;
  const rows = await tx<{ id: number }[]>`
    select d.id from companies m join connections c on c.company_id = m.id
      join documents d on d.connection_id = c.id
    where m.status = 'connected' and c.status = 'connected' and ${isFree} limit ${STEP}`;
  return rows.map(({ id }) => id);
}
