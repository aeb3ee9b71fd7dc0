import {
  BULK_REASONS,
  BULK_STATUSES,
  type BulkActionAnswer,
  type BulkActionName,
  type BulkActionPage,
  type BulkActionStatus,
  type BulkResultPage,
} from '../../contract/bulk-action.js';
import type { DocumentKind } from '../../contract/documents/index.js';
import { toDecimalString } from '../../contract/money.js';
import { answerRow, readPage } from '../answers/answers.js';
import type { Ledger, Transaction } from '../database/open.js';
import { recordAudit } from '../people/audit.js';
import type { bulkActions } from '../schema.js';
import { countAll, countSome } from './counted-documents.js';
import type { DocumentSelection } from './document-selection.js';

export type BulkActionRow = typeof bulkActions.$inferSelect;

/** What somebody wants done to many documents. */
export interface AskedBulkAction {
  /** Null: over the documents of every app. */
  appId: string | null;
  action: BulkActionName;
  filter: string;
  selection: DocumentSelection;
  /** Documents per second. */
  rate: number;
}

const EXAMPLES_MAX = 5;

/** What an action asked for like that would be done to; nothing is kept. */
export async function rehearseBulkAction(
  ledger: Ledger,
  asked: AskedBulkAction,
  by: string,
): Promise<BulkActionAnswer> {
  const selection = meantBy(asked);
  const counted = await ledger.sql.begin((tx) => countSome(tx, selection));
  const { appId: _, ...shown } = asked;
  const at = ledger.clock();
  const unbegun = { ...UNBEGUN, ...shown, id: 0, status: 'dry_run', by, createdAt: at } as const;
  return {
    ...answerOf({ ...unbegun, ...counted }, []),
    id: null,
    isAtLeast: counted.isAtLeast,
    examples: await examplesOf(ledger, selection),
  };
}

/** Freezes what the filter means now, and has it done by the workers from here on. */
export async function startBulkAction(
  ledger: Ledger,
  asked: AskedBulkAction,
  { by, actor }: { by: string; actor: string },
): Promise<BulkActionAnswer> {
  const row = await ledger.sql.begin((tx) => insertBulkAction(tx, asked, { by, actor }));
  return { ...answerOf(row, []), examples: await examplesOf(ledger, meantBy(asked)) };
}

/** The same in the transaction of the caller. */
export async function insertBulkAction(
  tx: Transaction,
  asked: AskedBulkAction,
  { by, actor }: { by: string; actor: string },
): Promise<BulkActionRow> {
  const { appId, action, filter, rate } = asked;
  const selection = meantBy(asked);
  const { documents, amounts } = await countAll(tx, selection);
  const [row] = await tx<BulkActionRow[]>`
    insert into bulk_actions (app_id, action, filter, selection, rate, documents, amounts, by, ceiling)
    select ${appId}, ${action}, ${filter}, ${tx.json(selection as never)}, ${rate}, ${documents},
      ${tx.json(amounts)}, ${by}, coalesce(max(id), 0) from documents
    returning *`;
  if (row === undefined) throw new Error('A bulk action was not stored');
  await recordAudit(tx, {
    actor,
    action: 'bulk_action.started',
    appId,
    subject: { id: String(row.id), action, documents },
  });
  return row;
}

/** The statuses and reasons the action is for, of those the filter names. */
function meantBy({ action, selection }: AskedBulkAction): DocumentSelection {
  const [usual, ...others] = BULK_STATUSES[action];
  const statuses = selection.statuses?.filter((status) =>
    [usual, ...others].some((one) => one === status),
  );
  const meant = { ...selection, statuses: statuses ?? [usual] };
  const reasons = BULK_REASONS[action];
  if (reasons === undefined) return meant;
  const named = selection.reasons;
  return { ...meant, reasons: reasons.filter((one) => named?.includes(one) ?? true) };
}

async function examplesOf(ledger: Ledger, selection: DocumentSelection) {
  const { rows } = await readPage(ledger, {}, { limit: EXAMPLES_MAX, selection });
  return rows.map((row) => answerRow(ledger, row));
}

/** Whose actions are meant: an app's own, or everybody's. */
type Owner = { appId?: string };

export async function listBulkActions(
  ledger: Ledger,
  owner: Owner,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<BulkActionPage> {
  const { sql } = ledger;
  const rows = await sql<BulkActionRow[]>`
    select * from bulk_actions
    where ${owner.appId === undefined ? sql`true` : sql`app_id = ${owner.appId}`}
      ${after === undefined ? sql`` : sql`and id < ${idFrom(after)}`}
    order by id desc limit ${limit + 1}`;
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    bulkActions: shown.map((row) => answerOf(row, [])),
    after: last === undefined ? null : String(last.id),
  };
}

