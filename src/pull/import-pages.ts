import { z } from 'zod';
import type { Transaction } from '../ledger/database/open.js';
import { type ClaimedRun, noteProgress } from '../ledger/runs/claimed-runs.js';
import type { JsonObject } from '../qbo/fault.js';
import { count, type Query, select } from '../qbo/query.js';
import type { Pulling } from './job.js';

/** Where a stopped run goes on: the position of the next row. */
const place = z.object({ start: z.int().min(1) });

/** Undefined at the beginning, and where a newer version has noted its place as this one cannot read it. */
function placeOf({ cursor }: ClaimedRun): number | undefined {
  const kept = place.safeParse(cursor);
  return kept.success ? kept.data.start : undefined;
}

/** No company has more pages than this; a list that never ends is an error, not a loop. */
const PAGES_MAX = 10_000;

/** What is brought. */
export interface Imported {
  entity: 'Customer' | 'Invoice';
  /** Narrows the rows; default: all. */
  where?: (query: Query) => Query;
  /**
   * Share of a page that is read once more with the next one, for lists whose rows can be deleted: what
   * stood behind a deleted row moves up one place. Default 0.
   */
  overlap?: number;
  /** Takes a page in; it may be given rows it has taken in already. */
  takeIn(tx: Transaction, rows: readonly JsonObject[]): Promise<void>;
}

/**
 * Pages through rows in the order of their ids, behind live work. What a page brings and the place it
 * leads to are one transaction: a run that is stopped goes on where it was, and tells nothing twice.
 */
export async function importPages(pulling: Pulling, imported: Imported): Promise<void> {
  const { ledger, quickbooks, run, signal, pageSize, leaseMs } = pulling;
  const { entity, where = (query) => query, overlap = 0, takeIn } = imported;
  const o = { signal, behindLive: true };
  const kept = placeOf(run);
  let start = kept ?? 1;
  let of =
    kept === undefined
      ? await quickbooks.count(run.companyId, where(count(entity)).text(), o)
      : undefined;
  for (let page = 0; ; page += 1) {
    if (page >= PAGES_MAX) throw new RangeError(`The list of ${entity} does not end`);
    const query = where(select(entity)).orderBy('Id').page(start, pageSize).text();
    const rows = await quickbooks.query<JsonObject>(run.companyId, query, o);
    const done = start - 1 + rows.length;
    const isLast = rows.length < pageSize;
    start += rows.length - (isLast ? 0 : Math.floor(pageSize * overlap));
    await ledger.sql.begin(async (tx) => {
      // The run before the counters of events, as whoever ends it does: one order, no deadlock.
      const reads = of === undefined ? 1 : 2;
      await noteProgress(tx, run, { cursor: { start }, done, of, reads, leaseMs });
      await takeIn(tx, rows);
    });
    of = undefined;
    if (isLast) return;
  }
}
