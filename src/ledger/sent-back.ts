import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { isSentBack } from './unavailable.js';

/** How often one transaction is tried in all. */
const TRIES_MAX = 5;
/** Longest pause before the second try; it doubles. Two that met must not meet again. */
const PAUSE_MS = 20;

type Begin = (work: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;

/**
 * Tries a transaction again that PostgreSQL sent back so that another one could go on (deadlock,
 * serialization failure): nothing of it was done. Transactions take their locks in one order where
 * they can; documents and the names they need cannot always, since either may be the older one.
 *
 * So the work of a transaction runs once or a few times, and changes nothing beside its database.
 */
export function retrySentBack<Types extends Record<string, unknown>>(
  sql: postgres.Sql<Types>,
): postgres.Sql<Types> {
  const begin = sql.begin as unknown as Begin;
  const retried: Begin = async (work) => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await begin(work);
      } catch (error) {
        if (!isSentBack(error) || tried === TRIES_MAX) throw error;
        await delay(Math.random() * PAUSE_MS * 2 ** (tried - 1));
      }
    }
  };
  return Object.assign(sql, { begin: retried as unknown as typeof sql.begin });
}
