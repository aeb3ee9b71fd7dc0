import { type DocumentKind, traitsOf } from '../contract/documents/index.js';
import { storedReason } from '../contract/reasons.js';
import type { Settings } from '../contract/settings.js';
import type { Warning } from '../contract/warnings.js';
import type { AppliedKind } from './applications.js';
import { APPLYING, settleApplications } from './applications.js';
import type { CompanyConnection } from './changes-scope.js';
import { appendEvents, type NewEvent } from './events.js';
import { type LastRequest, readLastRequests } from './last-requests.js';
import type { LinkState } from './links.js';
import { type LockedDocument, type Move, moveDocuments, moveLocked } from './moves.js';
import type { Ledger, Transaction } from './open.js';

/** A transaction as QuickBooks holds it now. Amounts are minor units of its currency. */
export interface TransactionNow {
  quickbooksId: string;
  syncToken: string;
  /** ISO moment of QuickBooks' LastUpdatedTime. */
  changedAt: string | null;
  number: string | null;
  totalMinor: number;
  balanceMinor: number;
  isVoided: boolean;
  /** What a payment is applied to; absent for what is none. */
  applied?: readonly { kind: AppliedKind; quickbooksId: string; minor: number }[];
}

type DriftedFields = Extract<Warning, { name: 'drifted' }>['params']['fields'];

/** What the pull judges: which fields somebody changed of what was sent last. */
export type JudgeDrift = (
  now: TransactionNow,
  document: LockedDocument & { link: Pick<LinkState, 'number' | 'totalMinor' | 'currency'> },
  last: LastRequest | undefined,
) => DriftedFields;

/** A document of ours and its link, both locked. */
type Linked = LockedDocument & {
  /** A push of it is open: its answer decides. */
  isBeingSent: boolean;
  link: LinkRow;
  settings: Settings;
};

interface LinkRow extends LinkState {
  connectionId: string;
  kind: string;
  externalId: string;
  changedAt: string | null;
  voidedThere: boolean;
}

/**
 * Takes over how transactions that documents were sent as stand in QuickBooks now: token, total and
 * open balance; what somebody changed or voided of them is said of the document. A copy older than the
 * one known changes nothing, and neither does the same one again.
 */
export async function applyTransactions(
  ledger: Ledger,
  tx: Transaction,
  company: { id: string; connections: ReadonlyMap<string, CompanyConnection> },
  changed: { kinds: readonly DocumentKind[]; now: readonly TransactionNow[] },
  judge: JudgeDrift,
): Promise<void> {
  const nowById = new Map(changed.now.map((one) => [one.quickbooksId, one]));
  const linked = await lockLinked(tx, company, changed.kinds, [...nowById.keys()]);
  const newer = linked.flatMap((document) => {
    const now = nowById.get(document.link.quickbooksId);
    return now === undefined || isOlder(now, document.link) ? [] : [{ document, now }];
  });
  if (newer.length === 0) return;
  await updateLinks(tx, company.id, newer);
  await settleApplications(
    tx,
    newer.flatMap(({ document, now: { applied } }) =>
      applied === undefined ? [] : [{ documentId: document.id, companyId: company.id, applied }],
    ),
    { balances: 'known' },
  );
  await noteDrift(ledger, tx, newer, judge);
}

interface Newer {
  document: Linked;
  now: TransactionNow;
}

async function lockLinked(
  tx: Transaction,
  { id, connections }: Parameters<typeof applyTransactions>[2],
  kinds: readonly DocumentKind[],
  quickbooksIds: readonly string[],
): Promise<Linked[]> {
  const ofCompany = tx`l.company_id = ${id}
    and coalesce(l.stored_as, l.kind) = any(${kinds as string[]}::text[])
    and l.quickbooks_id = any(${quickbooksIds as string[]}::text[]) and l.exclusive
    -- What was imported is frozen: neither side follows the other.
    and l.origin <> 'imported'`;
  const documents = await tx<(LockedDocument & { isBeingSent: boolean })[]>`
    select d.*, c.app_id,
      exists (select 1 from push_items i where i.document_id = d.id and i.outcome is null)
        as is_being_sent
    from links l join documents d on d.connection_id = l.connection_id and d.kind = l.kind
      and d.external_id = l.external_id join connections c on c.id = d.connection_id
    where ${ofCompany} order by d.id for no key update of d`;
  if (documents.length === 0) return [];
  // A statement of its own: it sees what was written while the documents were waited for.
  const links = await tx<LinkRow[]>`
    select connection_id, kind, external_id, quickbooks_id, origin, sync_token, number, total_minor,
      balance_minor, currency, voided_there,
      to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as changed_at
    from links l where ${ofCompany}`;
  const keyOf = ({
    connectionId,
    kind,
    externalId,
  }: Pick<LinkRow, 'connectionId' | 'kind' | 'externalId'>) =>
    [connectionId, kind, externalId].join(' ');
  const byKey = new Map(links.map((link) => [keyOf(link), link]));
  return documents.flatMap((document) => {
    const link = byKey.get(keyOf(document));
    const settings = connections.get(document.connectionId)?.settings;
    return link === undefined || settings === undefined ? [] : [{ ...document, link, settings }];
  });
}

