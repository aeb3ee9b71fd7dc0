import { type Query, select } from '../qbo/query.js';

/** Statements that answer what a lost transaction may have become. */

/** Of one look-up: those of a batch of 30 stay below the 1,000 rows of its answer. */
const ROWS = 30;

/** The newest first, as many as one look-up wants. */
export function newest(query: Query): string {
  return query.orderBy('MetaData.CreateTime', 'DESC').page(1, ROWS).text();
}

/** Transactions of a customer, created since then where that is known. */
export function ofCustomer(entity: string, customerId: string, since: Date | null): Query {
  const all = select(entity).where('CustomerRef', '=', customerId);
  return since === null ? all : all.where('MetaData.CreateTime', '>=', since.toISOString());
}

/**
 * Transactions of a number, whoever they are with, created since then where that is known: suppliers
 * share numbers, and who a form is with is told by its members. Without a number those of a date.
 */
export function numberedOf(
  entity: string,
  o: { number: string | undefined; date: string | undefined; since: Date | null },
): Query {
  const { number, date, since } = o;
  let query = select(entity);
  if (number !== undefined) query = query.where('DocNumber', '=', number);
  else if (date !== undefined) query = query.where('TxnDate', '=', date);
  return since === null ? query : query.where('MetaData.CreateTime', '>=', since.toISOString());
}
