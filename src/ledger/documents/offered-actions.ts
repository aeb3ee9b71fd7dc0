import { type ConnectionStatus, isConnected } from '../../contract/connection.js';
import { type DocumentKind, isParty, traitsOf } from '../../contract/documents/index.js';
import { type ReasonName, storedReason } from '../../contract/reasons.js';
import type { Settings } from '../../contract/settings.js';
import type { DocumentAction } from '../../contract/status.js';
import { setAsideBy } from './standing.js';

/** What of a document decides which actions there are for it. */
export interface ActionFacts {
  kind: string;
  status: string;
  reason: string | null;
  params: unknown;
  revision: number;
  syncedRevision: number;
  blockedBy: number | null;
  dependencyKey: string | null;
  /** QuickBooks' id of it; null where it has none. */
  linkId: string | null;
  connectionStatus: ConnectionStatus;
}

/** What a person or the app may do with the document as it stands. */
export function offeredActions(facts: ActionFacts, settings: Settings): DocumentAction[] {
  switch (facts.status) {
    case 'failed':
      return offeredForFailed(facts);
    case 'waiting':
      if (facts.blockedBy !== null) return [];
      return isConnected(facts.connectionStatus) && facts.reason !== 'held'
        ? ['retry', ...skip(facts)]
        : skip(facts);
    case 'skipped':
      return setAsideBy(facts) === undefined ? [] : ['retry', ...link(facts)];
    case 'deleted_in_quickbooks':
      return isOwn(facts) ? ['recreate'] : [];
    case 'not_ready':
      return mayClick(facts, settings) ? ['sync'] : [];
    default:
      return [];
  }
}

function offeredForFailed(facts: ActionFacts): DocumentAction[] {
  // It is in QuickBooks as it is wanted: what failed is a part of it.
  if (!isOwn(facts) || facts.revision === facts.syncedRevision) return ['retry'];
  const looks = facts.linkId === null && traitsOf(facts.kind as DocumentKind).isTransaction;
  // What was linked wrongly and is cut from that again is sent by a retry.
  const isMadeAnew = facts.linkId !== null && MADE_ANEW.has(facts.reason ?? '');
  return [
    'retry',
    ...skip(facts),
    ...link(facts),
    ...(looks ? (['look_again'] as const) : []),
    'mark_handled',
    ...(isMadeAnew ? (['recreate'] as const) : []),
  ];
}

/** Reasons after which only a new one in QuickBooks helps; that of a link where it was never cut. */
const MADE_ANEW: ReadonlySet<string> = new Set<ReasonName>([
  'voided_in_quickbooks',
  'link_differs',
]);

/** Stated by the app, not made on the way. */
function isOwn({ kind, dependencyKey }: ActionFacts): boolean {
  return dependencyKey === null && traitsOf(kind as DocumentKind).isStated;
}

const skip = (facts: ActionFacts): DocumentAction[] => (isOwn(facts) ? ['skip'] : []);

/** What has no object of its own yet, was linked to another's, or has one that only may be its own. */
function link(facts: ActionFacts): DocumentAction[] {
  const kind = facts.kind as DocumentKind;
  const canBe = isOwn(facts) && (traitsOf(kind).isTransaction || isParty(kind));
  const isFree = facts.linkId === null || facts.reason === 'link_differs' || onlyFound(facts);
  return canBe && isFree && !isNumberOfAnother(facts) ? ['link'] : [];
}

/** Its number is another customer's, or another document's: linked to that it would never be sent. */
export function isNumberOfAnother({
  reason,
  params,
}: Pick<ActionFacts, 'reason' | 'params'>): boolean {
  const why = storedReason(reason, params);
  return (
    why?.name === 'duplicate_number' &&
    (why.params.isLinked === true || why.params.theirs !== undefined)
  );
}

/** It was left in QuickBooks, because whose it is was not known: a person may say that it is this one. */
export function onlyFound({ reason, params }: Pick<ActionFacts, 'reason' | 'params'>): boolean {
  const why = storedReason(reason, params);
  return why?.name === 'not_removed' && why.params.why === 'found';
}

function mayClick({ reason }: ActionFacts, settings: Settings): boolean {
  if (reason === 'waits_for_use') return true;
  return reason === 'waits_for_click' && settings.start === 'click';
}
