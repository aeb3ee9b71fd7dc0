import { randomUUID } from 'node:crypto';
import { realmHashOf } from '../companies/companies.js';
import { wantNoCheck } from '../companies/company-checks.js';
import type { Ledger, Transaction } from '../database/open.js';
import { PLACES } from '../database/places.js';
import { recordAudit } from '../people/audit.js';
import { startImports } from '../runs/imports.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import { isLocked, standAnew } from './connection-standing.js';
import type { Connection } from './connections.js';
import { goOn } from './going-on.js';

/** Tying connections to companies and untying them. */

/** What Intuit granted. Times are business time. */
export interface GrantedTokens {
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: Date;
  refreshExpiresAt: Date;
  hardExpiresAt: Date | null;
}

export interface Grant {
  connectionId: string;
  /** The Intuit app through which the company is reached. */
  intuitClientId: string;
  realmId: string;
  tokens: GrantedTokens;
}

export type ConnectOutcome =
  | { result: 'connected'; companyId: string }
  /**
   * It belonged to another company before, or its app uses the granted one otherwise; or it has no
   * access. `inUse`: connections use the granted company.
   */
  | { result: 'other_company' | 'locked'; inUse: boolean };

/**
 * Ties a connection to the company its customer chose, all in one transaction: company, tokens,
 * connection, its documents, event, audit. A connection that belonged to another company keeps its
 * past, and one that is locked has no access: nothing changes then.
 */
export async function completeConnect(
  ledger: Ledger,
  grant: Grant,
  by: string,
): Promise<ConnectOutcome> {
  return ledger.sql.begin((tx) => connectIn(tx, ledger, grant, by));
}

/**
 * The same as a part of a transaction.
 *
 * @param accepted the app has confirmed that it may be any company. Default false.
 */
export async function connectIn(
  tx: Transaction,
  ledger: Ledger,
  grant: Grant,
  by: string,
  { accepted = false } = {},
): Promise<ConnectOutcome> {
  // The company before its connections, here and in disconnect: one order, no deadlock.
  const known = await lockCompany(tx, ledger, grant);
  const connection = await lockedConnection(tx, grant.connectionId);
  if (isLocked(connection)) {
    await auditConnecting(tx, connection, 'connection.refused', by);
    return { result: 'locked', inUse: await isInUse(tx, known) };
  }
  const belongsTo = connection.companyId ?? connection.formerCompanyId;
  const isOther =
    belongsTo === null
      ? !accepted && (await isUsedOtherwise(tx, connection, known))
      : belongsTo !== known;
  if (isOther) {
    await auditConnecting(tx, connection, 'connection.refused', by);
    return { result: 'other_company', inUse: await isInUse(tx, known) };
  }
  const companyId = known ?? (await insertCompany(tx, ledger, grant));
  await tx`update companies set status = 'connected' where id = ${companyId}`;
  await storeTokens(tx, ledger, companyId, grant.tokens);
  await tx`
      update connections set company_id = ${companyId},
        connected_at = coalesce(connected_at, ${ledger.clock()})
      where id = ${connection.id}`;
  const { status } = await standAnew(tx, await lockedConnection(tx, connection.id));
  await auditConnecting(tx, connection, 'connection.connected', by);
  const after = connection.connectedAt === null ? 'first_connect' : 'connect';
  await startImports(tx, await lockedConnection(tx, connection.id), after);
  await adoptDocuments(tx, connection.id, companyId);
  await wantNoCheck(tx, companyId);
  await goOn(ledger, tx, companyId, new Map([[connection.id, status]]));
  return { result: 'connected', companyId };
}

/** Id of the company if it is known, locked: leaving and joining it happen one after the other. */
async function lockCompany(
  tx: Transaction,
  ledger: Ledger,
  grant: Grant,
): Promise<string | undefined> {
  const [row] = await tx<{ id: string }[]>`
    select id from companies where intuit_client_id = ${grant.intuitClientId}
      and realm_hash = ${realmHashOf(ledger, grant.realmId)} for no key update`;
  return row?.id;
}

async function insertCompany(tx: Transaction, ledger: Ledger, grant: Grant): Promise<string> {
  // The id stands in the ciphertext's place, so it has to be known before the row is.
  const id = randomUUID();
  const cipher = ledger.cipher.encrypt(PLACES.realm(id), grant.realmId);
  await tx`
    insert into companies (id, intuit_client_id, realm_cipher, realm_hash)
    values (${id}, ${grant.intuitClientId}, ${cipher}, ${realmHashOf(ledger, grant.realmId)})
    on conflict (intuit_client_id, realm_hash) do nothing`;
  // Two connections may meet a new company at once: the row that stands is the one to use.
  const standing = await lockCompany(tx, ledger, grant);
  if (standing === undefined) throw new Error('The company was not stored');
  return standing;
}

