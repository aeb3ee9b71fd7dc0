import { fingerprintOf } from '../../contract/reasons.js';
import type { Transaction } from '../database/open.js';
import type { DecidedMove, LockedDocument } from '../documents/moves.js';

/** What a document counts for in its cause. */
export type CountedFacts = Pick<LockedDocument, 'currency' | 'totalMinor'>;

/**
 * Keeps causes and their counts in the transaction that moves the documents: a document that fails
 * joins its cause, one that fails no more leaves it. Grouping failures is then a read of few rows.
 *
 * Causes first and counts after them, each in one order everywhere, so that two transactions never
 * wait for each other in a circle.
 */
export async function recordCauses(tx: Transaction, moves: readonly DecidedMove[]): Promise<void> {
  const joining = moves.filter(({ move }) => move.to === 'failed' && move.reason !== undefined);
  const leaving = moves.filter(({ document }) => document.causeId !== null);
  if (joining.length === 0 && leaving.length === 0) return;
  const causeIds = await ensureCauses(tx, joining);
  const causeOf = (decided: DecidedMove) => causeIds.get(keyOf(decided)) ?? null;
  const changed = [...new Set([...joining, ...leaving])].filter(
    (decided) => decided.document.causeId !== causeOf(decided),
  );
  if (changed.length > 0) {
    const rows = changed.map((decided) => ({
      document_id: decided.document.id,
      cause_id: causeOf(decided),
    }));
    await tx`
      update documents d set cause_id = c.cause_id
      from jsonb_to_recordset(${tx.json(rows)}) as c(document_id bigint, cause_id bigint)
      where d.id = c.document_id`;
  }
  await count(tx, [
    ...leaving.map(({ document, move }) =>
      share(document.causeId, document, move.counted ?? document, -1),
    ),
    ...joining.map((decided) => share(causeOf(decided), decided.document, decided.document, 1)),
  ]);
}

const fingerprint = ({ move }: DecidedMove) =>
  move.to === 'failed' && move.reason !== undefined ? fingerprintOf(move.reason) : '';
const keyOf = (decided: DecidedMove) => `${decided.document.appId} ${fingerprint(decided)}`;

/** Ids of the causes these failures belong to, by app and fingerprint. */
async function ensureCauses(
  tx: Transaction,
  joining: readonly DecidedMove[],
): Promise<Map<string, number>> {
  if (joining.length === 0) return new Map();
  const rows = joining.map((decided) => ({
    app_id: decided.document.appId,
    fingerprint: fingerprint(decided),
    reason: decided.move.reason?.name ?? null,
    params: decided.move.reason?.params ?? {},
  }));
  const causes = await tx<{ id: number; appId: string; fingerprint: string }[]>`
    insert into causes (app_id, fingerprint, reason, params)
    select distinct on (app_id, fingerprint) app_id, fingerprint, reason, params
    from jsonb_to_recordset(${tx.json(rows as never)})
      as j(app_id uuid, fingerprint text, reason text, params jsonb)
    order by app_id, fingerprint
    on conflict (app_id, fingerprint) do update
      set last_seen_at = now(), params = excluded.params
    returning id, app_id, fingerprint`;
  return new Map(causes.map((row) => [`${row.appId} ${row.fingerprint}`, row.id]));
}

interface Share {
  cause_id: number | null;
  connection_id: string;
  currency: string;
  documents: number;
  amount: number;
}

function share(
  causeId: number | null,
  { connectionId }: LockedDocument,
  { currency, totalMinor }: CountedFacts,
  sign: 1 | -1,
): Share {
  return {
    cause_id: causeId,
    connection_id: connectionId,
    currency: currency ?? '',
    documents: sign,
    amount: sign * (totalMinor ?? 0),
  };
}

/** Adds shares to the counts, all of one count together; what comes to nothing is left alone. */
async function count(tx: Transaction, shares: readonly Share[]): Promise<void> {
  await tx`
    insert into cause_counts (cause_id, connection_id, currency, documents, amount_minor)
    select cause_id, connection_id, currency, sum(documents), sum(amount)
    from jsonb_to_recordset(${tx.json(shares as never)}) as s(cause_id bigint, connection_id uuid,
      currency text, documents bigint, amount bigint)
    group by 1, 2, 3 having sum(documents) <> 0 or sum(amount) <> 0 order by 1, 2, 3
    on conflict (cause_id, connection_id, currency) do update
      set documents = cause_counts.documents + excluded.documents,
        last_seen_at = case when excluded.documents > 0 then now() else cause_counts.last_seen_at end,
        amount_minor = cause_counts.amount_minor + excluded.amount_minor`;
}
