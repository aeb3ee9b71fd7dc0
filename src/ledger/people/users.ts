import type { Role } from '../../contract/ops.js';
import type { Ledger } from '../database/open.js';
import type { users } from '../schema.js';
import { recordAudit } from './audit.js';
import { GIVEN_MS, hashPassword, isPassword, randomPassword } from './passwords.js';

/** People who use the dashboard. */

type UserRow = typeof users.$inferSelect;
export interface User {
  id: string;
  email: string;
  role: Role;
}

/** There is a person with this e-mail address already. */
export class UserExists extends Error {
  override name = 'UserExists';
  constructor(readonly email: string) {
    super(`There is a user ${email} already`);
  }
}

/**
 * A new person with a random password, which is answered here once. `isOneTime`: it lets in for
 * seven days, and nowhere but to set an own one.
 *
 * @throws UserExists
 */
export async function createUser(
  ledger: Ledger,
  user: { email: string; role: Role; isOneTime?: boolean },
  by: string,
): Promise<{ user: User; password: string }> {
  const email = normalisedEmail(user.email);
  const password = randomPassword();
  const passwordHash = await hashPassword(password);
  return ledger.sql.begin(async (tx) => {
    const [row] = await tx<UserRow[]>`
      insert into users (email, password_hash, password_ends_at, role)
      values (${email}, ${passwordHash}, ${user.isOneTime === true ? givenUntil(ledger) : null},
        ${user.role})
      on conflict (email) do nothing returning *`;
    if (row === undefined) throw new UserExists(email);
    const subject = { userId: row.id, role: user.role };
    await recordAudit(tx, { actor: by, action: 'user.created', subject });
    return { user: toUser(row), password };
  });
}

/** When a password made now for somebody else ends, unless it is replaced by an own one. */
export function givenUntil({ clock }: Ledger): Date {
  return new Date(clock().getTime() + GIVEN_MS);
}

/** The person with this password; undefined where either is wrong or it has ended, in the same time. */
export async function verifyLogin(
  ledger: Ledger,
  login: { email: string; password: string },
): Promise<(User & { isPasswordGiven: boolean }) | undefined> {
  const [row] = await ledger.sql<UserRow[]>`
    select * from users where email = ${normalisedEmail(login.email)} and disabled_at is null
      and (password_ends_at is null or password_ends_at > ${ledger.clock()})`;
  const isRight = await isPassword(row?.passwordHash ?? undefined, login.password);
  return isRight && row !== undefined
    ? { ...toUser(row), isPasswordGiven: row.passwordEndsAt !== null }
    : undefined;
}

function toUser({ id, email, role }: UserRow): User {
  return { id, email, role: role as Role };
}

function normalisedEmail(email: string): string {
  return email.trim().toLowerCase();
}
