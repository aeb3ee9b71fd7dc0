import type { RecordType } from '../contract/run.js';
import { type ChangesScope, changesScope } from '../ledger/changes/changes-scope.js';
import { knownListSizes } from '../ledger/companies/list-sizes.js';
import { lookAtOnce } from '../ledger/runs/change-looks.js';
import { type ClaimedRun, noteProgress } from '../ledger/runs/claimed-runs.js';
import { companyPaces } from '../ledger/runs/company-pace.js';
import { COMPANY_QUERIES } from '../qbo/company.js';
import { QuickBooksRefusal } from '../qbo/errors.js';
import { failureClassOf } from '../qbo/failure-class.js';
import type { JsonObject } from '../qbo/fault.js';
import { type CompanyFacts, companyFacts } from '../qbo/mapping/company-facts.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import type { QueryResult, ReadOptions, Reads } from '../qbo/reads.js';
import { CHANGES_OVERLAP_MS } from './changes.js';
import { countedReads } from './counted-reads.js';
import type { Pulling } from './job.js';
import { applyList } from './lists.js';
import { type ListPlace, listPage, stageRows } from './refresh-lists.js';

/** Most objects in the answers of all queries of a batch together (Intuit's reference page "batch"). */
const OBJECTS_MAX = MAX_PAGE;
/** Of those, for customers that have changed since changes were last read. */
const CUSTOMERS_MAX = 200;
/** A list may have grown by so much since it was read; what goes beyond is paged through. */
const GROWN_BY_SHARE = 0.1;
const GROWN_BY_ROWS = 20;

/** What one call has brought. */
export interface ReadTogether {
  /** The run as it goes on, with what is left to read in its cursor. */
  run: ClaimedRun;
  /** Undefined where QuickBooks did not answer them beside the rest. */
  facts: CompanyFacts | undefined;
}

/**
 * Reads the company's facts, and those of the run's lists that are known to be short, by one batch call.
 * Intuit meters calls; how it counts the queries in a batch is not published, and there are no more of
 * them than there would be calls. Where contacts are looked for every few minutes the customers that
 * have changed are asked for as well, so that this is such a look: change data leaves out tax codes
 * and cannot stand beside queries.
 *
 * What the call refuses, leaves out or cuts short is read alone by whoever goes on with the run.
 * Undefined where there was nothing to ask so: no list is known, or the run goes on from a place.
 */
export async function readTogether(pulling: Pulling): Promise<ReadTogether | undefined> {
  const { ledger, run, leaseMs, signal } = pulling;
  if (run.cursor !== null) return undefined;
  const lookedFor = await contactsLookedFor(pulling);
  const shares = await sharesOf(pulling, lookedFor === undefined ? 0 : CUSTOMERS_MAX);
  if (shares.length === 0 && lookedFor === undefined) return undefined;

  const reads = countedReads(pulling.quickbooks);
  const queries = [
    ...COMPANY_QUERIES,
    ...shares.map(({ type, rows }) => listPage({ type, start: 1 }, rows)),
    ...(lookedFor === undefined ? [] : [changedCustomers(lookedFor)]),
  ];
  const answers = await askTogether(reads, run.companyId, queries, { signal });
  const [info, preferences, ...lists] = answers.map((answer) =>
    answer.kind === 'rows' ? answer.rows : undefined,
  );
  const customers = lists.splice(shares.length)[0];
  const kept = await stageShares(pulling, shares, lists);
  if (lookedFor !== undefined) {
    await applyCustomers({ ...pulling, quickbooks: reads }, lookedFor, customers);
  }
  const done = run.progressDone + kept.rows;
  const cursor = { left: kept.left };
  await noteProgress(ledger.sql, run, { cursor, done, reads: reads.taken(), leaseMs });
  return {
    run: { ...run, cursor, progressDone: done },
    facts:
      info?.[0] === undefined || preferences?.[0] === undefined
        ? undefined
        : companyFacts(info[0], preferences[0]),
  };
}

