import { randomBytes, randomUUID } from 'node:crypto';
import type {
  DeliveryPage,
  DisabledWhy,
  EndpointAnswer,
  NewEndpointAnswer,
} from '../../contract/endpoint.js';
import type { EventType } from '../../contract/event.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { PLACES } from '../database/places.js';
import { recordAudit } from '../people/audit.js';

/** Where an app wants to be told of what happens. */

/** Bytes of a secret: Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
/** How long the former secret signs beside the new one. */
const FORMER_SECRET_HOURS = 24;

interface EndpointRow {
  id: string;
  urlCipher: Buffer;
  types: EventType[] | null;
  createdAt: Date;
  disabledAt: Date | null;
  disabledWhy: DisabledWhy | null;
  waiting: number;
}

/** A new endpoint, told of all that happens from here on; its secret is answered here once. */
export async function createEndpoint(
  ledger: Ledger,
  endpoint: { appId: string; url: string; types: readonly EventType[] | null },
  by: string,
): Promise<NewEndpointAnswer> {
  const { appId, url, types } = endpoint;
  const id = randomUUID();
  const secret = newSecret();
  await ledger.sql.begin(async (tx) => {
    await tx`
      insert into endpoints (id, app_id, url_cipher, types, secret_cipher)
      values (${id}, ${appId}, ${ledger.cipher.encrypt(PLACES.endpointUrl(id), url)},
        ${types === null ? null : tx.json([...types])},
        ${ledger.cipher.encrypt(PLACES.endpointSecret(id), secret)})`;
    // What was there before is not news; a connection without a row is told from its beginning.
    await tx`
      insert into deliveries (endpoint_id, connection_id, delivered)
      select ${id}, c.connection_id, c.last
      from event_counters c join connections k on k.id = c.connection_id
      where k.app_id = ${appId}`;
    await audited(tx, 'endpoint.created', appId, id, by);
  });
  const [made] = await listEndpoints(ledger, appId, id);
  if (made === undefined) throw new Error('The endpoint was not stored');
  return { ...made, secret };
}

/** As apps put it into a library of Standard Webhooks. */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Endpoints of an app, oldest first; or one of them. */
export async function listEndpoints(
  ledger: Ledger,
  appId: string,
  endpointId?: string,
): Promise<EndpointAnswer[]> {
  const { sql } = ledger;
  const rows = await sql<EndpointRow[]>`
    select e.id, e.url_cipher, e.types, e.created_at, e.disabled_at, e.disabled_why,
      coalesce((
        select sum(c.last - coalesce(d.delivered, 0))
        from connections k join event_counters c on c.connection_id = k.id
          left join deliveries d on d.endpoint_id = e.id and d.connection_id = k.id
        where k.app_id = e.app_id), 0)::bigint as waiting
    from endpoints e where e.app_id = ${appId}
      ${endpointId === undefined ? sql`` : sql`and e.id = ${endpointId}`}
    order by e.created_at, e.id`;
  return rows.map(({ id, urlCipher, types, createdAt, disabledAt, disabledWhy, waiting }) => ({
    id,
    url: ledger.cipher.decrypt(PLACES.endpointUrl(id), urlCipher),
    types,
    enabled: disabledAt === null,
    disabledWhy,
    disabledAt: disabledAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    waiting,
  }));
}

export interface EndpointChange {
  url?: string | undefined;
  types?: readonly EventType[] | null | undefined;
  enabled?: boolean | undefined;
}

/**
 * Changes an endpoint. Enabled again, or moved, it goes on where it ended, at once. False where there is
 * none.
 */
export async function changeEndpoint(
  ledger: Ledger,
  { appId, endpointId }: EndpointKey,
  { url, types, enabled }: EndpointChange,
  by: string,
): Promise<boolean> {
  return ledger.sql.begin(async (tx) => {
    if (!(await lockEndpoint(tx, appId, endpointId))) return false;
    if (url !== undefined) {
      const cipher = ledger.cipher.encrypt(PLACES.endpointUrl(endpointId), url);
      await tx`update endpoints set url_cipher = ${cipher} where id = ${endpointId}`;
    }
    if (types !== undefined) {
      await tx`
        update endpoints set types = ${types === null ? null : tx.json([...types])}
        where id = ${endpointId}`;
    }
    if (enabled === true) {
      await tx`
        update endpoints set disabled_at = null, disabled_why = null where id = ${endpointId}`;
    }
    if (enabled === true || url !== undefined) await beginTriesAnew(tx, endpointId);
    if (enabled === false) await disableEndpoint(tx, endpointId, 'switched_off');
    await audited(tx, 'endpoint.changed', appId, endpointId, by);
    return true;
  });
}

