import { z } from 'zod';
import { RECORD_TYPES, type RecordType } from '../contract/run.js';
import { stageRecords } from '../ledger/companies/records.js';
import { type ClaimedRun, noteProgress } from '../ledger/runs/claimed-runs.js';
import type { JsonObject } from '../qbo/fault.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { ENTITY_BY_RECORD_TYPE, recordOf } from '../qbo/mapping/records.js';
import { select } from '../qbo/query.js';
import type { Pulling } from './job.js';

/** A list, and the row it goes on with, from 1. */
const listPlace = z.object({ type: z.enum(RECORD_TYPES), start: z.int().min(1) });
export type ListPlace = z.infer<typeof listPlace>;

/** What a run has left to read, as it is kept in its cursor. */
const listsLeft = z.object({ left: z.array(listPlace) });
export type ListsLeft = z.infer<typeof listsLeft>;

/** No company has more pages than this; a list that never ends is an error, not a loop. */
const PAGES_MAX = 10_000;

/**
 * Pages through whole lists, active and inactive rows, ordered by Id so that pages are stable. Every
 * page is kept before the next is asked for, so a stopped run goes on where it was.
 */
export async function pageThroughLists(pulling: Pulling): Promise<void> {
  const { run, ledger, leaseMs } = pulling;
  let done = run.progressDone;
  const left = listsLeftOf(run);
  for (const [index, { type, start: first }] of left.entries()) {
    const others = left.slice(index + 1);
    let start = first;
    for (let page = 0; ; page += 1) {
      if (page >= PAGES_MAX) throw new RangeError(`The list of ${type} does not end`);
      const rows = await fetchPage(pulling, type, start);
      await stageRows(pulling, type, rows);
      done += rows.length;
      start += rows.length;
      const isWhole = rows.length < pulling.pageSize;
      const cursor: ListsLeft = { left: isWhole ? others : [{ type, start }, ...others] };
      await noteProgress(ledger.sql, run, { cursor, done, reads: 1, leaseMs });
      if (isWhole) break;
    }
  }
}

/** All its lists from their beginnings, where no place is kept that can be gone on from. */
function listsLeftOf(run: ClaimedRun): readonly ListPlace[] {
  const kept = listsLeft.safeParse(run.cursor);
  return kept.success ? kept.data.left : run.types.map((type) => ({ type, start: 1 }));
}

/** Keeps rows of a list until all of it is read. */
export function stageRows(
  { ledger, run }: Pick<Pulling, 'ledger' | 'run'>,
  type: RecordType,
  rows: readonly JsonObject[],
): Promise<void> {
  return stageRecords(
    ledger,
    run.id,
    rows.map((row) => mirrored(recordOf(type, row))),
  );
}

/** Statement for one page of a list. */
export function listPage({ type, start }: ListPlace, rows: number): string {
  return select(ENTITY_BY_RECORD_TYPE[type])
    .whereIn('Active', [true, false])
    .orderBy('Id')
    .page(start, rows)
    .text();
}

function fetchPage(pulling: Pulling, type: RecordType, start: number): Promise<JsonObject[]> {
  const { quickbooks, run, pageSize, signal } = pulling;
  return quickbooks.query<JsonObject>(run.companyId, listPage({ type, start }, pageSize), {
    signal,
  });
}
