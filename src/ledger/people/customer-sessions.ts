import { randomBytes } from 'node:crypto';
import type { Connection } from '../connections/connections.js';
import type { Ledger } from '../database/open.js';
import { recordAudit } from './audit.js';
import { ABSOLUTE_MS, IDLE_MS, SEEN_STEP_MS } from './sessions.js';

/** The page of an app's customer: links an app hands out, and the sessions they are exchanged for. */

export interface CustomerSession {
  /** The only connection it sees. */
  connectionId: string;
  /** The app's own id of who opened the page; null: it did not say. */
  actor: string | null;
  /** Sent back by the page with every unsafe request. */
  csrfToken: string;
}

/** A link's token; the ledger keeps only its keyed hash. */
export async function makePageLink(
  ledger: Ledger,
  connection: Pick<Connection, 'id' | 'appId'>,
  by: string,
  { actor, lifeMs }: { actor: string | null; lifeMs: number },
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const now = ledger.clock();
  const expiresAt = new Date(now.getTime() + lifeMs);
  await ledger.sql.begin(async (tx) => {
    await tx`delete from page_links where expires_at <= ${now}`;
    await tx`
      insert into page_links (token_hash, connection_id, actor, expires_at)
      values (${ledger.hash.hash('page_link', token)}, ${connection.id}, ${actor}, ${expiresAt})`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.page_link_made',
      appId: connection.appId,
      connectionId: connection.id,
    });
  });
  return { token, expiresAt };
}

/**
 * Uses a link up and begins a session. Undefined for one that is unknown, used or expired; of two
 * browsers with the same link one gets a session.
 */
export async function openPage(
  ledger: Ledger,
  token: string,
): Promise<{ sessionId: string; connectionId: string; appId: string } | undefined> {
  const sessionId = randomBytes(32).toString('base64url');
  const csrfToken = randomBytes(32).toString('base64url');
  const now = ledger.clock();
  return ledger.sql.begin(async (tx) => {
    const [link] = await tx<{ connectionId: string; appId: string; actor: string | null }[]>`
      delete from page_links l using connections c
      where l.token_hash = ${ledger.hash.hash('page_link', token)} and l.expires_at > ${now}
        and c.id = l.connection_id
      returning l.connection_id, c.app_id, l.actor`;
    if (link === undefined) return undefined;
    const { connectionId, appId, actor } = link;
    await tx`delete from customer_sessions where expires_at <= ${now}`;
    await tx`
      insert into customer_sessions (id_hash, connection_id, actor, csrf_token, last_seen_at, expires_at)
      values (${hashOf(ledger, sessionId)}, ${connectionId}, ${actor}, ${csrfToken}, ${now},
        ${new Date(now.getTime() + ABSOLUTE_MS)})`;
    await recordAudit(tx, {
      actor: actor === null ? 'customer' : `customer:${actor}`,
      action: 'connection.page_opened',
      appId,
      connectionId,
    });
    return { sessionId, connectionId, appId };
  });
}

/** The session of a cookie; undefined once it is over. `isActivity` as for people's sessions. */
export async function readCustomerSession(
  ledger: Ledger,
  sessionId: string,
  isActivity = true,
): Promise<CustomerSession | undefined> {
  const now = ledger.clock();
  const idHash = hashOf(ledger, sessionId);
  const [row] = await ledger.sql<(CustomerSession & { lastSeenAt: Date })[]>`
    select connection_id, actor, csrf_token, last_seen_at from customer_sessions
    where id_hash = ${idHash} and expires_at > ${now}
      and last_seen_at > ${new Date(now.getTime() - IDLE_MS)}`;
  if (row === undefined) return undefined;
  if (isActivity && now.getTime() - row.lastSeenAt.getTime() >= SEEN_STEP_MS) {
    await ledger.sql`
      update customer_sessions set last_seen_at = ${now} where id_hash = ${idHash}`;
  }
  const { connectionId, actor, csrfToken } = row;
  return { connectionId, actor, csrfToken };
}

function hashOf(ledger: Ledger, sessionId: string): Buffer {
  return ledger.hash.hash('customer_session', sessionId);
}
