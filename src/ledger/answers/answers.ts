import type {
  DocumentRow as AnswerRow,
  DocumentAnswer,
  DocumentPage,
  HistoryEntry,
} from '../../contract/answers.js';
import type { ConnectionStatus } from '../../contract/connection.js';
import { type DetailsFacts, detailsOf, type Outcome } from '../../contract/details.js';
import { DOCUMENT_KINDS, type DocumentKind, traitsOf } from '../../contract/documents/index.js';
import { toDecimalString } from '../../contract/money.js';
import { placeSentence } from '../../contract/place.js';
import type { ProfileName } from '../../contract/profiles.js';
import { type ReasonName, storedReason } from '../../contract/reasons.js';
import { documentWordOf } from '../../contract/settings.js';
import type { SetupPart } from '../../contract/setup.js';
import { type DocumentStatus, labelOf } from '../../contract/status.js';
import { countsAsWarning, type Warning } from '../../contract/warnings.js';
import { settingsInForce } from '../connections/connections.js';
import type { AnySql, Ledger } from '../database/open.js';
import { placeInLine } from '../documents/line.js';
import { offeredActions } from '../documents/offered-actions.js';
import type { Ciphertexts, DocumentRow } from '../rows.js';
import { correctedOf } from '../statements/corrected.js';
import { comingPayments, creditReason, toldWarnings } from '../statements/told-warnings.js';
import { type DocumentFilter, pageOfDocuments } from './document-pages.js';

/** A document's row with what answering needs of its connection and link. */
export interface AnswerSource extends Omit<DocumentRow, Ciphertexts> {
  connectionStatus: ConnectionStatus;
  connectionName: string;
  appName: string;
  profile: ProfileName;
  settings: unknown;
  /** What the setup of its connection lacks now; empty for what is past. */
  setupMissing: SetupPart[];
  /** The end of the hold its connection has asked for, if any. */
  holdTo: Date | null;
  linkId: string | null;
  linkStoredAs: string | null;
  linkNumber: string | null;
  linkTotal: number | null;
  linkBalance: number | null;
  linkCurrency: string | null;
  homeCurrency: string | null;
  /** Payments that are still to be applied to it. */
  comingMinor: number;
  creditReason: string | null;
  /** Payments QuickBooks has applied to it, and the date of the latest. */
  paymentCount: number;
  lastPaidOn: string | null;
  ageSeconds: number;
}

/** Select list and joins of every read of documents; ciphertexts stay where they are. */
export function documentSelect(sql: AnySql) {
  return sql`
    select d.id, d.connection_id, d.company_id, d.kind, d.external_id, d.dependency_key,
      d.source_version, d.withdrawal, d.revision, d.released_revision, d.synced_revision, d.status,
      d.status_since, d.reason, d.params, d.warnings, d.outcome, d.money, d.cause_id, d.due_at,
      d.lane_class, d.blocked_by, d.attempts, d.crashes, d.alone, d.number, d.party,
      d.document_date, d.currency, d.total_minor, d.stated_in, d.paid_minor, d.created_at, d.updated_at,
      case when d.corrected_hash = d.wanted_hash then d.corrected_by end as corrected_by, d.corrected_at,
      c.status as connection_status, c.name as connection_name, c.profile, c.settings,
      c.setup_missing, c.hold_to,
      a.name as app_name, m.home_currency,
      l.quickbooks_id as link_id, l.stored_as as link_stored_as, l.number as link_number, l.total_minor as link_total,
      l.balance_minor as link_balance, l.currency as link_currency,
      coalesce(r.payment_count, 0) as payment_count, r.last_paid_on,
      ${comingPayments(sql)} as coming_minor, ${creditReason(sql)} as credit_reason,
      extract(epoch from now() - d.status_since)::int as age_seconds
    from documents d join connections c on c.id = d.connection_id join apps a on a.id = c.app_id
    left join companies m on m.id = d.company_id
    left join links l on l.connection_id = d.connection_id and l.company_id = d.company_id
      and l.kind = d.kind and l.external_id = d.external_id
    left join lateral (
      select count(*)::int as payment_count, max(paid_on) as last_paid_on from received_payments
      where company_id = l.company_id and invoice_id = l.quickbooks_id) r on d.kind = 'invoice'`;
}

