import { fingerprintOf, type Reason } from '../../contract/reasons.js';
import type { Transaction } from '../database/open.js';

/** Which runs are one to whoever waits for them: changes are the company's, the rest the connection's. */
interface RunKey {
  connectionId: string;
  companyId: string;
  job: string;
}

/** A run that failed joins its cause; the one of its job that failed before is told no more. */
export async function joinCause(
  tx: Transaction,
  run: RunKey & { id: number },
  why: Reason,
): Promise<void> {
  await leaveCauses(tx, run);
  await tx`
    with cause as (
      insert into causes (app_id, fingerprint, reason, params)
      select app_id, ${fingerprintOf(why)}, ${why.name}, ${tx.json(why.params as never)}
      from connections where id = ${run.connectionId}
      on conflict (app_id, fingerprint) do update
        set last_seen_at = now(), params = excluded.params
      returning id
    )
    update runs set cause_id = cause.id from cause where runs.id = ${run.id}`;
}

/** Runs of the job that failed are told no more: one that came after is what counts. */
export async function leaveCauses(
  tx: Transaction,
  { connectionId, companyId, job }: RunKey,
): Promise<void> {
  const whose =
    job === 'pull_changes' ? tx`company_id = ${companyId}` : tx`connection_id = ${connectionId}`;
  await tx`
    update runs set cause_id = null where ${whose} and job = ${job} and cause_id is not null`;
}