/** What is on its way to where it was is nobody's any more: its end puts off nothing. */
async function beginTriesAnew(tx: Transaction, endpointId: string): Promise<void> {
  await tx`
    update deliveries set failures = 0, not_before = null, lease = lease + 1, lease_until = null
    where endpoint_id = ${endpointId}`;
}

export interface EndpointKey {
  appId: string;
  endpointId: string;
}

/** Nothing is sent there any more until somebody enables it; what happens meanwhile waits. */
export async function disableEndpoint(
  sql: AnySql,
  endpointId: string,
  why: DisabledWhy,
): Promise<boolean> {
  const { count } = await sql`
    update endpoints set disabled_at = now(), disabled_why = ${why}
    where id = ${endpointId} and disabled_at is null`;
  return count > 0;
}

/** A new secret, answered here once; the one before signs beside it for a day. */
export async function changeSecret(
  ledger: Ledger,
  { appId, endpointId }: EndpointKey,
  by: string,
): Promise<string | undefined> {
  const secret = newSecret();
  const cipher = ledger.cipher.encrypt(PLACES.endpointSecret(endpointId), secret);
  return ledger.sql.begin(async (tx) => {
    const { count } = await tx`
      update endpoints set former_secret_cipher = secret_cipher, secret_cipher = ${cipher},
        former_secret_until = now() + ${FORMER_SECRET_HOURS} * interval '1 hour'
      where id = ${endpointId} and app_id = ${appId}`;
    if (count === 0) return undefined;
    await audited(tx, 'endpoint.secret_changed', appId, endpointId, by);
    return secret;
  });
}

/** Removes an endpoint with its log. False where there is none. */
export async function removeEndpoint(
  ledger: Ledger,
  { appId, endpointId }: EndpointKey,
  by: string,
): Promise<boolean> {
  return ledger.sql.begin(async (tx) => {
    if (!(await lockEndpoint(tx, appId, endpointId))) return false;
    await tx`
      delete from delivery_log
      where delivery_id in (select id from deliveries where endpoint_id = ${endpointId})`;
    await tx`delete from deliveries where endpoint_id = ${endpointId}`;
    await tx`delete from endpoints where id = ${endpointId}`;
    await audited(tx, 'endpoint.removed', appId, endpointId, by);
    return true;
  });
}

/** Tries to deliver, the newest first. */
export async function listDeliveries(
  { sql }: Ledger,
  { appId, endpointId }: EndpointKey,
  { after, limit }: { after: number | undefined; limit: number },
): Promise<DeliveryPage> {
  const rows = await sql<
    {
      id: number;
      connectionId: string;
      number: number;
      at: Date;
      status: number | null;
      cause: string | null;
      durationMs: number;
    }[]
  >`
    select l.id, d.connection_id, l.number, l.at, l.status, l.cause, l.duration_ms
    from delivery_log l join deliveries d on d.id = l.delivery_id
      join endpoints e on e.id = d.endpoint_id
    where e.id = ${endpointId} and e.app_id = ${appId}
      ${after === undefined ? sql`` : sql`and l.id < ${after}`}
    order by l.id desc limit ${limit}`;
  return {
    deliveries: rows.map(({ connectionId, number, at, status, cause, durationMs }) => ({
      event: `${connectionId}.${number}`,
      at: at.toISOString(),
      status,
      cause,
      durationMs,
    })),
    after: rows.length < limit ? null : String(rows.at(-1)?.id ?? ''),
  };
}

async function lockEndpoint(tx: Transaction, appId: string, id: string): Promise<boolean> {
  const { count } = await tx`
    select 1 from endpoints where id = ${id} and app_id = ${appId} for update`;
  return count > 0;
}

async function audited(
  tx: Transaction,
  action: Parameters<typeof recordAudit>[1]['action'],
  appId: string,
  endpointId: string,
  by: string,
): Promise<void> {
  await recordAudit(tx, { actor: by, action, appId, subject: { endpointId } });
}
