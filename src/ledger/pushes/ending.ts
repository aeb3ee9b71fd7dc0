import type { Outcome } from '../../contract/details.js';
import type { MoneyNote } from '../../contract/money-note.js';
import type { Reason } from '../../contract/reasons.js';
import type { Warning } from '../../contract/warnings.js';
import type { MirroredRecord } from '../companies/records.js';
import type { NewLink } from '../documents/links.js';
import type { AppliedNow } from '../documents/settled-applications.js';
import type { LoadedItem } from './load.js';

/** How one item of a push ended: a closed list. */
export type Ending =
  | {
      /** QuickBooks holds this revision. */
      kind: 'synced' | 'voided' | 'deleted';
      outcome: Outcome;
      warnings: Warning[];
      links: NewLink[];
      records: MirroredRecord[];
      /** What QuickBooks has applied it to; absent for what is no payment. */
      applied?: AppliedNow['applied'];
      /** How its amounts came out; absent for what has none. */
      money?: MoneyNote | null;
    }
  /** Withdrawn before it was ever sent. */
  | { kind: 'cancelled' }
  /** Needs a person. With `links` QuickBooks took it all the same, and not as it was meant. */
  | {
      kind: 'failed';
      reason: Reason;
      attempts?: number;
      links?: NewLink[];
      /** What it was linked to is not it: the link is cut. */
      isUnlinked?: boolean;
      applied?: AppliedNow['applied'];
      money?: MoneyNote | null;
      /** QuickBooks may have it all the same: it is looked for before it is ever created. */
      inDoubt?: boolean;
    }
  /** Goes on by itself after `retryInMs`; in doubt it is looked for before it is created then. */
  | { kind: 'waiting'; reason: Reason; retryInMs: number; attempts?: number; inDoubt?: boolean }
  /** Goes on by itself once the other document is settled. */
  | {
      kind: 'blocked';
      reason: Reason;
      /** Null where the app has not stated the other one yet. */
      by: number | null;
      warnings: Warning[];
    }
  /** Waits for a reconnect or the like: due again when the connection is. */
  | { kind: 'parked'; reason: Reason }
  /** Met a stale SyncToken and was read again: due at once, with the link as it is now. */
  | { kind: 'reread'; links: NewLink[] }
  /**
   * Back to the ledger, due at once; `alone` keeps it out of batches, `givenName` is what it is
   * created as from now on; in doubt it is looked for before it is created then.
   */
  | {
      kind: 'returned';
      what: string;
      alone?: boolean;
      warnings?: Warning[];
      givenName?: string;
      inDoubt?: boolean;
    }
  | { kind: 'not_ready' | 'skipped'; reason: Reason }
  /** Nothing to send any more: whoever changed the document meanwhile has said where it stands. */
  | { kind: 'dropped' }
  /** Exported once and changed since: what QuickBooks holds stays, and the change is shown. */
  | { kind: 'kept_as_exported' }
  /** Someone removed it there; it is not made again by itself. */
  | { kind: 'deleted_in_quickbooks' };

/** An item with its ending and what is known about how it came to it. */
export interface EndedItem {
  item: LoadedItem;
  /** The revision that was sent or judged. */
  revision: number;
  ending: Ending;
  evidence?: Record<string, unknown>;
}
