import type { AuditAction } from '../../contract/audit.js';
import type { ConnectionStatus } from '../../contract/connection.js';
import type { DocumentKind } from '../../contract/documents/index.js';
import { type ReasonName, reason } from '../../contract/reasons.js';
import type { DocumentAction, DocumentStatus } from '../../contract/status.js';
import { type Connection, connectionById } from '../connections/connections.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { recordAudit } from '../people/audit.js';
import type { DocumentRow } from '../rows.js';
import type { Addressed } from '../statements/statements.js';
import { confirmLink, linkTo, unlinkable } from './linked-by-hand.js';
import { removeLinks } from './links.js';
import { moveDocuments } from './moves.js';
import { isNumberOfAnother, offeredActions, onlyFound } from './offered-actions.js';
import { place, retryOne } from './release.js';

/** What a person does about a document that did not go by itself. */
export const PERSON_ACTIONS = [
  'retry',
  'skip',
  'link',
  'look_again',
  'mark_handled',
  'recreate',
] as const satisfies readonly DocumentAction[];
export type PersonAction = (typeof PERSON_ACTIONS)[number];

/** What is asked for one document. */
export interface AskedAction {
  action: PersonAction;
  /** QuickBooks' id of what it is there; only for `link`. */
  recordId?: string | undefined;
}

/** What came of it. */
export interface ActedOn {
  id: number;
  companyId: string | null;
  done: boolean;
  /** A sentence: what happens now, or why nothing does. */
  detail: string;
}

/**
 * Does one thing to one document, with its audit row. Only what `actions` of its answer names is done;
 * anything else is refused with a sentence. Undefined where there is no such document.
 *
 * @param by who is shown in the history: `app`, or a person's e-mail address
 * @param actor who is shown in the audit log
 */
export async function actOnDocument(
  ledger: Ledger,
  which: number | (Addressed & { connectionId: string }),
  asked: AskedAction,
  { by, actor }: { by: string; actor: string },
): Promise<ActedOn | undefined> {
  return ledger.sql.begin(async (tx) => {
    const id = typeof which === 'number' ? which : await idOf(tx, which);
    const found = id === undefined ? undefined : await lockForAction(tx, id);
    if (found === undefined) return undefined;
    const acted = await act(ledger, tx, found, asked, by);
    const action = AUDITED[asked.action];
    if (acted.done && action !== undefined) {
      await audit(tx, found, { action, actor, recordId: asked.recordId });
    }
    return acted;
  });
}

/** The same in the transaction of many, who have one audit row together. */
export async function actInside(
  ledger: Ledger,
  tx: Transaction,
  id: number,
  asked: AskedAction,
  by: string,
): Promise<ActedOn | undefined> {
  const found = await lockForAction(tx, id);
  return found === undefined ? undefined : act(ledger, tx, found, asked, by);
}

async function audit(
  tx: Transaction,
  { row, connection }: Found,
  o: { action: AuditAction; actor: string; recordId?: string | undefined },
): Promise<void> {
  await recordAudit(tx, {
    actor: o.actor,
    action: o.action,
    appId: connection.appId,
    connectionId: connection.id,
    subject: {
      documentId: row.id,
      kind: row.kind,
      externalId: row.externalId,
      ...(o.recordId === undefined ? {} : { recordId: o.recordId }),
    },
  });
}

/** A retry is told by the history of the document, and where many are retried by their own row. */
const AUDITED: { readonly [Action in PersonAction]: AuditAction | undefined } = {
  retry: undefined,
  skip: 'document.skipped',
  link: 'document.linked',
  look_again: 'document.looked_again',
  mark_handled: 'document.marked_handled',
  recreate: 'document.recreated',
};

interface Found {
  row: DocumentRow;
  linkId: string | null;
  connection: Connection;
}

