import { traitsOf } from '../../contract/documents/index.js';
import { hasRight, SUPPLIERS_WRITE } from '../../contract/rights.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Warning } from '../../contract/warnings.js';
import type { Ledger } from '../database/open.js';
import { ON_ITS_WAY } from '../documents/moves.js';
import type { DocumentRow } from '../rows.js';
import { wantedBefore } from './as-sent.js';
import type { Statement } from './statements.js';

/**
 * Whether the same content is stated by someone who may do with suppliers what whoever stated it
 * before may not, while that may still decide something. Then it is a revision of its own, which
 * goes by the right of who stated it. Never the other way round: saying again what somebody with the
 * right has said takes nothing back.
 */
export function bringsRight(ledger: Ledger, row: DocumentRow, statement: Statement): boolean {
  const { kind, document } = statement;
  const needsIt = kind === 'vendor' || traitsOf(kind).form === 'purchase';
  if (!needsIt || !hasRight(document.actor, SUPPLIERS_WRITE) || !isOpen(row)) return false;
  return !hasRight(wantedBefore(ledger, row, statement)?.actor, SUPPLIERS_WRITE);
}

/** What failed because nobody knows how it ended is a person's to try again, not a repeat's. */
function isOpen({ status, reason, warnings }: DocumentRow): boolean {
  if (status === 'synced') return (warnings as Warning[]).some(lacksRight);
  if (status === 'failed') return reason !== 'outcome_unknown';
  return status === 'not_ready' || ON_ITS_WAY.has(status as DocumentStatus);
}

const lacksRight = (found: Warning) =>
  found.name === 'update_not_made' && found.params.why === 'right';
