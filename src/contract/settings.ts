import { z } from 'zod';
import { INVOICE_STATUSES } from './documents/invoice.js';
import { reference } from './reference.js';
import { filledText } from './text.js';

/**
 * Settings of a connection. One schema, validated as a whole on save; keys are never renamed.
 * Defaults come from the connection's profile (see profiles.ts), so every key is present inside.
 */
export const settings = z.strictObject({
  start: z
    .enum(['click', 'automatic'])
    .describe('What starts sending: a person’s click, or the statement of the document itself.'),
  sendWhen: z
    .array(z.enum(INVOICE_STATUSES))
    .min(1)
    .describe('Statuses in which a document may be sent. Void always travels once it was sent.'),
  onceOnly: z
    .boolean()
    .describe('A document is exported once; later changes are stored and shown, never sent.'),
  customer: z.strictObject({
    match: z
      .array(z.enum(['name', 'email']))
      .describe('How a customer without a link is found, first way that answers wins.'),
    missing: z
      .enum(['create', 'fail'])
      .describe('What happens when QuickBooks has no such customer.'),
    update: z
      .boolean()
      .describe('Whether a matched customer gets the app’s e-mail, phone and addresses.'),
  }),
  item: z.strictObject({
    mode: z.enum(['by_name']).describe('How a line finds its product or service.'),
    missing: z.enum(['create', 'fail']).describe('What happens when QuickBooks has no such item.'),
  }),
  accounts: z.strictObject({
    income: reference.optional().describe('Income account of items that are created.'),
    receivable: reference.optional().describe('Accounts receivable account of invoices.'),
  }),
  provenanceMark: z
    .boolean()
    .describe('Writes a mark into the private note, by which a lost answer is found again.'),
  unknownOutcome: z.strictObject({
    first: z
      .enum(['replay', 'look_up'])
      .describe('What resolves a lost answer first: the same request again, or a look-up.'),
    requestidTrustMs: z
      .int()
      .min(0)
      .max(24 * 3_600_000)
      .describe('How long QuickBooks is trusted to remember a request, in milliseconds.'),
    unnumbered: z
      .enum(['person', 'resend'])
      .describe('Who decides when a document without a number was not found: a person, or we.'),
  }),
  documentWord: filledText(40).describe('The app’s word for a document, for example "order".'),
  unitWord: filledText(40).describe('The app’s word for one counted thing, for example "device".'),
  refreshLabel: filledText(80).describe('The app’s label of the refresh button.'),
});
export type Settings = z.output<typeof settings>;

type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> }
    : T;

/** Part of the settings, as an app states them on top of its profile's defaults. */
export type SettingsInput = DeepPartial<z.input<typeof settings>>;

/** `base` with `change` laid over it, group by group; lists and references are replaced whole. */
export function mergeSettings(base: Settings, change: unknown): unknown {
  return mergeObjects(base, change, 2);
}

function mergeObjects(base: unknown, change: unknown, depth: number): unknown {
  if (!isPlainObject(base) || !isPlainObject(change) || depth === 0) return change;
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(change)) {
    merged.set(key, mergeObjects(merged.get(key), value, depth - 1));
  }
  // Not by assignment: a key named __proto__ has to stay a key, which the schema then refuses.
  return Object.fromEntries(merged);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
