import type { DocumentStatus } from '../../contract/status.js';
import type { IconName } from '../frame/icons.js';

export type Tone = 'red' | 'violet' | 'amber' | 'gray' | 'blue' | 'green';

interface StatusLook {
  label: string;
  tone: Tone;
  icon: IconName;
  /** Has its tab in the list even while no document is in it. */
  tab: boolean;
  /** Nothing happens to the document by itself any more. */
  settled: boolean;
  /** Why such a document usually offers no retry. */
  noRetry: string;
}

/** How each status is shown, in the order in which people look at them. */
export const STATUS_LOOKS: Record<DocumentStatus, StatusLook> = {
  failed: {
    label: 'Failed',
    tone: 'red',
    icon: 'alert',
    tab: true,
    settled: true,
    noRetry: 'A retry alone would not change this. Details say what has to be corrected first.',
  },
  checking: {
    label: 'Checking',
    tone: 'violet',
    icon: 'search',
    tab: true,
    settled: false,
    noRetry:
      'It is being checked whether QuickBooks has it already; it goes on by itself after that.',
  },
  waiting: {
    label: 'Waiting',
    tone: 'amber',
    icon: 'clock',
    tab: true,
    settled: false,
    noRetry: 'It goes on by itself once what it waits for is there.',
  },
  queued: {
    label: 'Queued',
    tone: 'blue',
    icon: 'queue',
    tab: true,
    settled: false,
    noRetry: 'It is in the queue already.',
  },
  syncing: {
    label: 'Syncing',
    tone: 'blue',
    icon: 'sync',
    tab: true,
    settled: false,
    noRetry: 'It is being sent right now.',
  },
  not_ready: {
    label: 'Not synced',
    tone: 'gray',
    icon: 'dashed',
    tab: true,
    settled: true,
    noRetry: 'It has not been released for sending.',
  },
  synced: {
    label: 'Synced',
    tone: 'green',
    icon: 'check',
    tab: true,
    settled: true,
    noRetry: 'It is in QuickBooks; there is nothing to retry.',
  },
  skipped: {
    label: 'Skipped',
    tone: 'gray',
    icon: 'skip',
    tab: false,
    settled: true,
    noRetry: 'Someone chose to skip it.',
  },
  voided: {
    label: 'Voided',
    tone: 'gray',
    icon: 'slash',
    tab: false,
    settled: true,
    noRetry: 'It was voided in QuickBooks, as the app asked.',
  },
  deleted: {
    label: 'Deleted',
    tone: 'gray',
    icon: 'trash',
    tab: false,
    settled: true,
    noRetry: 'It was deleted in QuickBooks, as the app asked.',
  },
  cancelled: {
    label: 'Cancelled',
    tone: 'gray',
    icon: 'cross',
    tab: false,
    settled: true,
    noRetry: 'The app withdrew it before it was sent.',
  },
  deleted_in_quickbooks: {
    label: 'Deleted in QuickBooks',
    tone: 'amber',
    icon: 'trash',
    tab: false,
    settled: true,
    noRetry: 'Someone deleted it in QuickBooks. A retry would not bring it back.',
  },
};

export const STATUS_ORDER = Object.keys(STATUS_LOOKS) as DocumentStatus[];