/** All are missing where the call as a whole is refused, as one with too many items for Intuit is. */
async function askTogether(
  reads: Reads,
  companyId: string,
  queries: readonly string[],
  o: ReadOptions,
): Promise<QueryResult[]> {
  try {
    return await reads.queryBatch(companyId, queries, o);
  } catch (error) {
    if (!(error instanceof QuickBooksRefusal) || failureClassOf(error) === 'transient') throw error;
    return queries.map(() => ({ kind: 'missing' }));
  }
}

/** How many rows of a list are asked for. */
interface Share {
  type: RecordType;
  rows: number;
}

/** The shortest lists first, as far as they fit into one answer with some room to grow. */
async function sharesOf({ ledger, run, pageSize }: Pulling, taken: number): Promise<Share[]> {
  const known = await knownListSizes(ledger, run.companyId, OBJECTS_MAX);
  const sizes = run.types.flatMap((type) => {
    const size = known.get(type);
    return size === undefined ? [] : [{ type, size }];
  });
  let room = OBJECTS_MAX - COMPANY_QUERIES.length - taken;
  return sizes
    .toSorted((one, other) => one.size - other.size)
    .flatMap(({ type, size }) => {
      const rows = size + Math.max(GROWN_BY_ROWS, Math.ceil(size * GROWN_BY_SHARE));
      if (rows > room || rows > pageSize) return [];
      room -= rows;
      return [{ type, rows }];
    });
}

/** Keeps what came of each list, and says what is left. */
async function stageShares(
  pulling: Pulling,
  shares: readonly Share[],
  lists: readonly (readonly JsonObject[] | undefined)[],
): Promise<{ rows: number; left: ListPlace[] }> {
  let kept = 0;
  const places = new Map(pulling.run.types.map((type) => [type, 1]));
  for (const [index, { type, rows: asked }] of shares.entries()) {
    const rows = lists[index];
    if (rows === undefined) continue;
    await stageRows(pulling, type, rows);
    kept += rows.length;
    if (rows.length < asked) places.delete(type);
    else places.set(type, rows.length + 1);
  }
  return { rows: kept, left: [...places].map(([type, start]) => ({ type, start })) };
}

/** Whose contacts are looked for every few minutes; undefined where they are not. */
async function contactsLookedFor({ ledger, run }: Pulling): Promise<ChangesScope | undefined> {
  const pace = (await companyPaces(ledger, ledger.sql, [run.companyId])).get(run.companyId);
  if (pace?.looks?.feature !== 'contacts') return undefined;
  return changesScope(ledger, run.companyId);
}

function changedCustomers({ since }: ChangesScope): string {
  return select('Customer')
    .whereIn('Active', [true, false])
    .where(
      'MetaData.LastUpdatedTime',
      '>=',
      new Date(since.getTime() - CHANGES_OVERLAP_MS).toISOString(),
    )
    .orderBy('MetaData.LastUpdatedTime')
    .page(1, CUSTOMERS_MAX)
    .text();
}

/**
 * Customers count as read, and what was deleted or is not theirs does not: the next look reads from
 * where the last one ended, so nothing here moves that on.
 */
async function applyCustomers(
  {
    ledger,
    quickbooks,
    run,
    signal,
  }: Pick<Pulling, 'ledger' | 'run' | 'signal'> & {
    quickbooks: Parameters<typeof applyList>[0]['reads'];
  },
  scope: ChangesScope,
  customers: JsonObject[] | undefined,
): Promise<void> {
  if (customers !== undefined) {
    const batch = { entity: 'Customer' as const, deletedIds: [], deletionsUnseen: true };
    const changing = { ledger, signal, scope, reads: quickbooks, settled: new Map() };
    await applyList(changing, { ...batch, changed: customers });
  }
  const isAll = customers !== undefined && customers.length < CUSTOMERS_MAX;
  if (!isAll) await lookAtOnce(ledger, run.companyId);
}
