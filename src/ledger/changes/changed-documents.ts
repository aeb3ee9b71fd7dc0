import type { DocumentKind } from '../../contract/documents/index.js';
import type { Settings } from '../../contract/settings.js';
import type { Ledger, Transaction } from '../database/open.js';
import type { AppliedKind } from '../documents/applications.js';
import { APPLYING } from '../documents/applications.js';
import type { LinkState } from '../documents/links.js';
import { type LockedDocument, moveLocked } from '../documents/moves.js';
import { settleApplications } from '../documents/settled-applications.js';
import type { CompanyConnection } from './changes-scope.js';
import { type JudgeDrift, noteDrift } from './noted-drift.js';

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

/** What the pull judges of transactions. */
export type JudgeTransaction = JudgeDrift<TransactionNow, LinkState>;

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
  judge: JudgeTransaction,
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
  await noteDrift(
    ledger,
    tx,
    newer.filter(({ document, now }) => now.syncToken !== document.link.syncToken),
    judge,
  );
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
