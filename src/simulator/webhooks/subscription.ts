/** What an app wants to hear of: its webhook settings in Intuit's portal, and how to misbehave. */

import { randomBytes } from 'node:crypto';
import { DEFAULT_CLIENT } from '../oauth/grants.js';

export type WebhookFormat = 'cloudevents' | 'legacy';

/** Entities that webhooks are offered for (29), as the portal's list has them. */
export const WEBHOOK_ENTITIES: readonly string[] = [
  'Account',
  'Bill',
  'BillPayment',
  'Budget',
  'Class',
  'CreditMemo',
  'Currency',
  'Customer',
  'Department',
  'Deposit',
  'Employee',
  'Estimate',
  'Invoice',
  'Item',
  'JournalCode',
  'JournalEntry',
  'Payment',
  'PaymentMethod',
  'Preferences',
  'Purchase',
  'PurchaseOrder',
  'RefundReceipt',
  'SalesReceipt',
  'TaxAgency',
  'Term',
  'TimeActivity',
  'Transfer',
  'Vendor',
  'VendorCredit',
];

const NAMES = new Map(WEBHOOK_ENTITIES.map((name) => [name.toLowerCase(), name]));

/** The name in webhooks, whatever its case; undefined for what has none. */
export function webhookEntity(entity: string): string | undefined {
  const name = entity.toLowerCase();
  return NAMES.get(name === 'companycurrency' ? 'currency' : name);
}

export interface SubscriptionOptions {
  /** The app. Default `simulator-client`, as for tokens. */
  clientId?: string;
  /** The endpoint. */
  url: string;
  /** Signs every delivery. Default: the one before, else a new one. */
  verifierToken?: string;
  /** Default `cloudevents`. */
  format?: WebhookFormat;
  /** Default `application/json`. */
  contentType?: 'application/json' | 'application/cloudevents+json';
  /** Default: all 29. */
  entities?: readonly string[];
  /** How long changes gather before they are delivered, simulated time. Default 1000. */
  delayMs?: number;
  /** How long an answer may take, real time. Default 3000, as Intuit's page says. */
  timeoutMs?: number;
  /** Probability that a delivery is made a second time. Default 0. */
  duplicate?: number;
  /** Events come in any order, some of them one delivery late. Default false. */
  shuffle?: boolean;
}

export type Subscription = Required<SubscriptionOptions>;

const DELAY_MS = 1_000;
const TIMEOUT_MS = 3_000;

/** @throws RangeError for an entity that has no webhooks */
export function subscription(
  options: SubscriptionOptions,
  before: Subscription | undefined,
): Subscription {
  const entities = (options.entities ?? WEBHOOK_ENTITIES).map((entity) => {
    const name = webhookEntity(entity);
    if (name === undefined) throw new RangeError(`There are no webhooks for ${entity}`);
    return name;
  });
  const token = options.verifierToken ?? before?.verifierToken;
  return {
    clientId: options.clientId ?? DEFAULT_CLIENT,
    url: options.url,
    verifierToken: token ?? randomBytes(24).toString('hex'),
    format: options.format ?? 'cloudevents',
    contentType: options.contentType ?? 'application/json',
    entities,
    delayMs: options.delayMs ?? DELAY_MS,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    duplicate: options.duplicate ?? 0,
    shuffle: options.shuffle ?? false,
  };
}
