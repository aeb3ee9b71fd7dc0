import type { ConnectionStatus } from '../../contract/connection.js';
import {
  type AnyDocument,
  type DocumentKind,
  kindWord,
  type StatedKind,
  traitsOf,
} from '../../contract/documents/index.js';
import { type Reason, reason, storedReason } from '../../contract/reasons.js';
import type { Settings } from '../../contract/settings.js';
import type { SetupPart } from '../../contract/setup.js';
import { beforeCutOff, type Gate } from '../connections/cut-off.js';
import type { DocumentRow } from '../rows.js';
import { moneyProblem } from '../statements/money-problem.js';

/** What of a connection decides where its documents stand. */
export interface StandingConnection {
  status: ConnectionStatus;
  settings: Settings;
  /** The first connect; null while there was none. */
  connectedAt: Date | null;
  /** What its setup lacks; see `setupRequires`. */
  setupMissing: readonly SetupPart[];
  /** Nothing is sent between the two; both null: no hold. */
  holdFrom: Date | null;
  holdTo: Date | null;
}

/** What decides where a document stands before anything is sent. */
export interface StandingFacts {
  kind: DocumentKind;
  document: AnyDocument;
  withdrawal: string | null;
  connection: StandingConnection;
  /** Business time. */
  now: Date;
  /** When it was stated first; counts as its creation where the app states none. */
  statedAt: Date;
  /** Gates a person has opened for this document alone. */
  overrides: readonly Gate[];
  /** A name that is made because another document needs it. */
  isDependency: boolean;
  /** One that a document of a connection which is sending waits for; see needed-names.ts. */
  isNeeded: boolean;
  /** Stated inside another document, whose own eligibility is its own. */
  isPart: boolean;
  /** What the app said was paid so far; see `moneyProblem`. */
  paidMinor: number | null;
  /** A revision of it was synced. */
  wasSynced: boolean;
  /** QuickBooks has it, also where its amounts came out otherwise than meant and it failed for that. */
  isInQuickBooks: boolean;
  /** QuickBooks may have it: a sending of it ended without anyone knowing how. */
  inDoubt: boolean;
  /** Nothing is left of it to withdraw; see {@link isGone}. */
  isGone: boolean;
  /** A person asked for it, or a dependent needs it. */
  clicked: boolean;
  /** It is an old invoice that was brought from QuickBooks, or is about one; see `frozenReason`. */
  imported: Reason | undefined;
  /** Somebody has put it aside, which no later statement undoes; see {@link setAsideBy}. */
  setAside?: Reason | undefined;
}

/** Where a revision stands, and whether it may be sent. */
export type Standing =
  | { status: 'queued'; released: true }
  | { status: 'waiting'; released: true; reason: Reason }
  | { status: 'not_ready' | 'failed' | 'skipped'; released: false; reason: Reason }
  | { status: 'cancelled' | 'unchanged' | 'changed_after_export'; released: false };

/** What a document's own row says of where it stands; one that is needed by others says so beside it. */
export function factsOfRow(
  row: Pick<
    DocumentRow,
    | 'createdAt'
    | 'overrides'
    | 'dependencyKey'
    | 'statedIn'
    | 'paidMinor'
    | 'syncedRevision'
    | 'releasedRevision'
    | 'inDoubt'
  >,
) {
  return {
    statedAt: row.createdAt,
    overrides: row.overrides,
    isDependency: row.dependencyKey !== null,
    isNeeded: false,
    isPart: row.statedIn !== null,
    paidMinor: row.paidMinor,
    wasSynced: row.syncedRevision > 0,
    inDoubt: row.inDoubt,
    // A click asks for the document, not for one wording of it: it stays asked for until it is sent.
    clicked: row.releasedRevision > row.syncedRevision,
  };
}

/** The whole eligibility rule, without a call and without a row: first answer wins. */
export function standingOf(facts: StandingFacts): Standing {
  // Whatever is asked of it, taking it back as well.
  if (facts.imported !== undefined) {
    return { status: 'skipped', released: false, reason: facts.imported };
  }
  if (isWithdrawn(facts)) return withdrawnStanding(facts);
  if (facts.setAside !== undefined) {
    return { status: 'skipped', released: false, reason: facts.setAside };
  }
  const off = switchedOff(facts);
  if (off !== undefined) return { status: 'skipped', released: false, reason: off };
  const malformed = moneyProblem(facts.kind, facts.document, facts.paidMinor);
  if (malformed !== undefined) return { status: 'failed', released: false, reason: malformed };
  const { onceOnly } = facts.connection.settings;
  if (onceOnly && facts.wasSynced && traitsOf(facts.kind).isTransaction) {
    return { status: 'changed_after_export', released: false };
  }
  const notReady = notReadyReason(facts);
  if (notReady !== undefined) return { status: 'not_ready', released: false, reason: notReady };
  return sendable(facts);
}

