import type { Transaction } from '../database/open.js';

/**
 * What Intuit told waits anew where the run it led to read nothing of it to the end: else nobody asks for
 * that before the night.
 */

/** After a run that was cancelled or failed; it doubles with each that fails after another. */
export const FREED_FIRST_MS = 5 * 60_000;
/** A company whose changes cannot be read is asked no more often, but for what is told newly. */
const FREED_MOST_MS = 12 * 3_600_000;

/**
 * Change data looks back no further. What was told before stays with its run, and is forgotten like all
 * else: where a company's changes can never be read it would be kept for ever.
 */
const FREED_DAYS = 30;

/** A run that ended, and that webhooks led to. */
interface Ended {
  runId: number;
  /** Business time, as Intuit's. */
  now: Date;
}

/**
 * Lets what led to a run that ended without success wait anew.
 *
 * @param delayMs before a run may begin for it alone; what is told meanwhile takes it along.
 */
export async function freeWebhooks(
  tx: Transaction,
  { runId, now }: Ended,
  delayMs: number,
): Promise<void> {
  await tx`
    update inbound_webhooks set state = 'waiting', run_id = null,
      received_at = now() + ${delayMs} * interval '1 millisecond'
    where run_id = ${runId} and state = 'taken'
      and occurred_at > ${now}::timestamptz - ${FREED_DAYS} * interval '1 day'`;
}

/** The same for a run that has failed just now: the longer, the more have failed before it in a row. */
export async function freeAfterFailure(
  tx: Transaction,
  { runId, now, companyId }: Ended & { companyId: string },
): Promise<void> {
  const [row] = await tx<{ failed: number }[]>`
    with own as materialized (
      select r.id, r.status from connections c join runs r on r.connection_id = c.id
      where c.company_id = ${companyId} and r.job = 'pull_changes' and r.ended_at is not null
    )
    select count(*)::int as failed from own where status = 'failed'
      and id > coalesce((select max(id) from own where status = 'succeeded'), 0)`;
  const before = Math.max(0, (row?.failed ?? 1) - 1);
  const delayMs = Math.min(FREED_MOST_MS, FREED_FIRST_MS * 2 ** Math.min(before, 30));
  await freeWebhooks(tx, { runId, now }, delayMs);
}
