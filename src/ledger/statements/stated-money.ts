import type { PendingQuery, Row } from 'postgres';
import { DECIMALS_BY_CURRENCY, decimalsOf, type MinorUnits } from '../../contract/money.js';
import type { AnySql } from '../database/open.js';

/**
 * Amounts of a statement that names no currency are stored in hundredths: in which currency the books
 * are kept may not be known yet. QuickBooks' own are in minor units of that currency; these are made
 * so where the two meet.
 */

/** @param currency what the statement names; null: nothing */
export function statedMinor(
  minor: MinorUnits,
  currency: string | null,
  homeCurrency: string | null,
): MinorUnits {
  if (currency !== null || homeCurrency === null) return minor;
  return Math.round(minor * 10 ** (decimalsOf(homeCurrency) - HUNDREDTHS));
}

const HUNDREDTHS = decimalsOf(undefined);

type Column = PendingQuery<Row[]>;

/** The same in a statement, of columns. */
export function statedMinorOf(
  sql: AnySql,
  { minor, currency, homeCurrency }: { minor: Column; currency: Column; homeCurrency: Column },
) {
  const decimals = sql.json(DECIMALS_BY_CURRENCY);
  return sql`(case when ${currency} is not null or ${homeCurrency} is null then ${minor}
    else round(${minor} * power(10::numeric,
      coalesce((${decimals}::jsonb ->> ${homeCurrency})::int, ${HUNDREDTHS}) - ${HUNDREDTHS}::int)) end)::bigint`;
}
