import type { QueueKind } from '../house.js';

/** One row of the fault matrix. */
export interface Row {
  number: `F${number}`;
  fault: string;
  where: string;
  on: readonly QueueKind[];
  /** Beside K1 to K8 of test/support/checker.ts, which hold after every row. */
  expected: string;
  /** Why it is played on one queue alone, where it is about the queue. */
  only?: string;
  /** Why it is not tested yet; undefined: it is. */
  later?: string;
}

export const BOTH = ['redis', 'postgres'] as const;
export const REDIS = ['redis'] as const;
