import type { ProfileName } from '../../contract/profiles.js';
import { defaultSettings } from '../../contract/profiles.js';
import type { Settings } from '../../contract/settings.js';
import type { Ledger, Transaction } from '../database/open.js';
import { appendEvent } from '../events/events.js';
import { recordAudit } from '../people/audit.js';
import { connectionStatus, missingOfSetup } from './connection-standing.js';
import { type Connection, connectionById } from './connections.js';
import { settleGates } from './gate-settling.js';

/** Making a connection and changing what the app says about it. */

/** The app has a connection with this externalId already. */
export class ConnectionExists extends Error {
  override name = 'ConnectionExists';
  constructor(readonly connectionId: string) {
    super('The app has a connection with this externalId already');
  }
}

export interface NewConnection {
  appId: string;
  externalId: string;
  name: string;
  profile: ProfileName;
  /** Complete and checked; default: those of the profile. */
  settings?: Settings;
  attributes?: Record<string, string>;
  returnUrl: string;
}

/**
 * Makes a connection, not yet connected to a company.
 *
 * @throws ConnectionExists
 */
export async function createConnection(
  ledger: Ledger,
  made: NewConnection,
  by: string,
): Promise<Connection> {
  return ledger.sql.begin((tx) => insertConnection(tx, ledger, made, by));
}

/** The same as a part of a transaction. @throws ConnectionExists */
export async function insertConnection(
  tx: Transaction,
  ledger: Ledger,
  made: NewConnection,
  by: string,
): Promise<Connection> {
  const settings = made.settings ?? defaultSettings(made.profile);
  const attributes = made.attributes ?? {};
  const facts = { ...NEVER_CONNECTED, settings, attributes };
  const status = connectionStatus(facts);
  const [row] = await tx<{ id: string }[]>`
      insert into connections (app_id, external_id, name, profile, attributes, settings, return_url,
        status, setup_missing)
      values (${made.appId}, ${made.externalId}, ${made.name}, ${made.profile},
        ${tx.json(attributes)}, ${tx.json(settings)}, ${made.returnUrl}, ${status},
        ${tx.json(missingOfSetup(facts))})
      on conflict (app_id, external_id) do nothing returning id`;
  if (row === undefined) throw await existing(tx, made);
  await tx`
      insert into settings_history (connection_id, version, settings, changed_by, at)
      values (${row.id}, 1, ${tx.json(settings)}, ${by}, ${ledger.clock()})`;
  await recordAudit(tx, {
    actor: by,
    action: 'connection.created',
    appId: made.appId,
    connectionId: row.id,
  });
  await announceConnection(tx, row.id, status);
  return lockedConnection(tx, row.id);
}

const NEVER_CONNECTED = {
  status: 'new',
  companyId: null,
  formerCompanyId: null,
  finalizedAt: null,
  unlockedAt: null,
  pausedAt: null,
  company: undefined,
} as const;

async function existing(tx: Transaction, made: NewConnection): Promise<ConnectionExists> {
  const [row] = await tx<{ id: string }[]>`
    select id from connections
    where app_id = ${made.appId} and external_id = ${made.externalId}`;
  return new ConnectionExists(row?.id ?? '');
}

/** Changes the name or, as a whole, the attributes; these may lock the connection, or open it. */
export async function changeConnection(
  ledger: Ledger,
  connectionId: string,
  change: { name?: string; attributes?: Record<string, string> },
  by: string,
): Promise<Connection> {
  return ledger.sql.begin(async (tx) => {
    const before = await lockedConnection(tx, connectionId);
    const { name = before.name, attributes = before.attributes } = change;
    await tx`
      update connections set name = ${name}, attributes = ${tx.json(attributes)}
      where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.changed',
      appId: before.appId,
      connectionId,
      subject: { fields: Object.keys(change) },
    });
    const { status } = await settleGates(tx, ledger, { ...before, name, attributes });
    await announceConnection(tx, connectionId, status);
    return lockedConnection(tx, connectionId);
  });
}

/** Reads and locks a connection that is known to be there. */
export async function lockedConnection(tx: Transaction, connectionId: string) {
  const connection = await connectionById(tx, connectionId, { lock: true });
  if (connection === undefined) throw new Error('The connection is not in the ledger');
  return connection;
}

/** Tells the app that something about the connection is new. */
export function announceConnection(
  tx: Transaction,
  connectionId: string,
  status: Connection['status'],
): Promise<void> {
  return appendEvent(tx, { connectionId, type: 'connection.changed', status });
}
