import { isDeepStrictEqual } from 'node:util';
import type { ConnectionStatus } from '../../contract/connection.js';
import type { Settings } from '../../contract/settings.js';
import { accountOf, type SetupPart } from '../../contract/setup.js';
import type { AnySql, Transaction } from '../database/open.js';
import type { Connection } from './connections.js';
import { type AccountName, unfitAccounts } from './setup-accounts.js';

/**
 * Where a connection stands: behind which gate, or none. It follows from what is stored of the
 * connection and its company and is never chosen, so that whoever changes one of these asks here.
 */

/** What of a connection and its company decides. */
export interface StandingFacts
  extends Pick<
    Connection,
    | 'status'
    | 'settings'
    | 'attributes'
    | 'companyId'
    | 'formerCompanyId'
    | 'finalizedAt'
    | 'unlockedAt'
    | 'pausedAt'
  > {
  /** Of its company, or of the one it had. */
  company:
    | {
        status: string;
        listsReadAt: Date | null;
        /** Accounts of the settings that are not, or not any more, what they have to be. */
        unfit: readonly AccountName[];
      }
    | undefined;
}

/** The gates in their order: the first that is closed is the status. */
export function connectionStatus(facts: StandingFacts): ConnectionStatus {
  const { settings, companyId, formerCompanyId, finalizedAt, pausedAt, company } = facts;
  if (isLocked(facts)) return 'locked';
  if (companyId === null) return formerCompanyId === null ? 'new' : 'disconnected';
  if (company?.status !== 'connected' && company?.status !== 'suspended') return lostStatus(facts);
  if (settings.finalization && finalizedAt === null) return 'awaiting_finalization';
  if (missingOfSetup(facts).length > 0) return 'setup_incomplete';
  if (pausedAt !== null) return 'paused';
  return company.status === 'suspended' ? 'company_suspended' : 'connected';
}

/** Who ended it in QuickBooks is known where it was noticed, and not from the company. */
function lostStatus({ status }: Pick<StandingFacts, 'status'>): ConnectionStatus {
  return status === 'disconnected_in_quickbooks' ? status : 'reconnect_needed';
}

/**
 * Whether the account is on trial and has no access. Support opens it for good; the app opens it by
 * taking `attributes.trial` away, which holds as long as that stays away. One that was connected
 * before it went on trial is locked as well, unless support unlocked it once: its company, documents
 * and links stay, what is being sent or read this moment ends, and nothing else begins.
 */
export function isLocked({
  settings,
  attributes,
  unlockedAt,
}: Pick<Connection, 'settings' | 'attributes' | 'unlockedAt'>): boolean {
  if (settings.lock !== 'trial' || unlockedAt !== null) return false;
  return ['true', 'yes'].includes(attributes['trial']?.trim().toLowerCase() ?? '');
}

/** What the settings ask for and is not there, in their order. */
export function missingOfSetup({
  settings,
  company,
}: Pick<StandingFacts, 'settings' | 'company'>): SetupPart[] {
  const parts = new Set(settings.setupRequires);
  return [...parts].filter((part) => {
    const account = accountOf(part);
    if (account !== undefined) {
      return isAccountMissing(settings, account) || (company?.unfit ?? []).includes(account);
    }
    return (company?.listsReadAt ?? null) === null;
  });
}

export function isAccountMissing(
  { accounts }: Pick<Settings, 'accounts'>,
  account: AccountName,
): boolean {
  return accounts[account] === undefined;
}

/** The connection as it would stand with what is changed in it; nothing is stored. */
export async function standingAnew(sql: AnySql, changed: Connection): Promise<Connection> {
  const facts = { ...changed, company: await companyOf(sql, changed) };
  return { ...changed, status: connectionStatus(facts), setupMissing: missingOfSetup(facts) };
}

/**
 * Stores where the connection stands now. The caller holds its lock; who changes what the company says
 * locks all its connections afterwards, so that one of the two sees the other. A request for access
 * ends with the lock it was made for.
 *
 * @returns the connection as it is stored then.
 */
export async function standAnew(tx: Transaction, connection: Connection): Promise<Connection> {
  const { status, setupMissing } = await standingAnew(tx, connection);
  if (status === connection.status && isDeepStrictEqual(setupMissing, connection.setupMissing)) {
    return connection;
  }
  const isOpen = status !== 'locked';
  await tx`
    update connections set status = ${status}, setup_missing = ${tx.json(setupMissing)},
      access_requested_at = case when ${isOpen} then null else access_requested_at end,
      access_requested_by = case when ${isOpen} then null else access_requested_by end
    where id = ${connection.id}`;
  const request = isOpen ? { accessRequestedAt: null, accessRequestedBy: null } : {};
  return { ...connection, ...request, status, setupMissing };
}

/** What of the company decides; a disconnect does not make its lists unread. */
export async function companyOf(
  sql: AnySql,
  {
    companyId,
    formerCompanyId,
    settings: { setupRequires, accounts },
  }: Pick<Connection, 'companyId' | 'formerCompanyId' | 'settings'>,
): Promise<StandingFacts['company']> {
  const [row] = await sql<{ id: string; status: string; listsReadAt: Date | null }[]>`
    select id, status, lists_read_at from companies where id = ${companyId ?? formerCompanyId}`;
  if (row === undefined) return undefined;
  const asksForAccounts = setupRequires.some((part) => accountOf(part) !== undefined);
  return { ...row, unfit: asksForAccounts ? await unfitAccounts(sql, row.id, accounts) : [] };
}
