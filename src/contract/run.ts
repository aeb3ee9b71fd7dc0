import type { ReadFeature } from './reads.js';

/** Executions of a pull; jobs of the later way back join this list. */
export const RUN_JOBS = [
  'refresh_master_data',
  'pull_changes',
  'import_contacts',
  'import_invoices',
] as const;
export type RunJob = (typeof RUN_JOBS)[number];

export const RUN_STATUSES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'waiting',
  'cancelled',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_TRIGGERS = ['api', 'schedule', 'webhook', 'person'] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** Kinds of QuickBooks' own objects that are mirrored here. */
export const RECORD_TYPES = [
  'account',
  'item',
  'customer',
  'vendor',
  'tax_code',
  'tax_rate',
  'class',
  'department',
  'term',
  'payment_method',
] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** Lists a run brings where nobody names some; a job without lists takes none. */
export const RUN_TYPES = {
  refresh_master_data: RECORD_TYPES,
  pull_changes: [],
  import_contacts: [],
  import_invoices: [],
} as const satisfies Record<RunJob, readonly RecordType[]>;

/** What the reads of a job are counted for. */
export const RUN_FEATURES = {
  refresh_master_data: 'refresh',
  pull_changes: 'changes',
  import_contacts: 'imports',
  import_invoices: 'imports',
} as const satisfies Record<RunJob, ReadFeature>;
