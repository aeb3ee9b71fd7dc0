/** What the control API takes. Unknown members are refused, so a typing error shows at once. */

import { z } from 'zod';
import { isObject, type JsonObject } from '../json.js';
import { LATENCY_CALLS } from '../service/latency.js';

const json = z.custom<JsonObject>(isObject, 'must be an object');
const isoTime = z.iso.datetime({ offset: true });
const day = z.iso.date();
/** Node's timers take no longer time. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const companySchema = z.strictObject({
  realmId: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  name: z.string().trim().min(1).max(1024).optional(),
  country: z.enum(['US', 'GB']).optional(),
  plan: z.enum(['simple_start', 'essentials', 'plus', 'advanced']).optional(),
  seed: z.enum(['sample', 'new', 'empty']).optional(),
  preferences: json.optional(),
});

export const companyChangeSchema = z.strictObject({
  plan: z.enum(['simple_start', 'essentials', 'plus', 'advanced']).optional(),
  subscription: z.enum(['active', 'lapsed']).optional(),
  preferences: json.optional(),
});

export const tokenSchema = z.strictObject({
  clientId: z.string().min(1).optional(),
  scopes: z.array(z.string()).optional(),
});

export const loadSchema = z.record(z.string(), z.array(json));

export const actSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('edit'), entity: z.string(), id: z.string(), changes: json }),
  z.strictObject({ do: z.literal('create'), entity: z.string(), object: json }),
  z.strictObject({ do: z.enum(['void', 'delete']), entity: z.string(), id: z.string() }),
  z.strictObject({
    do: z.literal('pay'),
    invoice: z.string(),
    amount: z.number().optional(),
    date: day.optional(),
    account: z.string().optional(),
  }),
  z.strictObject({
    do: z.literal('merge'),
    entity: z.string(),
    from: z.string(),
    into: z.string(),
  }),
  z.strictObject({
    do: z.literal('close_books'),
    date: day.nullable(),
    password: z.boolean().optional(),
  }),
  z.strictObject({ do: z.literal('disconnect'), clientId: z.string().optional() }),
  z.strictObject({ do: z.literal('leave'), clientId: z.string().optional() }),
]);

export const clockSchema = z.strictObject({
  now: isoTime.optional(),
  advanceMs: z.number().int().optional(),
  stopped: z.boolean().optional(),
});

export const limitsSchema = z.strictObject({
  on: z.boolean().optional(),
  scale: z.number().positive().optional(),
  readsPerMonth: z.number().int().min(0).nullable().optional(),
});

export const latencySchema = z.strictObject({
  call: z.enum(['all', ...LATENCY_CALLS]),
  ms: z.number().int().min(0).max(600_000),
});

const matchSchema = z.strictObject({
  realm: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  entity: z.string().optional(),
  operation: z.string().optional(),
  batchItem: z.union([z.string(), z.number().int().min(0)]).optional(),
});

export const faultSchema = z
  .strictObject({
    match: matchSchema.optional(),
    at: z.enum(['before_commit', 'after_commit', 'mid_body']).optional(),
    do: z.enum([
      'drop',
      'status',
      'delay',
      'late_commit',
      'body',
      'throttle',
      'revoke',
      'redirect',
      'shuffle',
    ]),
    status: z.number().int().min(200).max(599).optional(),
    delayMs: z.number().int().min(0).max(3_600_000).optional(),
    body: z.unknown().optional(),
    shape: z.enum(['json', 'gateway_json', 'xml', 'html', 'empty']).optional(),
    skip: z.number().int().min(0).optional(),
    count: z.number().int().min(1).optional(),
    probability: z.number().min(0).max(1).optional(),
  })
  .refine((fault) => fault.do !== 'redirect' || isAddress(fault.body), {
    path: ['body'],
    message: 'must be an address of printable ASCII to redirect to',
  });

/** What can stand in a `Location` header; without one the call is sent nowhere. */
function isAddress(body: unknown): boolean {
  return body === undefined || (typeof body === 'string' && /^[!-~]+$/.test(body));
}

export const behavioursSchema = z.strictObject({
  requestidFor: z.enum(['all', 'all_but_lists', 'none']).optional(),
  requestidRetentionMs: z.number().min(0).optional(),
  requestidOtherBody: z.enum(['replay', 'fault_600']).optional(),
  replayFaults: z.boolean().optional(),
  throttleShape: z.enum(['xml', 'gateway_json', 'xml_403']).optional(),
  retryAfterSeconds: z.number().int().min(0).nullable().optional(),
  refreshTokenDays: z.number().min(1).optional(),
  refreshRotation: z.enum(['daily', 'always']).optional(),
  codeReuse: z.enum(['refuse', 'refuse_and_revoke']).optional(),
  amountToleranceCents: z.number().int().min(0).optional(),
  lineWithoutItem: z.enum(['ignore_amount', 'default_item']).optional(),
  receiptWithoutCustomer: z.enum(['allow', 'fault_2020']).optional(),
  renameOnDeactivate: z.boolean().optional(),
  batchItemsMax: z.number().int().min(1).optional(),
  refuseDuplicateNumbers: z.boolean().optional(),
  pageAboveMax: z.enum(['cap', 'fault_4001']).optional(),
  changedSinceTooOld: z.enum(['fault_500', 'last_30_days']).optional(),
  changeDataOrder: z.enum(['oldest_first', 'newest_first']).optional(),
  changeDataGroups: z.enum(['as_asked', 'shuffled']).optional(),
  cloudEventStyle: z.enum(['announced', 'examples_2026']).optional(),
  withoutAccept: z.enum(['xml', 'json']).optional(),
  requestCutMs: z.number().int().min(1).max(TIMER_MAX_MS).optional(),
  paysInvoicesOf: z.enum(['own', 'own_and_jobs', 'family']).optional(),
  deactivateWithBalance: z.enum(['fault_6220', 'allow']).optional(),
  mergeBumpsTransactions: z.boolean().optional(),
  shippingTaxed: z.boolean().optional(),
  currencyMissing: z.enum(['fault_2020', 'of_name']).optional(),
  missingFeature: z.enum(['fault_5030', 'fault_5020', 'fault_5020_403']).optional(),
  afterLeave: z.enum(['fault_120', 'gateway_403']).optional(),
  addressCoordinates: z.enum(['none', 'invalid']).optional(),
  deletedSuffix: z.enum(['small', 'capital']).optional(),
});

export const forgetSchema = z.strictObject({
  realmId: z.string().optional(),
  requestid: z.string().optional(),
});
