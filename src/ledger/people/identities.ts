import type { Role } from '../../contract/ops.js';
import type { Ledger, Transaction } from '../database/open.js';
import { recordAudit } from './audit.js';
import type { User } from './users.js';

/** Somebody whom an identity provider vouches for. */
export interface KnownIdentity {
  /** Unique at the provider, and never given to somebody else. */
  subject: string;
  /** As far as the provider has verified it. */
  email: string | undefined;
  /** What the provider's groups, or the list of addresses, make of them; undefined: nothing. */
  role: Role | undefined;
}

export type Admission =
  | { outcome: 'admitted'; user: User }
  /** `no_role`: nothing lets them in; `disabled`: an admin shut them out; `no_email`: see above. */
  | { outcome: 'refused'; why: 'no_role' | 'disabled' | 'no_email' };

const ACTOR = 'single sign-on';

interface KnownRow {
  id: string;
  email: string;
  role: string;
  hasPassword: boolean;
  isDisabled: boolean;
  isJoined: boolean;
}

/**
 * Lets in whom the provider gives a role, and makes them a person here the first time; the role is
 * brought up to date each time. Whom an admin invited, by a verified address, comes in with the role
 * they have here. Who lost their role at the provider, and was never invited, stays outside.
 */
export function admitIdentity(ledger: Ledger, identity: KnownIdentity): Promise<Admission> {
  return ledger.sql.begin(async (tx) => {
    const known = await knownPerson(tx, identity);
    if (known === undefined) return admitNew(tx, identity);
    if (known.isDisabled) return { outcome: 'refused', why: 'disabled' };
    const { role = known.hasPassword ? (known.role as Role) : undefined, subject } = identity;
    if (role === undefined) return { outcome: 'refused', why: 'no_role' };
    const { id, email } = known;
    if (!known.isJoined) {
      await tx`update users set single_sign_on_subject = ${subject} where id = ${id}`;
      const entry = { actor: ACTOR, action: 'user.joined_single_sign_on' } as const;
      await recordAudit(tx, { ...entry, subject: { userId: id } });
    }
    if (role !== known.role) {
      await tx`update users set role = ${role} where id = ${id}`;
      const about = { userId: id, from: known.role, to: role };
      await recordAudit(tx, { actor: ACTOR, action: 'user.role_changed', subject: about });
    }
    return { outcome: 'admitted', user: { id, email, role } };
  });
}

/** By what the provider calls them; the first time by their address, which then is theirs. */
async function knownPerson(
  tx: Transaction,
  { subject, email }: KnownIdentity,
): Promise<KnownRow | undefined> {
  const [row] = await tx<KnownRow[]>`
    select id, email, role, password_hash is not null as has_password,
      disabled_at is not null as is_disabled, single_sign_on_subject is not null as is_joined
    from users where single_sign_on_subject = ${subject}
      or (single_sign_on_subject is null and email = ${email ?? null})
    order by single_sign_on_subject is null for update`;
  return row;
}

async function admitNew(
  tx: Transaction,
  { subject, email, role }: KnownIdentity,
): Promise<Admission> {
  if (role === undefined) return { outcome: 'refused', why: 'no_role' };
  if (email === undefined) return { outcome: 'refused', why: 'no_email' };
  const [row] = await tx<{ id: string }[]>`
    insert into users (email, role, single_sign_on_subject) values (${email}, ${role}, ${subject})
    on conflict do nothing returning id`;
  // The address belongs to somebody whom the provider calls otherwise.
  if (row === undefined) return { outcome: 'refused', why: 'no_email' };
  const about = { userId: row.id, role };
  await recordAudit(tx, { actor: ACTOR, action: 'user.created', subject: about });
  return { outcome: 'admitted', user: { id: row.id, email, role } };
}
