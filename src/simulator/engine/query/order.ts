/** The order of a query's rows, and the index that already has them in it. */

import { CHANGED, type Collection } from '../collection.js';
import { NEWEST_FIRST } from '../definition.js';
import { compareChanges, compareIds, type MemberIndex, type Row } from '../member-index.js';
import type { Property } from '../property.js';
import { queryInvalid, ServiceFault } from '../service-fault.js';
import type { Key } from '../sorted-index.js';
import type { Ordering, Query } from './parse.js';

interface OrderedBy {
  property: Property;
  descending: boolean;
}

/** A total order: rows that are equal in all members asked for go by change or by id. */
export interface Order {
  by: readonly OrderedBy[];
  sorted(rows: readonly Row[]): Row[];
  /** The index of the first member; `undefined` where there are too few objects for one. */
  index(): MemberIndex | undefined;
  descending: boolean;
  /** Whether the index has rows of one key in this order too. */
  whole: boolean;
}

/** @throws ServiceFault 4001 for a member that is unknown or cannot be sorted by */
export function orderOf({ orderings }: Query, collection: Collection): Order {
  const all = askedOrDefault(orderings, collection).map(({ property: path, descending }) => {
    const property = collection.property(path);
    if (property === undefined) {
      throw invalid(`Property ${path} not found for Entity ${collection.definition.name}`);
    }
    // The order of rows nobody asked to sort need not be one that can be asked for.
    const asked = orderings.length > 0;
    if (asked && !property.sortable) throw invalid(`property '${path}' is not sortable`);
    return { property, descending };
  });
  // Ids are unique: what is asked for behind them decides nothing.
  const idAt = all.findIndex(({ property }) => property.name === 'Id');
  const by = idAt < 0 ? all : all.slice(0, idAt + 1);
  const [first, second] = by;
  const last = by.at(-1);
  const byChange = last?.property.name === CHANGED;
  const thenById = second?.property.name === 'Id' && second.descending === first?.descending;
  return {
    by,
    sorted: (rows) => sortRows(rows, by, byChange ? compareChanges : compareIds),
    index: () =>
      first && collection.indexMade(first.property, 'sorted', byChange && by.length === 1),
    descending: first?.descending === true,
    whole: by.length === 1 || (by.length === 2 && thenById),
  };
}

function askedOrDefault(
  asked: readonly Ordering[],
  { definition: { defaultOrder } }: Collection,
): readonly Ordering[] {
  if (asked.length > 0) return asked;
  const newestFirst = defaultOrder === NEWEST_FIRST;
  return [{ property: newestFirst ? CHANGED : defaultOrder, descending: newestFirst }];
}

interface Keyed {
  row: Row;
  keys: (Key | undefined)[];
}

function sortRows(
  rows: readonly Row[],
  by: readonly OrderedBy[],
  ties: (a: Row, b: Row) => number,
): Row[] {
  // Keys are read once for each row and not at each comparison.
  const members = by.filter(({ property }) => property.name !== 'Id');
  const keyed = rows.map((row): Keyed => {
    return { row, keys: members.map(({ property }) => property.sortKeyOf(row.object)) };
  });
  const tiesDescend = by.at(-1)?.descending === true;
  keyed.sort((a, b) => {
    for (let index = 0; index < members.length; index += 1) {
      const order = compareKeys(a.keys[index], b.keys[index]);
      if (order !== 0) return members[index]?.descending ? -order : order;
    }
    return tiesDescend ? -ties(a.row, b.row) : ties(a.row, b.row);
  });
  return keyed.map(({ row }) => row);
}

/** An object without the member comes before all others. */
function compareKeys(left: Key | undefined, right: Key | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  return left < right ? -1 : 1;
}

function invalid(detail: string): ServiceFault {
  return new ServiceFault([queryInvalid(detail)]);
}
