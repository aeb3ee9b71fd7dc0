import { isDeepStrictEqual } from 'node:util';
import { type DocumentKind, traitsOf } from '../../contract/documents/index.js';
import { storedReason } from '../../contract/reasons.js';
import type { Settings } from '../../contract/settings.js';
import type { Warning } from '../../contract/warnings.js';
import type { Ledger, Transaction } from '../database/open.js';
import { type LockedDocument, type Move, moveDocuments, moveLocked } from '../documents/moves.js';
import { appendEvents, type NewEvent } from '../events/events.js';
import { type LastRequest, readLastRequests } from '../pushes/last-requests.js';

type DriftedFields = Extract<Warning, { name: 'drifted' }>['params']['fields'];

/** An object as QuickBooks holds it now, as far as every judgement needs it. */
interface ObjectNow {
  quickbooksId: string;
  isVoided: boolean;
}

/** A document of ours, locked with its link, and its object as somebody left it. */
export interface ChangedDocument<Now, Link> {
  document: LockedDocument & {
    /** A push of it is open: its answer decides. */
    isBeingSent: boolean;
    settings: Settings;
    link: Link;
  };
  now: Now;
  /** Theirs stays whatever the settings say. Default false. */
  isKept?: boolean;
}

/** What the pull judges: which fields somebody changed of what was sent last. */
export type JudgeDrift<Now, Link> = (
  now: Now,
  document: ChangedDocument<Now, Link>['document'],
  last: LastRequest | undefined,
) => DriftedFields;

/**
 * Says of documents what somebody changed in QuickBooks of what was sent for them, tells the app once, and
 * sends ours again where the settings say so. Judged only where nothing of ours is on its way: what is
 * sent next overwrites it anyhow.
 *
 * @param changed documents whose objects somebody else has written since.
 */
export async function noteDrift<Now extends ObjectNow, Link>(
  ledger: Ledger,
  tx: Transaction,
  changed: readonly ChangedDocument<Now, Link>[],
  judge: JudgeDrift<Now, Link>,
): Promise<void> {
  const judged = changed.filter(
    ({ document: { status, isBeingSent } }) => status === 'synced' && !isBeingSent,
  );
  if (judged.length === 0) return;
  const requests = await readLastRequests(
    ledger,
    tx,
    judged.map(({ document }) => document.id),
  );
  const found = judged.flatMap(({ document, now, isKept = false }) => {
    const before = document.warnings;
    const fields = now.isVoided ? [] : judge(now, document, requests.get(document.id));
    const warnings = [
      ...before.filter(({ name }) => !DRIFT.has(name)),
      ...driftWarnings(now, fields),
    ];
    // The database keeps members in an order of its own.
    if (isDeepStrictEqual(warnings, before)) return [];
    return [{ document, fields, warnings, isVoided: now.isVoided, isKept }];
  });
  const isResent = ({ document: { settings }, fields, isKept }: (typeof found)[number]) =>
    settings.drift === 'push_ours' && !settings.onceOnly && !isKept && fields.length > 0;
  await sendAgain(
    tx,
    found.filter(isResent).map(({ document }) => document.id),
  );
  const byId = new Map(found.map((one) => [one.document.id, one]));
  await moveLocked(
    tx,
    found.filter((one) => !isResent(one)).map(({ document }) => document),
    (document) => {
      const one = byId.get(document.id);
      if (one === undefined) return undefined;
      const what = one.isVoided
        ? 'voided_in_quickbooks'
        : one.fields.length > 0
          ? 'drifted'
          : 'drift_ended';
      return { ...asItStands(document), what, warnings: one.warnings, evidence: evidenceOf(one) };
    },
    'quickbooks',
  );
  await appendEvents(
    tx,
    found
      .filter(
        ({ document, fields, isVoided }) => (fields.length > 0 || isVoided) && isTheApps(document),
      )
      .map(({ document }) => eventOf(document, 'document.drifted')),
  );
}

const DRIFT: ReadonlySet<string> = new Set(['drifted', 'voided_in_quickbooks']);

function driftWarnings({ isVoided }: ObjectNow, fields: DriftedFields): Warning[] {
  if (isVoided) return [{ name: 'voided_in_quickbooks' }];
  return fields.length === 0 ? [] : [{ name: 'drifted', params: { fields } }];
}

const evidenceOf = ({ fields }: { fields: DriftedFields }) => ({
  fields: fields.map(({ field }) => field),
});

function asItStands({ status, reason, params }: LockedDocument): Omit<Move, 'what'> {
  return { to: status, reason: storedReason(reason, params) };
}

/** As if the app had stated it once more: a revision of its own, due now. */
async function sendAgain(tx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx`update documents set revision = revision + 1 where id = any(${ids as number[]}::bigint[])`;
  await moveDocuments(
    tx,
    ids,
    ({ revision }) => ({
      to: 'queued',
      what: 'drifted',
      releasedRevision: revision,
      dueInMs: 0,
      warnings: [],
    }),
    'quickbooks',
  );
}

/** What is made on the way is ours, not the app's. */
function isTheApps({ dependencyKey, kind }: LockedDocument): boolean {
  return dependencyKey === null && traitsOf(kind as DocumentKind).isStated;
}

function eventOf(
  { connectionId, appId, kind, externalId, revision, status }: LockedDocument,
  type: NewEvent['type'],
): NewEvent {
  return { connectionId, appId, type, kind, externalId, revision, status };
}
