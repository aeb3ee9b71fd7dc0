import type { Ledger } from './open.js';

/** Any numbers; the same in every process, so that one of them at a time does the work. */
const SWEEP_LOCK = 7_203_912;
const RETENTION_LOCK = 7_203_913;

/** Longer than any such work may take. */
const WORK_MS_MAX = 300_000;

/** Runs `work` unless another process sweeps right now. */
export function withSweepLock(ledger: Ledger, work: () => Promise<void>): Promise<void> {
  return withLock(ledger, SWEEP_LOCK, work);
}

/** Runs `work` unless another process forgets what is old right now. */
export function withRetentionLock(ledger: Ledger, work: () => Promise<void>): Promise<void> {
  return withLock(ledger, RETENTION_LOCK, work);
}

/** The lock belongs to a transaction that does nothing else, so it falls with its connection. */
async function withLock(ledger: Ledger, lock: number, work: () => Promise<void>): Promise<void> {
  await ledger.sql.begin(async (tx) => {
    const [row] = await tx<{ taken: boolean }[]>`
      select pg_try_advisory_xact_lock(${lock}) as taken,
        set_config('idle_in_transaction_session_timeout', ${`${WORK_MS_MAX}ms`}, true)`;
    if (row?.taken === true) await work();
  });
}