/** The whole answer about one document; undefined where there is none. */
export async function readDocument(
  ledger: Ledger,
  connection: { id: string },
  kind: string,
  externalId: string,
  o: { inLine?: boolean } = {},
): Promise<DocumentAnswer | undefined> {
  const { sql } = ledger;
  const [row] = await sql<AnswerSource[]>`
    ${documentSelect(sql)} where d.connection_id = ${connection.id} and d.kind = ${kind}
      and d.external_id = ${externalId}`;
  return row === undefined ? undefined : withHistory(ledger, row, o);
}

/** @param inLine says the place of one that waits for its turn, which costs a statement more */
export async function withHistory(
  ledger: Ledger,
  row: AnswerSource,
  { inLine = false }: { inLine?: boolean },
): Promise<DocumentAnswer> {
  const answer = { ...answerRow(ledger, row), history: await readHistory(ledger, row) };
  const place = inLine ? await placeInLine(ledger, row) : undefined;
  if (place === undefined) return { ...answer, place: null };
  return { ...answer, place, details: `${answer.details} ${placeSentence(place)}` };
}

/** One page of a connection's documents, newest first. */
export async function listDocuments(
  ledger: Ledger,
  connection: { id: string },
  filter: DocumentFilter,
): Promise<DocumentPage> {
  const { rows, after } = await readPage(ledger, { connectionId: connection.id }, filter);
  return { documents: rows.map((row) => answerRow(ledger, row)), after };
}

/** The rows of one page of a list, newest first, and where the next page begins. */
export async function readPage(
  ledger: Ledger,
  scope: { connectionId?: string },
  filter: DocumentFilter,
): Promise<{ rows: AnswerSource[]; after: string | null }> {
  const { sql } = ledger;
  const { ids, after } = await pageOfDocuments(ledger, scope, filter);
  if (ids.length === 0) return { rows: [], after };
  // Kinds that only a newer version knows are its own to show.
  const rows = await sql<AnswerSource[]>`
    ${documentSelect(sql)}
    where d.id = any(${ids}::bigint[]) and d.kind = any(${[...DOCUMENT_KINDS]}::text[])
    order by d.id desc`;
  return { rows, after };
}

/** A row as it is answered: contents of the contract, nothing of the ledger's own. */
export function answerRow(ledger: Ledger, row: AnswerSource): AnswerRow {
  const settings = settingsInForce(row.profile, row.settings);
  const kind = row.kind as DocumentKind;
  const status = row.status as DocumentStatus;
  const warnings = [...(row.warnings as Warning[]), ...toldWarnings(row)];
  const outcome = row.outcome as Outcome | null;
  const currency = row.currency ?? row.homeCurrency ?? undefined;
  const amount = (minor: number | null) =>
    minor === null ? null : toDecimalString(minor, currency);
  const params = paramsOf(row);
  const connectionWaits =
    row.reason === 'reconnect_needed' ||
    row.reason === 'not_finalized' ||
    row.reason === 'locked' ||
    row.reason === 'setup_incomplete' ||
    row.reason === 'held' ||
    row.reason === 'paused' ||
    row.connectionStatus === 'paused' ||
    row.reason === 'company_suspended';
  return {
    kind,
    externalId: row.externalId,
    revision: row.revision,
    syncedRevision: row.syncedRevision,
    status,
    label: labelOf({
      status,
      // Deleted there since: no earlier revision is in QuickBooks any more.
      syncedRevision: outcome?.operation === 'deleted' ? 0 : row.syncedRevision,
      revision: row.revision,
      hasWarnings: warnings.some(countsAsWarning),
      connectionWaits,
    }),
    details: detailsOf({
      kind,
      status,
      reason: storedReason(row.reason, params),
      outcome: outcome ?? undefined,
      paid: settings.payments ? paidFactsOf(row, amount) : undefined,
      warnings,
      title: row.number ?? (traitsOf(kind).isTransaction ? null : row.party) ?? row.externalId,
      context: {
        kind,
        number: row.number,
        currency,
        documentWord: documentWordOf(kind, settings),
        refreshLabel: settings.refreshLabel,
      },
    }),
    reason: row.reason as ReasonName | null,
    params: params ?? {},
    warnings,
    nextAttemptAt: row.status === 'waiting' ? (row.dueAt?.toISOString() ?? null) : null,
    quickbooks: quickbooksOf(row, { amount, pagesUrl: ledger.pagesUrl }),
    paid: paidOf(row, amount),
    money: moneyOf(row, amount),
    number: row.number,
    total: amount(row.totalMinor),
    currency: currency ?? null,
    party: row.party,
    corrected: correctedOf(row),
    updatedAt: row.updatedAt.toISOString(),
    actions: offeredActions(row, settings),
  };
}

