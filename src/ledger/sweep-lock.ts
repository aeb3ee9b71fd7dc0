import type { Ledger } from './open.js';

/** Any number; the same in every process, so that one sweeps at a time. */
const SWEEP_LOCK = 7_203_912;

/** Longer than any sweep may take. */
const SWEEP_MS_MAX = 300_000;

/**
 * Runs `work` unless another process sweeps right now. The lock belongs to a transaction that does
 * nothing else, so it falls with its connection.
 */
export async function withSweepLock(ledger: Ledger, work: () => Promise<void>): Promise<void> {
  await ledger.sql.begin(async (tx) => {
    const [row] = await tx<{ taken: boolean }[]>`
      select pg_try_advisory_xact_lock(${SWEEP_LOCK}) as taken,
        set_config('idle_in_transaction_session_timeout', ${`${SWEEP_MS_MAX}ms`}, true)`;
    if (row?.taken === true) await work();
  });
}
