import type { StatedPart } from '../../contract/documents/index.js';
import { type MinorUnits, toMinorUnits } from '../../contract/money.js';
import type { Transaction } from '../database/open.js';
import { applicationsOf, type GivenBack, recordApplications } from '../documents/applications.js';
import { moveDocuments } from '../documents/moves.js';
import { isWithdrawn, type Standing } from '../documents/standing.js';
import type { DocumentRow } from '../rows.js';
import { statedPaidMinor } from './money-problem.js';
import type { Parts } from './stated-parts.js';
import type { Statement } from './statements.js';

/**
 * What invoices say was paid in all. It falls by what their payments give back, and by nothing else:
 * an invoice that says less without that contradicts itself, and fails.
 */

/** What was taken so far as paid on an invoice, without what its new statement gives back. */
export function paidBefore(
  { paidMinor }: Pick<DocumentRow, 'paidMinor'>,
  { before, now }: Parts,
): MinorUnits | null {
  if (paidMinor === null) return null;
  const amounts = new Map(now.map((part) => [part.externalId, amountOf(part)]));
  const givenBack = before.reduce(
    (sum, part) => sum + Math.max(0, amountOf(part) - (amounts.get(part.externalId) ?? 0)),
    0,
  );
  return Math.max(0, paidMinor - givenBack);
}

const amountOf = ({ document }: StatedPart) => toMinorUnits(document.amount, document.currency);

/** Takes over what the statement says was paid, unless that is why it fails. */
export async function keepPaid(
  tx: Transaction,
  row: DocumentRow,
  stated: { statement: Statement; standing: Standing; paidMinor: MinorUnits | null },
): Promise<void> {
  const { statement, standing, paidMinor } = stated;
  if (isWithdrawn(statement)) return;
  const isLowered = standing.status === 'failed' && standing.reason.name === 'paid_lowered';
  const kept = isLowered ? paidMinor : statedPaidMinor(statement.kind, statement.document);
  if (kept === row.paidMinor) return;
  await tx`update documents set paid_minor = ${kept} where id = ${row.id}`;
}

/**
 * Notes what a payment applies now. What one that is stated by itself gives back, its invoices said as
 * well: that falls, and an invoice that had failed for it is looked at again.
 */
export async function noteApplied(
  tx: Transaction,
  { id, connectionId }: Pick<DocumentRow, 'id' | 'connectionId'>,
  statement: Statement,
): Promise<void> {
  const { kind, document, within } = statement;
  const wanted = isWithdrawn(statement) ? [] : applicationsOf(kind, document);
  const givenBack = await recordApplications(tx, { id, connectionId }, wanted);
  // An invoice that contains it has said how much is paid now.
  if (within === null) for (const one of givenBack) await lowerPaid(tx, connectionId, one);
}

async function lowerPaid(
  tx: Transaction,
  connectionId: string,
  { externalId, minor }: GivenBack,
): Promise<void> {
  const failed = await tx<{ id: number; reason: string | null }[]>`
    update documents set paid_minor = greatest(0, paid_minor - ${minor})
    where connection_id = ${connectionId} and kind = 'invoice' and external_id = ${externalId}
      and paid_minor is not null
    returning id, reason`;
  await moveDocuments(
    tx,
    failed.filter(({ reason }) => reason === 'paid_lowered').map(({ id }) => id),
    ({ revision }) => ({
      to: 'queued',
      what: 'released',
      releasedRevision: revision,
      dueInMs: 0,
    }),
    'worker',
  );
}
