import type { Journey } from './journey.js';
import { waitFor } from './wait-for.js';

/** What tests of lost answers do with time: looks lie minutes apart, on the database's clock. */

type Doubted = { house: { ledger: Pick<Journey['house']['ledger'], 'sql'> } };

/**
 * Waits until the last request of a connection was looked for so often in vain, and its push was put off
 * for that: a moment before, whoever looked would still put it off, and undo `timePasses`.
 */
export async function lookedForInVain(
  { house }: Doubted,
  { id }: { id: string },
  times: number,
): Promise<void> {
  await waitFor(
    async () => {
      const [row] = await house.ledger.sql<{ lookups: number; isPutOff: boolean }[]>`
        select r.lookups, coalesce(p.lease_until is null and p.not_before > now(), false) as is_put_off
        from requests r join pushes p on p.id = r.push_id join push_items i on i.push_id = p.id
        join documents d on d.id = i.document_id
        where d.connection_id = ${id} order by r.id desc limit 1`;
      return row?.isPutOff === true && row.lookups >= times;
    },
    { what: `look ${times}` },
  );
}

/** So much time passes for the requests of a connection, and its pushes are due now. */
export async function timePasses(
  { house }: Doubted,
  { id }: { id: string },
  after: string,
): Promise<void> {
  await house.ledger.sql.begin(async (tx) => {
    const pushes = tx`select i.push_id from push_items i join documents d on d.id = i.document_id
      where d.connection_id = ${id}`;
    await tx`update requests set sent_at = sent_at - ${after}::interval,
      looked_up_at = looked_up_at - ${after}::interval where push_id in (${pushes})`;
    // With a new epoch, because its wake-up for later is in the queue already.
    await tx`update pushes set not_before = now(), epoch = epoch + 1
      where closed_at is null and id in (${pushes})`;
  });
}
