import type { PartyKind } from '../../contract/documents/index.js';
import type { Ledger } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import type { LaneClass } from '../rows.js';

/** The app's own id of a customer or a supplier that a document mentions. */
export interface Used {
  connectionId: string;
  kind: PartyKind;
  externalId: string;
}

export const usedKey = ({ connectionId, kind, externalId }: Used): string =>
  `${connectionId} ${kind} ${externalId}`;

/** Reasons for which a stated party waits until something needs it. */
const WAITS_FOR_USE = ['waits_for_use', 'waits_for_click'];

/**
 * Releases stated customers and suppliers that wait until a document needs them. Needing one is a
 * wish for it, as a click is.
 *
 * @returns ids of those that waited, by {@link usedKey}; what needs them waits for them
 */
export async function releaseUsed(
  ledger: Ledger,
  used: readonly Used[],
  laneClass: LaneClass,
): Promise<Map<string, number>> {
  if (used.length === 0) return new Map();
  const rows = await ledger.sql<(Used & { id: number })[]>`
    select d.id, d.connection_id, d.kind, d.external_id
    from jsonb_to_recordset(${ledger.sql.json(used as never)})
      as u("connectionId" uuid, kind text, "externalId" text)
    join documents d on d.connection_id = u."connectionId" and d.kind = u.kind
      and d.external_id = u."externalId"
    where d.status = 'not_ready' and d.reason = any(${WAITS_FOR_USE})`;
  if (rows.length === 0) return new Map();
  await ledger.sql.begin((tx) =>
    moveDocuments(
      tx,
      [...new Set(rows.map(({ id }) => id))],
      ({ status, reason, revision }) =>
        status === 'not_ready' && WAITS_FOR_USE.includes(reason ?? '')
          ? { to: 'queued', what: 'used', releasedRevision: revision, dueInMs: 0, laneClass }
          : undefined,
      'worker',
    ),
  );
  return new Map(rows.map((row) => [usedKey(row), row.id]));
}
