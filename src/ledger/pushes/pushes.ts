import type { DocumentKind } from '../../contract/documents/index.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import type { LaneClass } from '../rows.js';

/**
 * That no open push has the document `d`, which stays due until its push is claimed: the claim moves it
 * anyway, and written for that alone each row would be written once more. At most as many are read
 * past as a company has pushes open.
 */
export const isInNoPush = (sql: AnySql) => sql`not exists (
  select 1 from push_items i where i.document_id = d.id and i.outcome is null)`;

/** A push this process holds: every write names the lease, and a stale one is refused. */
export interface ClaimedPush {
  id: number;
  companyId: string;
  kind: DocumentKind;
  laneClass: LaneClass;
  batch: boolean;
  epoch: number;
  priority: number;
  /** Fencing token. */
  lease: number;
  /** Leases of this push that ran out without a word. */
  crashes: number;
}

/** The lease is someone else's by now; whatever was about to be written is not. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
  constructor(readonly pushId: number) {
    super(`Push ${pushId} is held by another worker`);
  }
}

/** Whether a push, with a lease that has run out by now, counts so many crashes or more. */
export async function hasCrashed({ sql }: Ledger, pushId: number, times: number): Promise<boolean> {
  const found = await sql`
    select 1 from pushes where id = ${pushId} and closed_at is null
      and crashes + ${LAPSED(sql)} >= ${times}`;
  return found.count > 0;
}

/** One where the lease was never given back. */
export const LAPSED = (sql: AnySql) => sql`case when lease_until is null then 0 else 1 end`;

/** Prolongs the lease. @throws LeaseLost */
export async function renewLease(
  ledger: Ledger,
  push: ClaimedPush,
  leaseMs: number,
): Promise<void> {
  const renewed = await ledger.sql`
    update pushes set lease_until = now() + ${leaseMs} * interval '1 millisecond'
    where id = ${push.id} and lease = ${push.lease} and lease_until > now() returning 1`;
  if (renewed.count === 0) throw new LeaseLost(push.id);
}

/** The push, locked, as long as its lease is held: no row when it is another worker's by now. */
export const heldPush = (sql: AnySql, push: ClaimedPush) => sql`
  select id from pushes where id = ${push.id} and lease = ${push.lease} and closed_at is null
    and lease_until > now() for no key update`;

/** Checks and locks the lease inside a transaction that writes for it. @throws LeaseLost */
export async function holdLease(tx: Transaction, push: ClaimedPush): Promise<void> {
  const held = await heldPush(tx, push);
  if (held.count === 0) throw new LeaseLost(push.id);
}

/** Gives the push back without an ending: a stop in an orderly way never counts as a crash. */
export async function releaseLease(ledger: Ledger, push: ClaimedPush): Promise<void> {
  await ledger.sql`
    update pushes set lease_until = null where id = ${push.id} and lease = ${push.lease}`;
}

/**
 * Puts a push off whose ending could not be written, and counts it as a crash: a push that cannot
 * be settled must not go round and round.
 */
export async function postponeCrashed(
  ledger: Ledger,
  push: ClaimedPush,
  delayMs: number,
): Promise<void> {
  await ledger.sql`
    update pushes set lease_until = null, crashes = crashes + 1, epoch = epoch + 1,
      not_before = now() + ${delayMs} * interval '1 millisecond'
    where id = ${push.id} and lease = ${push.lease}`;
}

/** Counts a failure of our own against the push. */
export async function countCrash(ledger: Ledger, push: ClaimedPush): Promise<void> {
  await ledger.sql`
    update pushes set crashes = crashes + 1 where id = ${push.id} and lease = ${push.lease}`;
}

/** When a push goes on, and under which number its next wake-up is added. */
export interface NextWakeUp {
  pushId: number;
  epoch: number;
  priority: number;
  delayMs: number;
}

/** Puts the push off: the job ends now, and a delayed one with the next epoch goes on. */
export async function postponePush(
  tx: Transaction,
  push: ClaimedPush,
  delayMs: number,
): Promise<NextWakeUp> {
  const [row] = await tx<{ epoch: number }[]>`
    update pushes set lease_until = null, epoch = epoch + 1,
      not_before = now() + ${delayMs} * interval '1 millisecond'
    where id = ${push.id} and lease = ${push.lease} returning epoch`;
  if (row === undefined) throw new LeaseLost(push.id);
  return { pushId: push.id, epoch: row.epoch, priority: push.priority, delayMs };
}

/** Closes the push once no item is open. */
export async function closeIfDone(tx: Transaction, pushId: number): Promise<boolean> {
  const closed = await tx`
    update pushes set closed_at = now(), lease_until = null
    where id = ${pushId} and closed_at is null
      and not exists (select 1 from push_items where push_id = ${pushId} and outcome is null)
    returning 1`;
  return closed.count > 0;
}

/**
 * Open pushes that nobody holds and whose time has come: their wake-up may be lost, so the sweep
 * adds it again. A push that was opened or put off a moment ago has its own wake-up on the way.
 */
export async function wakeablePushes(
  ledger: Ledger,
  quietMs: number,
  limit: number,
): Promise<{ id: number; epoch: number; priority: number; wasPutOff: boolean }[]> {
  // By id PostgreSQL may walk past every push that was ever closed.
  return ledger.sql`
    select p.id, p.epoch, p.priority, p.not_before is not null as was_put_off
    from pushes p join companies c on c.id = p.company_id
    where p.closed_at is null and c.status = 'connected'
      and coalesce(p.not_before, p.opened_at) <= now() - ${quietMs} * interval '1 millisecond'
      and (p.lease_until is null or p.lease_until <= now())
    order by p.opened_at, p.id limit ${limit}`;
}
