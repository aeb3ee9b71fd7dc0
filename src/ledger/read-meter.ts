import type { ReadMeter } from '../qbo/stores.js';
import type { Ledger } from './open.js';

/** First day of the month that holds a moment, in UTC, as a plain date. */
function monthOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 7)}-01`;
}

/** Counts metered reads per company and calendar month. */
export function readMeter(ledger: Ledger): ReadMeter {
  return {
    async count(companyId, reads) {
      await ledger.sql`
        insert into read_meter as m (company_id, month, reads)
        values (${companyId}, ${monthOf(ledger.clock())}, ${reads})
        on conflict (company_id, month) do update set reads = m.reads + excluded.reads`;
    },
  };
}

/** Reads of a company in the current month. */
export async function readsThisMonth(ledger: Ledger, companyId: string): Promise<number> {
  const [row] = await ledger.sql<{ reads: number }[]>`
    select reads from read_meter
    where company_id = ${companyId} and month = ${monthOf(ledger.clock())}`;
  return row?.reads ?? 0;
}
