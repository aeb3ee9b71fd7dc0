import { RECORD_TYPES, type RecordType } from '../../contract/run.js';
import { type Connection, connectionById } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { standInForLook } from './change-looks.js';
import { companyPaces } from './company-pace.js';
import { lastNight, NIGHTS_APART_MAX_MS, type NightlyTime, nextNight, spreadOf } from './nights.js';
import { openRun } from './runs.js';

/**
 * The nightly refresh of each connection: its lists are read anew once per local date. A night that
 * was missed is made up for once, however many they were.
 */
const JOB = 'refresh_master_data';

/** Lists change data leaves out; the others are read whole once a week, and whenever that is not enough. */
const NIGHTLY_TYPES: readonly RecordType[] = ['tax_code', 'tax_rate'];
const WHOLE_EVERY_DAYS = 7;
/** Change data looks back 30 days; see src/qbo/changes.ts. */
const CHANGES_BACK_MS = 29 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/**
 * Reckons the next night where it is not known, or was reckoned from what no longer holds: other
 * settings, another time zone, or a clock that has gone back far.
 *
 * @returns how many were.
 */
export async function planNights(ledger: Ledger, limit: number): Promise<number> {
  const { sql } = ledger;
  const now = ledger.clock();
  const tooFar = new Date(now.getTime() + NIGHTS_APART_MAX_MS);
  const rows = await sql<{ id: string; timeZone: string | null; lastNight: string | null }[]>`
    select c.id, m.time_zone, case when s.due_at <= ${tooFar} then s.last_night::text end as last_night
    from connections c join companies m on m.id = c.company_id and m.status = 'connected'
      left join schedules s on s.connection_id = c.id and s.job = ${JOB}
    where c.status <> 'locked' and (s.connection_id is null or s.due_at > ${now} and (
      s.settings_version <> c.settings_version or s.company_time_zone is distinct from m.time_zone
      or s.due_at > ${tooFar}))
    limit ${limit}`;
  for (const { id, timeZone, lastNight: last } of rows) {
    const connection = await connectionById(sql, id);
    if (connection === undefined) continue;
    const time = nightlyTimeOf(connection, timeZone);
    const first = nextNight(now, time);
    const night = last !== null && first.date <= last ? nextNight(first.dueAt, time) : first;
    await sql`
      insert into schedules as s (connection_id, job, night, due_at, last_night, whole_on,
        settings_version, company_time_zone)
      values (${id}, ${JOB}, ${night.date}, ${night.dueAt}, ${last}, ${weekdayOf(id, night.date)},
        ${connection.settingsVersion}, ${timeZone})
      on conflict (connection_id, job) do update set night = excluded.night,
        due_at = excluded.due_at, last_night = excluded.last_night,
        settings_version = excluded.settings_version,
        company_time_zone = excluded.company_time_zone
      where s.due_at > ${now}`;
  }
  return rows.length;
}

/** Connections whose night has begun, those that wait longest first. */
export async function dueNights({ sql, clock }: Ledger, limit: number): Promise<string[]> {
  const rows = await sql<{ connectionId: string }[]>`
    select s.connection_id from schedules s join connections c on c.id = s.connection_id
      join companies m on m.id = c.company_id and m.status = 'connected'
    where s.job = ${JOB} and s.due_at <= ${clock()} and c.status <> 'locked'
    order by s.due_at limit ${limit}`;
  return rows.map(({ connectionId }) => connectionId);
}

/**
 * Begins a connection's night, once, whoever else tries to: its changes are read, and the lists that
 * change data leaves out.
 *
 * @returns runs to wake.
 */
export async function beginNight(ledger: Ledger, connectionId: string): Promise<number[]> {
  const now = ledger.clock();
  return ledger.sql.begin(async (tx) => {
    const [due] = await tx<{ lastNight: string | null; wholeOn: string }[]>`
      select last_night::text, whole_on::text from schedules
      where connection_id = ${connectionId} and job = ${JOB} and due_at <= ${now}
      for update skip locked`;
    const connection = await connectionById(tx, connectionId);
    if (due === undefined || connection === undefined || connection.companyId === null) return [];
    const [company] = await tx<{ timeZone: string | null }[]>`
      select time_zone from companies where id = ${connection.companyId}`;
    const timeZone = company?.timeZone ?? null;
    const time = nightlyTimeOf(connection, timeZone);
    const { date, dueAt } = lastNight(now, time);
    const isNew = due.lastNight === null || date > due.lastNight;
    const begun = isNew
      ? await startNight(ledger, tx, connection, { date, dueAt, wholeOn: due.wholeOn })
      : undefined;
    const next = nextNight(now, time);
    await tx`
      update schedules set night = ${next.date}, due_at = ${next.dueAt},
        last_night = greatest(last_night, ${date}::date), whole_on = ${begun?.wholeOn ?? due.wholeOn},
        settings_version = ${connection.settingsVersion}, company_time_zone = ${timeZone}
      where connection_id = ${connectionId} and job = ${JOB}`;
    return begun?.runs ?? [];
  });
}

