import { z } from 'zod';
import { RECORD_TYPES, type RecordType } from '../contract/run.js';
import { stageRecords } from '../ledger/companies/records.js';
import { type ClaimedRun, noteProgress } from '../ledger/runs/claimed-runs.js';
import type { JsonObject } from '../qbo/fault.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { ENTITY_BY_RECORD_TYPE, recordOf } from '../qbo/mapping/records.js';
import { select } from '../qbo/query.js';
import type { Pulling } from './job.js';

/** Where a stopped run goes on. */
const pagePlace = z.object({ type: z.enum(RECORD_TYPES), start: z.int().min(1) });
type PagePlace = z.infer<typeof pagePlace>;

/** No company has more pages than this; a list that never ends is an error, not a loop. */
const PAGES_MAX = 10_000;

/**
 * Pages through whole lists, active and inactive rows, ordered by Id so that pages are stable. Every
 * page is kept before the next is asked for, so a stopped run goes on where it was.
 */
export async function pageThroughLists(pulling: Pulling): Promise<void> {
  const { run } = pulling;
  let done = run.progressDone;
  const stopped = pagePlace.nullable().parse(run.cursor);
  for (const type of typesLeft(run, stopped)) {
    let start = stopped?.type === type ? stopped.start : 1;
    for (let page = 0; ; page += 1) {
      if (page >= PAGES_MAX) throw new RangeError(`The list of ${type} does not end`);
      const rows = await fetchPage(pulling, type, start);
      await stageRecords(
        pulling.ledger,
        run.id,
        rows.map((row) => mirrored(recordOf(type, row))),
      );
      done += rows.length;
      start += rows.length;
      const cursor: PagePlace = { type, start };
      await noteProgress(pulling.ledger.sql, run, {
        cursor,
        done,
        reads: 1,
        leaseMs: pulling.leaseMs,
      });
      if (rows.length < pulling.pageSize) break;
    }
  }
}

/** Types that are not finished: those from the cursor's on. */
function typesLeft(run: ClaimedRun, stopped: PagePlace | null): RecordType[] {
  const from = stopped === null ? 0 : run.types.indexOf(stopped.type);
  return run.types.slice(Math.max(0, from));
}

function fetchPage(pulling: Pulling, type: RecordType, start: number): Promise<JsonObject[]> {
  const query = select(ENTITY_BY_RECORD_TYPE[type])
    .whereIn('Active', [true, false])
    .orderBy('Id')
    .page(start, pulling.pageSize);
  return pulling.quickbooks.query<JsonObject>(pulling.run.companyId, query.text(), {
    signal: pulling.signal,
  });
}
