import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { isOutdatedPlan, isSentBack } from './unavailable.js';

/** How often one transaction is tried in all. */
const TRIES_MAX = 5;
/** Each failure of this kind is the last one of its statement on its connection. */
const OUTDATED_PLANS_MAX = 100;
/** Longest pause before the second try; it doubles. Two that met must not meet again. */
const PAUSE_MS = 20;

type Begin = (work: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;

/**
 * Tries a transaction again that PostgreSQL sent back so that another one could go on (deadlock,
 * serialization failure): nothing of it was done. Transactions take their locks in one order where
 * they can; documents and the names they need cannot always, since either may be the older one. And
 * one whose statement was prepared before a newer version gave its table a column: the driver has
 * forgotten that statement by then.
 *
 * So the work of a transaction runs once or a few times, and changes nothing beside its database.
 */
export function retrySentBack<Types extends Record<string, unknown>>(
  sql: postgres.Sql<Types>,
): postgres.Sql<Types> {
  const begin = sql.begin as unknown as Begin;
  const retried: Begin = async (work) => {
    let tried = 1;
    let outdated = 0;
    for (;;) {
      try {
        return await begin(work);
      } catch (error) {
        if (isOutdatedPlan(error) && outdated < OUTDATED_PLANS_MAX) {
          outdated += 1;
        } else if (isSentBack(error) && tried < TRIES_MAX) {
          await delay(Math.random() * PAUSE_MS * 2 ** (tried - 1));
          tried += 1;
        } else throw error;
      }
    }
  };
  return Object.assign(sql, { begin: retried as unknown as typeof sql.begin });
}
