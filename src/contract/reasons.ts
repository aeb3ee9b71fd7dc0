import { z } from 'zod';
import { type DocumentKind, isKind, kindWord } from './documents/kinds.js';
import { duplicateNumber, duplicateNumberText } from './duplicate-number.js';
import { toReadableAmount } from './money.js';
import { setupWords } from './setup.js';

/**
 * Why a document is not synced: one closed list. A reason is a machine word with parameters; the
 * sentence people read is rendered from them when it is shown, in the app's own words.
 */

const name = z.string();
/** An amount as a decimal string in the document's currency. */
const amountText = z.string();
const noParams = z.strictObject({});

export const REASON_PARAMS = {
  /** `sentWhen`: the statuses it waits for; what was stored before them waits for `released`. */
  not_released: z.strictObject({ status: z.string(), sentWhen: z.array(z.string()).optional() }),
  waits_for_click: noParams,
  waits_for_use: noParams,
  before_cut_off: z.strictObject({
    created: z.string(),
    connected: z.string(),
    /** The date was set; else it is the one of connecting. */
    isSet: z.literal(true).optional(),
  }),
  not_finalized: noParams,
  locked: noParams,
  /** Parts of the setup, or what the settings name and QuickBooks lacks. */
  setup_incomplete: z.strictObject({ missing: z.array(z.string()) }),
  kind_off: z.strictObject({ kind: z.string() }),
  held: z.strictObject({ until: z.string().nullable() }),
  paused: noParams,
  customer_missing: z.strictObject({ name }),
  vendor_missing: z.strictObject({ name }),
  item_missing: z.strictObject({ name }),
  record_inactive: z.strictObject({ type: z.string(), name }),
  item_not_sold: z.strictObject({ name, type: z.string() }),
  other_account: z.strictObject({ name, wanted: z.string(), used: z.string() }),
  vendor_right_missing: z.strictObject({ actor: z.string() }),
  reference_conflict: z.strictObject({ a: z.string(), b: z.string() }),
  total_mismatch: z.strictObject({ source: amountText, lines: amountText }),
  amount_differs: z.strictObject({ source: amountText, quickbooks: amountText }),
  tax_differs: z.strictObject({ source: amountText, quickbooks: amountText }),
  /** ISO 3166 codes, or as they are spelled where they have none. */
  country_differs: z.strictObject({ app: z.string(), quickbooks: z.string() }),
  duplicate_number: duplicateNumber,
  duplicate_name: z.strictObject({ name, type: z.string() }),
  period_closed: z.strictObject({ closedThrough: z.string().nullable(), date: z.string() }),
  plan_lacks: z.strictObject({ feature: z.string() }),
  invalid_field: z.strictObject({ field: z.string(), rule: z.string() }),
  stale_conflict: z.strictObject({ fields: z.array(z.string()) }),
  payment_applied: noParams,
  voided_in_quickbooks: noParams,
  paid_lowered: z.strictObject({ before: amountText, now: amountText }),
  paid_in_quickbooks: z.strictObject({
    externalId: z.string(),
    stated: amountText,
    quickbooks: amountText,
  }),
  credit_used: noParams,
  /** A person's e-mail address, or `app`. */
  skipped_by: z.strictObject({ by: z.string() }),
  marked_handled: z.strictObject({ by: z.string() }),
  /** What QuickBooks has under the id, and whose it would have to be. */
  link_differs: z.strictObject({ id: z.string(), theirs: z.string(), ours: z.string() }),
  /** `why`: it may be a person's, it came from there, it is on a list, or a bill was made of it. */
  not_removed: z.strictObject({
    kind: z.string(),
    why: z.enum(['found', 'made_there', 'listed', 'billed']),
    id: z.string(),
  }),
  deposited: noParams,
  blocked_by: z.strictObject({
    kind: z.string(),
    externalId: z.string(),
    /** What keeps the other one, where it does not go on by itself. */
    state: z.enum(['unstated', 'not_ready', 'failed', 'skipped']).optional(),
    /** The other one has to be taken back first. */
    until: z.literal('gone').optional(),
  }),
  /** Since when QuickBooks refuses every call, where that lasts longer than a pause. */
  rate_limited: z.strictObject({ since: z.string().optional() }),
  reconnect_needed: noParams,
  company_suspended: noParams,
  other_company: noParams,
  quickbooks_unavailable: noParams,
  outcome_unknown: noParams,
  crashed: noParams,
  already_exported: z.strictObject({ number: z.string(), date: z.string() }),
  /** QuickBooks' id, number and date of the old invoice it is, or is about. */
  imported: z.strictObject({ id: z.string(), number: z.string().nullable(), date: z.string() }),
  refused_by_quickbooks: z.strictObject({ code: z.string(), text: z.string() }),
} as const;

