import { z } from 'zod';
import { BILL_STATUSES } from './documents/bill.js';
import { INVOICE_STATUSES } from './documents/invoice.js';
import { type DocumentKind, kindWord, STATED_KINDS } from './documents/kinds.js';
import { PURCHASE_ORDER_STATUSES } from './documents/purchase-order.js';
import { reference } from './reference.js';
import { setupPart } from './setup.js';
import { filledText, plainDate, text, timeZone } from './text.js';

/** Statuses of documents of any kind. */
export const STATED_STATUSES = [
  ...new Set([...INVOICE_STATUSES, ...PURCHASE_ORDER_STATUSES, ...BILL_STATUSES]),
] as const;

/**
 * Settings of a connection. One schema, validated as a whole on save; keys are never renamed.
 * Defaults come from the connection's profile (see profiles.ts), so every key is present inside.
 */
export const settings = z.strictObject({
  start: z
    .enum(['click', 'automatic'])
    .describe('What starts sending: a person’s click, or the statement of the document itself.'),
  sendWhen: z
    .array(z.enum(STATED_STATUSES))
    .min(1)
    .describe('Statuses in which a document may be sent. Void always travels once it was sent.'),
  onceOnly: z
    .boolean()
    .describe('A document is exported once; later changes are stored and shown, never sent.'),
  finalization: z
    .boolean()
    .describe('Support has to finalize the connection before anything is sent.'),
  lock: z
    .enum(['none', 'trial'])
    .describe(
      'Who has no access until support unlocks: nobody, or accounts on trial (`attributes.trial` is `true` or `yes`).',
    ),
  setupRequires: z
    .array(setupPart)
    .describe('What has to be there before anything is sent; `lists` is the first download.'),
  refreshSystemTypes: z
    .array(filledText(100))
    .describe(
      'System types (`attributes.systemType`) that offer the refresh button; none named: all.',
    ),
  cutOff: z
    .union([z.enum(['none', 'connected']), plainDate])
    .describe('Only documents created since then are sent: since connecting, or since a date.'),
  direction: z
    .enum(['off', 'to_quickbooks'])
    .describe('The type of sync: nothing, or one way from the app to QuickBooks.'),
  modules: z
    .array(z.enum(STATED_KINDS))
    .describe(
      'Kinds of documents that are sent; others are skipped and say so. Without `purchase_order` a bill goes without the order it is for.',
    ),
  customer: z.strictObject({
    sendWhen: z
      .enum(['stated', 'used'])
      .describe('A customer the app states goes at once, or only when a document needs it.'),
    match: z
      .array(z.enum(['name', 'email']))
      .min(1)
      .describe('How a customer without a link is found, first way that answers wins.'),
    missing: z
      .enum(['create', 'fail'])
      .describe(
        'When a document names a customer QuickBooks does not have. One the app states itself is made all the same.',
      ),
    update: z
      .boolean()
      .describe('Whether a matched customer gets the app’s e-mail, phone and addresses.'),
    nameTaken: z
      .enum(['fail', 'suffix'])
      .describe('When a supplier, an employee or another customer has the name already.'),
    suffix: filledText(20).describe('What is put behind such a name, for example " (C)".'),
  }),
  vendor: z.strictObject({
    match: z
      .array(z.enum(['name', 'email']))
      .min(1)
      .describe('How a supplier without a link is found, first way that answers wins.'),
    missing: z
      .enum(['create', 'fail', 'needs_right'])
      .describe(
        'When a document names a supplier QuickBooks does not have: create it, fail, or create it where the acting user has the right `suppliers:write`. One the app states itself is made all the same, by that right where it is needed.',
      ),
    update: z
      .boolean()
      .describe(
        'Whether suppliers in QuickBooks may be updated from the app, also those that were added by it.',
      ),
    updateNeedsRight: z
      .boolean()
      .describe('Whether that takes the right `suppliers:write` of the acting user.'),
    nameTaken: z
      .enum(['fail', 'suffix'])
      .describe('When a customer, an employee or another supplier has the name already.'),
    suffix: filledText(20).describe('What is put behind such a name, for example " (V)".'),
  }),
  item: z.strictObject({
    mode: z
      .enum(['by_name', 'generic'])
      .describe('How a line finds its product or service: its own, or one for all lines.'),
    genericName: filledText(100).describe(
      'Name of the one product of all lines, in mode `generic`: found, or created once, and used from then on whatever QuickBooks calls it. Another name here is another product, which is told where it is created (`created`); what was sent before keeps the old one until it is sent again.',
    ),
    groupBy: z
      .array(filledText(100))
      .max(20)
      .describe(
        'Attributes by which lines are put together into one, for example model and condition; none named: lines stay as they are. Lines that have none of them stay as they are as well, such as fees.',
      ),
    onePerPrice: z
      .boolean()
      .describe(
        'Whether things of one group but of different prices get a line each. Else the description lists the prices.',
      ),
    description: text(1_000).describe(
      'Description of a line, made of its attributes and of its own `{name}`, `{sku}` and `{description}`: `{model} · Condition {condition}`. What is missing is left out with the words before it. Empty: the line’s own.',
    ),
    missing: z.enum(['create', 'fail']).describe('What happens when QuickBooks has no such item.'),
    otherAccount: z
      .enum(['warn', 'fail'])
      .describe('When an item posts to another income account than the one that is set.'),
  }),
  accounts: z.strictObject({
    income: reference.optional().describe('Income account of items that are created.'),
    receivable: reference.optional().describe('Accounts receivable account of payments.'),
    expense: reference
      .optional()
      .describe(
        'Expense account of the one product, of products that are made because they are bought, of lines that are only described, and where `item.missing` is `fail` of every purchased line that states neither a product nor an account.',
      ),
    payable: reference
      .optional()
      .describe(
        'Credit account of bills, purchase orders and vendor credits; without it, and for another currency than the account’s, the only active accounts payable account of the currency.',
      ),
    deposit: reference
      .optional()
      .describe('Account that takes money received; without it QuickBooks’ undeposited funds.'),
  }),
  purchaseOrdersAs: z
    .enum(['purchase_order', 'bill'])
    .describe(
      'What a purchase order becomes in QuickBooks; plans without purchase orders take bills. What was sent before stays what it is. An order that is a bill takes no further bill.',
    ),
  dimensions: z.strictObject({
    location: z.boolean().describe('Whether the location of a document travels.'),
    class: z.boolean().describe('Whether the class of a line travels.'),
    customerOrProject: z
      .boolean()
      .describe('Whether the customer or project of a purchased line travels.'),
  }),
  referenceTo: z
    .enum(['memo', 'number'])
    .describe(
      'Where the reference of a purchased document goes: into the private note, or as its number; the app’s own number then leads the note. Sales forms always have it in the note.',
    ),
  tax: z
    .enum(['fold', 'as_billed', 'quickbooks_computes'])
    .describe(
      'How tax and discounts travel: folded into the prices in the United States and as billed elsewhere, as billed, or with QuickBooks computing the tax. On purchases of a company that reclaims no tax, as in the United States, tax is part of what each line costs, whatever is set.',
    ),
  difference: z
    .enum(['refuse', 'warn', 'rounding_line'])
    .describe('When QuickBooks’ total is not the document’s: refuse, warn, or add a line.'),
  roundingItem: filledText(100).describe('Name of the item on rounding lines.'),
  shippingItem: filledText(100).describe('Name of the item shipping is billed with.'),
  closedPeriod: z
    .enum(['fail', 'hold', 'first_open_day'])
    .describe('When the books are closed on the date: fail, wait, or use the first open day.'),
  releaseWhenFixed: z
    .boolean()
    .describe(
      'Whether documents that failed are tried again by themselves once what they failed for is seen to be fixed.',
    ),
  quickbooksEmails: z
    .boolean()
    .describe('Whether QuickBooks is asked to e-mail the form to the customer.'),
  imports: z.strictObject({
    contacts: z
      .boolean()
      .describe(
        'Whether customers of QuickBooks become contacts of the app: those that are there when it is turned on, each once, then new and changed ones. Turned on again it brings what came or changed meanwhile.',
      ),
    invoices: z
      .boolean()
      .describe(
        'Whether old invoices of QuickBooks are brought to the app, once: decides when the connection is connected for the first time. Later a run of `import_invoices` brings them.',
      ),
  }),
  payments: z
    .boolean()
    .describe('Whether the app is told what is paid in QuickBooks on the invoices it sent.'),
  reviewRequest: z
    .boolean()
    .describe(
      'Whether the app is told when a contact’s first invoice is paid in full, to ask for a review.',
    ),
  nightlyAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day, HH:MM' })
    .describe(
      'When the lists of QuickBooks are read anew each night, `HH:MM`; spread over the hour that follows.',
    ),
  timeZone: z
    .union([z.literal('company'), timeZone])
    .describe('The time zone of `nightlyAt`: an IANA name, or that of the QuickBooks company.'),
  drift: z
    .enum(['keep_theirs', 'push_ours'])
    .describe(
      'When somebody changes in QuickBooks what the app sent: keep that and say so, or send it again.',
    ),
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

/** The app's word for a document of the kind: its own for invoices, else QuickBooks'. */
export function documentWordOf(
  kind: DocumentKind,
  { documentWord }: Pick<Settings, 'documentWord'>,
): string {
  return kind === 'invoice' ? documentWord : kindWord(kind);
}

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
