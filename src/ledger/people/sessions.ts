import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../../contract/ops.js';
import type { Ledger } from '../database/open.js';
import { recordAudit } from './audit.js';
import { type SignIn, type SignInColumns, signInsOf } from './sign-ins.js';
import type { User } from './users.js';

/** Logins of people. The browser holds a random id; the ledger holds its keyed hash. */

/** A session unused for longer is over. */
export const IDLE_MS = 30 * 60_000;
/** No session lives longer, however busy. */
export const ABSOLUTE_MS = 12 * 3_600_000;
/** `last_seen_at` is written at most this often. */
export const SEEN_STEP_MS = 60_000;

export interface Session {
  user: User;
  /** Sent back by the dashboard with every unsafe request. */
  csrfToken: string;
  /** When the person last showed who they are; null: the identity provider did not say. */
  provenAt: Date | null;
  /** How they may show it again. */
  signsInBy: SignIn[];
  /** They came in with a password an admin made, and have to set their own before anything else. */
  mustSetPassword: boolean;
}

interface SessionRow extends SignInColumns {
  userId: string;
  email: string;
  role: string;
  csrfToken: string;
  provenAt: Date | null;
  mustSetPassword: boolean;
  lastSeenAt: Date;
}

/** How a login was made. */
export interface LoginFacts {
  /** When the person showed who they are: now with a password, when it says so with a provider. */
  provenAt: Date | null;
  /** `Firefox on Windows`, to know it again by. */
  browser: string | null;
  /** With a password that somebody else made. */
  isByGivenPassword?: boolean;
}

/** Begins a session with an id of its own; never continues one that was there before the login. */
export async function startSession(
  ledger: Ledger,
  user: User,
  { provenAt, browser, isByGivenPassword = false }: LoginFacts,
): Promise<string> {
  const sessionId = randomBytes(32).toString('base64url');
  const csrfToken = randomBytes(32).toString('base64url');
  const now = ledger.clock();
  await ledger.sql.begin(async (tx) => {
    // Sessions that are over are swept out here: nothing else needs them.
    await tx`delete from sessions where expires_at <= ${now}`;
    await tx`
      insert into sessions (id_hash, user_id, csrf_token, proven_at, by_given_password, browser,
        created_at, last_seen_at, expires_at)
      values (${hashOf(ledger, sessionId)}, ${user.id}, ${csrfToken}, ${provenAt},
        ${isByGivenPassword}, ${browser}, ${now}, ${now},
        ${new Date(now.getTime() + ABSOLUTE_MS)})`;
    await recordAudit(tx, { actor: user.email, action: 'session.started' });
  });
  return sessionId;
}

/**
 * The session of a cookie; undefined once it is over or its person was disabled. `isActivity` false
 * leaves the idle time running: a page that refreshes itself is nobody at work.
 */
export async function readSession(
  ledger: Ledger,
  sessionId: string,
  isActivity = true,
): Promise<Session | undefined> {
  const now = ledger.clock();
  const idHash = hashOf(ledger, sessionId);
  const [row] = await ledger.sql<SessionRow[]>`
    select s.user_id, u.email, u.role, s.csrf_token, s.last_seen_at, s.proven_at,
      s.by_given_password as must_set_password, u.password_hash is not null as has_password,
      u.single_sign_on_subject is not null as has_single_sign_on
    from sessions s join users u on u.id = s.user_id
    where s.id_hash = ${idHash} and u.disabled_at is null and s.expires_at > ${now}
      and s.last_seen_at > ${new Date(now.getTime() - IDLE_MS)}`;
  if (row === undefined) return undefined;
  if (isActivity && now.getTime() - row.lastSeenAt.getTime() >= SEEN_STEP_MS) {
    await ledger.sql`update sessions set last_seen_at = ${now} where id_hash = ${idHash}`;
  }
  const user = { id: row.userId, email: row.email, role: row.role as Role };
  return {
    user,
    csrfToken: row.csrfToken,
    provenAt: row.provenAt,
    signsInBy: signInsOf(row),
    mustSetPassword: row.mustSetPassword,
  };
}

/**
 * The person showed again who they are: the session goes on under a new id, and the old one is worth
 * nothing from here on. Undefined where it is over by now.
 */
export async function proveSession(ledger: Ledger, sessionId: string): Promise<string | undefined> {
  const renewed = randomBytes(32).toString('base64url');
  const now = ledger.clock();
  return ledger.sql.begin(async (tx) => {
    const [row] = await tx<{ email: string }[]>`
      update sessions s set id_hash = ${hashOf(ledger, renewed)}, proven_at = ${now},
        last_seen_at = ${now}
      from users u where s.id_hash = ${hashOf(ledger, sessionId)} and u.id = s.user_id
      returning u.email`;
    if (row === undefined) return undefined;
    await recordAudit(tx, { actor: row.email, action: 'session.proven' });
    return renewed;
  });
}

/** Logs out: the id is worth nothing from here on. */
export async function endSession(ledger: Ledger, sessionId: string): Promise<void> {
  await ledger.sql.begin(async (tx) => {
    const [row] = await tx<{ email: string }[]>`
      delete from sessions s using users u
      where s.id_hash = ${hashOf(ledger, sessionId)} and u.id = s.user_id returning u.email`;
    if (row !== undefined) await recordAudit(tx, { actor: row.email, action: 'session.ended' });
  });
}

/** Compares a token from a request with the session's, in the same time for any wrong one. */
export function isCsrfToken(session: Pick<Session, 'csrfToken'>, given: string): boolean {
  const [a, b] = [Buffer.from(session.csrfToken), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export function hashOf(ledger: Ledger, sessionId: string): Buffer {
  return ledger.hash.hash('session', sessionId);
}
