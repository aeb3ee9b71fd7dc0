import { randomBytes } from 'node:crypto';
import type { Ledger } from '../database/open.js';
import { recordAudit } from '../people/audit.js';
import { type Connection, connectionById } from './connections.js';

/** The way of a browser to Intuit and back: links an app hands out, and one-time states. */

/** A link works this long. */
export const LINK_LIFE_MS = 24 * 3_600_000;
/** A browser has this long to come back from Intuit. */
export const STATE_LIFE_MS = 10 * 60_000;

/** Whom a browser connects, and what the app has confirmed of it. */
export interface Connecting {
  connection: Connection;
  /** It may be another company than the connection had before. */
  acceptsOther: boolean;
}

/** A link's token for one connection; the ledger keeps only its keyed hash. */
export async function makeConnectLink(
  ledger: Ledger,
  connection: Pick<Connection, 'id' | 'appId'>,
  by: string,
  { acceptsOther = false } = {},
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = ledger.clock();
  await ledger.sql.begin(async (tx) => {
    await tx`delete from connect_links where expires_at <= ${now}`;
    await tx`
      insert into connect_links (token_hash, connection_id, expires_at, accepts_other)
      values (${ledger.hash.hash('connect_link', token)}, ${connection.id},
        ${new Date(now.getTime() + LINK_LIFE_MS)}, ${acceptsOther})`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.link_made',
      appId: connection.appId,
      connectionId: connection.id,
      subject: acceptsOther ? { acceptsOther } : {},
    });
  });
  return token;
}

/** The connection a link leads to; undefined for one that is unknown or expired. */
export async function readConnectLink(
  ledger: Ledger,
  token: string,
): Promise<Connecting | undefined> {
  const [row] = await ledger.sql<FoundRow[]>`
    select connection_id, accepts_other from connect_links
    where token_hash = ${ledger.hash.hash('connect_link', token)}
      and expires_at > ${ledger.clock()}`;
  return connectingOf(ledger, row);
}

interface FoundRow {
  connectionId: string;
  acceptsOther: boolean;
}

async function connectingOf(
  { sql }: Ledger,
  row: FoundRow | undefined,
): Promise<Connecting | undefined> {
  if (row === undefined) return undefined;
  const connection = await connectionById(sql, row.connectionId);
  return connection === undefined ? undefined : { connection, acceptsOther: row.acceptsOther };
}

/** Begins a round trip: a state for Intuit, bound to the browser that holds `browserId`. */
export async function makeOauthState(
  ledger: Ledger,
  connectionId: string,
  browserId: string,
  { acceptsOther = false } = {},
): Promise<string> {
  const state = randomBytes(32).toString('base64url');
  const now = ledger.clock();
  await ledger.sql`delete from oauth_states where expires_at <= ${now}`;
  await ledger.sql`
    insert into oauth_states (state_hash, connection_id, browser_hash, expires_at, accepts_other)
    values (${ledger.hash.hash('oauth_state', state)}, ${connectionId},
      ${ledger.hash.hash('oauth_browser', browserId)},
      ${new Date(now.getTime() + STATE_LIFE_MS)}, ${acceptsOther})`;
  return state;
}

/**
 * Uses a state up and answers its connection. Undefined for a state that is unknown, used, expired
 * or of another browser; only one of two callbacks with the same state gets an answer.
 */
export async function takeOauthState(
  ledger: Ledger,
  state: string,
  browserId: string,
): Promise<Connecting | undefined> {
  const now = ledger.clock();
  const [row] = await ledger.sql<FoundRow[]>`
    update oauth_states set used_at = ${now}
    where state_hash = ${ledger.hash.hash('oauth_state', state)} and used_at is null
      and browser_hash = ${ledger.hash.hash('oauth_browser', browserId)} and expires_at > ${now}
    returning connection_id, accepts_other`;
  return connectingOf(ledger, row);
}
