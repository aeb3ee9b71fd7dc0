import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { realmHashOf } from './companies.js';

/**
 * Which companies are to be asked whether they can be used, and when: a few calls at growing pauses,
 * in place of the documents that would find out one by one.
 */

/** Pauses between two checks of a company, in milliseconds. */
export interface CheckPace {
  /** Before the first; it doubles each time. Default 2 min. */
  checkFirstMs: number;
  /** Default 6 h. */
  checkMostMs: number;
}

export const DEFAULT_CHECK_PACE: CheckPace = { checkFirstMs: 120_000, checkMostMs: 21_600_000 };

/** A company that was of use for this long begins with the shortest pause again. */
const FORGOTTEN_AFTER = '1 hour';
/** What anyone may ask for is done at most once in this time. */
const SAID_AGAIN_AFTER = '10 minutes';

/** The company is asked after its pause, which is longer if it was asked in vain lately. */
export async function wantCheckLater(
  tx: Transaction,
  companyId: string,
  pace: CheckPace,
): Promise<void> {
  await tx`
    insert into company_checks as k (company_id, due_at) values (${companyId}, ${dueAfter(tx, pace, 0)})
    on conflict (company_id) do update set
      tries = case when ${isForgotten(tx)} then 0 else k.tries end,
      due_at = case when ${isForgotten(tx)} then excluded.due_at
        else ${dueAfter(tx, pace, tx`k.tries`)} end`;
}

const isForgotten = (sql: AnySql) => sql`
  coalesce(k.checked_at < now() - ${FORGOTTEN_AFTER}::interval, true)`;

/** A quarter of each pause is random, so that companies that were lost together spread. */
function dueAfter(sql: AnySql, { checkFirstMs, checkMostMs }: CheckPace, tries: unknown) {
  return sql`now() + least(${checkMostMs}::float8,
      ${checkFirstMs}::float8 * power(2, least(${tries as number}::int, 30)))
    * (0.75 + random() * 0.25) * interval '1 millisecond'`;
}

/** Whatever was to be asked is known. */
export async function wantNoCheck(tx: Transaction, companyId: string): Promise<void> {
  await tx`update company_checks set due_at = null where company_id = ${companyId}`;
}

/** The same of a company that was well before: not where it was found lapsed or barred meanwhile. */
export async function noteStillUsable({ sql }: Ledger, companyId: string): Promise<void> {
  await sql`
    update company_checks k set due_at = null, tries = 0 from companies c
    where k.company_id = ${companyId} and c.id = k.company_id and c.status = 'connected'`;
}

/**
 * Someone says that a company was disconnected inside QuickBooks: it is asked at once whether that is
 * so. Anyone may say it, so it says nothing else, and a company is not asked again within 10 minutes.
 */
export async function noteSaidDisconnected(
  ledger: Ledger,
  intuitClientId: string,
  realmId: string,
): Promise<void> {
  await ledger.sql`
    insert into company_checks as k (company_id, due_at)
    select c.id, now() from companies c join tokens t on t.company_id = c.id
    where c.intuit_client_id = ${intuitClientId}
      and c.realm_hash = ${realmHashOf(ledger, realmId)} and t.usable
    on conflict (company_id) do update set due_at = now()
      where coalesce(k.checked_at < now() - ${SAID_AGAIN_AFTER}::interval, true)`;
}

/** A refresh token that has less than this to live is renewed, though nobody needs it. */
const KEPT_ALIVE_MS = 50 * 86_400_000;
/** One that was renewed and is not told to live longer is left alone this long. */
const KEPT_ALIVE_AGAIN_AFTER = '1 day';

/**
 * Tokens of companies that nobody called for half of their hundred days: they are renewed before
 * they run out. The five years they have in all are not: only a reconnect begins these anew.
 */
export async function wantIdleKeptAlive({ sql, clock }: Ledger, limit: number): Promise<void> {
  await sql`
    insert into company_checks as k (company_id, due_at)
    select t.company_id, now() from tokens t join companies c on c.id = t.company_id
      left join company_checks o on o.company_id = t.company_id
    where t.usable and c.status in ('connected', 'suspended')
      and t.refresh_expires_at < ${new Date(clock().getTime() + KEPT_ALIVE_MS)}
      and o.due_at is null
      and coalesce(o.checked_at < now() - ${KEPT_ALIVE_AGAIN_AFTER}::interval, true)
    order by t.refresh_expires_at limit ${limit}
    on conflict (company_id) do update set due_at = now(), tries = 0 where k.due_at is null`;
}

/** A company whose time has come. */
export interface DueCheck {
  companyId: string;
  /** `connected`, `suspended` or `reconnect_needed`. */
  status: string;
}

/**
 * Takes checks that are due. Each is due again after its next pause, so that one whose worker dies, or
 * whose company does not answer, comes back by itself.
 */
export async function takeDueChecks(
  { sql }: Ledger,
  pace: CheckPace,
  limit: number,
): Promise<DueCheck[]> {
  return sql<DueCheck[]>`
    update company_checks k set tries = k.tries + 1, checked_at = now(),
      due_at = ${dueAfter(sql, pace, sql`k.tries + 1`)}
    from companies c
    where c.id = k.company_id and k.company_id in (
      select company_id from company_checks where due_at <= now()
      order by due_at limit ${limit} for update skip locked)
    returning k.company_id, c.status`;
}
