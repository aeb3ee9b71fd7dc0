import type { Ledger } from '../database/open.js';

/** Workers that are at work, as they say themselves on the database's clock. */

/** A worker that said nothing for this long is gone. */
const SILENT_SECONDS = 60;

export interface WorkerPresence {
  /** Of this run of the process. */
  id: string;
  version: string;
  /** Jobs it runs right now. */
  jobs: number;
}

/** Says that a worker is there. Those that ended without a word are forgotten on the way. */
export async function noteWorker(
  { sql }: Ledger,
  { id, version, jobs }: WorkerPresence,
): Promise<void> {
  await sql`
    insert into workers (id, version, jobs) values (${id}, ${version}, ${jobs})
    on conflict (id) do update set jobs = excluded.jobs, seen_at = now()`;
  await sql`delete from workers where seen_at < now() - interval '1 day'`;
}

export async function removeWorker({ sql }: Ledger, id: string): Promise<void> {
  await sql`delete from workers where id = ${id}`;
}

/** Those that are there, the oldest first. */
export async function listWorkers({
  sql,
}: Ledger): Promise<{ version: string; jobs: number; startedAt: string }[]> {
  const rows = await sql<{ version: string; jobs: number; startedAt: Date }[]>`
    select version, jobs, started_at from workers
    where seen_at > now() - ${SILENT_SECONDS} * interval '1 second' order by started_at, id`;
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString() }));
}