/** What waits for the setup waits for what is missing now; less may be than when it began to. */
function paramsOf({ status, reason, params, setupMissing, holdTo }: AnswerSource) {
  if (status === 'waiting' && reason === 'held' && holdTo !== null) {
    return { until: holdTo.toISOString() };
  }
  const waitsForSetup = status === 'waiting' && reason === 'setup_incomplete';
  return waitsForSetup && setupMissing.length > 0 ? { missing: setupMissing } : params;
}

type Amount = (minor: number | null) => string | null;

function quickbooksOf(
  row: AnswerSource,
  { amount, pagesUrl }: { amount: Amount; pagesUrl: string },
): AnswerRow['quickbooks'] {
  if (row.linkId === null) return null;
  const { page } = traitsOf((row.linkStoredAs ?? row.kind) as DocumentKind);
  return {
    id: row.linkId,
    number: row.linkNumber,
    total: amount(row.linkTotal),
    balance: amount(row.linkBalance),
    url: page === null ? null : `${pagesUrl}/app/${page}?txnId=${encodeURIComponent(row.linkId)}`,
  };
}

function paidOf(row: AnswerSource, amount: Amount): AnswerRow['paid'] {
  const { kind, linkTotal, linkBalance } = row;
  // What is open of a payment or a credit is the customer's, not owed.
  if (kind !== 'invoice' && kind !== 'sales_receipt') return null;
  if (linkTotal === null || linkBalance === null) return null;
  if (row.status === 'voided' || row.status === 'deleted_in_quickbooks') return null;
  return {
    amount: amount(linkTotal - linkBalance) ?? '0',
    of: amount(linkTotal) ?? '0',
    lastDate: row.lastPaidOn,
  };
}

/** What Details say of payments that came back; undefined while nothing is paid. */
function paidFactsOf(row: AnswerSource, amount: Amount): DetailsFacts['paid'] {
  const paid = row.kind === 'invoice' ? paidOf(row, amount) : null;
  const { linkTotal, linkBalance, paymentCount, lastPaidOn } = row;
  if (paid === null || linkTotal === null || linkBalance === null) return undefined;
  if (linkTotal === linkBalance) return undefined;
  return { ...paid, isWhole: linkBalance === 0, payments: paymentCount, lastDate: lastPaidOn };
}

function moneyOf(row: AnswerSource, amount: Amount): AnswerRow['money'] {
  const { totalMinor, linkTotal, money } = row;
  const isOfNow = row.status === 'synced' || row.status === 'failed';
  if (isOfNow && money?.revision === row.revision) return money.note;
  if (totalMinor === null || linkTotal === null || row.status === 'voided') return null;
  return {
    sourceTotal: amount(totalMinor) ?? '0',
    quickbooksTotal: amount(linkTotal) ?? '0',
    difference: amount(linkTotal - totalMinor) ?? '0',
  };
}

const HISTORY_MAX = 200;

async function readHistory(ledger: Ledger, row: AnswerSource): Promise<HistoryEntry[]> {
  const rows = await ledger.sql<HistoryRow[]>`
    select at, revision, what, status, reason, params, evidence, by from (
      select * from document_history where document_id = ${row.id} order by id desc limit ${HISTORY_MAX}
    ) latest order by id`;
  return rows.map((entry) => {
    const base = answerRow(ledger, {
      ...row,
      status: entry.status,
      reason: entry.reason,
      params: entry.params,
      setupMissing: [],
      warnings: [],
    });
    return {
      at: entry.at.toISOString(),
      revision: entry.revision,
      what: entry.what,
      status: entry.status as DocumentStatus,
      reason: entry.reason as ReasonName | null,
      details: entry.reason === null ? '' : base.details,
      by: entry.by,
      intuitTid:
        typeof entry.evidence?.['intuitTid'] === 'string' ? entry.evidence['intuitTid'] : null,
    };
  });
}

interface HistoryRow {
  at: Date;
  revision: number;
  what: string;
  status: string;
  reason: string | null;
  params: Record<string, unknown> | null;
  evidence: Record<string, unknown> | null;
  by: string;
}
