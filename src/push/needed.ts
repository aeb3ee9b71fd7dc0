import { kindWord } from '../contract/documents/index.js';
import { type Reason, reason } from '../contract/reasons.js';
import type { Warning } from '../contract/warnings.js';
import { APPLIED_KINDS, holdersOf } from '../ledger/documents/applications.js';
import { ON_ITS_WAY } from '../ledger/documents/moves.js';
import { closedUnsent, type Needed, readNeeded } from '../ledger/documents/needs.js';
import { isWithdrawn } from '../ledger/documents/standing.js';
import type { Ending } from '../ledger/pushes/ending.js';
import type { Need } from './job.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

/**
 * Order among documents of the app: a payment goes after its invoice, and an invoice is taken back
 * after the payments of ours that are applied to it; so does a bill after its purchase order, and
 * that is taken back after its bills. What waits says for what, and goes on by itself.
 */
export async function waitForOthers(sending: Sending): Promise<void> {
  const { job } = sending;
  const staying = sending.open.filter(({ loaded }) => !isWithdrawn(loaded));
  const leaving = sending.open.filter(({ loaded }) => isWithdrawn(loaded));
  if (job.needs !== undefined) await waitForNeeded(sending, staying);
  if (APPLIED_KINDS.has(job.kind)) await waitForHolders(sending, leaving);
}

async function waitForNeeded(sending: Sending, items: readonly SendingItem[]): Promise<void> {
  const { tools, push, job } = sending;
  const asked = items.flatMap((item) =>
    (job.needs?.(item.loaded as never) ?? []).map((need) => ({ item, need })),
  );
  const rows = await readNeeded(
    tools.ledger,
    push.companyId,
    asked.map(({ item: { loaded }, need: { kind, externalId } }) => ({
      documentId: loaded.documentId,
      connectionId: loaded.connection.id,
      kind,
      externalId,
    })),
  );
  const closed = await closedUnsent(tools.ledger, rows);
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  for (const { item, need } of asked) {
    if (!sending.open.includes(item)) continue;
    const { documentId } = item.loaded;
    const needed = byKey.get(keyOf({ documentId, ...need }));
    if (needed === undefined) throw new Error('What a document needs was not read');
    const unlinked = need.isLinkOnly ? whyUnlinked(item, needed, closed) : undefined;
    if (unlinked !== undefined) {
      item.warnings.push(unlinkedWarning(need, unlinked));
      continue;
    }
    const ending = endingFor(item, need, needed);
    if (ending === undefined) item.needed.set(need.role, needed);
    else endItem(sending, item, ending);
  }
}

const keyOf = ({
  documentId,
  kind,
  externalId,
}: Pick<Needed, 'documentId' | 'kind' | 'externalId'>) => [documentId, kind, externalId].join(' ');

/** Why a document goes without a link that it names. */
interface Unlinked {
  why: string;
  /** People have set it so: worth a note, and no warning on every document. */
  isSet?: true;
}

function unlinkedWarning({ kind, externalId }: Need, { why, isSet }: Unlinked): Warning {
  const to = `${kindWord(kind)} ${externalId}`;
  return isSet === true
    ? { name: 'not_linked', params: { to, why } }
    : { name: 'left_out', params: { field: `the link to ${to}`, why } };
}

/**
 * Why what it would be linked to is not in QuickBooks and does not come there; undefined where it is
 * there, or is worth waiting for.
 */