export type ReasonName = keyof typeof REASON_PARAMS;
export const REASON_NAMES = Object.keys(REASON_PARAMS) as [ReasonName, ...ReasonName[]];
export type ReasonParams<Name extends ReasonName> = z.infer<(typeof REASON_PARAMS)[Name]>;

/** A reason with its parameters. */
export type Reason = {
  [Name in ReasonName]: { name: Name; params: ReasonParams<Name> };
}[ReasonName];

/** Makes a reason; the compiler checks that the parameters fit the name. */
export function reason<Name extends ReasonName>(name: Name, params: ReasonParams<Name>): Reason {
  return { name, params } as Reason;
}

/** Rebuilds a reason from the ledger's columns; undefined where none is stored. */
export function storedReason(name: string | null, params: unknown): Reason | undefined {
  if (name === null || !Object.hasOwn(REASON_PARAMS, name)) return undefined;
  const known = name as ReasonName;
  return { name: known, params: REASON_PARAMS[known].parse(params ?? {}) } as Reason;
}

/** What a sentence may speak of besides the reason itself. */
export interface SentenceContext {
  kind: DocumentKind;
  number: string | null;
  currency: string | undefined;
  documentWord: string;
  refreshLabel: string;
}

type Sentence<Name extends ReasonName> = (
  params: ReasonParams<Name>,
  context: SentenceContext,
) => string;

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const money = (amount: string, context: SentenceContext) =>
  toReadableAmount(amount, context.currency);
const missing = (type: string, what: string, context: SentenceContext) =>
  `${type} "${what}" was not found in QuickBooks. Add or rename the ${type.toLowerCase()} in QuickBooks, press ${context.refreshLabel}, then retry.`;

