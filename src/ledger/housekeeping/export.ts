import type { DocumentKind } from '../../contract/documents/index.js';
import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';
import type { DocumentRow } from '../rows.js';
import { filePiecesOf } from '../statements/attachment-bytes.js';

/** One line of an export; what else it holds depends on its type. */
export interface ExportedRow {
  type:
    | 'connection'
    | 'settings'
    | 'document'
    | 'history'
    | 'application'
    | 'attachment'
    | 'attachment_piece'
    | 'link'
    | 'request'
    | 'record'
    | 'imported_invoice'
    | 'run'
    | 'event'
    | 'audit';
  [column: string]: unknown;
}

/** Rows read at once, so that a large connection needs no large memory. */
const PAGE = 500;

/**
 * Everything the ledger holds of a connection, decrypted, in an order that can be read from above:
 * the connection, its documents each with history, what it is applied or attached to, link and requests,
 * then the bytes of files in pieces, lists, old invoices that were brought, runs and events.
 * Tokens and keys are left out: they are not data of the customer.
 */
export async function* exportConnection(
  ledger: Ledger,
  connectionId: string,
): AsyncGenerator<ExportedRow> {
  const { sql } = ledger;
  for (const row of await sql`select * from connections where id = ${connectionId}`)
    yield { type: 'connection', ...row };
  for (const row of await sql`
    select * from settings_history where connection_id = ${connectionId} order by version`)
    yield { type: 'settings', ...row };
  yield* documentsOf(ledger, connectionId);
  for await (const piece of filePiecesOf(ledger, connectionId))
    yield { type: 'attachment_piece', connectionId, ...piece };
  yield* recordsOf(ledger, connectionId);
  yield* importedInvoicesOf(ledger, connectionId);
  yield* numbered(ledger, connectionId, 'run', 'runs', 'id');
  yield* numbered(ledger, connectionId, 'event', 'events', 'number');
  yield* numbered(ledger, connectionId, 'audit', 'audit_log', 'id');
}

async function* documentsOf(ledger: Ledger, connectionId: string): AsyncGenerator<ExportedRow> {
  const { sql } = ledger;
  let after = 0;
  // Ends: every page begins behind the last document of the one before.
  for (;;) {
    const documents = await sql<DocumentRow[]>`
      select * from documents where connection_id = ${connectionId} and id > ${after}
      order by id limit ${PAGE}`;
    const ids = documents.map(({ id }) => id);
    for (const row of documents) yield exportedDocument(ledger, row);
    for (const row of await sql`
      select * from document_history where document_id = any(${ids}::bigint[]) order by id`)
      yield { type: 'history', ...row };
    for (const row of await sql`
      select * from applications where document_id = any(${ids}::bigint[])
      order by document_id, kind, external_id, record_id`)
      yield { type: 'application', ...row };
    for (const row of await sql`
      select * from attachments where document_id = any(${ids}::bigint[]) order by document_id`)
      yield { type: 'attachment', ...row };
    for (const row of await sql`
      select l.* from documents d join links l using (connection_id, kind, external_id)
      where d.id = any(${ids}::bigint[]) order by d.id`)
      yield { type: 'link', ...row };
    yield* requestsOf(ledger, connectionId, ids);
    if (documents.length < PAGE) return;
    after = ids.at(-1) ?? after;
  }
}

function exportedDocument(ledger: Ledger, row: DocumentRow): ExportedRow {
  const { wantedCipher, appStatedCipher, connectionId, externalId, ...rest } = row;
  const { wantedHash: _, appStatedHash: __, correctedHash: ___, ...shown } = rest;
  const key = { connectionId, kind: row.kind as DocumentKind, externalId };
  const read = (place: string, cipher: Buffer | null): unknown => {
    const text = ledger.cipher.decryptIfReadable(place, cipher);
    return text === null ? null : JSON.parse(text);
  };
  const wanted = read(PLACES.wanted(key), wantedCipher);
  const appStated = read(PLACES.appStated(key), appStatedCipher);
  return { type: 'document', externalId, wanted, appStated, ...shown };
}

