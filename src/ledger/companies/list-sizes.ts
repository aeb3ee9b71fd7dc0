import type { RecordType } from '../../contract/run.js';
import type { Ledger } from '../database/open.js';

/**
 * How many rows each list has that was read before, inactive ones too, as they are mirrored.
 *
 * @param most no list is counted further: a size of that says that there are at least so many.
 */
export async function knownListSizes(
  { sql }: Ledger,
  companyId: string,
  most: number,
): Promise<Map<RecordType, number>> {
  const rows = await sql<{ type: RecordType; size: number }[]>`
    select l.type, (
      select count(*)::int from (
        select 1 from records r where r.company_id = l.company_id and r.type = l.type
        limit ${most}) as counted) as size
    from record_lists l where l.company_id = ${companyId} and l.refreshed_at is not null`;
  return new Map(rows.map(({ type, size }) => [type, size]));
}
