/** Answers a query from the indexes; only what no index knows is scanned. */

import type { JsonObject } from '../../json.js';
import type { Collection } from '../collection.js';
import type { Company } from '../company.js';
import { NEWEST_FIRST } from '../definition.js';
import type { Property } from '../property.js';
import { queryInvalid, ServiceFault } from '../service-fault.js';
import { type Bound, bind, isSelective } from './conditions.js';
import type { Ordering, Query } from './parse.js';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1000;
/** Up to here a range is gathered and sorted; beyond, walking in the asked order is cheaper. */
const GATHER_MAX = 20_000;

/** The value of `QueryResponse`. */
export function runQuery(
  query: Query,
  entity: string,
  company: Company,
  nowMs: number,
): JsonObject {
  const collection = company.collection(entity);
  const bounds = query.conditions.map((condition) => bind(condition, collection, nowMs));
  const asksActive = bounds.some(({ member }) => member === 'Active');
  const hidesInactive = collection.definition.family === 'list' && !asksActive;
  const filter: Filter = { collection, bounds: bounds.filter(isSelective), hidesInactive };
  if (query.count) return { totalCount: count(filter) };
  const limit = pageSize(query, company);
  const rows = page(filter, ordering(query, collection), query.startPosition - 1, limit);
  if (rows.length === 0) return {};
  const response: JsonObject = {
    [entity]: rows,
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

function count(filter: Filter): number {
  const { collection, bounds, hidesInactive } = filter;
  if (bounds.length === 0) return hidesInactive ? collection.activeCount : collection.size;
  let matches = 0;
  for (const id of gather(filter) ?? collection.ids()) {
    if (row(filter, id) !== undefined) matches += 1;
  }
  return matches;
}

interface Order {
  /** Several members, or one without an index, need a sort. */
  orderings: (Ordering & { key: Property })[];
  index: string | undefined;
  descending: boolean;
}

const CHANGED = 'MetaData.LastUpdatedTime';

function ordering(query: Query, collection: Collection): Order {
  const { definition } = collection;
  const newestFirst = definition.defaultOrder === NEWEST_FIRST;
  const asked: readonly Ordering[] =
    query.orderings.length > 0
      ? query.orderings
      : [{ property: newestFirst ? CHANGED : definition.defaultOrder, descending: newestFirst }];
  const orderings = asked.map((one) => {
    const key = collection.property(one.property);
    if (key === undefined) {
      throw invalid(`Property ${one.property} not found for Entity ${definition.name}`);
    }
    if (!key.sortable) throw invalid(`property '${one.property}' is not sortable`);
    return { ...one, key };
  });
  const [first] = orderings;
  const single = orderings.length === 1 && first !== undefined;
  const member = single ? first.key.path.join('.') : undefined;
  const index = member !== undefined && collection.sortedBy(member) ? member : undefined;
  return { orderings, index, descending: first?.descending === true };
}

function page(filter: Filter, order: Order, skip: number, limit: number): JsonObject[] {
  const { collection } = filter;
  const gathered = gather(filter);
  const index = order.index === undefined ? undefined : collection.sortedBy(order.index);
  if (gathered === undefined && index !== undefined) {
    const jump = letsAllThrough(filter) ? skip : 0;
    const walk = { skip: jump };
    const ids = order.descending ? index.descending(walk) : index.ascending(walk);
    return take(filter, ids, skip - jump, limit);
  }
  const rows: JsonObject[] = [];
  for (const id of gathered ?? collection.ids()) {
    const object = row(filter, id);
    if (object !== undefined) rows.push(object);
  }
  return rows.sort(comparator(order)).slice(skip, skip + limit);
}

/** Then rows can be skipped without looking at them. */
function letsAllThrough({ collection, bounds, hidesInactive }: Filter): boolean {
  const noneHidden = !hidesInactive || collection.activeCount === collection.size;
  return bounds.length === 0 && noneHidden;
}

function pageSize(query: Query, company: Company): number {
  const asked = query.maxResults ?? PAGE_DEFAULT;
  if (asked > PAGE_MAX && company.behaviours.pageAboveMax === 'fault_4001') {
    throw invalid(`value ${asked} is too large. Max allowed value is ${PAGE_MAX}`);
  }
  return Math.min(asked, PAGE_MAX);
}

function take(filter: Filter, ids: Iterable<string>, skip: number, limit: number): JsonObject[] {
  const rows: JsonObject[] = [];
  let seen = 0;
  for (const id of ids) {
    const object = row(filter, id);
    if (object === undefined) continue;
    seen += 1;
    if (seen > skip) rows.push(object);
    if (rows.length === limit) break;
  }
  return rows;
}

function row({ collection, bounds, hidesInactive }: Filter, id: string): JsonObject | undefined {
  const object = collection.get(id);
  if (object === undefined || (hidesInactive && object['Active'] === false)) return undefined;
  return bounds.every((bound) => bound.matches(object)) ? object : undefined;
}

/** The smallest set of ids that an index gives for one of the conditions; undefined for none. */
function gather({ collection, bounds }: Filter): Iterable<string> | undefined {
  let best: string[] | undefined;
  for (const bound of bounds) {
    const ids = equalIds(collection, bound) ?? rangeIds(collection, bound);
    if (ids !== undefined && (best === undefined || ids.length < best.length)) best = ids;
  }
  return best;
}

function equalIds(collection: Collection, { member, operator, keys }: Bound): string[] | undefined {
  if (operator !== '=' && operator !== 'IN') return undefined;
  if (member === 'Id') return [...new Set(keys.map((key) => plainId(String(key))))];
  const ids = new Set<string>();
  for (const key of keys) {
    const found = collection.withKey(member, key);
    if (found === undefined) return undefined;
    for (const id of found) ids.add(id);
  }
  return [...ids];
}

/** Undoes the padding of Id keys. */
function plainId(key: string): string {
  return key.replace(/^0+(?=.)/, '');
}

function rangeIds(collection: Collection, bound: Bound): string[] | undefined {
  const { member, operator, keys, inOrder } = bound;
  if (!inOrder || (operator !== '>' && operator !== '>=')) return undefined;
  const index = collection.sortedBy(member);
  if (index === undefined) return undefined;
  const ids: string[] = [];
  const [from] = keys;
  for (const id of index.ascending(from === undefined ? {} : { from })) {
    ids.push(id);
    if (ids.length > GATHER_MAX) return undefined;
  }
  return ids;
}

function comparator({ orderings }: Order): (a: JsonObject, b: JsonObject) => number {
  return (a, b) => {
    for (const { key, descending } of orderings) {
      const left = key.sortKeyOf(a);
      const right = key.sortKeyOf(b);
      if (left === right) continue;
      const ascending = left === undefined || (right !== undefined && left < right) ? -1 : 1;
      return descending ? -ascending : ascending;
    }
    return Number(a['Id']) - Number(b['Id']);
  };
}

function invalid(detail: string): ServiceFault {
  return new ServiceFault([queryInvalid(detail)]);
}
