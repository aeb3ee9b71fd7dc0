import { type ConnectionStatus, isConnected } from '../contract/connection.js';
import {
  type AnyDocument,
  asSalesForm,
  type DocumentKind,
  salesFormSums,
  traitsOf,
} from '../contract/documents/index.js';
import { toDecimalString } from '../contract/money.js';
import { type Reason, reason } from '../contract/reasons.js';
import type { Settings } from '../contract/settings.js';

/** What decides where a document stands before anything is sent. */
export interface StandingFacts {
  kind: DocumentKind;
  document: AnyDocument;
  withdrawal: string | null;
  settings: Settings;
  connectionStatus: ConnectionStatus;
  /** A revision of it was synced. */
  wasSynced: boolean;
  /** QuickBooks has it, also where its amounts came out otherwise than meant and it failed for that. */
  isInQuickBooks: boolean;
  /** Nothing is left of it to withdraw; see {@link isGone}. */
  isGone: boolean;
  /** A person asked for it, or a dependent needs it. */
  clicked: boolean;
}

/** Where a revision stands, and whether it may be sent. */
export type Standing =
  | { status: 'queued'; released: true }
  | { status: 'waiting'; released: true; reason: Reason }
  | { status: 'not_ready' | 'failed'; released: false; reason: Reason }
  | { status: 'cancelled' | 'unchanged' | 'changed_after_export'; released: false };

/** The whole eligibility rule, without a call and without a row: first answer wins. */
export function standingOf(facts: StandingFacts): Standing {
  if (isWithdrawn(facts)) return withdrawnStanding(facts);
  const malformed = moneyProblem(facts);
  if (malformed !== undefined) return { status: 'failed', released: false, reason: malformed };
  if (facts.settings.onceOnly && facts.wasSynced && traitsOf(facts.kind).isTransaction) {
    return { status: 'changed_after_export', released: false };
  }
  const notReady = notReadyReason(facts);
  if (notReady !== undefined) return { status: 'not_ready', released: false, reason: notReady };
  return sendable(facts);
}

/** Withdrawn by DELETE, or stated as void. */
export function isWithdrawn(
  facts: Pick<StandingFacts, 'kind' | 'document' | 'withdrawal'>,
): boolean {
  if (facts.withdrawal !== null) return true;
  return 'status' in facts.document && facts.document.status === 'void';
}

/** Voided or deleted already, on the app's wish; a voided form can still be deleted. */
export function isGone(status: string, withdrawal: string | null): boolean {
  return status === 'deleted' || (status === 'voided' && withdrawal !== 'delete');
}

function withdrawnStanding(facts: StandingFacts): Standing {
  if (facts.isGone) return { status: 'unchanged', released: false };
  if (!facts.isInQuickBooks) return { status: 'cancelled', released: false };
  // A void the app merely states is a change, and changes after a once-only export stay here.
  if (facts.settings.onceOnly && facts.withdrawal === null) {
    return { status: 'changed_after_export', released: false };
  }
  return sendable(facts);
}

function moneyProblem({ kind, document }: StandingFacts): Reason | undefined {
  const form = asSalesForm(kind, document);
  if (form === undefined) return undefined;
  const { stated, parts } = salesFormSums(form);
  if (stated === parts) return undefined;
  return reason('total_mismatch', {
    source: toDecimalString(stated, form.currency),
    lines: toDecimalString(parts, form.currency),
  });
}

function notReadyReason({ kind, document, settings, clicked }: StandingFacts): Reason | undefined {
  if (kind === 'item') return undefined;
  if ('status' in document && !settings.sendWhen.includes(document.status)) {
    return reason('not_released', { status: document.statusLabel ?? document.status });
  }
  if (settings.start === 'click' && !clicked) return reason('waits_for_click', {});
  return undefined;
}

function sendable({ connectionStatus }: StandingFacts): Standing {
  if (isConnected(connectionStatus)) return { status: 'queued', released: true };
  return { status: 'waiting', released: true, reason: reason('reconnect_needed', {}) };
}
