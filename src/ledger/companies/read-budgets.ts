import type { ReadStage } from '../../contract/reads.js';
import type { Ledger, Transaction } from '../database/open.js';
import { appendEvents } from '../events/events.js';
import { forecastOf, paceStart } from './read-meter.js';

/** Budgets are reckoned once in this time. */
const RECKON_EVERY_MS = 5 * 60_000;
/** Events of one statement. */
const EVENTS_AT_ONCE = 500;

/** What an app may read in a month, and what it has read. */
export interface BudgetFigures {
  budget: number;
  used: number;
  /** What the month comes to at the pace of the last days. */
  forecast: number;
}

/** Forecasts above these shares of the budget read less by the clock. */
const SLOWER_ABOVE = 1;
const NIGHTLY_ABOVE = 1.25;
/** So much below, more is read again: not at the first read fewer. */
const BACK_BELOW = 0.9;
/** The rest is for what is sent, and for what somebody asks for. */
const ON_DEMAND_FROM = 0.95;

/** How much is read by the clock from now on. */
export function readStageOf(
  { budget, used, forecast }: BudgetFigures,
  before: ReadStage,
): ReadStage {
  if (used >= ON_DEMAND_FROM * budget) return 'on_demand';
  const share = forecast / budget;
  const isAbove = (bound: number, wasAbove: boolean) =>
    share > (wasAbove ? bound * BACK_BELOW : bound);
  if (isAbove(NIGHTLY_ABOVE, before === 'nightly' || before === 'on_demand')) return 'nightly';
  return isAbove(SLOWER_ABOVE, before !== 'full') ? 'slower' : 'full';
}

/**
 * Reckons apps whose time has come, and tells those that read by another stage from now on.
 *
 * @param perMonth what an app may read in a calendar month that has no budget of its own; null: as
 *   much as it likes.
 */
export async function reckonBudgets(ledger: Ledger, perMonth: number | null): Promise<void> {
  const { sql } = ledger;
  const now = ledger.clock();
  const apps = await sql<{ id: string }[]>`
    select a.id from apps a left join read_budgets b on b.app_id = a.id
    where case when coalesce(a.reads_per_month, ${perMonth}::bigint) is null then b.app_id is not null
      else b.app_id is null or b.reckoned_at not between
        ${new Date(now.getTime() - RECKON_EVERY_MS)} and ${now} end`;
  for (const { id } of apps) await sql.begin((tx) => reckon(ledger, tx, id, perMonth));
}

async function reckon(
  ledger: Ledger,
  tx: Transaction,
  appId: string,
  perMonth: number | null,
): Promise<void> {
  const [app] = await tx<{ budget: number | null }[]>`
    select coalesce(reads_per_month, ${perMonth}::bigint) as budget from apps
    where id = ${appId} for no key update skip locked`;
  if (app === undefined) return;
  const [stored] = await tx<{ stage: ReadStage }[]>`
    select stage from read_budgets where app_id = ${appId}`;
  const before = stored?.stage ?? 'full';
  const now = ledger.clock();
  let stage: ReadStage = 'full';
  if (app.budget === null) await tx`delete from read_budgets where app_id = ${appId}`;
  else {
    const figures = { budget: app.budget, ...(await readsOf(tx, appId, now)) };
    stage = readStageOf(figures, before);
    const { budget, used, forecast } = figures;
    await tx`
      insert into read_budgets (app_id, budget, used, forecast, stage, reckoned_at)
      values (${appId}, ${budget}, ${used}, ${forecast}, ${stage}, ${now})
      on conflict (app_id) do update set budget = excluded.budget, used = excluded.used,
        forecast = excluded.forecast, stage = excluded.stage, reckoned_at = excluded.reckoned_at`;
  }
  if (stage !== before) await tellStage(tx, appId, stage);
}

/** Reads of all companies an app has a connection to. */
async function readsOf(
  tx: Transaction,
  appId: string,
  now: Date,
): Promise<Pick<BudgetFigures, 'used' | 'forecast'>> {
  const month = `${now.toISOString().slice(0, 7)}-01`;
  const [row] = await tx<{ used: number; lately: number; since: string | null }[]>`
    with own as (
      select distinct company_id from connections where app_id = ${appId} and company_id is not null
    )
    select coalesce((select sum(reads) from read_meter m join own on own.company_id = m.company_id
        where m.month = ${month}), 0)::float8 as used,
      coalesce(sum(d.reads), 0)::float8 as lately, min(d.day)::text as since
    from read_days d join own on own.company_id = d.company_id where d.day >= ${paceStart(now)}`;
  const { used = 0, lately = 0, since = null } = row ?? {};
  const counted = { used, lately, since: since === null ? now : new Date(since) };
  return { used, forecast: forecastOf(counted, now) };
}

async function tellStage(tx: Transaction, appId: string, stage: ReadStage): Promise<void> {
  const connections = await tx<{ id: string }[]>`
    select id from connections where app_id = ${appId} and company_id is not null order by id`;
  for (let start = 0; start < connections.length; start += EVENTS_AT_ONCE) {
    await appendEvents(
      tx,
      connections.slice(start, start + EVENTS_AT_ONCE).map(({ id: connectionId }) => ({
        connectionId,
        appId,
        type: 'reads.stage_changed',
        status: stage,
      })),
    );
  }
}
