import type { Ledger } from '../ledger/database/open.js';
import { isLedgerUnavailable } from '../ledger/database/unavailable.js';
import {
  actOnNext,
  BulkActionLost,
  type ClaimedBulkAction,
  claimBulkAction,
  nextShare,
  noteFailure,
  noteShare,
} from '../ledger/documents/bulk-work.js';
import { type Dispatcher, nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { lookEvery } from './looking.js';

/** How often a share is due and how long a worker has it, in milliseconds. */
export interface BulkTimes {
  everyMs: number;
  leaseMs: number;
}

export interface BulkOptions {
  ledger: Ledger;
  dispatcher: Dispatcher;
  times: BulkTimes;
  log: QueueEvents;
}

/** Actions of which one look does a share each. */
const ACTIONS_MAX = 20;

/**
 * Does actions on many documents, a share of each at a time, so that none keeps another. Any number of
 * workers may: what one that died has not noted is gone on with by the next, each document once.
 */
export function startBulkWork(options: BulkOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const looking = lookEvery(
    options.times.everyMs,
    () => lookOnce(options, stopping.signal),
    (error) => options.log('bulk_put_off', { error: nameOf(error) }),
  );
  return {
    stop() {
      stopping.abort();
      return looking.stop();
    },
  };
}

async function lookOnce(options: BulkOptions, stopping: AbortSignal): Promise<void> {
  for (let count = 0; count < ACTIONS_MAX && !stopping.aborted; count += 1) {
    const claimed = await claimBulkAction(options.ledger, options.times);
    if (claimed === undefined) return;
    try {
      await doShare(options, claimed, stopping);
    } catch (error) {
      // Stopped by somebody, or taken over: whoever has it now goes on.
      if (!(error instanceof BulkActionLost)) throw error;
    }
  }
}

async function doShare(
  { ledger, dispatcher, log }: BulkOptions,
  claimed: ClaimedBulkAction,
  stopping: AbortSignal,
): Promise<void> {
  const share = await nextShare(ledger, claimed);
  const companies = new Set<string>();
  try {
    for (const id of share?.ids ?? []) {
      if (stopping.aborted) return await noteShare(ledger, claimed, claimed);
      const companyId = await doOne(ledger, claimed, id, log);
      if (companyId !== null) companies.add(companyId);
    }
    await noteShare(ledger, claimed, share);
  } finally {
    for (const companyId of companies) await dispatcher.dispatch(companyId);
  }
}

/** Answers the company that has something due now. */
async function doOne(
  ledger: Ledger,
  claimed: ClaimedBulkAction,
  id: number,
  log: QueueEvents,
): Promise<string | null> {
  try {
    const acted = await actOnNext(ledger, claimed, id);
    return acted?.done === true ? acted.companyId : null;
  } catch (error) {
    if (error instanceof BulkActionLost || isLedgerUnavailable(error)) throw error;
    log('bulk_document_failed', { bulkActionId: claimed.id, documentId: id, error: nameOf(error) });
    await noteFailure(ledger, claimed, id);
    return null;
  }
}