const SENTENCES: { [Name in ReasonName]: Sentence<Name> } = {
  not_released: ({ status, sentWhen = ['released'] }, { documentWord }) =>
    `This ${documentWord} is "${status}". It goes to QuickBooks once it is ${sentWhen.join(' or ')}.`,
  waits_for_click: (_, { documentWord }) =>
    `This ${documentWord} is ready and is sent when someone exports it.`,
  waits_for_use: (_, { kind }) =>
    `This ${kindWord(kind)} is sent once a document that is sent names it.`,
  before_cut_off: ({ created, connected, isSet }, { kind }) =>
    isSet
      ? `Created on ${created}. Only ${kindWord(kind)}s created from ${connected} on are synced.`
      : `Created on ${created}, before QuickBooks was connected (${connected}). Only ${kindWord(kind)}s created after that are synced.`,
  not_finalized: () => 'QuickBooks is connected but support has not finalized the integration yet.',
  locked: () =>
    'This account has no access to the QuickBooks integration yet. Request access to use it.',
  setup_incomplete: ({ missing: parts }) =>
    `The setup is not complete: ${parts.map(setupWords).join(', ')}.`,
  kind_off: ({ kind }) => `Sending of ${kind}s is switched off in the settings.`,
  paused: () => 'Sending to QuickBooks is paused for this account. It goes on once it is resumed.',
  held: ({ until }) =>
    until === null ? 'Sending is on hold.' : `Sending is on hold until ${until}.`,
  customer_missing: (params, context) => missing('Customer', params.name, context),
  vendor_missing: (params, context) => missing('Supplier', params.name, context),
  item_missing: (params, context) => missing('Product', params.name, context),
  record_inactive: (params) =>
    `${capitalised(params.type)} "${params.name}" is inactive in QuickBooks. Make it active there, or choose another one, then retry.`,
  item_not_sold: (params) =>
    `Product "${params.name}" is a ${params.type} in QuickBooks, which these lines cannot use. Give the product another name, or name the one that is meant, then retry.`,
  other_account: (params) =>
    `Product "${params.name}" posts to ${params.used} in QuickBooks instead of ${params.wanted}. Change its income account there, or the setting, then retry.`,
  vendor_right_missing: ({ actor }) =>
    `The supplier is not in QuickBooks, and ${actor === '' ? 'no user is named who may add suppliers' : `${actor} may not add suppliers`}. Add it there, or let someone with the right send it again.`,
  reference_conflict: ({ a, b }) =>
    `The reference points to two different records: ${a} and ${b}. Correct one of them and send again.`,
  total_mismatch: ({ source, lines }, context) =>
    `The total is ${money(source, context)} but the lines come to ${money(lines, context)}. Correct the ${context.documentWord} and send it again.`,
  amount_differs: ({ source, quickbooks }, context) =>
    `QuickBooks computed a total of ${money(quickbooks, context)} where the ${context.documentWord} says ${money(source, context)}. Compare both and correct one of them.`,
  tax_differs: ({ source, quickbooks }, context) =>
    `QuickBooks computed tax of ${money(quickbooks, context)} where the ${context.documentWord} says ${money(source, context)}. Compare the tax codes.`,
  country_differs: ({ app, quickbooks }) =>
    `This account is set up for ${app} but the QuickBooks company is in ${quickbooks}, and the country decides how tax is written. Connect the right company, or correct the country of the account, then retry.`,
  duplicate_number: (params, { documentWord }) => duplicateNumberText(params, documentWord),
  duplicate_name: (params) =>
    `The name "${params.name}" is already used in QuickBooks by a ${params.type}. Rename one of them, then retry.`,
  period_closed: ({ closedThrough, date }) =>
    `The books are closed${closedThrough === null ? '' : ` through ${closedThrough}`} and the date is ${date}. Use a later date, or ask the bookkeeper to reopen the period, then retry.`,
  plan_lacks: ({ feature }) => `The QuickBooks plan of this company has no ${feature}.`,
  invalid_field: ({ field, rule }) =>
    `QuickBooks cannot take ${field}: ${rule}. Correct it and send again.`,
  stale_conflict: ({ fields }) =>
    `Someone changed this in QuickBooks at the same time (${fields.join(', ') || 'unknown fields'}). Compare both, then retry.`,
  payment_applied: () =>
    'A payment is applied to it in QuickBooks. Remove the payment there first, then retry.',
  voided_in_quickbooks: () =>
    'It was voided in QuickBooks, and is not brought back by sending it again. Enter it anew there, or state it under another id.',
  paid_lowered: ({ before, now }, context) =>
    `The ${context.documentWord} said that ${money(before, context)} was paid and now says ${money(now, context)}, and no payment was taken back. Take back the payment that is meant, or leave the amount paid out.`,
  paid_in_quickbooks: ({ externalId, stated, quickbooks }, context) =>
    `Invoice ${externalId} says that ${money(stated, context)} was paid in all, and QuickBooks has ${money(quickbooks, context)} without this payment. It is not made a second time.`,
  credit_used: () => 'QuickBooks has used this credit already. It is not applied a second time.',
  skipped_by: ({ by }) =>
    `Skipped by ${actorWord(by)}. It is not sent, also when it changes, until somebody retries it.`,
  marked_handled: ({ by }) =>
    `Marked as handled by ${actorWord(by)}. It is not sent, also when it changes, until somebody retries it.`,
  link_differs: ({ id, theirs, ours }) =>
    `Id ${id} is of "${theirs}" in QuickBooks, not of "${ours}": it was not linked, and nothing was changed there. Link another one, or retry to have a new one made.`,
  not_removed: ({ kind, why, id }) => NOT_REMOVED[why](wordOfKind(kind), id),
  deposited: () =>
    'It is part of a bank deposit in QuickBooks. Remove it from the deposit there first, then retry.',
  blocked_by: ({ kind, externalId, state, until }) =>
    `Waits for ${wordOfKind(kind)} ${externalId}, which ${until === 'gone' ? 'has to be taken back first' : WAITED_FOR[state ?? 'sent']}.`,
  rate_limited: ({ since }) =>
    since === undefined
      ? 'QuickBooks asked for a pause. It goes on by itself.'
      : `QuickBooks has taken no calls since ${since}: a limit of its own is used up. It is asked again every few minutes, and goes on by itself.`,
  reconnect_needed: () =>
    'QuickBooks is not connected. Connect it again; what waits then goes on by itself.',
  company_suspended: () =>
    'QuickBooks accepts no changes because its subscription has ended. It goes on once the subscription is renewed.',
  other_company: () => 'The connection now belongs to another QuickBooks company.',
  quickbooks_unavailable: () => 'QuickBooks did not answer properly. It is tried again by itself.',
  outcome_unknown: () =>
    'It was sent but the answer was lost. It is being checked whether QuickBooks has it; it is not sent twice.',
  crashed: () => 'Processing stopped several times without an answer. Support has to look at it.',
  already_exported: ({ number, date }, { kind, documentWord, number: own }) =>
    `${capitalised(documentWord)} ${own ?? number} was already exported to QuickBooks as ${kindWord(kind)} ${number} on ${date}. ${capitalised(article(documentWord))} ${documentWord} can be exported only once.`,
  imported: ({ id, number, date }, { kind }) => {
    const invoice = `${number === null ? `(Id ${id})` : number} of ${date}`;
    return kind === 'invoice'
      ? `Invoice ${invoice} was brought from QuickBooks and stays there as it is: what is changed here is not sent.`
      : `It is for invoice ${invoice}, which was brought from QuickBooks and stays there as it is: this ${kindWord(kind)} is not sent.`;
  },
  refused_by_quickbooks: ({ text, code }) => `QuickBooks refused it: ${text} (code ${code}).`,
};

