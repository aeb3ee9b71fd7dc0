import type { ProfileName } from '../../contract/profiles.js';
import { followedEntities } from '../changes/changes-scope.js';
import { judgeWebhooks } from '../changes/own-echo.js';
import { connectionById, settingsInForce } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { startRun } from './runs.js';

/**
 * From webhooks to runs. A webhook says that something has changed and no more: many of a company become
 * one run, which reads all that changed at once.
 */

/** How webhooks become runs, in milliseconds of the database's clock. */
export interface ChangesTimes {
  /** The first of a company waits so long for more of them. Default 3 s. */
  gatherMs: number;
  /** What a write of ours may have caused waits so long for that to settle. Default 60 s. */
  settleMs: number;
}

/**
 * Companies whose webhooks have waited long enough and can be read, those that waited longest first. One
 * whose run is reading now is left out: what came meanwhile leads to one more after it.
 */
export async function companiesWithWebhooks(
  { sql }: Ledger,
  { gatherMs }: Pick<ChangesTimes, 'gatherMs'>,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ companyId: string }[]>`
    select w.company_id from inbound_webhooks w
    join companies c on c.id = w.company_id and c.status in ('connected', 'suspended')
    where w.state = 'waiting'
      and exists (select 1 from connections n left join read_budgets b on b.app_id = n.app_id
        where n.company_id = c.id and n.status <> 'locked'
          -- Short of reads, webhooks wait for the night.
          and coalesce(b.stage, 'full') in ('full', 'slower'))
      and not exists (select 1 from runs r where r.company_id = c.id and r.job = 'pull_changes'
        and r.ended_at is null and r.status = 'running')
    group by w.company_id
    having min(w.received_at) <= now() - ${gatherMs} * interval '1 millisecond'
    order by min(w.received_at) limit ${limit}`;
  return rows.map(({ companyId }) => companyId);
}

/**
 * Starts the run a company's webhooks ask for. Those that only tell of our own writes ask for none.
 *
 * @returns the run to wake; undefined where none was started.
 */
export async function startWantedRun(
  ledger: Ledger,
  companyId: string,
  { settleMs }: Pick<ChangesTimes, 'settleMs'>,
): Promise<number | undefined> {
  const { sql } = ledger;
  await setAside(ledger, companyId);
  const { echo, news } = await judgeWebhooks(ledger, companyId, settleMs);
  if (news.length === 0) {
    await sql`
      update inbound_webhooks set state = 'echo' where id = any(${echo}::bigint[])`;
    return undefined;
  }
  // Whatever stands before was told before the run reads, so that its reading has it.
  const [last] = await sql<{ id: number | null }[]>`
    select max(id) as id from inbound_webhooks
    where company_id = ${companyId} and state = 'waiting'`;
  const connection = await readingConnection(ledger, companyId);
  if (connection === undefined) return undefined;
  const { runId, created } = await startRun(ledger, connection, {
    job: 'pull_changes',
    trigger: 'webhook',
  });
  // One that was open before reads them as well, unless it has begun to.
  await sql`
    update inbound_webhooks set state = 'taken', run_id = ${runId}
    where company_id = ${companyId} and state = 'waiting' and id <= ${last?.id ?? 0}
      and (${created} or exists (
        select 1 from runs where id = ${runId} and ended_at is null and status in ('queued', 'waiting')))`;
  return created ? runId : undefined;
}

/**
 * Lets what led to a run wait anew where the run left it alone, for a write of ours that may have caused
 * it: nothing else would have it read again before the night.
 *
 * @param since QuickBooks' time of the first change that was left alone; its webhooks tell the second.
 */
export async function letWaitAnew(tx: Transaction, runId: number, since: Date): Promise<void> {
  await tx`
    update inbound_webhooks set state = 'waiting', run_id = null, received_at = now()
    where run_id = ${runId} and state = 'taken' and action <> 'merged'
      and entity in ('customer', 'payment') and occurred_at >= date_trunc('second', ${since}::timestamptz)`;
}

/** Nothing tells of tax codes and rates themselves; whoever changes them mostly changes this. */
const TAXES = 'taxagency';

/** What tells by itself that an entity changed, which no change data is read for. */
const TOLD_BY: Readonly<Record<string, string>> = { billpayment: 'bill' };

/**
 * Takes what no run has to be started for out of the way. Changed preferences, as a closing date, are
 * read again before the next document is sent; what no connection of the company follows is not read.
 */
async function setAside({ sql }: Ledger, companyId: string): Promise<void> {
  const connections = await sql<{ profile: ProfileName; settings: unknown }[]>`
    select profile, settings from connections where company_id = ${companyId}`;
  const entities = followedEntities(
    connections.map(({ profile, settings }) => settingsInForce(profile, settings)),
  ).map((entity) => entity.toLowerCase());
  const followed = new Set([...entities, TAXES]);
  const told = Object.keys(TOLD_BY).filter((entity) => followed.has(TOLD_BY[entity] ?? ''));
  await sql`
    with preferences as (
      update inbound_webhooks set state = 'taken'
      where company_id = ${companyId} and state = 'waiting' and entity = 'preferences' returning 1
    ), others as (
      update inbound_webhooks set state = 'not_followed'
      where company_id = ${companyId} and state = 'waiting' and entity <> 'preferences'
        and entity <> all(${[...followed, ...told]}::text[])
    )
    update companies set facts_read_at = 'epoch'
    where id = ${companyId} and facts_read_at is not null and exists (select 1 from preferences)`;
}

/** Whether a run was led to by something that taxes may have changed with. */
export async function isToldOfTaxes({ sql }: Ledger, runId: number): Promise<boolean> {
  const told = await sql`
    select 1 from inbound_webhooks where run_id = ${runId} and entity = ${TAXES} limit 1`;
  return told.count > 0;
}

/** The connection a company's run is noted for: one that documents are sent for, else the oldest. */
export async function readingConnection(ledger: Ledger, companyId: string) {
  const [row] = await ledger.sql<{ id: string }[]>`
    select id from connections where company_id = ${companyId} and status <> 'locked'
    order by status <> 'connected', connected_at, id limit 1`;
  return row === undefined ? undefined : connectionById(ledger.sql, row.id);
}
