import type { RunJob } from '../contract/run.js';
import type { Ledger } from '../ledger/database/open.js';
import type { ClaimedRun } from '../ledger/runs/claimed-runs.js';
import type { QuickBooks } from '../qbo/quickbooks.js';

/** What a pull works with. */
export interface Pulling {
  ledger: Ledger;
  quickbooks: QuickBooks;
  run: ClaimedRun;
  signal: AbortSignal;
  /** Rows asked for per call; at most 1,000. */
  pageSize: number;
  /** Prolongs the lease with every page. */
  leaseMs: number;
}

/** A pull: one file in `jobs/` per job. */
export interface PullJob {
  name: string;
  job: RunJob;
  run(pulling: Pulling): Promise<void>;
}

export function definePull(job: PullJob): PullJob {
  return job;
}
