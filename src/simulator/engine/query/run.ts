/** Answers a query from the indexes; only what no index knows is looked at row by row. */

import type { JsonObject } from '../../json.js';
import type { Collection } from '../collection.js';
import type { Company } from '../company.js';
import type { MemberIndex, Row } from '../member-index.js';
import { queryInvalid, ServiceFault } from '../service-fault.js';
import { type Access, accessIn, cheapest } from './access.js';
import { type Bound, bind, isSelective } from './conditions.js';
import { type Order, orderOf } from './order.js';
import type { Query } from './parse.js';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1000;
/** Up to here the matches are gathered and sorted without further thought. */
const GATHER_ALWAYS = 500;
/** Sorting one row costs about as much as looking at this many on a walk. */
const WALK_FACTOR = 4;

/** The value of `QueryResponse`. */
export function runQuery(query: Query, entity: string, company: Company): JsonObject {
  const collection = company.collection(entity);
  const bounds = query.conditions.map((condition) => bind(condition, collection));
  const asksActive = bounds.some(({ property }) => property.name === 'Active');
  const filter: Filter = {
    collection,
    bounds: bounds.filter(isSelective),
    hidesInactive:
      collection.definition.family === 'list' &&
      !asksActive &&
      collection.activeCount < collection.size,
  };
  if (query.count) return { totalCount: count(filter) };
  const page = { skip: query.startPosition - 1, limit: pageSize(query, company) };
  const rows = rowsOf(filter, orderOf(query, collection), page);
  if (rows.length === 0) return {};
  const response: JsonObject = {
    [entity]: rows.map(({ object }) => object),
    startPosition: query.startPosition,
    maxResults: rows.length,
  };
  if (collection.definition.totalCount) response['totalCount'] = rows.length;
  return response;
}

/** What a query lets through. */
interface Filter {
  collection: Collection;
  bounds: readonly Bound[];
  /** Name lists answer only active rows unless the query speaks of `Active`. */
  hidesInactive: boolean;
}

interface Page {
  skip: number;
  limit: number;
}

function pageSize(query: Query, company: Company): number {
  const asked = query.maxResults ?? PAGE_DEFAULT;
  if (asked > PAGE_MAX && company.behaviours.pageAboveMax === 'fault_4001') {
    const detail = `value ${asked} is too large. Max allowed value is ${PAGE_MAX}`;
    throw new ServiceFault([queryInvalid(detail)]);
  }
  return Math.min(asked, PAGE_MAX);
}

function count({ collection, bounds, hidesInactive }: Filter): number {
  if (bounds.length === 0) return hidesInactive ? collection.activeCount : collection.size;
  const access = cheapest(collection, bounds) ?? everything(collection, bounds);
  if (access.rest.length === 0 && !hidesInactive) return access.size;
  let matches = 0;
  for (const row of access.rows()) if (passes(row, access.rest, hidesInactive)) matches += 1;
  return matches;
}

function everything(collection: Collection, rest: readonly Bound[]): Access {
  const rows = () => collection.rows();
  return { size: collection.size, rows, rest, slice: undefined };
}

function passes({ object }: Row, rest: readonly Bound[], hidesInactive: boolean): boolean {
  if (hidesInactive && object['Active'] === false) return false;
  return rest.every((bound) => bound.matches(object));
}

/** One page: gathered and sorted, or found by walking along the index of the order. */
function rowsOf(filter: Filter, order: Order, page: Page): Row[] {
  const { collection, bounds, hidesInactive } = filter;
  const best = cheapest(collection, bounds);
  if (best !== undefined && best.size <= GATHER_ALWAYS) return sorted(best, filter, order, page);
  const index = order.index();
  if (index === undefined) {
    return sorted(best ?? everything(collection, bounds), filter, order, page);
  }
  const inOrder = accessIn(index, bounds);
  const slice = inOrder?.slice ?? { index, places: [0, index.size] as const };
  const rest = inOrder?.slice === undefined ? bounds : inOrder.rest;
  const skipsAtOnce = rest.length === 0 && !hidesInactive;
  const walk = { index, places: slice.places, order, skip: skipsAtOnce ? page.skip : 0 };
  const lookMax = best === undefined || skipsAtOnce ? Infinity : best.size * WALK_FACTOR;
  const left = { ...page, skip: page.skip - walk.skip };
  const found = taken(walked(walk), (row) => passes(row, rest, hidesInactive), left, lookMax);
  return found ?? sorted(best ?? everything(collection, bounds), filter, order, page);
}

function sorted(access: Access, { hidesInactive }: Filter, order: Order, page: Page): Row[] {
  const rows: Row[] = [];
  for (const row of access.rows()) if (passes(row, access.rest, hidesInactive)) rows.push(row);
  return order.sorted(rows).slice(page.skip, page.skip + page.limit);
}

/** `undefined` when the page was not full after that many rows. */
function taken(
  rows: Iterable<Row>,
  test: (row: Row) => boolean,
  { skip, limit }: Page,
  lookMax: number,
): Row[] | undefined {
  const found: Row[] = [];
  if (limit === 0) return found;
  let looked = 0;
  let matches = 0;
  for (const row of rows) {
    looked += 1;
    if (looked > lookMax) return undefined;
    if (!test(row)) continue;
    matches += 1;
    if (matches > skip) found.push(row);
    if (found.length === limit) break;
  }
  return found;
}

interface Walk {
  index: MemberIndex;
  places: readonly [from: number, to: number];
  order: Order;
  /** Rows to leave out at the start. */
  skip: number;
}

/** The rows between two places of the order's index, in the order asked for. */
function* walked({ index, places: [from, to], order, skip }: Walk): Generator<Row> {
  const { descending } = order;
  if (order.whole) {
    yield* descending ? index.rows(from, to - skip, true) : index.rows(from + skip, to);
    return;
  }
  // Only the first member is in order: rows of one key are sorted by the others, key by key.
  let left = to - from - skip;
  let place = descending ? to - 1 - skip : from + skip;
  while (left > 0) {
    const [first, end] = index.runAt(place);
    const run = order.sorted([...index.rows(first, end)]);
    const inside = descending ? end - 1 - place : place - first;
    yield* run.slice(inside, inside + left);
    left -= run.length - inside;
    place = descending ? first - 1 : end;
  }
}
