import type { QboSyncClient } from '../../src/client/index.js';
import type { EventAnswer } from '../../src/contract/event.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { waitFor } from './wait-for.js';

/**
 * Reads the feed of an app, or of one connection, behind `after` to its last event. An empty page is no
 * end yet: whoever else runs a transaction on this server of Postgres, other tests among them, holds back
 * what was written after it began.
 */
export async function readFeedToEnd(
  { client, ledger }: { client: QboSyncClient; ledger: Pick<Ledger, 'sql'> },
  of: { appId: string } | { connection: string },
  after?: string,
  limit = 500,
): Promise<{ events: EventAnswer[]; next: string }> {
  const end = await lastPlace(ledger, of);
  const events: EventAnswer[] = [];
  const one = 'connection' in of ? { connection: of.connection } : {};
  let place = after;
  const next = await waitFor(
    async () => {
      const from = place === undefined ? {} : { after: place };
      const page = await client.events({ ...one, ...from, limit });
      events.push(...page.events);
      place = page.next;
      return page.events.length === 0 && (end === undefined || isThere(place, end))
        ? place
        : undefined;
    },
    { what: `the feed to reach ${end}` },
  );
  return { events, next };
}

type Place = readonly [transaction: number, connection: string, number: number];

async function lastPlace(
  { sql }: Pick<Ledger, 'sql'>,
  of: { appId: string } | { connection: string },
): Promise<Place | undefined> {
  const [row] = await sql<{ transaction: number; connectionId: string; number: number }[]>`
    select transaction, connection_id, number from events
    where ${'appId' in of ? sql`app_id = ${of.appId}` : sql`connection_id = ${of.connection}`}
    order by transaction desc, connection_id desc, number desc limit 1`;
  return row === undefined ? undefined : [row.transaction, row.connectionId, row.number];
}

/** The reader may have come further than the end that was asked for: events go on being written. */
function isThere(place: string, [transaction, connection, number]: Place): boolean {
  const [ownTransaction = '', ownConnection = '', ownNumber = ''] = place.split('.');
  if (Number(ownTransaction) !== transaction) return Number(ownTransaction) > transaction;
  if (ownConnection !== connection) return ownConnection > connection;
  return Number(ownNumber) >= number;
}
