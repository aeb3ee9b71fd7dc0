import type { AuditAction } from '../../contract/audit.js';
import type { Role } from '../../contract/ops.js';
import type { Person } from '../../contract/people.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { recordAudit } from './audit.js';
import { hashPassword, randomPassword } from './passwords.js';
import { IDLE_MS } from './sessions.js';
import { type SignInColumns, signInsOf } from './sign-ins.js';
import { givenUntil } from './users.js';

/** Administration of the people who use the dashboard. */

/** Nobody could administer people any more. */
export class LastAdmin extends Error {
  override name = 'LastAdmin';
  constructor() {
    super('This is the only admin who may log in; make someone else admin first');
  }
}

/** Most people one list answers; an installation has dozens. */
const LIST_MAX = 1_000;

interface PersonRow extends SignInColumns {
  id: string;
  email: string;
  role: string;
  sessions: number;
  lastSeenAt: Date | null;
  createdAt: Date;
  disabledAt: Date | null;
}

/** All of them by e-mail address, with the logins that are not over. */
export async function listPeople(ledger: Ledger): Promise<Person[]> {
  const rows = await ledger.sql<PersonRow[]>`
    ${selectPeople(ledger)} order by u.email limit ${LIST_MAX}`;
  return rows.map(toPerson);
}

export async function readPerson(ledger: Ledger, id: string): Promise<Person | undefined> {
  const [row] = await ledger.sql<PersonRow[]>`${selectPeople(ledger)} where u.id = ${id}`;
  return row === undefined ? undefined : toPerson(row);
}

/** The id behind an e-mail address, in any case. */
export async function personIdOf(ledger: Ledger, email: string): Promise<string | undefined> {
  const [row] = await ledger.sql<{ id: string }[]>`
    select id from users where email = ${email.trim().toLowerCase()}`;
  return row?.id;
}

/** What is asked of a person: what is left out stays. */
export interface PersonChange {
  role?: Role | undefined;
  disabled?: boolean | undefined;
}

/**
 * Gives a role, disables or enables. A role counts from the next request on; who is disabled is
 * logged out everywhere. False where there is no such person.
 *
 * @throws LastAdmin
 */
export function changePerson(
  ledger: Ledger,
  id: string,
  { role, disabled }: PersonChange,
  by: string,
): Promise<boolean> {
  return ledger.sql.begin(async (tx) => {
    const before = await lockedPerson(tx, id);
    if (before === undefined) return false;
    const staysAdmin = (role ?? before.role) === 'admin' && !(disabled ?? before.isDisabled);
    if (!staysAdmin && (await isLastAdmin(tx, id))) throw new LastAdmin();
    const tell = (action: AuditAction, more: Record<string, string> = {}) =>
      recordAudit(tx, { actor: by, action, subject: { userId: id, ...more } });
    if (role !== undefined && role !== before.role) {
      await tx`update users set role = ${role} where id = ${id}`;
      await tell('user.role_changed', { from: before.role, to: role });
    }
    if (disabled !== undefined && disabled !== before.isDisabled) {
      await tx`update users set disabled_at = ${disabled ? ledger.clock() : null} where id = ${id}`;
      if (disabled) await tx`delete from sessions where user_id = ${id}`;
      await tell(disabled ? 'user.disabled' : 'user.enabled');
    }
    return true;
  });
}

/** Logs a person out everywhere: how many logins that ended. Undefined: no such person. */
export function endSessionsOf(ledger: Ledger, id: string, by: string): Promise<number | undefined> {
  return ledger.sql.begin(async (tx) => {
    if ((await lockedPerson(tx, id)) === undefined) return undefined;
    const { count } = await tx`delete from sessions where user_id = ${id}`;
    const subject = { userId: id, sessions: count };
    await recordAudit(tx, { actor: by, action: 'user.sessions_ended', subject });
    return count;
  });
}

/**
 * A new password, answered this once; who is logged in with the one before is logged out.
 * `isOneTime` as for `createUser`.
 */
export async function renewPassword(
  ledger: Ledger,
  id: string,
  by: string,
  { isOneTime = false } = {},
): Promise<string | undefined> {
  const password = randomPassword();
  const passwordHash = await hashPassword(password);
  return ledger.sql.begin(async (tx) => {
    if ((await lockedPerson(tx, id)) === undefined) return undefined;
    await tx`
      update users set password_hash = ${passwordHash},
        password_ends_at = ${isOneTime ? givenUntil(ledger) : null} where id = ${id}`;
    await tx`delete from sessions where user_id = ${id}`;
    await recordAudit(tx, { actor: by, action: 'user.password_renewed', subject: { userId: id } });
    return password;
  });
}

/** Whether anybody could log in with a password. */
export async function hasPeople({ sql }: Ledger): Promise<boolean> {
  const rows = await sql`select 1 from users where disabled_at is null limit 1`;
  return rows.length > 0;
}

/**
 * Admins are locked before the person, always in the same order: two admins who demote each other
 * at once come one after the other, and the second one is refused.
 */
async function lockedPerson(tx: Transaction, id: string) {
  await tx`select 1 from users where role = 'admin' order by id for update`;
  const [row] = await tx<{ role: string; isDisabled: boolean }[]>`
    select role, disabled_at is not null as is_disabled from users where id = ${id} for update`;
  return row;
}

async function isLastAdmin(sql: AnySql, id: string): Promise<boolean> {
  const [row] = await sql<{ isLast: boolean }[]>`
    select bool_or(id = ${id}) and count(*) = 1 as is_last
    from users where role = 'admin' and disabled_at is null`;
  return row?.isLast === true;
}

function selectPeople({ sql, clock }: Ledger) {
  const now = clock();
  return sql`
    select u.id, u.email, u.role, u.password_hash is not null as has_password,
      u.single_sign_on_subject is not null as has_single_sign_on, u.created_at, u.disabled_at,
      live.sessions, live.last_seen_at
    from users u cross join lateral (
      select count(*)::int as sessions, max(s.last_seen_at) as last_seen_at from sessions s
      where s.user_id = u.id and s.expires_at > ${now}
        and s.last_seen_at > ${new Date(now.getTime() - IDLE_MS)}) live`;
}

function toPerson({ hasPassword, hasSingleSignOn, ...row }: PersonRow): Person {
  return {
    id: row.id,
    email: row.email,
    role: row.role as Role,
    signsInBy: signInsOf({ hasPassword, hasSingleSignOn }),
    sessions: row.sessions,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    disabledAt: row.disabledAt?.toISOString() ?? null,
  };
}
