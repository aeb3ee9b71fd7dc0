import type { Ledger, Transaction } from '../database/open.js';
import type { ChangePace } from './change-pace.js';
import { readingConnection } from './changes-wanted.js';
import { companyPaces } from './company-pace.js';
import { spreadOf } from './nights.js';
import { openRun } from './runs.js';

/** How changes of a company come is looked at again after so long: settings and webhooks change it. */
const JUDGE_EVERY_MS = 5 * 60_000;
/** No look is planned further ahead; one that is, is from a clock that has gone back. */
const DUE_AHEAD_MAX_MS = 2 * 3_600_000;

/** Looks begun at the same time: each takes a connection of the pool. */
const BEGUN_AT_ONCE = 4;

/** Gives companies that have none a time of their own to be looked at; answers how many. */
export async function planLooks({ sql, clock }: Ledger, limit: number): Promise<number> {
  const now = clock().getTime();
  const rows = await sql<{ id: string }[]>`
    select m.id from companies m left join change_looks l on l.company_id = m.id
    where l.company_id is null and m.status = 'connected' limit ${limit}`;
  for (const { id } of rows) {
    const dueAt = new Date(now + (spreadOf(id) % JUDGE_EVERY_MS));
    await sql`
      insert into change_looks (company_id, due_at) values (${id}, ${dueAt}) on conflict do nothing`;
  }
  return rows.length;
}

/**
 * Looks for changes of companies whose time has come, where they do not come by webhooks, once per
 * company and time, whoever else tries to.
 *
 * @returns runs to wake.
 */
export async function lookForChanges(ledger: Ledger, limit: number): Promise<number[]> {
  const { sql } = ledger;
  const now = ledger.clock();
  // Company by company: joined, PostgreSQL reads all companies for the few that are due.
  const due = await sql<{ companyId: string; dueAt: Date; isConnected: boolean }[]>`
    select l.company_id, l.due_at, (
      select m.status = 'connected' from companies m where m.id = l.company_id) as is_connected
    from change_looks l
    where l.due_at <= ${now} or l.due_at > ${new Date(now.getTime() + DUE_AHEAD_MAX_MS)}
    order by l.due_at limit ${limit}`;
  if (due.length === 0) return [];
  const connected = due.flatMap(({ companyId, isConnected }) => (isConnected ? [companyId] : []));
  const paces = await companyPaces(ledger, sql, connected);
  const quiet = due.filter(({ companyId }) => (paces.get(companyId)?.looks ?? null) === null);
  await sql`
    update change_looks set due_at = ${new Date(now.getTime() + JUDGE_EVERY_MS)}
    where company_id = any(${quiet.map(({ companyId }) => companyId)}::uuid[])`;
  const runs: number[] = [];
  const left = due.flatMap(({ companyId, dueAt }) => {
    const looks = paces.get(companyId)?.looks ?? null;
    return looks === null ? [] : [{ companyId, dueAt, looks }];
  });
  const begin = async () => {
    for (let look = left.shift(); look !== undefined; look = left.shift()) {
      const runId = await beginLook(ledger, look, now);
      if (runId !== undefined) runs.push(runId);
    }
  };
  await Promise.all(Array.from({ length: BEGUN_AT_ONCE }, begin));
  return runs;
}

interface DueLook {
  companyId: string;
  dueAt: Date;
  looks: NonNullable<ChangePace['looks']>;
}

async function beginLook(
  ledger: Ledger,
  { companyId, dueAt, looks: { everyMs, feature } }: DueLook,
  now: Date,
): Promise<number | undefined> {
  const connection = await readingConnection(ledger, companyId);
  if (connection === undefined) return undefined;
  return ledger.sql.begin(async (tx) => {
    const taken = await tx`
      update change_looks set due_at = ${nextLook(dueAt, everyMs, now)}
      where company_id = ${companyId} and due_at = ${dueAt} returning 1`;
    if (taken.count === 0) return undefined;
    const asked = { job: 'pull_changes', trigger: 'schedule', feature } as const;
    const run = await openRun(tx, connection, asked);
    return run?.created === true ? run.runId : undefined;
  });
}

/** One that is late does not look more often to make up for it. */
function nextLook(dueAt: Date, everyMs: number, now: Date): Date {
  const next = dueAt.getTime() + everyMs;
  const isOnTime = next > now.getTime() && next <= now.getTime() + everyMs;
  return new Date(isOnTime ? next : now.getTime() + everyMs);
}

/** Leaves out the look that falls due while something else that was due looks for the same. */
export async function standInForLook(
  tx: Transaction,
  companyId: string,
  { dueAt, everyMs, now }: { dueAt: Date; everyMs: number; now: Date },
): Promise<void> {
  const nextAt = nextLook(dueAt, everyMs, now);
  await tx`
    update change_looks set due_at = ${nextAt} where company_id = ${companyId} and due_at < ${nextAt}`;
}

/** Has a company's changes looked for as soon as anybody looks at what is due. */
export async function lookAtOnce({ sql, clock }: Ledger, companyId: string): Promise<void> {
  await sql`update change_looks set due_at = ${clock()} where company_id = ${companyId}`;
}