/** SyncTokens grow by one with every change, and a payment that is applied moves them as well. */
function isOlder(
  { syncToken, changedAt }: Pick<TransactionNow, 'syncToken' | 'changedAt'>,
  known: Pick<LinkRow, 'syncToken' | 'changedAt'>,
): boolean {
  if (known.syncToken !== null && syncToken !== known.syncToken) {
    return Number(syncToken) < Number(known.syncToken);
  }
  return changedAt !== null && known.changedAt !== null && changedAt < known.changedAt;
}

async function updateLinks(
  tx: Transaction,
  companyId: string,
  newer: readonly Newer[],
): Promise<void> {
  const rows = newer.map(({ document: { connectionId, kind, externalId, status }, now }) => ({
    connection_id: connectionId,
    kind,
    external_id: externalId,
    sync_token: now.syncToken,
    number: now.number,
    total_minor: now.totalMinor,
    balance_minor: now.balanceMinor,
    changed_at: now.changedAt,
    // What the app itself took back may be written again by it.
    voided_there: now.isVoided && status !== 'voided',
  }));
  await tx`
    update links l set sync_token = n.sync_token, number = coalesce(n.number, l.number),
      total_minor = n.total_minor, balance_minor = n.balance_minor,
      changed_at = coalesce(n.changed_at, l.changed_at), voided_there = n.voided_there,
      synced_at = now()
    from jsonb_to_recordset(${tx.json(rows)}) as n(connection_id uuid, kind text, external_id text,
      sync_token text, number text, total_minor bigint, balance_minor bigint,
      changed_at timestamptz, voided_there boolean)
    where l.company_id = ${companyId} and l.connection_id = n.connection_id and l.kind = n.kind
      and l.external_id = n.external_id`;
}

/** What is judged only where nothing of ours is on its way: what is sent next overwrites it anyhow. */
async function noteDrift(
  ledger: Ledger,
  tx: Transaction,
  newer: readonly Newer[],
  judge: JudgeDrift,
): Promise<void> {
  const judged = newer.filter(
    ({ document: { status, isBeingSent, link }, now }) =>
      status === 'synced' && !isBeingSent && now.syncToken !== link.syncToken,
  );
  if (judged.length === 0) return;
  const requests = await readLastRequests(
    ledger,
    tx,
    judged.map(({ document }) => document.id),
  );
  const found = judged.flatMap(({ document, now }) => {
    const before = document.warnings;
    const fields = now.isVoided ? [] : judge(now, document, requests.get(document.id));
    const warnings = [
      ...before.filter(({ name }) => !DRIFT.has(name)),
      ...driftWarnings(now, fields),
    ];
    if (JSON.stringify(warnings) === JSON.stringify(before)) return [];
    return [{ document, fields, warnings, isVoided: now.isVoided }];
  });
  const isResent = ({ document: { settings }, fields }: (typeof found)[number]) =>
    settings.drift === 'push_ours' && !settings.onceOnly && fields.length > 0;
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

function driftWarnings({ isVoided }: TransactionNow, fields: DriftedFields): Warning[] {
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

/**
 * Notes what somebody deleted in QuickBooks, which a look there has confirmed. Nothing of it is made
 * again by itself: the links stay, and say that it was there.
 *
 * @returns ids in QuickBooks of those that documents were sent as
 */
export async function applyDeletions(
  tx: Transaction,
  company: { id: string; connections: ReadonlyMap<string, CompanyConnection> },
  { kinds, ids }: { kinds: readonly DocumentKind[]; ids: readonly string[] },
): Promise<string[]> {
  const linked = await lockLinked(tx, company, kinds, ids);
  const gone = await moveLocked(
    tx,
    linked.filter(({ isBeingSent, status }) => !isBeingSent && status !== 'voided'),
    ({ status }) =>
      status === 'deleted_in_quickbooks'
        ? undefined
        : { to: 'deleted_in_quickbooks', what: 'deleted_in_quickbooks', warnings: [] },
    'quickbooks',
  );
  const moved = new Set(gone);
  await settleApplications(
    tx,
    linked
      .filter(({ id, kind }) => moved.has(id) && APPLYING.has(kind as DocumentKind))
      .map(({ id }) => ({ documentId: id, companyId: company.id, applied: [] })),
    { balances: 'known' },
  );
  return linked.filter(({ id }) => moved.has(id)).map(({ link }) => link.quickbooksId);
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
