import { fingerprintOf } from '../contract/reasons.js';
import type { DecidedMove } from './moves.js';
import type { Transaction } from './open.js';

/**
 * Keeps causes and their counts in the transaction that moves the documents: a document that fails
 * joins its cause, one that fails no more leaves it. Grouping failures is then a read of few rows.
 */
export async function recordCauses(tx: Transaction, moves: readonly DecidedMove[]): Promise<void> {
  const leaving = moves.filter(({ document }) => document.causeId !== null);
  if (leaving.length > 0)
    await leave(
      tx,
      leaving.map(({ document }) => document.id),
    );
  const joining = moves.flatMap(({ document, move }) =>
    move.to === 'failed' && move.reason !== undefined
      ? [
          {
            document_id: document.id,
            app_id: document.appId,
            fingerprint: fingerprintOf(move.reason),
            reason: move.reason.name,
            params: move.reason.params,
          },
        ]
      : [],
  );
  if (joining.length > 0) await join(tx, joining);
}

async function leave(tx: Transaction, ids: number[]): Promise<void> {
  await tx`
    with leaving as (
      select cause_id, connection_id, coalesce(currency, '') as currency,
        count(*) as documents, coalesce(sum(total_minor), 0)::bigint as amount
      from documents where id = any(${ids}::bigint[]) and cause_id is not null group by 1, 2, 3
    ), left_over as (
      select * from leaving order by cause_id, connection_id, currency
    )
    update cause_counts c set documents = c.documents - l.documents,
      amount_minor = c.amount_minor - l.amount
    from left_over l where c.cause_id = l.cause_id and c.connection_id = l.connection_id
      and c.currency = l.currency`;
  await tx`update documents set cause_id = null where id = any(${ids}::bigint[])`;
}

interface Joining {
  document_id: number;
  app_id: string;
  fingerprint: string;
  reason: string;
  params: unknown;
}

async function join(tx: Transaction, joining: readonly Joining[]): Promise<void> {
  const rows = tx.json(joining as never);
  const shape = tx`as j(document_id bigint, app_id uuid, fingerprint text, reason text, params jsonb)`;
  await tx`
    insert into causes (app_id, fingerprint, reason, params)
    select distinct on (app_id, fingerprint) app_id, fingerprint, reason, params
    from jsonb_to_recordset(${rows}) ${shape} order by app_id, fingerprint
    on conflict (app_id, fingerprint) do update
      set last_seen_at = now(), params = excluded.params`;
  await tx`
    update documents d set cause_id = c.id
    from jsonb_to_recordset(${rows}) ${shape}
    join causes c on c.app_id = j.app_id and c.fingerprint = j.fingerprint
    where d.id = j.document_id`;
  await tx`
    insert into cause_counts (cause_id, connection_id, currency, documents, amount_minor)
    select d.cause_id, d.connection_id, coalesce(d.currency, ''), count(*),
      coalesce(sum(d.total_minor), 0)::bigint
    from documents d where d.id = any(${joining.map((row) => row.document_id)}::bigint[])
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (cause_id, connection_id, currency) do update
      set documents = cause_counts.documents + excluded.documents,
        amount_minor = cause_counts.amount_minor + excluded.amount_minor`;
}
