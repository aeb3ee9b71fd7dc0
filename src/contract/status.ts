/** Statuses of a document: one closed list, with the label people read. Every document has one. */
export const STATUS_LABELS = {
  not_ready: 'Not synced',
  queued: 'Queued',
  syncing: 'Syncing',
  checking: 'Checking',
  waiting: 'Waiting',
  synced: 'Synced',
  failed: 'Failed',
  skipped: 'Skipped',
  voided: 'Voided',
  deleted: 'Deleted',
  cancelled: 'Cancelled',
  deleted_in_quickbooks: 'Deleted in QuickBooks',
} as const;

export type DocumentStatus = keyof typeof STATUS_LABELS;
export const DOCUMENT_STATUSES = Object.keys(STATUS_LABELS) as [
  DocumentStatus,
  ...DocumentStatus[],
];

/** What a label depends on besides the status. */
export interface LabelFacts {
  status: DocumentStatus;
  /** 0 while no revision is in QuickBooks. */
  syncedRevision: number;
  revision: number;
  hasWarnings: boolean;
  /** The whole connection waits: paused, held, disconnected or suspended. */
  connectionWaits: boolean;
}

/** Label of the latest revision; says so when QuickBooks holds an earlier one. */
export function labelOf(facts: LabelFacts): string {
  const earlierInQuickBooks = facts.syncedRevision > 0 && facts.syncedRevision < facts.revision;
  switch (facts.status) {
    case 'synced':
      if (earlierInQuickBooks) return 'Synced, changes not sent';
      return facts.hasWarnings ? 'Synced with warnings' : 'Synced';
    case 'failed':
      return earlierInQuickBooks
        ? 'Update failed (an earlier version is in QuickBooks)'
        : STATUS_LABELS.failed;
    case 'not_ready':
      return earlierInQuickBooks ? 'Synced, changes not sent' : STATUS_LABELS.not_ready;
    case 'queued':
    case 'waiting':
      return facts.connectionWaits ? 'Paused' : STATUS_LABELS[facts.status];
    default:
      return STATUS_LABELS[facts.status];
  }
}

/** What a person or the app may do with one document. */
export const DOCUMENT_ACTIONS = [
  'sync',
  'retry',
  'skip',
  'link',
  'look_again',
  'mark_handled',
  'recreate',
  'preview',
] as const;
export type DocumentAction = (typeof DOCUMENT_ACTIONS)[number];
