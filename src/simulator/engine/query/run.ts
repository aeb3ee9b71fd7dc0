/** Answers a query from the indexes; only what no index knows is scanned. */

import type { JsonObject } from '../../json.js';
import type { Collection } from '../collection.js';
import type { Company } from '../company.js';
import { NEWEST_FIRST } from '../definition.js';
import type { Property } from '../property.js';
import { queryInvalid, ServiceFault } from '../service-fault.js';
import { type Bound, bind } from './conditions.js';
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
  const order = ordering(query, collection);
  const hidesInactive =
    collection.definition.family === 'list' && !bounds.some(({ member }) => member === 'Active');
  if (query.count) return { totalCount: count(collection, bounds, hidesInactive) };
  const rows = page(query, company, collection, bounds, order, hidesInactive);
  if (rows.length === 0) return {};
  const response: JsonObject = {
    [entity]: rows,
    startPosition: query.startPosition,
    maxResults: rows.length,
  };
  if (collection.definition.totalCount) response['totalCount'] = rows.length;
  return response;
}

function count(collection: Collection, bounds: readonly Bound[], hidesInactive: boolean): number {
  if (bounds.length === 0) return hidesInactive ? collection.activeCount : collection.size;
  let matches = 0;
  for (const id of gather(collection, bounds) ?? collection.ids()) {
    if (row(collection, id, bounds, hidesInactive) !== undefined) matches += 1;
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

function page(
  query: Query,
  company: Company,
  collection: Collection,
  bounds: readonly Bound[],
  order: Order,
  hidesInactive: boolean,
): JsonObject[] {
  const skip = query.startPosition - 1;
  const limit = pageSize(query, company);
  const gathered = gather(collection, bounds);
  if (gathered === undefined && order.index !== undefined) {
    const index = collection.sortedBy(order.index);
    const ids = order.descending ? index?.descending() : index?.ascending();
    return take(collection, ids ?? [], bounds, hidesInactive, skip, limit);
  }
  const rows: JsonObject[] = [];
  for (const id of gathered ?? collection.ids()) {
    const object = row(collection, id, bounds, hidesInactive);
    if (object !== undefined) rows.push(object);
  }
  return rows.sort(comparator(order)).slice(skip, skip + limit);
}

function pageSize(query: Query, company: Company): number {
  const asked = query.maxResults ?? PAGE_DEFAULT;
  if (asked > PAGE_MAX && company.behaviours.pageAboveMax === 'fault_4001') {
    throw invalid(`value ${asked} is too large. Max allowed value is ${PAGE_MAX}`);
  }
  return Math.min(asked, PAGE_MAX);
}

function take(
  collection: Collection,
  ids: Iterable<string>,
  bounds: readonly Bound[],
  hidesInactive: boolean,
  skip: number,
  limit: number,
): JsonObject[] {
  const rows: JsonObject[] = [];
  let seen = 0;
  for (const id of ids) {
    const object = row(collection, id, bounds, hidesInactive);
    if (object === undefined) continue;
    seen += 1;
    if (seen > skip) rows.push(object);
    if (rows.length === limit) break;
  }
  return rows;
}

function row(
  collection: Collection,
  id: string,
  bounds: readonly Bound[],
  hidesInactive: boolean,
): JsonObject | undefined {
  const object = collection.get(id);
  if (object === undefined || (hidesInactive && object['Active'] === false)) return undefined;
  return bounds.every((bound) => bound.matches(object)) ? object : undefined;
}

/** The smallest set of ids that an index gives for one of the conditions; undefined for none. */
function gather(collection: Collection, bounds: readonly Bound[]): Iterable<string> | undefined {
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

function rangeIds(collection: Collection, { member, operator, keys }: Bound): string[] | undefined {
  if (operator !== '>' && operator !== '>=') return undefined;
  const index = collection.sortedBy(member);
  if (index === undefined) return undefined;
  const ids: string[] = [];
  for (const id of index.ascending(keys[0])) {
    ids.push(id);
    if (ids.length > GATHER_MAX) return undefined;
  }
  return ids;
}

function comparator({ orderings }: Order): (a: JsonObject, b: JsonObject) => number {
  return (a, b) => {
    for (const { key, descending } of orderings) {
      const left = key.keyOf(a);
      const right = key.keyOf(b);
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
