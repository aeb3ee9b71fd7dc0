import type { ReadFeature } from '../../contract/reads.js';
import type { ReadMeter } from '../../qbo/stores.js';
import type { AnySql, Ledger } from '../database/open.js';

/** The pace of so many days is what a forecast goes on with. */
const PACE_DAYS = 7;
const DAY_MS = 24 * 3_600_000;

const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);
/** First day of the month that holds a moment, in UTC, as a plain date. */
const monthOf = (moment: Date) => `${moment.toISOString().slice(0, 7)}-01`;

/** Counts metered reads per company: by calendar month, and by day and what they are for. In UTC. */
export function readMeter({ sql, clock }: Ledger): ReadMeter {
  return {
    async count(companyId, feature, reads) {
      const now = clock();
      await sql`
        with month as (
          insert into read_meter as m (company_id, month, reads)
          values (${companyId}, ${monthOf(now)}, ${reads})
          on conflict (company_id, month) do update set reads = m.reads + excluded.reads
        )
        insert into read_days as d (company_id, day, feature, reads)
        values (${companyId}, ${dayOf(now)}, ${feature}, ${reads})
        on conflict (company_id, day, feature) do update set reads = d.reads + excluded.reads`;
    },
  };
}

/** What companies have read, and what that comes to. */
export interface CompanyReads {
  companyId: string;
  month: number;
  byFeature: Partial<Record<ReadFeature, number>>;
  forecast: number;
}

/** Reads of companies in the current month; those that read nothing lately are left out. */
export async function companyReads(
  { clock }: Pick<Ledger, 'clock'>,
  sql: AnySql,
  companyIds: readonly string[],
): Promise<CompanyReads[]> {
  const now = clock();
  const rows = await sql<
    {
      companyId: string;
      month: number | null;
      features: { feature: ReadFeature; reads: number }[];
      lately: number;
      since: string;
    }[]
  >`
    with days as (
      select company_id, feature, sum(reads) filter (where day >= ${monthOf(now)}) as reads,
        sum(reads) filter (where day >= ${paceStart(now)}) as lately, min(day) as since
      from read_days where company_id = any(${[...companyIds]}::uuid[])
        and day >= least(${monthOf(now)}::date, ${paceStart(now)}::date)
      group by 1, 2
    )
    select d.company_id, max(m.reads) as month, min(since)::text as since,
      coalesce(sum(lately), 0)::float8 as lately,
      jsonb_agg(jsonb_build_object('feature', feature, 'reads', d.reads)) as features
    from days d left join read_meter m on m.company_id = d.company_id and m.month = ${monthOf(now)}
    group by 1`;
  return rows.map(({ companyId, month, features, lately, since }) => ({
    companyId,
    month: month ?? 0,
    byFeature: Object.fromEntries(
      features.flatMap(({ feature, reads }) => (reads > 0 ? [[feature, reads]] : [])),
    ),
    forecast: forecastOf({ used: month ?? 0, lately, since: new Date(since) }, now),
  }));
}

/** Reads of all companies in the current month, and what it comes to. */
export async function allReads({
  sql,
  clock,
}: Pick<Ledger, 'sql' | 'clock'>): Promise<{ month: number; forecast: number }> {
  const now = clock();
  const [row] = await sql<{ month: number; lately: number; since: string | null }[]>`
    select coalesce((select sum(reads) from read_meter where month = ${monthOf(now)}), 0)::float8
        as month, coalesce(sum(reads), 0)::float8 as lately, min(day)::text as since
    from read_days where day >= ${paceStart(now)}`;
  const { month = 0, lately = 0, since = null } = row ?? {};
  const counted = { used: month, lately, since: since === null ? now : new Date(since) };
  return { month, forecast: forecastOf(counted, now) };
}

/** First day of those whose pace a forecast goes on with. */
export const paceStart = (now: Date): string =>
  dayOf(new Date(now.getTime() - (PACE_DAYS - 1) * DAY_MS));

/**
 * What a month comes to, in UTC: what is used, and the pace of the last days for the rest of it. The
 * pace of less than a day is that of a day.
 *
 * @param counted `lately`: reads since {@link paceStart}; `since`: the first day that has some.
 */
export function forecastOf(
  { used, lately, since }: { used: number; lately: number; since: Date },
  now: Date,
): number {
  const start = new Date(Math.max(Date.parse(paceStart(now)), since.getTime()));
  const days = Math.max(1, (now.getTime() - start.getTime()) / DAY_MS);
  const monthEnds = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return Math.round(used + (lately / days) * ((monthEnds - now.getTime()) / DAY_MS));
}
