import type { MoneyNote } from '../../contract/money-note.js';

/** The penny ledger of one revision of a document, as a column keeps it. */
export interface StoredMoney {
  revision: number;
  note: MoneyNote;
}