interface Tonight {
  date: string;
  dueAt: Date;
  /** When all lists were last asked for. */
  wholeOn: string;
}

async function startNight(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  tonight: Tonight,
): Promise<{ runs: number[]; wholeOn: string } | undefined> {
  const companyId = connection.companyId ?? '';
  const pace = (await companyPaces(ledger, tx, [companyId])).get(companyId);
  if (pace === undefined || pace.source === 'on_demand') return undefined;
  // Lists and changes are the company's: another connection's night may have read them.
  const before = await tx<{ job: string }[]>`
    select job from runs where company_id = ${companyId} and night = ${tonight.date}
      and status not in ('failed', 'cancelled')`;
  const isLeft = (job: string) => before.every((run) => run.job !== job);
  const { isWhole, types } = await typesOf(ledger, tx, companyId, tonight);
  const runs: number[] = [];
  const start = async (asked: { job: 'pull_changes' | typeof JOB; types?: RecordType[] }) => {
    const { date: night } = tonight;
    const run = await openRun(tx, connection, { ...asked, trigger: 'schedule', night });
    if (run?.created === true) runs.push(run.runId);
    return run;
  };
  // Where they are looked for every few minutes they are known.
  if (pace.looks === null && isLeft('pull_changes')) {
    const run = await start({ job: 'pull_changes' });
    await tx`
      update inbound_webhooks set state = 'taken', run_id = ${run?.runId ?? null}
      where company_id = ${companyId} and state = 'waiting' and ${run?.created === true}`;
  }
  if (isLeft(JOB)) {
    const run = await start({ job: JOB, types });
    // The call that reads the lists asks for new customers too: see src/pull/lists-together.ts.
    if (run?.created === true && pace.looks?.feature === 'contacts') {
      const { everyMs } = pace.looks;
      await standInForLook(tx, companyId, { dueAt: tonight.dueAt, everyMs, now: ledger.clock() });
    }
  }
  return { runs, wholeOn: isWhole ? tonight.date : tonight.wholeOn };
}

/** All of them once a week, and where changes alone do not bring them up to date. */
async function typesOf(
  { clock }: Ledger,
  tx: Transaction,
  companyId: string,
  { date, wholeOn }: Tonight,
): Promise<{ isWhole: boolean; types: RecordType[] }> {
  const [company] = await tx<{ changesSince: Date | null }[]>`
    select changes_since from companies where id = ${companyId}`;
  const lists = await tx<{ type: RecordType; stale: boolean }[]>`
    select type, stale from record_lists
    where company_id = ${companyId} and refreshed_at is not null`;
  const known = new Set(lists.map(({ type }) => type));
  const stale = new Set(lists.flatMap(({ type, stale: isStale }) => (isStale ? [type] : [])));
  const days = (Date.parse(date) - Date.parse(wholeOn)) / DAY_MS;
  const changesAgeMs = clock().getTime() - (company?.changesSince?.getTime() ?? 0);
  const isWhole =
    days >= WHOLE_EVERY_DAYS ||
    changesAgeMs > CHANGES_BACK_MS ||
    RECORD_TYPES.some((type) => !known.has(type));
  if (isWhole) return { isWhole, types: [...RECORD_TYPES] };
  const types = RECORD_TYPES.filter((type) => NIGHTLY_TYPES.includes(type) || stale.has(type));
  return { isWhole, types };
}

function nightlyTimeOf(
  { id, settings }: Pick<Connection, 'id' | 'settings'>,
  companyTimeZone: string | null,
): NightlyTime {
  const { nightlyAt: at, timeZone } = settings;
  return {
    at,
    timeZone: timeZone === 'company' ? (companyTimeZone ?? 'UTC') : timeZone,
    delayMs: spreadOf(id),
  };
}

/** A date of the week before: whole lists of different connections are not read in one night. */
function weekdayOf(connectionId: string, date: string): string {
  const days = spreadOf(`${connectionId} week`) % WHOLE_EVERY_DAYS;
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10);
}
