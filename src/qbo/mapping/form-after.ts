import type { MinorUnits } from '../../contract/money.js';
import type { MoneyNote } from '../../contract/money-note.js';
import type { Reason } from '../../contract/reasons.js';
import type { Warning } from '../../contract/warnings.js';

/** What QuickBooks holds of a form after a write, compared with the document to the minor unit. */
export interface FormAfter {
  /** QuickBooks' number; null where it has none. */
  number: string | null;
  totalMinor: MinorUnits;
  /** What is open; of a purchase order all of it. */
  balanceMinor: MinorUnits;
  /** Set where the amounts differ and the settings refuse that. */
  problem: Reason | null;
  money: MoneyNote;
  warnings: Warning[];
}
