import {
  type AnyDocument,
  DOCUMENT_SCHEMAS,
  type InvoiceInput,
} from '../../src/contract/documents/index.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { stateDocument } from '../../src/ledger/statements/submit.js';
import { anInvoice } from './orders.js';

/** An invoice as it is after validation. */
export function aStatedInvoice(overrides: Partial<InvoiceInput> = {}): AnyDocument {
  return DOCUMENT_SCHEMAS.invoice.parse(anInvoice(overrides));
}

/** States an invoice; answers the ledger's id of the document. */
export async function stateInvoice(
  ledger: Ledger,
  connection: Connection,
  externalId: string,
  overrides: Partial<InvoiceInput> = {},
): Promise<number> {
  const document = aStatedInvoice({ number: externalId, ...overrides });
  const stated = { kind: 'invoice', externalId, document } as const;
  return (await stateDocument(ledger, connection, stated, 'app')).documentId;
}