interface RequestRow {
  companyId: string;
  requestId: string;
  pathCipher: Buffer | null;
  bodyCipher: Buffer | null;
  answerCipher: Buffer | null;
}

/** A batch that also carried documents of another connection is told without its bytes. */
async function* requestsOf(
  ledger: Ledger,
  connectionId: string,
  documentIds: number[],
): AsyncGenerator<ExportedRow> {
  const rows = await ledger.sql<(RequestRow & { documentIds: string; isShared: boolean })[]>`
    select r.*, own.document_ids, exists (
      select 1 from push_items i join documents d on d.id = i.document_id
      where i.push_id = r.push_id and d.connection_id <> ${connectionId}) as is_shared
    from (
      select push_id, string_agg(document_id::text, ',' order by document_id) as document_ids
      from push_items where document_id = any(${documentIds}::bigint[]) group by push_id
    ) own join requests r on r.push_id = own.push_id order by r.id`;
  for (const row of rows) {
    const { pathCipher, bodyCipher, answerCipher, isShared, documentIds: ids, ...shown } = row;
    const { companyId, requestId } = row;
    const text = (place: string, cipher: Buffer | null) =>
      isShared ? null : ledger.cipher.decryptIfReadable(place, cipher);
    yield {
      type: 'request',
      ...shown,
      documentIds: ids.split(',').map(Number),
      path: text(PLACES.requestPath(companyId, requestId), pathCipher),
      body: text(PLACES.requestBody(companyId, requestId), bodyCipher),
      answer: text(PLACES.requestAnswer(companyId, requestId), answerCipher),
    };
  }
}

/** QuickBooks' lists as the connection sees them. */
async function* recordsOf({ sql }: Ledger, connectionId: string): AsyncGenerator<ExportedRow> {
  let after = { type: '', quickbooksId: '' };
  // Ends: every page begins behind the last record of the one before.
  for (;;) {
    const rows = await sql<{ type: string; quickbooksId: string }[]>`
      select r.* from records r join connections c on c.company_id = r.company_id
      where c.id = ${connectionId} and (r.type, r.quickbooks_id) > (${after.type}, ${after.quickbooksId})
      order by r.type, r.quickbooks_id limit ${PAGE}`;
    for (const { type: recordType, ...row } of rows) yield { type: 'record', recordType, ...row };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}

async function* importedInvoicesOf(
  { sql }: Ledger,
  connectionId: string,
): AsyncGenerator<ExportedRow> {
  let after = '';
  // Ends: every page begins behind the last invoice of the one before.
  for (;;) {
    const rows = await sql<{ quickbooksId: string }[]>`
      select * from imported_invoices where connection_id = ${connectionId}
        and quickbooks_id > ${after} order by quickbooks_id limit ${PAGE}`;
    for (const row of rows) yield { type: 'imported_invoice', ...row };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.quickbooksId;
  }
}

async function* numbered(
  { sql }: Ledger,
  connectionId: string,
  type: 'run' | 'event' | 'audit',
  table: 'runs' | 'events' | 'audit_log',
  number: 'id' | 'number',
): AsyncGenerator<ExportedRow> {
  let after = 0;
  // Ends: every page begins behind the last number of the one before.
  for (;;) {
    const rows = await sql<Record<string, unknown>[]>`
      select * from ${sql(table)} where connection_id = ${connectionId}
        and ${sql(number)} > ${after} order by ${sql(number)} limit ${PAGE}`;
    for (const { type: eventType, ...row } of rows) {
      yield { type, ...(eventType === undefined ? {} : { eventType }), ...row };
    }
    if (rows.length < PAGE) return;
    after = Number(rows.at(-1)?.[number]);
  }
}
