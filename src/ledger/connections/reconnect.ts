import type { ConnectionStatus } from '../../contract/connection.js';
import { type Reason, reason } from '../../contract/reasons.js';
import {
  type CheckPace,
  DEFAULT_CHECK_PACE,
  wantCheckLater,
  wantNoCheck,
} from '../companies/company-checks.js';
import type { Ledger, Transaction } from '../database/open.js';
import { moveDocuments, ON_ITS_WAY } from '../documents/moves.js';
import { appendEvent } from '../events/events.js';

/** Documents moved in one transaction. */
const STEP = 500;
/** Steps of one call; who is left moves when a push of theirs runs. */
const STEPS_MAX = 2_000;

/** Why the tokens of a company are of no use. */
export type RefusedBecause =
  | 'no_tokens'
  /** Intuit knows the grant no more: someone ended it there, unless its time was over. */
  | 'refresh_token_refused'
  /** The tokens are good and let nothing be done: that may pass by itself. */
  | 'access_token_refused'
  | 'not_authorized';

/**
 * Notes that only a reconnect helps: the company is called no more, its connections and documents
 * say so, and what is open waits. Nothing is lost and nothing costs an attempt. Where the tokens were
 * only barred the company is asked now and then whether that is over.
 *
 * @param refused generation of the tokens that were refused; null where there were none.
 * @returns false where other tokens are stored by now, as after a reconnect: nothing is noted then,
 *   and what was refused goes on with those.
 */
export async function markReconnectNeeded(
  ledger: Ledger,
  companyId: string,
  refused: number | null,
  why: RefusedBecause = 'no_tokens',
  pace: CheckPace = DEFAULT_CHECK_PACE,
): Promise<boolean> {
  const noted = await ledger.sql.begin(async (tx) => {
    // Whoever connects holds it too, and is through: the tokens are read after theirs are stored.
    await tx`select 1 from companies where id = ${companyId} for no key update`;
    const stored = await storedTokens(tx, companyId);
    if ((stored?.generation ?? null) !== refused) return 'other_tokens';
    const company = await tx`
      update companies set status = 'reconnect_needed'
      where id = ${companyId} and status <> 'reconnect_needed' returning 1`;
    const isBarred = why === 'access_token_refused' || why === 'not_authorized';
    if (!isBarred) await wantNoCheck(tx, companyId);
    else if (company.count > 0) await wantCheckLater(tx, companyId, pace);
    const status = endedThere(ledger, why, stored)
      ? 'disconnected_in_quickbooks'
      : 'reconnect_needed';
    await leave(tx, companyId, { status, now: company.count > 0 });
    return company.count > 0 ? 'now' : 'before';
  });
  if (noted === 'now') await parkDueDocuments(ledger, companyId);
  return noted !== 'other_tokens';
}

/** Intuit refuses what was revoked and what ran out alike: the end it named tells them apart. */
function endedThere(ledger: Ledger, why: RefusedBecause, stored: StoredEnds | undefined): boolean {
  if (why !== 'refresh_token_refused' || stored === undefined) return false;
  const now = ledger.clock();
  const { refreshExpiresAt, hardExpiresAt } = stored;
  return refreshExpiresAt > now && (hardExpiresAt === null || hardExpiresAt > now);
}

/**
 * Notes that QuickBooks takes no changes of a company whose subscription has ended: what is to be sent
 * waits, without a call for each, and the company is asked now and then whether it was renewed. What
 * is read goes on.
 */
export async function markSuspended(
  ledger: Ledger,
  companyId: string,
  pace: CheckPace = DEFAULT_CHECK_PACE,
): Promise<void> {
  const noted = await ledger.sql.begin(async (tx) => {
    const company = await tx`
      update companies set status = 'suspended'
      where id = ${companyId} and status = 'connected' returning 1`;
    if (company.count === 0) return false;
    await wantCheckLater(tx, companyId, pace);
    await leave(tx, companyId, { status: 'company_suspended', now: true });
    return true;
  });
  if (noted) await parkDueDocuments(ledger, companyId);
}