function actorWord(by: string): string {
  return by === 'app' ? 'the app' : by;
}

/** What is withdrawn and stays in QuickBooks all the same, and what a person does about it. */
const NOT_REMOVED: Record<
  ReasonParams<'not_removed'>['why'],
  (word: string, id: string) => string
> = {
  found: (word, id) =>
    `This ${word} was found in QuickBooks (Id ${id}) and may be somebody else's, so it was left there. If it is this one, link it to Id ${id} and it is taken back; else see to it in QuickBooks and mark this as handled.`,
  made_there: (word, id) =>
    `This ${word} was made in QuickBooks (Id ${id}) and is left there. Take it back there, then mark this as handled.`,
  listed: (word) =>
    `A ${word} in QuickBooks cannot be removed; make it inactive there, then mark this as handled.`,
  billed: () =>
    'A bill was made of it in QuickBooks. Take the bill back there first, or its order off it, then retry.',
};

/** What becomes of a document that another one waits for. */
const WAITED_FOR = {
  sent: 'is sent first',
  unstated: 'has not been stated yet',
  not_ready: 'is not to be sent yet',
  failed: 'failed: its own Details say why. This goes on by itself once that is in QuickBooks',
  skipped: 'is skipped',
} as const;

function wordOfKind(kind: string): string {
  return isKind(kind) ? kindWord(kind) : kind;
}

function article(word: string): 'a' | 'an' {
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}

/** The sentence of a reason, in the app's words. */
export function sentenceOf(why: Reason, context: SentenceContext): string {
  const sentence = SENTENCES[why.name] as Sentence<ReasonName>;
  return sentence(why.params as ReasonParams<ReasonName>, context);
}

/**
 * What the failures of one cause have in common: the reason and what it is about. Two documents
 * with the same fingerprint are fixed by the same act.
 */
export function fingerprintOf(why: Reason): string {
  const about = (ABOUT[why.name] as ((params: unknown) => string) | undefined)?.(why.params) ?? '';
  return about === '' ? why.name : `${why.name}:${about.trim().toLowerCase()}`;
}

const ABOUT: { [Name in ReasonName]?: (params: ReasonParams<Name>) => string } = {
  customer_missing: (params) => params.name,
  vendor_missing: (params) => params.name,
  item_missing: (params) => params.name,
  record_inactive: (params) => `${params.type} ${params.name}`,
  duplicate_name: (params) => params.name,
  item_not_sold: (params) => params.name,
  other_account: (params) => params.name,
  period_closed: (params) => params.closedThrough ?? '',
  plan_lacks: (params) => params.feature,
  invalid_field: (params) => `${params.field} ${params.rule}`,
  setup_incomplete: (params) => params.missing.join(' '),
  not_removed: (params) => params.why,
  kind_off: (params) => params.kind,
  blocked_by: (params) => `${params.kind} ${params.externalId}`,
  refused_by_quickbooks: (params) => params.code,
};
