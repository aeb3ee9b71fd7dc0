import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import type { ReasonName } from '../../contract/reasons.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { AnySql, Ledger } from '../database/open.js';
import { holdReason, waitReason } from '../documents/standing.js';
import { checkedSettings } from './connection-settings.js';
import { standingAnew } from './connection-standing.js';
import type { Connection } from './connections.js';
import { GATE_REASONS } from './gate-release.js';
import { DEFAULT_LET_GO_BOUNDS, letGoBy } from './let-go.js';

/** How many documents go once somebody opens what keeps them back: for asking before it is done. */

type Gates = Partial<Pick<Connection, 'pausedAt' | 'finalizedAt' | 'unlockedAt'>>;

/**
 * What goes where a gate is opened; nothing where the next one is closed. What a hold takes over goes
 * by itself when that ends, and counts.
 *
 * @param enough not counted further than this.
 */
export async function countBehindGates(
  { sql, clock }: Ledger,
  before: Connection,
  opened: Gates,
  enough: number,
): Promise<number> {
  const after = await standingAnew(sql, { ...before, ...opened });
  if (waitReason(before) === undefined || waitReason(after) !== undefined) return 0;
  // A hold that has ended may not have been told to all of its documents.
  const isHeld = holdReason(after, clock()) !== undefined;
  const reasons = isHeld ? GATE_REASONS : ([...GATE_REASONS, 'held'] as const);
  const waiting = await countKept(sql, before.id, { status: 'waiting', reasons }, enough);
  const queued = await countKept(sql, before.id, { status: 'queued' }, enough);
  return Math.min(waiting + queued, enough);
}

/** What goes earlier by another window of a hold, or by none, than by the one there is. */
export async function countHeld(
  { sql, clock }: Ledger,
  connection: Connection,
  window: { from: Date; to: Date } | null,
  enough: number,
): Promise<number> {
  const { holdTo } = connection;
  const goesEarlier =
    window === null || window.from > clock() || (holdTo !== null && window.to < holdTo);
  if (!goesEarlier || waitReason(connection) !== undefined) return 0;
  return countKept(sql, connection.id, { status: 'waiting', reasons: ['held'] }, enough);
}

/**
 * What goes where settings are saved; infinitely many where there are more than are looked at.
 *
 * @throws InvalidSettings
 */
export async function countLetGoBySettings(
  ledger: Ledger,
  connection: Connection,
  change: unknown,
  enough: number,
): Promise<number> {
  const settings = await checkedSettings(ledger.sql, connection, change);
  const saved = await standingAnew(ledger.sql, { ...connection, settings });
  const bounds = { ...DEFAULT_LET_GO_BOUNDS, enough };
  const { documents, complete } = await letGoBy(ledger, connection, saved, bounds);
  return complete ? documents : Number.POSITIVE_INFINITY;
}

interface Kept {
  status: DocumentStatus;
  /** Default: whatever the reason. */
  reasons?: readonly ReasonName[];
}

/** Each reason and kind is one stretch of an index, however many other documents there are. */
async function countKept(
  sql: AnySql,
  connectionId: string,
  { status, reasons }: Kept,
  enough: number,
): Promise<number> {
  const most = sql.unsafe(String(Math.trunc(enough)));
  const kinds = sql`unnest(${[...DOCUMENT_KINDS]}::text[]) kind`;
  const [tables, sameReason] =
    reasons === undefined
      ? [kinds, sql``]
      : [sql`unnest(${[...reasons]}::text[]) reason, ${kinds}`, sql`and d.reason = reason.reason`];
  const [counted] = await sql<{ documents: number }[]>`
    select count(*)::int as documents from (
      select 1 from ${tables}, lateral (
        select 1 from documents d
        where d.connection_id = ${connectionId} and d.kind = kind.kind and d.status = ${status}
          ${sameReason} limit ${most}) kept
      limit ${most}) counted`;
  return counted?.documents ?? 0;
}