async function storeTokens(
  tx: Transaction,
  ledger: Ledger,
  companyId: string,
  granted: GrantedTokens,
): Promise<void> {
  const access = ledger.cipher.encrypt(PLACES.accessToken(companyId), granted.accessToken);
  const refresh = ledger.cipher.encrypt(PLACES.refreshToken(companyId), granted.refreshToken);
  await tx`
    insert into tokens as t (company_id, generation, access_cipher, refresh_cipher,
      access_expires_at, refresh_expires_at, hard_expires_at)
    values (${companyId}, ${secondsSince2025(tx)}, ${access}, ${refresh},
      ${granted.accessExpiresAt}, ${granted.refreshExpiresAt}, ${granted.hardExpiresAt})
    on conflict (company_id) do update set generation = t.generation + 1,
      access_cipher = excluded.access_cipher, refresh_cipher = excluded.refresh_cipher,
      previous_refresh_cipher = null, access_expires_at = excluded.access_expires_at,
      refresh_expires_at = excluded.refresh_expires_at,
      hard_expires_at = excluded.hard_expires_at, usable = true, refreshing_until = null,
      updated_at = now()`;
}

/**
 * First generation of a company's tokens. It grows by one in an hour, and this by one in a second, so
 * those of before a disconnect never had it: what a worker knows of them says nothing of these.
 */
const secondsSince2025 = (tx: Transaction) =>
  tx`extract(epoch from now() - timestamptz '2025-01-01T00:00:00Z')::int`;

/** Documents stated before the first connect belong to the company from here on. */
async function adoptDocuments(
  tx: Transaction,
  connectionId: string,
  companyId: string,
): Promise<void> {
  await tx`
    update documents set company_id = ${companyId}
    where connection_id = ${connectionId} and company_id is null`;
}

async function isInUse(tx: Transaction, companyId: string | undefined): Promise<boolean> {
  if (companyId === undefined) return false;
  const [row] = await tx`select 1 as one from connections where company_id = ${companyId} limit 1`;
  return row !== undefined;
}

/**
 * Whether the app has the company under another profile already: two sets of rules in one company are
 * mostly a customer who picked the wrong one of theirs.
 */
async function isUsedOtherwise(
  tx: Transaction,
  { appId, profile }: Connection,
  companyId: string | undefined,
): Promise<boolean> {
  if (companyId === undefined) return false;
  const rows = await tx`
    select 1 from connections
    where company_id = ${companyId} and app_id = ${appId} and profile <> ${profile} limit 1`;
  return rows.count > 0;
}

export interface Disconnected {
  /** False: it was not tied to a company. */
  changed: boolean;
  /** Set where the last connection left the company: its refresh token is to be revoked. */
  revoke: { companyId: string; refreshToken: string } | null;
}

/**
 * Unties a connection. Its links, documents and former company stay. Tokens of a company that
 * nobody uses any more leave the ledger here and are answered for Intuit's revocation.
 */
export async function disconnect(
  ledger: Ledger,
  connectionId: string,
  by: string,
): Promise<Disconnected> {
  return ledger.sql.begin((tx) => disconnectIn(tx, ledger, connectionId, by));
}

/** The same as a part of a transaction. */
export async function disconnectIn(
  tx: Transaction,
  ledger: Ledger,
  connectionId: string,
  by: string,
): Promise<Disconnected> {
  // NO KEY: statements that hold the connection go on to rows that merely refer to the company.
  await tx`
      select 1 from companies
      where id = (select company_id from connections where id = ${connectionId})
      for no key update`;
  const connection = await lockedConnection(tx, connectionId);
  const { companyId } = connection;
  if (companyId === null) return { changed: false, revoke: null };
  await tx`
      update connections set former_company_id = ${companyId}, company_id = null
      where id = ${connectionId}`;
  const { status } = await standAnew(tx, await lockedConnection(tx, connectionId));
  await auditConnecting(tx, connection, 'connection.disconnected', by);
  await announceConnection(tx, connectionId, status);
  if (await isInUse(tx, companyId)) return { changed: true, revoke: null };
  const refreshToken = await takeTokens(tx, ledger, companyId);
  return {
    changed: true,
    revoke: refreshToken === undefined ? null : { companyId, refreshToken },
  };
}

async function takeTokens(
  tx: Transaction,
  ledger: Ledger,
  companyId: string,
): Promise<string | undefined> {
  const [row] = await tx<{ refreshCipher: Buffer }[]>`
    delete from tokens where company_id = ${companyId} returning refresh_cipher`;
  if (row === undefined) return undefined;
  return ledger.cipher.decrypt(PLACES.refreshToken(companyId), row.refreshCipher);
}

function auditConnecting(
  tx: Transaction,
  connection: Connection,
  action: 'connection.connected' | 'connection.refused' | 'connection.disconnected',
  by: string,
): Promise<void> {
  return recordAudit(tx, {
    actor: by,
    action,
    appId: connection.appId,
    connectionId: connection.id,
  });
}
