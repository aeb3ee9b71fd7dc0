import type { ReasonName } from './reasons.js';

/**
 * Who can do something about a document or run that is not through: the worker alone, which goes on by
 * itself; the app's customer, in the app or in QuickBooks; or whoever operates the sync.
 */
export const REASON_ACTORS = ['worker', 'customer', 'ops'] as const;
export type ReasonActor = (typeof REASON_ACTORS)[number];

/** One for each reason: a reason nobody answers for does not compile. */
export const REASON_ACTOR: { readonly [Name in ReasonName]: ReasonActor } = {
  not_released: 'customer',
  waits_for_click: 'customer',
  waits_for_use: 'worker',
  before_cut_off: 'ops',
  not_finalized: 'ops',
  locked: 'ops',
  setup_incomplete: 'customer',
  kind_off: 'customer',
  held: 'customer',
  paused: 'customer',
  customer_missing: 'customer',
  vendor_missing: 'customer',
  item_missing: 'customer',
  record_inactive: 'customer',
  item_not_sold: 'customer',
  other_account: 'customer',
  vendor_right_missing: 'customer',
  reference_conflict: 'customer',
  total_mismatch: 'customer',
  amount_differs: 'ops',
  tax_differs: 'ops',
  country_differs: 'customer',
  duplicate_number: 'customer',
  duplicate_name: 'customer',
  period_closed: 'customer',
  plan_lacks: 'customer',
  invalid_field: 'customer',
  stale_conflict: 'customer',
  payment_applied: 'customer',
  voided_in_quickbooks: 'customer',
  paid_lowered: 'customer',
  paid_in_quickbooks: 'worker',
  credit_used: 'worker',
  skipped_by: 'customer',
  marked_handled: 'customer',
  link_differs: 'ops',
  not_removed: 'customer',
  imported: 'worker',
  deposited: 'customer',
  blocked_by: 'worker',
  rate_limited: 'worker',
  reconnect_needed: 'customer',
  company_suspended: 'customer',
  other_company: 'customer',
  quickbooks_unavailable: 'worker',
  outcome_unknown: 'customer',
  crashed: 'ops',
  already_exported: 'customer',
  refused_by_quickbooks: 'customer',
};
