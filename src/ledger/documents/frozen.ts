import type { AnyDocument, DocumentByKind, DocumentKind } from '../../contract/documents/index.js';
import { importedRecordId } from '../../contract/imported-invoice.js';
import { type Reason, reason, storedReason } from '../../contract/reasons.js';
import type { AnySql } from '../database/open.js';

/**
 * Documents about old invoices that were brought from QuickBooks: none of them is sent. An app names
 * such an invoice by QuickBooks' id, by `quickbooks:` and that id, or just states its number.
 */

/** The row of an old invoice, as far as a reason tells of it. */
export interface FrozenInvoice {
  quickbooksId: string;
  number: string | null;
  /** Plain date. */
  issuedOn: string;
}

/** Why nothing that is about the invoice is sent. */
export function importedReason({ quickbooksId, number, issuedOn }: FrozenInvoice): Reason {
  return reason('imported', { id: quickbooksId, number, date: issuedOn });
}

/** What is said of the document, as far as it may be about an old invoice. */
export interface FrozenAsked {
  kind: DocumentKind;
  externalId: string;
  document: AnyDocument;
  /** QuickBooks has it, made from here: then an old invoice of its number is another one. */
  wasSynced: boolean;
}

/**
 * Why the document stays here: it is an old invoice, or money, a credit or a file for one. Undefined for
 * all others, without a statement where the connection brought none.
 */
export async function frozenReason(
  sql: AnySql,
  connection: { id: string; invoicesImportedAt: Date | null },
  asked: FrozenAsked,
): Promise<Reason | undefined> {
  if (connection.invoicesImportedAt === null) return undefined;
  const { recordIds, numbers, externalIds } = named(asked);
  if (recordIds.length + numbers.length + externalIds.length === 0) return undefined;
  const [old] = await sql<FrozenInvoice[]>`
    select quickbooks_id, number, issued_on from imported_invoices
    where connection_id = ${connection.id} and (quickbooks_id = any(${recordIds}::text[])
      or number = any(${numbers}::text[])) limit 1`;
  if (old !== undefined) return importedReason(old);
  if (externalIds.length === 0) return undefined;
  // The app's own id of an invoice that was kept here.
  const [kept] = await sql<{ params: unknown }[]>`
    select params from documents where connection_id = ${connection.id} and kind = 'invoice'
      and external_id = any(${externalIds}::text[]) and reason = 'imported' limit 1`;
  return kept === undefined ? undefined : storedReason('imported', kept.params);
}

interface Named {
  recordIds: string[];
  numbers: string[];
  /** Of other documents. */
  externalIds: string[];
}

/** Which invoices the document is, or is about. */
function named({ kind, externalId, document, wasSynced }: FrozenAsked): Named {
  switch (kind) {
    case 'invoice': {
      const { recordId, number } = document as DocumentByKind['invoice'];
      const { recordIds } = mentioned([{ externalId, recordId }]);
      return { recordIds, numbers: wasSynced ? [] : [number], externalIds: [] };
    }
    case 'payment':
      return mentioned(
        (document as DocumentByKind['payment']).applies.map(({ invoice }) => invoice),
      );
    case 'applied_credit':
      return mentioned([(document as DocumentByKind['applied_credit']).invoice]);
    case 'attachment': {
      const { attachedTo } = document as DocumentByKind['attachment'];
      return mentioned(attachedTo.kind === 'invoice' ? [attachedTo] : []);
    }
    default:
      return mentioned([]);
  }
}

function mentioned(references: readonly { externalId?: string; recordId?: string }[]): Named {
  return {
    numbers: [],
    recordIds: references.flatMap(({ externalId = '', recordId }) =>
      [recordId, importedRecordId(externalId)].flatMap((id) => id ?? []),
    ),
    externalIds: references.flatMap(({ externalId }) => externalId ?? []),
  };
}

/**
 * The same for a document `d` of a connection `c` with a link `l`, as a statement that loads it asks:
 * what was brought after it was stated.
 */
export const frozenInvoiceOf = (sql: AnySql) => sql`
  case when c.invoices_imported_at is not null then (
    select jsonb_build_object('quickbooksId', v.quickbooks_id, 'number', v.number, 'issuedOn', v.issued_on)
    from imported_invoices v where v.connection_id = d.connection_id and (
      (d.kind = 'invoice' and d.synced_revision = 0 and v.number = d.number)
      or (l.origin = 'imported' and v.quickbooks_id = l.quickbooks_id)
      or v.quickbooks_id in (select a.record_id from applications a
        where a.document_id = d.id and a.kind = 'invoice' and a.record_id <> ''))
    limit 1) end`;
