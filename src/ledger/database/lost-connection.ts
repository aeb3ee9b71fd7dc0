import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { isConnectionLost } from './unavailable.js';

/** A connection that PostgreSQL ends is closed within moments of the error that says so. */
const CLOSE_MS_MAX = 1_000;

type Work = (tx: postgres.TransactionSql) => unknown;
type Begin = (work: Work) => Promise<unknown>;

/**
 * Lets transactions survive the loss of their connection. The driver (3.4.9, its issues 1066 and
 * 1208) answers a failure inside a transaction by sending ROLLBACK; where the connection is gone
 * that write throws out of reach of every catch, and the pool never uses the connection again. Here
 * such a failure is kept from the driver: the transaction rejects all the same, because its
 * connection closed.
 */
export function outlastLostConnections<Types extends Record<string, unknown>>(
  sql: postgres.Sql<Types>,
): postgres.Sql<Types> {
  const begin = sql.begin as unknown as Begin;
  const guarded: Begin = (work) => {
    const over = new AbortController();
    const outcome = begin(async (tx) => {
      try {
        const result = await work(tx);
        return over.signal.aborted ? await never() : result;
      } catch (error) {
        if (over.signal.aborted) return never();
        if (!isConnectionLost(error)) throw error;
        await delay(CLOSE_MS_MAX, undefined, { ref: false, signal: over.signal }).catch(never);
        // Another connection broke, and this one lives: it has to be rolled back.
        throw error;
      }
    });
    const end = () => over.abort();
    outcome.then(end, end);
    return outcome;
  };
  return Object.assign(sql, { begin: guarded as unknown as typeof sql.begin });
}

/** What waits for this is given up; nobody is left who could know how it ends. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
