import type { ChangesScope } from '../ledger/changes/changes-scope.js';
import type { CountedReads } from './counted-reads.js';
import type { Pulling } from './job.js';

/** What applying a batch of changes works with. */
export interface Changing extends Pick<Pulling, 'ledger' | 'signal'> {
  scope: ChangesScope;
  reads: CountedReads;
  /** Invoices of this run that have nothing open, by their ids, and whose they are. */
  settled: Map<string, { customerId: string }>;
}
