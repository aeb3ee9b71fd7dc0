/**
 * Builds statements of QuickBooks' query language. The only place where one is put together: values
 * are escaped here and nowhere else.
 */

export type QueryValue = string | number | boolean;
export type QueryOperator = '=' | '<' | '>' | '<=' | '>=' | 'LIKE';

/** QuickBooks returns at most this many rows per page, and 100 where none is asked for. */
export const MAX_PAGE = 1_000;

export interface Query {
  /** Adds a condition; several are joined by AND, the language has no OR. */
  where(member: string, operator: QueryOperator, value: QueryValue): Query;
  /** On `Id`, only this and `=` work. At least one value. */
  whereIn(member: string, values: readonly QueryValue[]): Query;
  /** Pages are unstable without an order. */
  orderBy(member: string, direction?: 'ASC' | 'DESC'): Query;
  /** `start` counts from 1. */
  page(start: number, max: number): Query;
  text(): string;
}

/** All members of the entity's rows; name lists leave inactive rows out unless `Active` is asked. */
export function select(entity: string): Query {
  return build({ what: '*', entity: named(entity), conditions: [], orders: [], paging: '' });
}

/** How many rows match. */
export function count(entity: string): Query {
  return build({ what: 'COUNT(*)', entity: named(entity), conditions: [], orders: [], paging: '' });
}

interface Parts {
  what: string;
  entity: string;
  conditions: readonly string[];
  orders: readonly string[];
  paging: string;
}

function build(parts: Parts): Query {
  const withCondition = (condition: string) =>
    build({ ...parts, conditions: [...parts.conditions, condition] });
  return {
    where: (member, operator, value) =>
      withCondition(`${named(member)} ${operator} ${literal(value)}`),
    whereIn(member, values) {
      if (values.length === 0) throw new RangeError(`IN needs a value for ${member}`);
      return withCondition(`${named(member)} IN (${values.map(literal).join(', ')})`);
    },
    orderBy: (member, direction = 'ASC') =>
      build({ ...parts, orders: [...parts.orders, `${named(member)} ${direction}`] }),
    page(start, max) {
      if (!Number.isInteger(start) || start < 1) throw new RangeError(`Start at ${start}`);
      if (!Number.isInteger(max) || max < 1 || max > MAX_PAGE) {
        throw new RangeError(`A page has 1 to ${MAX_PAGE} rows, not ${max}`);
      }
      return build({ ...parts, paging: `STARTPOSITION ${start} MAXRESULTS ${max}` });
    },
    text: () =>
      [
        `SELECT ${parts.what} FROM ${parts.entity}`,
        parts.conditions.length > 0 ? `WHERE ${parts.conditions.join(' AND ')}` : '',
        parts.orders.length > 0 ? `ORDERBY ${parts.orders.join(', ')}` : '',
        parts.paging,
      ]
        .filter((part) => part !== '')
        .join(' '),
  };
}

/** Booleans stand bare; everything else is quoted, numbers too: a bare one is refused in places. */
function literal(value: QueryValue): string {
  if (typeof value === 'boolean') return String(value);
  return `'${escapeText(String(value))}'`;
}

function escapeText(text: string): string {
  return text.replace(/[\\']/g, (character) => `\\${character}`);
}

/** Entity and member names are ours, never data; anything else is a mistake in the code. */
function named(name: string): string {
  if (!/^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/.test(name))
    throw new RangeError(`No QuickBooks name: ${name}`);
  return name;
}