/** One with what its documents came to; undefined where there is none, or another's. */
export async function readBulkAction(
  ledger: Ledger,
  owner: Owner,
  id: string,
): Promise<BulkActionAnswer | undefined> {
  const row = await rowOf(ledger, owner, id);
  if (row === undefined) return undefined;
  const results = await ledger.sql<BulkActionAnswer['results']>`
    select done, detail, count(*)::int as documents from bulk_action_items
    where bulk_action_id = ${row.id} group by 1, 2 order by 3 desc, 2 limit ${RESULTS_MAX}`;
  return answerOf(row, [...results]);
}

/** Different results one answer names, those of the most documents first. */
const RESULTS_MAX = 50;

/** What became of its documents one by one, in the order of their ids. */
export async function bulkResults(
  ledger: Ledger,
  owner: Owner,
  id: string,
  o: { done?: boolean | undefined; after?: string | undefined; limit: number },
): Promise<BulkResultPage | undefined> {
  const { sql } = ledger;
  const row = await rowOf(ledger, owner, id);
  if (row === undefined) return undefined;
  const rows = await sql<
    {
      documentId: number;
      connection: string;
      kind: DocumentKind;
      externalId: string;
      done: boolean;
      detail: string;
      at: Date;
    }[]
  >`
    select i.document_id, d.connection_id as connection, d.kind, d.external_id, i.done, i.detail, i.at
    from bulk_action_items i join documents d on d.id = i.document_id
    where i.bulk_action_id = ${row.id}
      ${o.done === undefined ? sql`` : sql`and i.done = ${o.done}`}
      ${o.after === undefined ? sql`` : sql`and i.document_id > ${idFrom(o.after)}`}
    order by i.document_id limit ${o.limit + 1}`;
  const shown = rows.slice(0, o.limit);
  const last = rows.length > o.limit ? shown.at(-1) : undefined;
  return {
    results: shown.map(({ documentId: __, at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    after: last === undefined ? null : String(last.documentId),
  };
}

/** Stops it: what is done stays done. One that has ended stays as it is. */
export async function abortBulkAction(
  ledger: Ledger,
  owner: Owner,
  id: string,
  { by, actor }: { by: string; actor: string },
): Promise<BulkActionAnswer | undefined> {
  const row = await rowOf(ledger, owner, id);
  if (row === undefined) return undefined;
  await ledger.sql.begin(async (tx) => {
    const stopped = await tx`
      update bulk_actions set status = 'aborted', aborted_by = ${by}, ended_at = now()
      where id = ${row.id} and ended_at is null returning 1`;
    if (stopped.count === 0) return;
    await recordAudit(tx, {
      actor,
      action: 'bulk_action.aborted',
      appId: row.appId,
      subject: { id },
    });
  });
  return readBulkAction(ledger, owner, id);
}

const idFrom = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

async function rowOf(
  { sql }: Ledger,
  { appId }: Owner,
  id: string,
): Promise<BulkActionRow | undefined> {
  const [row] = await sql<BulkActionRow[]>`
    select * from bulk_actions where id = ${idFrom(id)}
      ${appId === undefined ? sql`` : sql`and app_id = ${appId}`}`;
  return row;
}

const UNBEGUN = { done: 0, refused: 0, abortedBy: null, startedAt: null, endedAt: null };

type ShownRow = Pick<
  BulkActionRow,
  'id' | 'action' | 'filter' | 'status' | 'rate' | 'documents' | 'amounts' | 'by' | 'createdAt'
> &
  Pick<BulkActionRow, 'done' | 'refused' | 'abortedBy' | 'startedAt' | 'endedAt'>;

function answerOf(row: ShownRow, results: BulkActionAnswer['results']): BulkActionAnswer {
  return {
    id: String(row.id),
    action: row.action as BulkActionName,
    filter: row.filter,
    status: row.status as BulkActionStatus,
    rate: row.rate,
    documents: row.documents,
    isAtLeast: false,
    amounts: row.amounts.map(({ currency, minor }) => ({
      currency,
      amount: toDecimalString(minor, currency ?? undefined),
    })),
    examples: [],
    done: row.done,
    refused: row.refused,
    results,
    by: row.by,
    abortedBy: row.abortedBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
