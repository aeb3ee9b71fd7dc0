import type { EventAnswer, EventType } from '../../contract/event.js';
import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';
import { recordAudit } from '../people/audit.js';
import { disableEndpoint } from './endpoints.js';
import { eventsBehind } from './feed.js';

/** Events on their way to endpoints: those of one connection one after the other, under a lease. */

/** A delivery that this process holds. */
export interface ClaimedDelivery {
  id: number;
  lease: number;
  endpointId: string;
  connectionId: string;
  url: string;
  types: readonly EventType[] | null;
  /** The newest first; two while one takes the place of the other. */
  secrets: readonly string[];
  delivered: number;
  /** Number of the last event there was. */
  last: number;
  /** Tries of the next event that have failed. */
  failures: number;
}

/** The delivery is someone else's by now. */
export class DeliveryLost extends Error {
  override name = 'DeliveryLost';
}

/**
 * Endpoints that are behind a connection, whom nobody tells now and whose time has come. A connection
 * that an endpoint was never told of begins here.
 */
export async function wakeableDeliveries(
  { sql }: Ledger,
  limit: number,
): Promise<{ id: number; epoch: number }[]> {
  return sql`
    with behind as (
      select e.id as endpoint_id, c.connection_id, d.id, d.epoch
      from endpoints e join connections k on k.app_id = e.app_id
        join event_counters c on c.connection_id = k.id
        left join deliveries d on d.endpoint_id = e.id and d.connection_id = c.connection_id
      where e.disabled_at is null and c.last > coalesce(d.delivered, 0)
        and (d.not_before is null or d.not_before <= now())
        and (d.lease_until is null or d.lease_until <= now())
      limit ${limit}
    ), begun as (
      insert into deliveries (endpoint_id, connection_id)
      select endpoint_id, connection_id from behind where id is null
      on conflict do nothing returning id, epoch
    )
    select id, epoch from behind where id is not null union all select id, epoch from begun`;
}

interface ClaimedRow extends Omit<ClaimedDelivery, 'url' | 'secrets'> {
  urlCipher: Buffer;
  secretCipher: Buffer;
  formerCipher: Buffer | null;
}

/** Claims a delivery for `leaseMs` on the database's clock; undefined where there is nothing to do. */
export async function claimDelivery(
  ledger: Ledger,
  deliveryId: number,
  leaseMs: number,
): Promise<ClaimedDelivery | undefined> {
  const [row] = await ledger.sql<ClaimedRow[]>`
    update deliveries d set lease = lease + 1, epoch = epoch + 1,
      lease_until = now() + ${leaseMs} * interval '1 millisecond'
    from endpoints e
    where d.id = ${deliveryId} and e.id = d.endpoint_id and e.disabled_at is null
      and (d.not_before is null or d.not_before <= now())
      and (d.lease_until is null or d.lease_until <= now())
    returning d.id, d.lease, d.endpoint_id, d.connection_id, d.delivered, d.failures, e.types,
      e.url_cipher, e.secret_cipher,
      case when e.former_secret_until > now() then e.former_secret_cipher end as former_cipher,
      coalesce((select c.last from event_counters c where c.connection_id = d.connection_id), 0)
        as last`;
  if (row === undefined) return undefined;
  const { urlCipher, secretCipher, formerCipher, ...claimed } = row;
  const place = PLACES.endpointSecret(row.endpointId);
  const ciphers = formerCipher === null ? [secretCipher] : [secretCipher, formerCipher];
  return {
    ...claimed,
    url: ledger.cipher.decrypt(PLACES.endpointUrl(row.endpointId), urlCipher),
    secrets: ciphers.map((cipher) => ledger.cipher.decrypt(place, cipher)),
  };
}

/** The next events for an endpoint, in their order. */
export function eventsToDeliver(
  ledger: Ledger,
  { connectionId, delivered }: ClaimedDelivery,
  limit: number,
): Promise<EventAnswer[]> {
  return eventsBehind(ledger, connectionId, delivered, limit);
}

/** How a try went. */
export interface Try {
  number: number;
  status: number | null;
  cause: string | null;
  durationMs: number;
}

/** Notes events up to `number` as taken or passed over, and prolongs the lease. @throws DeliveryLost */
export async function noteDelivered(
  ledger: Ledger,
  claimed: ClaimedDelivery,
  number: number,
  leaseMs: number,
  tried?: Try,
): Promise<void> {
  const { sql } = ledger;
  const noted = await sql`
    with noted as (
      update deliveries set delivered = ${number}, failures = 0, not_before = null,
        lease_until = now() + ${leaseMs} * interval '1 millisecond'
      where id = ${claimed.id} and lease = ${claimed.lease} returning id
    ), logged as (${logged(ledger, tried)})
    select id from noted`;
  if (noted.count === 0) throw new DeliveryLost(`Delivery ${claimed.id} is held by another worker`);
  claimed.delivered = number;
  claimed.failures = 0;
}

/** Puts an event off that was not taken, and gives the lease back. */
export async function putOffDelivery(
  ledger: Ledger,
  claimed: ClaimedDelivery,
  tried: Try,
  delayMs: number,
): Promise<void> {
  await ledger.sql`
    with noted as (
      update deliveries set failures = failures + 1, lease_until = null,
        not_before = now() + ${delayMs} * interval '1 millisecond'
      where id = ${claimed.id} and lease = ${claimed.lease} returning id
    ), logged as (${logged(ledger, tried)})
    select id from noted`;
}

/** Ends all deliveries to an endpoint that is gone, or that has failed for days. */
export async function giveUpEndpoint(
  ledger: Ledger,
  claimed: ClaimedDelivery,
  tried: Try,
  why: 'gone' | 'failing',
): Promise<void> {
  const { endpointId } = claimed;
  await ledger.sql.begin(async (tx) => {
    // Whoever changes the endpoint holds it too: what was tried before says nothing of it as it is now.
    await tx`select 1 from endpoints where id = ${endpointId} for update`;
    const noted = await tx`
      with noted as (
        update deliveries set failures = failures + 1, lease_until = null
        where id = ${claimed.id} and lease = ${claimed.lease} returning id
      ), logged as (${logged(ledger, tried)})
      select id from noted`;
    if (noted.count === 0 || !(await disableEndpoint(tx, endpointId, why))) return;
    const [owner] = await tx<{ appId: string }[]>`
      select app_id from endpoints where id = ${endpointId}`;
    await recordAudit(tx, {
      actor: 'worker',
      action: 'endpoint.disabled',
      appId: owner?.appId ?? null,
      subject: { endpointId, why },
    });
  });
}

/** Gives a delivery back, for whoever comes next. */
export async function releaseDelivery({ sql }: Ledger, claimed: ClaimedDelivery): Promise<void> {
  await sql`
    update deliveries set lease_until = null where id = ${claimed.id} and lease = ${claimed.lease}`;
}

/** Part of a statement that has a delivery as `noted`. */
function logged({ sql }: Ledger, tried: Try | undefined) {
  if (tried === undefined) return sql`select 1 from noted`;
  const { number, status, cause, durationMs } = tried;
  return sql`
    insert into delivery_log (delivery_id, number, status, cause, duration_ms)
    select id, ${number}, ${status}, ${cause}, ${Math.round(durationMs)} from noted`;
}
