import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { at, bytes, ref } from './columns.js';
import { documents } from './documents.js';
import { connections } from './tenancy.js';

/** Files of documents. */

/** Which document a file belongs to; kept beside the documents, because the other one finds them here. */
export const attachments = pgTable(
  'attachments',
  {
    documentId: ref('document_id')
      .primaryKey()
      .references(() => documents.id, { onDelete: 'cascade' }),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** The other document, which need not be stated yet. */
    kind: text('kind').notNull(),
    externalId: text('external_id').notNull(),
    /** The app's own name of the file. */
    name: text('name').notNull(),
    /** In bytes. */
    size: integer('size').notNull(),
  },
  (table) => [index('attachments_target').on(table.connectionId, table.kind, table.externalId)],
);

/**
 * Bytes of files, in pieces, so that no statement and no process has to hold many of them at once.
 * Stored before the document that wants them is; forgotten once QuickBooks has them (retention.ts).
 */
export const attachmentPieces = pgTable(
  'attachment_pieces',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** The file's own key among the documents of kind `attachment`. */
    externalId: text('external_id').notNull(),
    /** Keyed hash of the whole file: other bytes under the same key do not mix. */
    content: text('content').notNull(),
    /** From 0. */
    number: integer('number').notNull(),
    pieceCipher: bytes('piece_cipher').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.externalId, table.content, table.number] }),
    index('attachment_pieces_kept').on(table.createdAt),
  ],
);
