import type { CallClass, CompanyId } from './stores.js';

/**
 * What the client tells a log or a metric. No bodies, tokens, realm ids, names or queries: a company
 * is its ledger id and a path its first part.
 */
export type QuickBooksEvent =
  | {
      event: 'qbo_call';
      companyId: CompanyId;
      method: 'GET' | 'POST';
      /** First part of the path: `invoice`, `query`, `batch`. */
      resource: string;
      call: CallClass;
      /** Of a write: the requestid it went out under. */
      requestId: string | null;
      /** `ok`, `refused`, `throttled`, `unauthorized`, `forbidden`, `unreadable`, `never_left`, `lost`. */
      outcome: string;
      /** Null where no answer came. */
      status: number | null;
      /** Machine word where something went wrong. */
      cause: string | null;
      durationMs: number;
      intuitTid: string | null;
    }
  | {
      event: 'qbo_paused';
      companyId: CompanyId;
      pauseMs: number;
      /** Where that lasts: the limit is one of the day or month. */
      throttledSince: Date | null;
    }
  | {
      event: 'qbo_token_refresh';
      companyId: CompanyId;
      result: 'refreshed' | 'refused' | 'unavailable';
      generation: number;
    }
  | {
      /** A write that was about to leave, and of which not a byte left. */
      event: 'qbo_not_sent';
      companyId: CompanyId;
      requestId: string;
      /** Whether the request store had answered that its leaving is noted. */
      noted: boolean;
      /** Name of the error that kept it back: `LaneBusy`, `FencedOff`, or one of the request store. */
      error: string;
    }
  | {
      event: 'qbo_read_not_counted' | 'qbo_slot_not_released';
      companyId: CompanyId;
    };

export type QuickBooksLog = (event: QuickBooksEvent) => void;
