/** Chooses the index that leaves the fewest rows of a query to look at. */

import { type Collection, INDEX_FROM } from '../collection.js';
import type { MemberIndex, Row } from '../member-index.js';
import type { Property } from '../property.js';
import type { Bound, Places } from './conditions.js';

/** Rows that hold every match of a query, and what is left to test on each. */
export interface Access {
  /** How many rows there are to look at. */
  size: number;
  rows(): Iterable<Row>;
  /** Conditions that the rows may still fail. */
  rest: readonly Bound[];
  /** Where the rows lie side by side in an index. */
  slice: Slice | undefined;
}

export interface Slice {
  index: MemberIndex;
  places: Places;
}

/** The cheapest way to the matches; `undefined` where no index knows any of the conditions. */
export function cheapest(collection: Collection, bounds: readonly Bound[]): Access | undefined {
  const known = smallest([
    byId(collection, bounds),
    ...byMember(bounds, (property) => collection.index(property, 'compared')),
  ]);
  if (known !== undefined && known.size < INDEX_FROM) return known;
  return smallest([
    known,
    ...byMember(bounds, (property) => collection.indexMade(property, 'compared')),
  ]);
}

function smallest(ways: readonly (Access | undefined)[]): Access | undefined {
  let best: Access | undefined;
  for (const way of ways) {
    if (way !== undefined && (best === undefined || way.size < best.size)) best = way;
  }
  return best;
}

/** `undefined` where the index knows none of the conditions. */
export function accessIn(index: MemberIndex, bounds: readonly Bound[]): Access | undefined {
  if (!index.answersConditions) return undefined;
  return accessBy(
    index,
    bounds,
    bounds.filter((bound) => bound.property.name === index.property.name),
  );
}

function byId(collection: Collection, bounds: readonly Bound[]): Access | undefined {
  const bound = bounds.find(({ property }) => property.name === 'Id');
  if (bound === undefined || bound.keys.length === 0) return undefined;
  const found = new Set<Row>();
  for (const key of bound.keys) {
    const row = collection.row(plainId(String(key)));
    if (row !== undefined) found.add(row);
  }
  const rest = bounds.filter((other) => other !== bound);
  return { size: found.size, rows: () => found, rest, slice: undefined };
}

/** Undoes the padding of Id keys. */
function plainId(key: string): string {
  return key.replace(/^0+(?=.)/, '');
}

function byMember(
  bounds: readonly Bound[],
  indexOf: (property: Property) => MemberIndex | undefined,
): (Access | undefined)[] {
  const members = new Map<string, Bound[]>();
  for (const bound of bounds) {
    const { name } = bound.property;
    if (name === 'Id' || bound.placesIn === undefined) continue;
    members.set(name, [...(members.get(name) ?? []), bound]);
  }
  return [...members.values()].map((own) => {
    const property = own[0]?.property;
    const index = property && indexOf(property);
    return index && accessBy(index, bounds, own);
  });
}

/** @param own the conditions on the index's member */
function accessBy(
  index: MemberIndex,
  bounds: readonly Bound[],
  own: readonly Bound[],
): Access | undefined {
  const { many } = index.property;
  let places: Places[] | undefined;
  const decided = new Set<Bound>();
  for (const bound of own) {
    const found = bound.placesIn?.(index);
    if (found === undefined) continue;
    // Two conditions may be met by two different values of one list.
    if (many && places !== undefined) continue;
    places = places === undefined ? found : common(places, found);
    if (bound.exact && !many) decided.add(bound);
  }
  if (places === undefined) return undefined;
  const chosen = places.filter(([from, to]) => to > from);
  const [only] = chosen;
  return {
    size: chosen.reduce((sum, [from, to]) => sum + to - from, 0),
    rows: () => (many ? new Set(rowsIn(index, chosen)) : rowsIn(index, chosen)),
    rest: bounds.filter((bound) => !decided.has(bound)),
    slice: chosen.length > 1 || many ? undefined : { index, places: only ?? [0, 0] },
  };
}

function common(these: readonly Places[], those: readonly Places[]): Places[] {
  return these.flatMap(([from, to]) =>
    those.map(([from2, to2]): Places => [Math.max(from, from2), Math.min(to, to2)]),
  );
}

function* rowsIn(index: MemberIndex, places: readonly Places[]): Generator<Row> {
  for (const [from, to] of places) yield* index.rows(from, to);
}
