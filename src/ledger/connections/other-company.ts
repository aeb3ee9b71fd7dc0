import { defaultSettings } from '../../contract/profiles.js';
import { realmHashOf } from '../companies/companies.js';
import type { Ledger, Transaction } from '../database/open.js';
import {
  type ConnectOutcome,
  completeConnect,
  connectIn,
  type Disconnected,
  disconnectIn,
  type Grant,
} from './connecting.js';
import { insertConnection, lockedConnection } from './connection-changes.js';
import { isLocked } from './connection-standing.js';
import type { Connection } from './connections.js';

/** How a round trip to Intuit ended. */
export type RoundTripOutcome =
  | {
      result: 'connected';
      companyId: string;
      /** The one that is connected now: another than was asked for, where it is another company. */
      connectionId: string;
      /** As after a disconnect. */
      revoke: Disconnected['revoke'];
    }
  | Exclude<ConnectOutcome, { result: 'connected' }>;

/** Connects an account to its own company, or to its first one: see {@link completeConnect}. */
export async function connectSameCompany(
  ledger: Ledger,
  grant: Grant,
  by: string,
): Promise<RoundTripOutcome> {
  return sameConnection(grant, await completeConnect(ledger, grant, by));
}

function sameConnection({ connectionId }: Grant, outcome: ConnectOutcome): RoundTripOutcome {
  return outcome.result === 'connected' ? { ...outcome, connectionId, revoke: null } : outcome;
}

/**
 * Connects an account whose app has confirmed that it may be another company than before. Nothing of
 * two companies may mix: what was sent once, links, names and accounts are those of one of them. So
 * another connection begins under the app's id of the account, and the one before stays as it is,
 * disconnected, with its documents and links; none of them is sent to the other company unless the
 * app states it there. All in one transaction. The same company as before goes on as ever.
 */
export async function connectAnyCompany(
  ledger: Ledger,
  grant: Grant,
  by: string,
): Promise<RoundTripOutcome> {
  return ledger.sql.begin(async (tx) => {
    const granted = await lockCompanies(tx, ledger, grant);
    const former = await lockedConnection(tx, grant.connectionId);
    const belongsTo = former.companyId ?? former.formerCompanyId;
    const isOther = belongsTo !== null && belongsTo !== granted;
    // One that is locked has no access, and one that was replaced goes on with its own company only.
    if (!isOther || isLocked(former) || former.replacedBy !== null) {
      return sameConnection(grant, await connectIn(tx, ledger, grant, by, { accepted: true }));
    }
    const { revoke } = await disconnectIn(tx, ledger, former.id, by);
    const connectionId = await insertSuccessor(tx, ledger, former, by);
    const outcome = await connectIn(tx, ledger, { ...grant, connectionId }, by, {
      accepted: true,
    });
    if (outcome.result !== 'connected') throw new Error('A connection that just began was refused');
    return { ...outcome, connectionId, revoke };
  });
}

/**
 * Both companies before their connections, in one order, as whoever connects or disconnects one.
 *
 * @returns the granted one; undefined where nobody was connected to it yet.
 */
async function lockCompanies(
  tx: Transaction,
  ledger: Ledger,
  { connectionId, intuitClientId, realmId }: Grant,
): Promise<string | undefined> {
  const rows = await tx<{ id: string; isGranted: boolean }[]>`
    select id, intuit_client_id = ${intuitClientId}
      and realm_hash = ${realmHashOf(ledger, realmId)} as is_granted
    from companies
    where intuit_client_id = ${intuitClientId} and realm_hash = ${realmHashOf(ledger, realmId)}
      or id = (select company_id from connections where id = ${connectionId})
    order by id for no key update`;
  return rows.find(({ isGranted }) => isGranted)?.id;
}

/**
 * The same account with the same settings but those that name accounts: they are another company's. It
 * is finalized anew, for the same reason; an unlock and a pause stay, which are the account's.
 */
async function insertSuccessor(
  tx: Transaction,
  ledger: Ledger,
  former: Connection,
  by: string,
): Promise<string> {
  const { id, appId, externalId, name, profile, attributes, returnUrl } = former;
  await tx`
    update connections set external_id = ${`${externalId} (${id})`} where id = ${id}`;
  const { accounts } = defaultSettings(profile);
  const settings = { ...former.settings, accounts };
  const made = { appId, externalId, name, profile, attributes, returnUrl, settings };
  const successor = await insertConnection(tx, ledger, made, by);
  await tx`
    update connections set unlocked_at = ${former.unlockedAt}, paused_at = ${former.pausedAt}
    where id = ${successor.id}`;
  await tx`update connections set replaced_by = ${successor.id} where id = ${id}`;
  return successor.id;
}