/** Whose connections say so from then on; a lock and a disconnect are said before all of these. */
const GIVES_WAY = {
  company_suspended: ['connected'],
  reconnect_needed: [
    'connected',
    'awaiting_finalization',
    'setup_incomplete',
    'paused',
    'company_suspended',
  ],
  disconnected_in_quickbooks: [
    'connected',
    'awaiting_finalization',
    'setup_incomplete',
    'paused',
    'company_suspended',
    'reconnect_needed',
  ],
} as const satisfies Partial<Record<ConnectionStatus, readonly ConnectionStatus[]>>;

/** The company's row is held, so that behind it no push is opened and none is claimed. */
async function leave(
  tx: Transaction,
  companyId: string,
  { status, now }: { status: keyof typeof GIVES_WAY; now: boolean },
): Promise<void> {
  // First by themselves: one that leaves a gate in this moment is seen as it stands then.
  await lockConnectionsOf(tx, companyId);
  const connections = await tx<{ id: string }[]>`
    update connections set status = ${status}
    where company_id = ${companyId} and status = any(${[...GIVES_WAY[status]]}::text[])
    returning id`;
  // What is open now is all there is.
  const held = now ? await closeOpenPushes(tx, companyId) : [];
  for (const connectionId of connections.map(({ id }) => id).sort()) {
    await appendEvent(tx, { connectionId, type: 'connection.changed', status });
  }
  await park(tx, held, reasonOf(status === 'company_suspended' ? 'suspended' : status));
}

/** What documents of a company wait for that is not to be called. */
function reasonOf(companyStatus: string): Reason {
  return companyStatus === 'suspended'
    ? reason('company_suspended', {})
    : reason('reconnect_needed', {});
}

/** All connections of a company, in the order of their ids. */
export async function lockConnectionsOf(tx: Transaction, companyId: string): Promise<void> {
  await tx`select 1 from connections where company_id = ${companyId} order by id for no key update`;
}

interface StoredEnds {
  generation: number;
  refreshExpiresAt: Date;
  hardExpiresAt: Date | null;
}

async function storedTokens(tx: Transaction, companyId: string): Promise<StoredEnds | undefined> {
  const [row] = await tx<StoredEnds[]>`
    select generation, refresh_expires_at, hard_expires_at from tokens
    where company_id = ${companyId}`;
  return row;
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
      const [lost] = await tx<{ status: string }[]>`
        select status from companies
        where id = ${id} and status <> 'connected' for no key update`;
      if (lost !== undefined) await park(tx, await closeOpenPushes(tx, id), reasonOf(lost.status));
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

function park(tx: Transaction, documentIds: readonly number[], why: Reason): Promise<number[]> {
  return moveDocuments(
    tx,
    documentIds,
    // What was taken back or refused since, while a push still held it, waits for nothing.
    ({ status }) =>
      ON_ITS_WAY.has(status) ? { to: 'waiting', what: 'waiting', reason: why } : undefined,
    'worker',
  );
}

/** What is due and in no push waits visibly, not in a queue that does not move. */
export async function parkDueDocuments(ledger: Ledger, companyId: string): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const parked = await ledger.sql.begin(async (tx) => {
      const [company] = await tx<{ status: string }[]>`
        select status from companies where id = ${companyId}`;
      const rows = await tx<{ id: number }[]>`
        select id from documents where company_id = ${companyId} and due_at is not null
          and not exists (
            select 1 from push_items i where i.document_id = documents.id and i.outcome is null)
        order by id limit ${STEP}`;
      await park(
        tx,
        rows.map(({ id }) => id),
        reasonOf(company?.status ?? 'reconnect_needed'),
      );
      return rows.length;
    });
    if (parked < STEP) return;
  }
}
