import pRetry, { AbortError } from 'p-retry';
import type { ReadFeature } from '../contract/reads.js';
import type { Access, CompanyAccess } from './access.js';
import { batchAnswers, MAX_BATCH_ITEMS, queryBatchBody } from './batch.js';
import type { ApiCall, Caller } from './call.js';
import { QuickBooksRefusal, QuickBooksUnavailable, ReconnectNeeded, Throttled } from './errors.js';
import { failureClassOf } from './failure-class.js';
import { faultsInJson, isObject, type JsonObject, type QuickBooksFault } from './fault.js';
import type { Lane, LaneTurn } from './lane.js';
import type { QuickBooksLog } from './log-events.js';
import type { CompanyId, ReadMeter } from './stores.js';
import type { QuickBooksWaits } from './waits.js';

export interface ReadOptions {
  signal: AbortSignal;
  /** Whole call, in milliseconds. Default and at most `callMs`. */
  deadlineMs?: number;
  /** Waits until no other call of this process waits for the company. Default: takes its turn. */
  behindLive?: boolean;
  /** What the read is counted for. Default: looking things up. */
  feature?: ReadFeature;
}

/** What one query of a batch found. */
export type QueryResult<Row = JsonObject> =
  | { kind: 'rows'; rows: Row[] }
  | { kind: 'refused'; faults: QuickBooksFault[] }
  /** The answer does not mention the query. */
  | { kind: 'missing' };

/**
 * Reads of a company. All of them are counted, and repeated a few times after a transient failure.
 *
 * All throw LaneBusy, Throttled, ReconnectNeeded, QuickBooksUnavailable, QuickBooksRefusal, or the
 * reason of an aborted signal; none turns an error into an empty result.
 */
export interface Reads {
  /** GET of a path below the company: `invoice/12`, `companyinfo/1`, `cdc?entities=…`. */
  read(companyId: CompanyId, path: string, o: ReadOptions): Promise<JsonObject>;
  /** One page of rows. */
  query<Row = JsonObject>(companyId: CompanyId, query: string, o: ReadOptions): Promise<Row[]>;
  /** The number a `COUNT(*)` answers. */
  count(companyId: CompanyId, query: string, o: ReadOptions): Promise<number>;
  /** 1 to 30 queries in one batch call, answered in the order asked. 1,000 rows in all. */
  queryBatch<Row = JsonObject>(
    companyId: CompanyId,
    queries: readonly string[],
    o: ReadOptions,
  ): Promise<QueryResult<Row>[]>;
}

export interface ReadsOptions {
  access: CompanyAccess;
  lane: Lane;
  caller: Caller;
  meter: ReadMeter;
  waits: QuickBooksWaits;
  log: QuickBooksLog;
}

/** A longer statement goes as a body: gateways cut long addresses. */
const MAX_QUERY_IN_ADDRESS = 2_000;

export function openReads(options: ReadsOptions): Reads {
  const json = (call: ApiCall, o: ReadOptions) => readJson(call, o, options);

  const queryResponse = async (companyId: CompanyId, query: string, o: ReadOptions) => {
    const encoded = encodeURIComponent(query);
    const call: ApiCall =
      encoded.length <= MAX_QUERY_IN_ADDRESS
        ? { companyId, call: 'single', method: 'GET', path: `query?query=${encoded}` }
        : {
            companyId,
            call: 'single',
            method: 'POST',
            path: 'query',
            body: query,
            contentType: 'application/text',
          };
    const response = (await json(call, o))['QueryResponse'];
    if (!isObject(response)) throw malformed('no_query_response');
    return response;
  };

  return {
    read: (companyId, path, o) => json({ companyId, call: 'single', method: 'GET', path }, o),

    async query<Row>(companyId: CompanyId, query: string, o: ReadOptions) {
      return rowsOf(await queryResponse(companyId, query, o)) as Row[];
    },

    async count(companyId, query, o) {
      const { totalCount } = await queryResponse(companyId, query, o);
      if (typeof totalCount !== 'number') throw malformed('no_total_count');
      return totalCount;
    },

    async queryBatch<Row>(companyId: CompanyId, queries: readonly string[], o: ReadOptions) {
      const { body, ids } = queryBatchBody(queries);
      const call: ApiCall = { companyId, call: 'batch', method: 'POST', path: 'batch', body };
      const answers = batchAnswers(await json(call, o));
      if (answers === undefined) throw malformed('no_batch_response');
      return ids.map((id) => resultOf<Row>(answers.get(id)));
    },
  };
}

