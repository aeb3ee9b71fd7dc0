import { createApp, createKey, SCOPES, type Scope } from '../../src/ledger/apps/apps.js';
import { completeConnect } from '../../src/ledger/connections/connecting.js';
import { createConnection } from '../../src/ledger/connections/connection-changes.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { readConnection } from '../../src/ledger/connections/connections.js';
import type { Ledger } from '../../src/ledger/database/open.js';

export const RETURN_URL = 'https://app.example/settings/quickbooks';

let counter = 0;
/** A number no other call of this test file got. */
const next = () => {
  counter += 1;
  return counter;
};

/** An app with a key. */
export async function anApp(
  ledger: Ledger,
  { scopes = SCOPES }: { scopes?: readonly Scope[] } = {},
) {
  const app = await createApp(ledger, { name: 'Harbour', returnUrls: [RETURN_URL] }, 'test');
  const { key, keyId } = await createKey(ledger, { appId: app.id, scopes }, 'test');
  return { app, key, keyId };
}

/** A connection that was not connected yet. */
export function aConnection(
  ledger: Ledger,
  appId: string,
  profile: Connection['profile'] = 'auto-invoices',
): Promise<Connection> {
  const externalId = `account-${next()}`;
  const made = { appId, externalId, name: 'Bay Supplies', profile, returnUrl: RETURN_URL };
  return createConnection(ledger, made, 'test');
}

export const CLIENT_ID = 'intuit-client';

/** What Intuit grants for a company; every call another pair of tokens. */
export function aGrant(connectionId: string, realmId = '4620816365000000001') {
  const number = next();
  const now = Date.now();
  return {
    connectionId,
    intuitClientId: CLIENT_ID,
    realmId,
    tokens: {
      accessToken: `canary-access-${number}`,
      refreshToken: `canary-refresh-${number}`,
      accessExpiresAt: new Date(now + 3_600_000),
      refreshExpiresAt: new Date(now + 100 * 86_400_000),
      hardExpiresAt: null,
    },
  };
}

/** A connection tied to a company. */
export async function aConnected(ledger: Ledger, appId: string, realmId?: string) {
  const connection = await aConnection(ledger, appId);
  const outcome = await completeConnect(ledger, aGrant(connection.id, realmId), 'test');
  if (outcome.result !== 'connected') throw new Error(`It answered ${outcome.result}`);
  const connected = await readConnection(ledger, appId, connection.id);
  if (connected === undefined) throw new Error('The connection is gone');
  return { connection: connected, companyId: outcome.companyId };
}
