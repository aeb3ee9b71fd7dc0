import type { DocumentKind } from '../../contract/documents/index.js';
import type { EventAnswer, EventPage, EventType } from '../../contract/event.js';
import type { ReasonName } from '../../contract/reasons.js';
import type { Ledger } from '../database/open.js';

/** All events of an app, in an order in which those of one connection stay as they happened. */

/** Where a reader of the feed is: behind this event. */
interface Position {
  transaction: number;
  connectionId: string;
  number: number;
}

/** A place no feed has: made up, or of a database whose transactions were counted anew since. */
export class UnknownPosition extends Error {
  override name = 'UnknownPosition';
}

interface EventRow {
  connectionId: string;
  number: number;
  transaction: number;
  type: EventType;
  kind: DocumentKind | null;
  externalId: string | null;
  revision: number | null;
  recordType: string | null;
  recordId: string | null;
  runId: number | null;
  status: string | null;
  reason: ReasonName | null;
  at: Date;
}

const NOWHERE = '00000000-0000-0000-0000-000000000000';
const BEGINNING: Position = { transaction: -1, connectionId: NOWHERE, number: 0 };

export interface FeedAsked {
  appId: string;
  /** One connection alone. */
  connectionId?: string | undefined;
  /** `next` of an earlier page; undefined: from the oldest event that is kept. */
  after: string | undefined;
  limit: number;
}

/**
 * Events behind `after`, up to the oldest transaction that is still running: what it writes may have to
 * stand before what others have written already, and no reader comes back.
 *
 * @throws UnknownPosition
 */
export async function readFeed(ledger: Ledger, asked: FeedAsked): Promise<EventPage> {
  const { sql } = ledger;
  const position = asked.after === undefined ? BEGINNING : positionOf(asked.after);
  const [row] = await sql<{ horizon: number }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon`;
  const horizon = row?.horizon ?? 0;
  if (position.transaction >= horizon) throw new UnknownPosition('This place is ahead of the feed');
  const { transaction, connectionId, number } = position;
  const rows = await sql<EventRow[]>`
    select connection_id, number, transaction, type, kind, external_id, revision, record_type,
      record_id, run_id, status, reason, at
    from events where app_id = ${asked.appId} and transaction < ${horizon}
      and (transaction, connection_id, number) > (${transaction}, ${connectionId}, ${number})
      ${asked.connectionId === undefined ? sql`` : sql`and connection_id = ${asked.connectionId}`}
    order by transaction, connection_id, number limit ${asked.limit}`;
  return { events: rows.map(eventAnswerOf), next: textOf(rows.at(-1) ?? position) };
}

/** Events of one connection behind a number, in their order. */
export async function eventsBehind(
  { sql }: Pick<Ledger, 'sql'>,
  connectionId: string,
  number: number,
  limit: number,
): Promise<EventAnswer[]> {
  const rows = await sql<EventRow[]>`
    select connection_id, number, transaction, type, kind, external_id, revision, record_type,
      record_id, run_id, status, reason, at
    from events where connection_id = ${connectionId} and number > ${number}
    order by number limit ${limit}`;
  return rows.map(eventAnswerOf);
}

function eventAnswerOf(row: EventRow): EventAnswer {
  const { connectionId, number, kind, externalId, revision, recordType, runId } = row;
  return {
    id: `${connectionId}.${number}`,
    connection: connectionId,
    number,
    type: row.type,
    at: row.at.toISOString(),
    document: kind === null || externalId === null ? null : { kind, externalId, revision },
    record: recordType === null ? null : { type: recordType, recordId: row.recordId },
    run: runId === null ? null : String(runId),
    status: row.status,
    reason: row.reason,
  };
}

const textOf = ({ transaction, connectionId, number }: Position): string =>
  `${transaction}.${connectionId}.${number}`;

const POSITION = /^(-1|\d{1,15})\.([0-9a-f-]{36})\.(\d{1,15})$/;

function positionOf(text: string): Position {
  const [, transaction, connectionId = '', number] = POSITION.exec(text) ?? [];
  if (transaction === undefined) throw new UnknownPosition('This is no place of the feed');
  return { transaction: Number(transaction), connectionId, number: Number(number) };
}
