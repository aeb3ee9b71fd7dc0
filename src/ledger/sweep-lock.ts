import type { Ledger } from './open.js';

/** Any number; the same in every process, so that one sweeps at a time. */
const SWEEP_LOCK = 7_203_912;

/** Runs `work` unless another process sweeps right now. The lock falls with its connection. */
export async function withSweepLock(ledger: Ledger, work: () => Promise<void>): Promise<void> {
  const connection = await ledger.sql.reserve();
  try {
    const [row] = await connection<{ taken: boolean }[]>`
      select pg_try_advisory_lock(${SWEEP_LOCK}) as taken`;
    if (row?.taken !== true) return;
    try {
      await work();
    } finally {
      await connection`select pg_advisory_unlock(${SWEEP_LOCK})`;
    }
  } finally {
    connection.release();
  }
}