function whyUnlinked(
  { loaded }: SendingItem,
  { kind, neededId, status, reason: why, quickbooksId, isTakenBack }: Needed,
  closed: ReadonlySet<number>,
): Unlinked | undefined {
  if (status === 'deleted' || status === 'cancelled' || status === 'deleted_in_quickbooks') {
    return { why: `that was ${wordOf(status)}` };
  }
  if (isTakenBack && loaded.link === null) return { why: 'that is taken back' };
  if (quickbooksId !== null) return undefined;
  if (status === 'voided') return { why: 'that was voided' };
  const isOff = !loaded.connection.settings.modules.includes(kind);
  if (status === 'skipped' || (isOff && (status === null || !ON_ITS_WAY.has(status)))) {
    return { why: `this connection does not send ${kindWord(kind)}s`, isSet: true };
  }
  if (status !== 'not_ready') return undefined;
  if (why === 'before_cut_off') return { why: 'that is older than what is synced' };
  return neededId !== null && closed.has(neededId)
    ? { why: 'that was closed before it was sent' }
    : undefined;
}

/** Undefined where what it needs is there. */
function endingFor(item: SendingItem, need: Need, needed: Needed): Ending | undefined {
  const { status, neededId: by, quickbooksId, isTakenBack } = needed;
  const { kind, externalId, role } = need;
  const blocked = (why: Reason): Ending => ({ kind: 'blocked', by, reason: why, warnings: [] });
  const isOnItsWay = status !== null && ON_ITS_WAY.has(status);
  if (need.isHost === true && isGoneHost(needed)) return { kind: 'cancelled' };
  if (quickbooksId !== null && need.isHost !== true) {
    const isSent = item.loaded.link !== null;
    // What is applied already may still be corrected while the other one waits to be taken back.
    if (isTakenBack && isSent) return undefined;
    if (isTakenBack || status === 'voided' || status === 'deleted_in_quickbooks') {
      return isSent ? undefined : gone(role, need, isTakenBack ? 'taken back' : wordOf(status));
    }
  }
  if (quickbooksId !== null) {
    return isOnItsWay ? blocked(reason('blocked_by', { kind, externalId })) : undefined;
  }
  switch (status) {
    case null:
      return blocked(reason('blocked_by', { kind, externalId, state: 'unstated' }));
    case 'failed':
    case 'not_ready':
    case 'skipped':
      return blocked(reason('blocked_by', { kind, externalId, state: status }));
    case 'voided':
    case 'deleted':
    case 'cancelled':
    case 'deleted_in_quickbooks':
      return gone(role, need, wordOf(status));
    // Sent once, and to another company than this one.
    case 'synced':
      return { kind: 'failed', reason: reason('other_company', {}) };
    default:
      return blocked(reason('blocked_by', { kind, externalId }));
  }
}

/** What is voided stays, with what is attached to it. */
function isGoneHost({ status, quickbooksId }: Needed): boolean {
  return (
    status === 'deleted' ||
    status === 'cancelled' ||
    status === 'deleted_in_quickbooks' ||
    (status === 'voided' && quickbooksId === null)
  );
}

function gone(field: string, { kind, externalId }: Need, what: string): Ending {
  const rule = `${kindWord(kind)} ${externalId} was ${what}`;
  return { kind: 'failed', reason: reason('invalid_field', { field, rule }) };
}

function wordOf(status: Needed['status']): string {
  if (status === 'cancelled') return 'withdrawn';
  return status === 'deleted_in_quickbooks' ? 'deleted in QuickBooks' : (status ?? 'removed');
}

async function waitForHolders(sending: Sending, items: readonly SendingItem[]): Promise<void> {
  const held = items.flatMap((item) => {
    const { documentId: id, connection, kind, externalId, link } = item.loaded;
    const { quickbooksId } = link ?? {};
    return quickbooksId === undefined
      ? []
      : [{ id, connectionId: connection.id, kind, externalId, quickbooksId }];
  });
  const holders = await holdersOf(sending.tools.ledger.sql, held);
  for (const item of items) {
    const holder = holders.find(({ heldId }) => heldId === item.loaded.documentId);
    if (holder === undefined) continue;
    const { id, kind, externalId } = holder;
    endItem(sending, item, {
      kind: 'blocked',
      by: id,
      reason: reason('blocked_by', { kind, externalId, until: 'gone' }),
      warnings: [],
    });
  }
}