/** Whether {@link StandingFacts.isInQuickBooks} decides anything, and so is worth a statement. */
export function asksForLink(
  facts: Pick<StandingFacts, 'kind' | 'document' | 'withdrawal'>,
  { customer }: Settings,
): boolean {
  return isWithdrawn(facts) || (facts.kind === 'customer' && customer.sendWhen === 'used');
}

/** Why a person keeps the document from being sent; undefined where nobody does. */
export function setAsideBy(
  row: Readonly<{ status: string; reason: string | null; params: unknown }>,
): Reason | undefined {
  const why = row.status === 'skipped' ? storedReason(row.reason, row.params) : undefined;
  return why?.name === 'skipped_by' || why?.name === 'marked_handled' ? why : undefined;
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
  if (!facts.isInQuickBooks && !facts.inDoubt) return neverSent(facts);
  const off = switchedOff(facts);
  if (off !== undefined) return { status: 'skipped', released: false, reason: off };
  // A void the app merely states is a change, and changes after a once-only export stay here.
  const { connection, withdrawal, isInQuickBooks } = facts;
  if (connection.settings.onceOnly && withdrawal === null && isInQuickBooks) {
    return { status: 'changed_after_export', released: false };
  }
  return sendable(facts);
}

/** A void the app merely states changes nothing of what the sync leaves alone. */
function neverSent(facts: StandingFacts): Standing {
  const early = facts.withdrawal === null ? beforeCutOff(facts) : undefined;
  return early === undefined
    ? { status: 'cancelled', released: false }
    : { status: 'not_ready', released: false, reason: early };
}

/** What is made on the way follows what needs it. */
function switchedOff({ kind, connection, isDependency }: StandingFacts): Reason | undefined {
  if (isDependency || !traitsOf(kind).isStated) return undefined;
  const { direction, modules } = connection.settings;
  const isOn = direction !== 'off' && modules.includes(kind as StatedKind);
  return isOn ? undefined : reason('kind_off', { kind: kindWord(kind) });
}

function notReadyReason(facts: StandingFacts): Reason | undefined {
  const { kind, document, connection, clicked, isDependency, isPart } = facts;
  if (isDependency || isPart || !traitsOf(kind).isStated) return undefined;
  const { settings } = connection;
  const early = beforeCutOff(facts);
  if (early !== undefined) return early;
  if ('status' in document && !settings.sendWhen.includes(document.status)) {
    const status = document.statusLabel ?? document.status;
    return reason('not_released', { status, sentWhen: settings.sendWhen });
  }
  if (waitsForUse(facts)) return reason('waits_for_use', {});
  if (settings.start !== 'click') return undefined;
  // What was clicked before the gate closed stays clicked, and waits.
  return clicked ? undefined : (clickGate(connection.status) ?? reason('waits_for_click', {}));
}

/** What has to happen before anything can be clicked: what waits for a click waits for both. */
export function clickGate(status: ConnectionStatus): Reason | undefined {
  if (status === 'locked') return reason('locked', {});
  return status === 'awaiting_finalization' ? reason('not_finalized', {}) : undefined;
}

/** A customer of which QuickBooks knows is in use. */
function waitsForUse({ kind, connection, wasSynced, isInQuickBooks, clicked }: StandingFacts) {
  if (kind !== 'customer' || connection.settings.customer.sendWhen !== 'used') return false;
  return !wasSynced && !isInQuickBooks && !clicked;
}

/** A name goes with what needs it: of whichever connection that is, and not before that may go. */
function sendable({ connection, isNeeded, overrides, now }: StandingFacts): Standing {
  const wait = isNeeded
    ? undefined
    : (waitReason(connection) ?? holdOn(overrides, connection, now));
  return wait === undefined
    ? { status: 'queued', released: true }
    : { status: 'waiting', released: true, reason: wait };
}

/** The hold that is on; see {@link StandingConnection.holdFrom}. */
export function holdReason(
  { holdFrom, holdTo }: Pick<StandingConnection, 'holdFrom' | 'holdTo'>,
  now: Date,
): Reason | undefined {
  if (holdFrom === null || holdTo === null || now < holdFrom || now >= holdTo) return undefined;
  return reason('held', { until: holdTo.toISOString() });
}

/** The same for one document: a person may have let it through by name. */
export function holdOn(
  overrides: readonly string[],
  connection: Pick<StandingConnection, 'holdFrom' | 'holdTo'>,
  now: Date,
): Reason | undefined {
  return overrides.includes('hold') ? undefined : holdReason(connection, now);
}

/** What a document waits for while nothing of its connection may be sent. */
export function waitReason({
  status,
  setupMissing,
}: Pick<StandingConnection, 'status' | 'setupMissing'>): Reason | undefined {
  switch (status) {
    case 'connected':
      return undefined;
    case 'awaiting_finalization':
      return reason('not_finalized', {});
    case 'setup_incomplete':
      return reason('setup_incomplete', { missing: [...setupMissing] });
    case 'locked':
      return reason('locked', {});
    case 'company_suspended':
      return reason('company_suspended', {});
    case 'paused':
      return reason('paused', {});
    default:
      return reason('reconnect_needed', {});
  }
}
