/**
 * What nobody could prove about QuickBooks Online, as switches. The default is the more likely
 * reading; docs/simulator-doubts.md gives the doubt for each.
 */

import type { CloudEventStyle } from '../webhooks/event.js';

export interface Behaviours {
  /** Which writes a requestid makes once: all, all but those of name lists, or none. */
  requestidFor: 'all' | 'all_but_lists' | 'none';
  /** How long a requestid is remembered. Default 24 hours of simulated time. */
  requestidRetentionMs: number;
  /** The same requestid with another body: the first answer again, or fault 600. */
  requestidOtherBody: 'replay' | 'fault_600';
  /** Whether a validation fault is answered again for the same requestid. */
  replayFaults: boolean;
  /** Form of a throttle answer: XML 429 (recorded), lower-case JSON 429, or the XML 403 of 2016. */
  throttleShape: 'xml' | 'gateway_json' | 'xml_403';
  /** `Retry-After` of a throttle answer, in seconds; null: it has none (nobody quotes one). */
  retryAfterSeconds: number | null;
  /** How long a refresh token lives without use: 100 days, and one more for its rotation. */
  refreshTokenDays: number;
  /** When a refresh answers a new refresh token: after 24 hours, or every time. */
  refreshRotation: 'daily' | 'always';
  /** A second exchange of a code: refused, or refused and the first tokens revoked as well. */
  codeReuse: 'refuse' | 'refuse_and_revoke';
  /** Fault 6070 starts above this difference, in cents. */
  amountToleranceCents: number;
  /** A sales line without an item: its amount does not count, or the default item is used. */
  lineWithoutItem: 'ignore_amount' | 'default_item';
  /** A sales receipt or refund without a customer: stored, or fault 2020. */
  receiptWithoutCustomer: 'allow' | 'fault_2020';
  /** Deactivating a list object appends " (deleted)" to its name. */
  renameOnDeactivate: boolean;
  /** Most items in one batch (Intuit's pages say 30, and 10). */
  batchItemsMax: number;
  /** The two "warn" settings a person has on in QuickBooks: duplicate numbers are refused. */
  refuseDuplicateNumbers: boolean;
  /** MAXRESULTS above 1000: answered with 1000 rows, or fault 4001. */
  pageAboveMax: 'cap' | 'fault_4001';
  /** Change data asked for more than 30 days back: fault 500, or the last 30 days. */
  changedSinceTooOld: 'fault_500' | 'last_30_days';
  /** Change data of one entity, by the time of the change; deletions come after it either way. */
  changeDataOrder: 'oldest_first' | 'newest_first';
  /** The entities of a change data answer: in the order asked, or in any. */
  changeDataGroups: 'as_asked' | 'shuffled';
  /** Webhook events as announced in 2025, or as in the examples of Intuit's page of 2026. */
  cloudEventStyle: CloudEventStyle;
  /** The form of an answer to a request without an Accept header. */
  withoutAccept: 'xml' | 'json';
  /** A call that takes longer (real milliseconds) loses its connection; its work goes on. */
  requestCutMs: number;
  /** Whose open invoices a payment may be applied to, besides the payer's own. */
  paysInvoicesOf: 'own' | 'own_and_jobs' | 'family';
  /** A customer or vendor with a balance cannot be made inactive (fault 6220), or can. */
  deactivateWithBalance: 'fault_6220' | 'allow';
  /** Merging two names moves the SyncToken and time of the transactions that change hands. */
  mergeBumpsTransactions: boolean;
  /** The US engine taxes a shipping line that does not say `TAX` itself. */
  shippingTaxed: boolean;
  /** No CurrencyRef in a company of several currencies: fault 2020, or the name's currency. */
  currencyMissing: 'fault_2020' | 'of_name';
  /** What a plan does not include: fault 5030 or 5020 with status 400, or 5020 with 403. */
  missingFeature: 'fault_5030' | 'fault_5020' | 'fault_5020_403';
  /** Calls for a company whose person has left it: fault 120 with 401, or the gateway's 3100. */
  afterLeave: 'fault_120' | 'gateway_403';
  /** New addresses come without coordinates (recorded in 2026), or with `INVALID` as before. */
  addressCoordinates: 'none' | 'invalid';
  /** Vendors, classes, locations and payment methods get " (deleted)", or " (Deleted)". */
  deletedSuffix: 'small' | 'capital';
}

export const DEFAULT_BEHAVIOURS: Readonly<Behaviours> = {
  requestidFor: 'all',
  requestidRetentionMs: 24 * 3_600_000,
  requestidOtherBody: 'replay',
  replayFaults: true,
  throttleShape: 'xml',
  retryAfterSeconds: null,
  refreshTokenDays: 101,
  refreshRotation: 'daily',
  codeReuse: 'refuse',
  amountToleranceCents: 0,
  lineWithoutItem: 'ignore_amount',
  receiptWithoutCustomer: 'allow',
  renameOnDeactivate: true,
  batchItemsMax: 30,
  refuseDuplicateNumbers: true,
  pageAboveMax: 'cap',
  changedSinceTooOld: 'fault_500',
  changeDataOrder: 'oldest_first',
  changeDataGroups: 'as_asked',
  cloudEventStyle: 'announced',
  withoutAccept: 'xml',
  requestCutMs: 120_000,
  paysInvoicesOf: 'own_and_jobs',
  deactivateWithBalance: 'fault_6220',
  mergeBumpsTransactions: false,
  shippingTaxed: false,
  currencyMissing: 'fault_2020',
  missingFeature: 'fault_5030',
  afterLeave: 'fault_120',
  addressCoordinates: 'none',
  deletedSuffix: 'small',
};
