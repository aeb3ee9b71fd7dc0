import type { OwnSession } from '../../contract/people.js';
import type { Ledger } from '../database/open.js';
import { recordAudit } from './audit.js';
import { hashPassword, isPassword } from './passwords.js';
import { hashOf, IDLE_MS } from './sessions.js';

/** What a person does about their own logins and password. */

/** The logins that are not over, the newest first; `sessionId` is the one that asks. */
export async function ownSessions(
  ledger: Ledger,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<OwnSession[]> {
  const now = ledger.clock();
  const rows = await ledger.sql<
    {
      publicId: string;
      browser: string | null;
      createdAt: Date;
      lastSeenAt: Date;
      isThis: boolean;
    }[]
  >`
    select public_id, browser, created_at, last_seen_at,
      id_hash = ${hashOf(ledger, sessionId)} as is_this
    from sessions where user_id = ${userId} and expires_at > ${now}
      and last_seen_at > ${new Date(now.getTime() - IDLE_MS)}
    order by created_at desc, public_id limit ${LIST_MAX}`;
  return rows.map(({ publicId, createdAt, lastSeenAt, ...row }) => ({
    ...row,
    id: publicId,
    startedAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  }));
}

/** Most logins one list answers. */
const LIST_MAX = 200;

interface Ended {
  user: { id: string; email: string };
  /** All but the login that asks, all, or the one with this public id. */
  which: { but: string } | 'all' | { only: string };
}

/** Ends logins of a person's own: how many that were. */
export function endOwnSessions(ledger: Ledger, { user, which }: Ended): Promise<number> {
  return ledger.sql.begin(async (tx) => {
    const meant =
      which === 'all'
        ? tx``
        : 'but' in which
          ? tx`and id_hash <> ${hashOf(ledger, which.but)}`
          : tx`and public_id = ${which.only}`;
    const { count } = await tx`delete from sessions where user_id = ${user.id} ${meant}`;
    if (count > 0) {
      const subject = { userId: user.id, sessions: count };
      await recordAudit(tx, { actor: user.email, action: 'user.sessions_ended', subject });
    }
    return count;
  });
}

/** Whether this is the person's password. False for who has none. */
export async function isOwnPassword(
  ledger: Ledger,
  userId: string,
  password: string,
): Promise<boolean> {
  return isPassword(await passwordHashOf(ledger, userId), password);
}

interface PasswordChange {
  /** The one before; undefined where the login itself was made with one that has to be replaced. */
  current: string | undefined;
  password: string;
  /** The login that asks; it goes on, the others end. */
  sessionId: string;
}

/**
 * Gives a person the password they chose. `wrong`: the one before is another, or there is none;
 * `same`: it is the one before, which an admin may know.
 */
export async function changeOwnPassword(
  ledger: Ledger,
  user: { id: string; email: string },
  { current, password, sessionId }: PasswordChange,
): Promise<'changed' | 'wrong' | 'same'> {
  const before = await passwordHashOf(ledger, user.id);
  const isRight = current === undefined || (await isPassword(before, current));
  if (!isRight || before === undefined) return 'wrong';
  if (await isPassword(before, password)) return 'same';
  const passwordHash = await hashPassword(password);
  return ledger.sql.begin(async (tx) => {
    // Another change in between has the last word.
    const { count } = await tx`
      update users set password_hash = ${passwordHash}, password_ends_at = null
      where id = ${user.id} and password_hash = ${before}`;
    if (count === 0) return 'wrong';
    const own = hashOf(ledger, sessionId);
    await tx`delete from sessions where user_id = ${user.id} and id_hash <> ${own}`;
    await tx`update sessions set by_given_password = false where id_hash = ${own}`;
    const subject = { userId: user.id };
    await recordAudit(tx, { actor: user.email, action: 'user.password_changed', subject });
    return 'changed';
  });
}

async function passwordHashOf({ sql }: Ledger, userId: string): Promise<string | undefined> {
  const [row] = await sql<{ passwordHash: string | null }[]>`
    select password_hash from users where id = ${userId}`;
  return row?.passwordHash ?? undefined;
}
