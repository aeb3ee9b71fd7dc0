import type { JsonObject } from '../qbo/fault.js';
import { MAX_BATCH_QUERIES } from '../qbo/reads.js';
import type { Sending } from './sending.js';

/** Rows that QuickBooks has for a statement of a look-up. */
export type Ask = (query: string) => Promise<JsonObject[]>;

/** Each statement by a call of its own. */
export function askAlone({ tools, push, signal }: Sending): Ask {
  return (query) => tools.quickbooks.query<JsonObject>(push.companyId, query, { signal });
}

/**
 * Asks several statements by one batch call, so that a lost batch costs one look and not thirty. What
 * that call refuses or leaves out is asked alone: no error ever looks like an empty answer.
 */
export async function askTogether(sending: Sending, queries: readonly string[]): Promise<Ask> {
  const alone = askAlone(sending);
  const distinct = [...new Set(queries)];
  if (distinct.length < 2) return alone;
  const { tools, push, signal } = sending;
  const answers = new Map<string, JsonObject[]>();
  for (let at = 0; at < distinct.length; at += MAX_BATCH_QUERIES) {
    const some = distinct.slice(at, at + MAX_BATCH_QUERIES);
    const results = await tools.quickbooks.queryBatch(push.companyId, some, { signal });
    some.forEach((query, index) => {
      const result = results[index];
      if (result?.kind === 'rows') answers.set(query, result.rows);
    });
  }
  return async (query) => answers.get(query) ?? alone(query);
}
