import type { Forgotten } from '../ledger/housekeeping/retention.js';

/** What this folder logs: one name per event, ids and figures only. */
export interface QueueEventFields {
  dispatch_put_off: { companyId: string; error: string };
  /** The names that the next documents lack were not asked for: their own pushes do. */
  names_not_asked_ahead: { companyId: string; error: string };
  push_started: {
    pushId: number;
    companyId: string;
    kind: string;
    documents: number;
    /** Of the requests that stated its documents, where those were traced. */
    traceparents?: readonly string[];
  };
  push_ended: {
    pushId: number;
    companyId: string;
    kind: string;
    outcomes: Record<string, number>;
    /** Why documents of it did not get through, by reason. */
    reasons: Record<string, number>;
    durationMs: number;
  };
  push_postponed: { pushId: number; companyId: string; delayMs: number; reason: string | null };
  push_lost: { pushId: number };
  push_failed: { pushId: number; companyId: string; error: string; stack: string };
  run_ended: { runId: number; job: string; status: string; durationMs: number };
  run_left: { runId: number; job: string };
  run_failed: { runId: number; job: string; error: string; stack: string };
  sweep: { pushes: number; runs: number; companies: number; released: number };
  /** Every sweep, also one that found nothing. */
  sweep_ended: { durationMs: number };
  sweep_failed: { error: string };
  lease_lost: { pushId: number };
  /** Nothing is sent there any more until somebody enables it. */
  endpoint_disabled: { endpointId: string; why: string };
  delivery_failed: { deliveryId: number; error: string };
  deliveries_not_found: { error: string };
  /** Webhooks came, and the database did not say for whom, or the company's run could not be started. */
  changes_not_started: { companyId: string | null; error: string };
  /** A company was asked whether it can be used. */
  company_checked: {
    companyId: string;
    /** How it stood before. */
    status: string;
    result: 'usable' | 'lost' | 'same' | 'unknown';
  };
  /** No company was asked; it is tried again. */
  checks_failed: { error: string };
  /** What had fallen due by the clock could not be looked for. */
  schedules_not_started: { error: string };
  night_not_begun: { connectionId: string; error: string };
  /** Shares of bulk actions were not done; they are a moment later. */
  bulk_put_off: { error: string };
  /** Our own failure with one document of a bulk action, which says so in its result. */
  bulk_document_failed: { bulkActionId: number; documentId: number; error: string };
  /** Rows of each kind that retention let go. */
  forgotten: Forgotten;
  forgetting_failed: { error: string };
}

export type QueueEventName = keyof QueueEventFields;
export type QueueEvents = <Name extends QueueEventName>(
  event: Name,
  fields: QueueEventFields[Name],
) => void;
