import { bringChanges } from '../src/pull/changes.js';
import { definePull } from '../src/pull/job.js';

/**
 * Brings what changed in QuickBooks: lists, contacts, payments and balances, edits, voids and deletions
 * of what was sent. Usually one read of change data answers all of them. It starts where the last one
 * ended, and may end anywhere: what was applied is applied once.
 */
export const pullChanges = definePull({
  name: 'pull-changes',
  job: 'pull_changes',
  run: bringChanges,
});
