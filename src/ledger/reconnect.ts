import { reason } from '../contract/reasons.js';
import { appendEvent } from './events.js';
import { moveDocuments, ON_ITS_WAY } from './moves.js';
import type { Ledger, Transaction } from './open.js';

/** Documents moved in one transaction. */
const STEP = 500;
/** Steps of one call; who is left moves when a push of theirs runs. */
const STEPS_MAX = 2_000;

/**
 * Notes that only a reconnect helps: the company is called no more, its connections and documents
 * say so, and what is open waits. Nothing is lost and nothing costs an attempt.
 *
 * @param refused generation of the tokens that were refused; null where there were none.
 * @returns false where other tokens are stored by now, as after a reconnect: nothing is noted then,
 *   and what was refused goes on with those.
 */
export async function markReconnectNeeded(
  ledger: Ledger,
  companyId: string,
  refused: number | null,
): Promise<boolean> {
  const noted = await ledger.sql.begin(async (tx) => {
    // Whoever connects holds it too, and is through: the tokens are read after theirs are stored.
    await tx`select 1 from companies where id = ${companyId} for no key update`;
    if ((await storedGeneration(tx, companyId)) !== refused) return 'other_tokens';
    const company = await tx`
      update companies set status = 'reconnect_needed'
      where id = ${companyId} and status = 'connected' returning 1`;
    // First by themselves: one that leaves a gate in this moment is seen as it stands then.
    await lockConnectionsOf(tx, companyId);
    const connections = await tx<{ id: string }[]>`
      update connections set status = 'reconnect_needed'
      where company_id = ${companyId} and status in ('connected', 'awaiting_finalization',
        'setup_incomplete') returning id`;
    // Behind the update no push is opened and none is claimed: what is open now is all there is.
    const held = company.count > 0 ? await closeOpenPushes(tx, companyId) : [];
    for (const connectionId of connections.map(({ id }) => id).sort()) {
      await appendEvent(tx, {
        connectionId,
        type: 'connection.changed',
        status: 'reconnect_needed',
      });
    }
    await park(tx, held);
    return company.count > 0 ? 'now' : 'before';
  });
  if (noted === 'now') await parkDueDocuments(ledger, companyId);
  return noted !== 'other_tokens';
}

/** All connections of a company, in the order of their ids. */
export async function lockConnectionsOf(tx: Transaction, companyId: string): Promise<void> {
  await tx`select 1 from connections where company_id = ${companyId} order by id for no key update`;
}

async function storedGeneration(tx: Transaction, companyId: string): Promise<number | null> {
  const [row] = await tx<{ generation: number }[]>`
    select generation from tokens where company_id = ${companyId}`;
  return row?.generation ?? null;
}

/**
 * Pushes that were worked on when the connection was lost, and were put off or left since: what they
 * hold waits visibly, too. The sweep's part.
 */
export async function parkLeftPushes({ sql }: Ledger): Promise<void> {
  const companies = await sql<{ id: string }[]>`
    select distinct c.id from pushes p join companies c on c.id = p.company_id
    where p.closed_at is null and c.status <> 'connected'
      and (p.lease_until is null or p.lease_until <= now())`;
  for (const { id } of companies) {
    await sql.begin(async (tx) => {
      const lost = await tx`
        select 1 from companies where id = ${id} and status <> 'connected' for no key update`;
      if (lost.count > 0) await park(tx, await closeOpenPushes(tx, id));
    });
  }
}

/**
 * Pushes that nobody works on and that have sent nothing give their documents back, so that these
 * can wait visibly. One whose request may have arrived keeps them: that is resolved after the
 * reconnect.
 *
 * @returns the documents, locked: documents before counters, as settling does, so that two
 *   transactions never wait for each other in a circle.
 */
async function closeOpenPushes(tx: Transaction, companyId: string): Promise<number[]> {
  const pushes = await tx<{ id: number }[]>`
    select p.id from pushes p left join lateral (
      select state, sent_at from requests r
      where r.push_id = p.id and r.state <> 'given_up' order by r.id desc limit 1) last on true
    where p.company_id = ${companyId} and p.closed_at is null
      and (p.lease_until is null or p.lease_until <= now())
      and (last.state is null or last.state = 'not_executed'
        or (last.state = 'open' and last.sent_at is null))
    order by p.id for no key update of p`;
  const ids = pushes.map(({ id }) => id);
  const items = await tx<{ documentId: number }[]>`
    update push_items set outcome = 'parked'
    where push_id = any(${ids}::bigint[]) and outcome is null returning document_id`;
  // A worker that still believes to hold one of them is fenced off.
  await tx`
    update pushes set closed_at = now(), lease_until = null, lease = lease + 1
    where id = any(${ids}::bigint[])`;
  const documents = await tx<{ id: number }[]>`
    select id from documents where id = any(${items.map(({ documentId }) => documentId)}::bigint[])
    order by id for no key update`;
  return documents.map(({ id }) => id);
}

function park(tx: Transaction, documentIds: readonly number[]): Promise<number[]> {
  return moveDocuments(
    tx,
    documentIds,
    // What was taken back or refused since, while a push still held it, waits for nothing.
    ({ status }) =>
      ON_ITS_WAY.has(status)
        ? { to: 'waiting', what: 'waiting', reason: reason('reconnect_needed', {}) }
        : undefined,
    'worker',
  );
}

/** What is due and in no push waits visibly, not in a queue that does not move. */
export async function parkDueDocuments(ledger: Ledger, companyId: string): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const parked = await ledger.sql.begin(async (tx) => {
      const rows = await tx<{ id: number }[]>`
        select id from documents where company_id = ${companyId} and due_at is not null
          and not exists (
            select 1 from push_items i where i.document_id = documents.id and i.outcome is null)
        order by id limit ${STEP}`;
      await park(
        tx,
        rows.map(({ id }) => id),
      );
      return rows.length;
    });
    if (parked < STEP) return;
  }
}