async function act(
  ledger: Ledger,
  tx: Transaction,
  found: Found,
  { action, recordId }: AskedAction,
  by: string,
): Promise<ActedOn> {
  const { row, connection } = found;
  const { id, companyId } = row;
  if (action === 'retry') {
    const { retried, detail } = await retryOne(ledger, tx, id, connection.id, by);
    return { id, companyId, done: retried, detail };
  }
  const refused = refusalOf(found, action);
  if (refused !== undefined) return { id, companyId, done: false, detail: refused };
  const done = (detail: string) => ({ id, companyId, done: true, detail });
  switch (action) {
    case 'skip':
      await putAside(tx, row, 'skipped_by', by);
      return done('It is skipped.');
    case 'mark_handled':
      await putAside(tx, row, 'marked_handled', by);
      return done('It is marked as handled.');
    case 'look_again':
      await place(ledger, tx, connection, row, { what: 'looked_again', by, inDoubt: true });
      return done('It is looked for in QuickBooks before anything is sent.');
    case 'recreate':
      await makeAnew(ledger, tx, found, by);
      return done('It is made anew in QuickBooks.');
    case 'link': {
      const problem = await linkOf(tx, found, recordId);
      if (problem !== undefined) return { id, companyId, done: false, detail: problem };
      await place(ledger, tx, connection, row, { what: 'linked', by });
      return done('It is linked, and QuickBooks is brought to what it says.');
    }
  }
}

/** Ties it; answers why it cannot be. */
async function linkOf(
  tx: Transaction,
  { row, connection }: Found,
  recordId: string | undefined,
): Promise<string | undefined> {
  if (recordId === undefined) return 'QuickBooks has named nothing to link it to.';
  return onlyFound(row) ? confirmLink(tx, row, recordId) : linkTo(tx, connection, row, recordId);
}

/** Why the action is not to be had now; undefined where it is. */
function refusalOf({ row, linkId, connection }: Found, action: PersonAction): string | undefined {
  const facts = { ...row, linkId, connectionStatus: connection.status as ConnectionStatus };
  if (offeredActions(facts, connection.settings).includes(action)) return undefined;
  if (action === 'link' && linkId !== null) return unlinkable(linkId);
  if (action === 'link' && isNumberOfAnother(row)) {
    return 'What has its number in QuickBooks is another one. Change one of the two numbers, then retry.';
  }
  return WHILE_UNDER_WAY.has(row.status)
    ? 'It is on its way to QuickBooks. Wait how that ends.'
    : `This cannot be done while it is ${row.status}.`;
}

const WHILE_UNDER_WAY: ReadonlySet<string> = new Set<DocumentStatus>([
  'queued',
  'syncing',
  'checking',
]);

/** Takes it out of the way for good: nothing of it is sent until somebody retries it. */
async function putAside(
  tx: Transaction,
  row: DocumentRow,
  name: Extract<ReasonName, 'skipped_by' | 'marked_handled'>,
  by: string,
): Promise<void> {
  await moveDocuments(
    tx,
    [row.id],
    ({ syncedRevision }) => ({
      to: 'skipped',
      what: name === 'skipped_by' ? 'skipped' : 'marked_handled',
      reason: reason(name, { by }),
      releasedRevision: syncedRevision,
      attempts: 0,
      crashes: 0,
      alone: false,
    }),
    by,
  );
}

/** Cuts it from what it was in QuickBooks; by all that is known it was never there. */
async function makeAnew(
  ledger: Ledger,
  tx: Transaction,
  { row, connection }: Found,
  by: string,
): Promise<void> {
  await removeLinks(tx, [{ ...row, companyId: connection.companyId }]);
  const anew = { syncedRevision: 0, releasedRevision: 0, inDoubt: false, warnings: [] };
  await moveDocuments(
    tx,
    [row.id],
    () => ({ to: 'not_ready', what: 'recreated', money: null, ...anew }),
    by,
  );
  const now = { ...row, ...anew, status: 'not_ready' };
  await place(ledger, tx, connection, now, { what: 'recreated', by });
}

async function idOf(
  sql: AnySql,
  { connectionId, kind, externalId }: Addressed & { connectionId: string },
): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`
    select id from documents
    where connection_id = ${connectionId} and kind = ${kind} and external_id = ${externalId}`;
  return row?.id;
}

async function lockForAction(tx: Transaction, id: number): Promise<Found | undefined> {
  const [row] = await tx<DocumentRow[]>`select * from documents where id = ${id} for update`;
  if (row === undefined) return undefined;
  const connection = await connectionById(tx, row.connectionId);
  if (connection === undefined) return undefined;
  const kind: DocumentKind = row.kind as DocumentKind;
  const [link] = await tx<{ quickbooksId: string }[]>`
    select quickbooks_id from links where connection_id = ${row.connectionId}
      and company_id = ${row.companyId} and kind = ${kind} and external_id = ${row.externalId}`;
  return { row, connection, linkId: link?.quickbooksId ?? null };
}