/** The same reads, all of them counted for one thing. */
export function countedFor<Reading extends Reads>(reads: Reading, feature: ReadFeature): Reading {
  return {
    ...reads,
    read: (companyId, path, o) => reads.read(companyId, path, { ...o, feature }),
    query: (companyId, query, o) => reads.query(companyId, query, { ...o, feature }),
    count: (companyId, query, o) => reads.count(companyId, query, { ...o, feature }),
    queryBatch: (companyId, queries, o) => reads.queryBatch(companyId, queries, { ...o, feature }),
  };
}

export { MAX_BATCH_ITEMS as MAX_BATCH_QUERIES };

/** Rows stand under the entity's name; without any, there is no such member. */
function rowsOf(response: JsonObject): JsonObject[] {
  const lists = Object.values(response).filter((value) => Array.isArray(value));
  const [rows] = lists;
  if (lists.length > 1) throw malformed('several_lists');
  if (rows !== undefined) return rows.filter(isObject);
  const { maxResults } = response;
  if (typeof maxResults === 'number' && maxResults > 0) throw malformed('rows_missing');
  return [];
}

function resultOf<Row>(item: JsonObject | undefined): QueryResult<Row> {
  if (item === undefined) return { kind: 'missing' };
  const faults = faultsInJson(item);
  if (faults.length > 0) return { kind: 'refused', faults };
  const response = item['QueryResponse'];
  if (!isObject(response)) return { kind: 'missing' };
  return { kind: 'rows', rows: rowsOf(response) as Row[] };
}

function malformed(cause: string): QuickBooksUnavailable {
  return new QuickBooksUnavailable({ status: 200, cause });
}

async function readJson(call: ApiCall, o: ReadOptions, options: ReadsOptions): Promise<JsonObject> {
  const { waits, meter, log } = options;
  const json = await pRetry(() => readOnce(call, o, options), {
    retries: waits.readRetries,
    minTimeout: waits.readRetryMs,
    signal: o.signal,
    shouldRetry: ({ error }) => isTransient(error),
  });
  // Intuit meters successful calls. A count that fails is no reason to lose what was read.
  await meter
    .count(call.companyId, o.feature ?? 'look_ups', 1)
    .catch(() => log({ event: 'qbo_read_not_counted', companyId: call.companyId }));
  return json;
}

function isTransient(error: Error): boolean {
  if (error instanceof QuickBooksRefusal) return failureClassOf(error) === 'transient';
  return error instanceof QuickBooksUnavailable;
}

async function readOnce(call: ApiCall, o: ReadOptions, options: ReadsOptions): Promise<JsonObject> {
  const once = (current: Access) =>
    options.lane.withLane(call.companyId, call.call, o, (turn) =>
      askOnce(call, current, { ...o, turn }, options),
    );
  const first = await tokenFor(call.companyId, o.signal, options);
  const answer = await once(first);
  if (answer !== 'unauthorized') return answer;
  const fresh = await tokenFor(call.companyId, o.signal, options, first.generation);
  const second = await once(fresh);
  if (second === 'unauthorized')
    throw new ReconnectNeeded('access_token_refused', fresh.generation);
  return second;
}

/** A token endpoint in trouble is left alone: whoever comes later asks it again. */
async function tokenFor(
  companyId: CompanyId,
  signal: AbortSignal,
  { access }: ReadsOptions,
  rejected?: number,
): Promise<Access> {
  try {
    return await access.accessTokenFor(companyId, { signal, rejected });
  } catch (error) {
    throw error instanceof QuickBooksUnavailable ? new AbortError(error) : error;
  }
}

async function askOnce(
  call: ApiCall,
  current: Access,
  { signal, deadlineMs, turn }: ReadOptions & { turn: LaneTurn },
  { caller, waits }: ReadsOptions,
): Promise<JsonObject | 'unauthorized'> {
  const outcome = await caller.call(call, current, {
    signal,
    deadlineMs: Math.min(deadlineMs ?? waits.callMs, waits.callMs),
  });
  if (outcome.kind !== 'answer') {
    signal.throwIfAborted();
    throw new QuickBooksUnavailable({ status: null, cause: outcome.cause });
  }
  const { read, status, intuitTid } = outcome;
  if (read.kind !== 'not_executed' || read.why !== 'throttled') turn.passed();
  switch (read.kind) {
    case 'ok':
      return read.json;
    case 'refused':
      throw new QuickBooksRefusal({ status, faults: read.faults, intuitTid });
    case 'unreadable':
      throw new QuickBooksUnavailable({ status, cause: read.cause, intuitTid });
    case 'not_executed':
      if (read.why === 'throttled') {
        throw new Throttled(await turn.pause(read.retryAfterMs));
      }
      if (read.why === 'forbidden') {
        throw new ReconnectNeeded('not_authorized', current.generation);
      }
      return 'unauthorized';
  }
}
