import { z } from 'zod';
import { toReadableAmount } from './money.js';

/** Things worth knowing about a document that did not keep it from being synced. */
export const warning = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('changed_after_export') }),
  z.strictObject({ name: z.literal('similar_name'), params: z.strictObject({ name: z.string() }) }),
  z.strictObject({ name: z.literal('case_differs'), params: z.strictObject({ name: z.string() }) }),
  /** `type`: what people call such a party; without it a customer. */
  z.strictObject({
    name: z.literal('same_email'),
    params: z.strictObject({ name: z.string(), type: z.string().optional() }),
  }),
  z.strictObject({
    name: z.literal('no_email'),
    params: z.strictObject({ name: z.string(), type: z.string().optional() }),
  }),
  z.strictObject({
    name: z.literal('name_given'),
    params: z.strictObject({ wanted: z.string(), used: z.string() }),
  }),
  z.strictObject({
    name: z.literal('other_account'),
    params: z.strictObject({ wanted: z.string(), used: z.string() }),
  }),
  z.strictObject({
    name: z.literal('other_date'),
    params: z.strictObject({ stated: z.string(), used: z.string() }),
  }),
  z.strictObject({
    name: z.literal('number_assigned'),
    params: z.strictObject({ number: z.string() }),
  }),
  z.strictObject({
    name: z.literal('paid_differs'),
    params: z.strictObject({ stated: z.string(), quickbooks: z.string() }),
  }),
  z.strictObject({
    name: z.literal('left_as_credit'),
    params: z.strictObject({ amount: z.string() }),
  }),
  z.strictObject({ name: z.literal('credit_used') }),
  /** Values are shown of what people may see in clear text: numbers, dates, amounts, names. */
  z.strictObject({
    name: z.literal('drifted'),
    params: z.strictObject({
      fields: z.array(
        z.strictObject({
          field: z.string(),
          theirs: z.string().nullable(),
          ours: z.string().nullable(),
        }),
      ),
    }),
  }),
  z.strictObject({ name: z.literal('voided_in_quickbooks') }),
  z.strictObject({
    name: z.literal('created'),
    params: z.strictObject({ type: z.string(), name: z.string() }),
  }),
  /** Parts of a total that are in its prices; null where there is none. Amounts are decimal strings. */
  z.strictObject({
    name: z.literal('folded'),
    params: z.strictObject({
      discount: z.string().nullable(),
      shipping: z.string().nullable(),
      tax: z.string().nullable(),
    }),
  }),
  /** Tax on a purchase that the company does not reclaim. A decimal string. */
  z.strictObject({
    name: z.literal('tax_in_cost'),
    params: z.strictObject({ tax: z.string() }),
  }),
  z.strictObject({
    name: z.literal('amount_differs'),
    params: z.strictObject({ source: z.string(), quickbooks: z.string() }),
  }),
  z.strictObject({
    name: z.literal('tax_differs'),
    params: z.strictObject({ source: z.string(), quickbooks: z.string() }),
  }),
  z.strictObject({
    name: z.literal('left_out'),
    params: z.strictObject({ field: z.string(), why: z.string() }),
  }),
  /** It goes without the link to another document, as the settings want: `to` names that one. */
  z.strictObject({
    name: z.literal('not_linked'),
    params: z.strictObject({ to: z.string(), why: z.string() }),
  }),
  /** What the app says of a supplier stays out of QuickBooks; with who lacks the right for it. */
  z.strictObject({
    name: z.literal('update_not_made'),
    params: z.discriminatedUnion('why', [
      z.strictObject({ why: z.literal('setting') }),
      z.strictObject({ why: z.literal('right'), actor: z.string() }),
    ]),
  }),
  z.strictObject({ name: z.literal('replayed') }),
  z.strictObject({ name: z.literal('adopted') }),
]);
export type Warning = z.infer<typeof warning>;

/** Warnings that only inform: the label stays "Synced". */
const INFORMATION: ReadonlySet<Warning['name']> = new Set([
  'created',
  'folded',
  'tax_in_cost',
  'not_linked',
  'replayed',
  'adopted',
]);

/** Whether the label says "with warnings". */
export function countsAsWarning(found: Warning): boolean {
  return !INFORMATION.has(found.name);
}

/** The sentence of a warning, or undefined where Details say it elsewhere. */
export function warningSentence(
  found: Warning,
  { documentWord, currency }: { documentWord: string; currency?: string | undefined },
): string | undefined {
  const money = (amount: string) => toReadableAmount(amount, currency);
  switch (found.name) {
    case 'changed_after_export':
      return `The ${documentWord} was changed after its export; the change is not in QuickBooks.`;
    case 'similar_name':
      return `A similar name exists in QuickBooks: ${found.params.name}.`;
    case 'case_differs':
      return `QuickBooks writes the name as ${found.params.name}.`;
    case 'same_email':
      return `Another ${found.params.type ?? 'customer'} in QuickBooks has the same e-mail address: ${found.params.name}.`;
    case 'no_email':
      return `The ${found.params.type ?? 'customer'} ${found.params.name} has no e-mail address here, so the name decided.`;
    case 'name_given':
      return `QuickBooks could not take the name "${found.params.wanted}"; there it is "${found.params.used}".`;
    case 'other_account':
      return `It posts to ${found.params.used} instead of ${found.params.wanted}.`;
    case 'other_date':
      return `The books are closed on ${found.params.stated}; it is dated ${found.params.used} in QuickBooks.`;
    case 'number_assigned':
      return `The number does not fit QuickBooks; it was numbered ${found.params.number} there.`;
    case 'folded':
      return foldedSentence(found.params, money);
    case 'tax_in_cost':
      return `Tax of ${money(found.params.tax)} is part of what the lines cost, because this company reclaims no tax on purchases.`;
    case 'amount_differs':
      return `QuickBooks holds a total of ${money(found.params.quickbooks)} where the ${documentWord} says ${money(found.params.source)}.`;
    case 'tax_differs':
      return `QuickBooks holds tax of ${money(found.params.quickbooks)} where the ${documentWord} says ${money(found.params.source)}.`;
    case 'left_out':
      return `Not in QuickBooks: ${found.params.field}, because ${found.params.why}.`;
    case 'not_linked':
      return `It is not linked to ${found.params.to}, because ${found.params.why}.`;
    case 'update_not_made':
      return `It is left as it is in QuickBooks: ${whyNotMade(found.params)}.`;
    case 'paid_differs':
      return `The ${documentWord} says that ${found.params.stated} was paid, and QuickBooks has ${found.params.quickbooks}. Nothing is made of the difference: state the payment, or record it there.`;
    case 'left_as_credit':
      return `${found.params.amount} of it is more than was open, and stays the customer's credit.`;
    case 'credit_used':
      return 'QuickBooks had used the credit already; it was not applied a second time.';
    case 'drifted':
      return driftSentence(found.params.fields);
    case 'voided_in_quickbooks':
      return 'It was voided in QuickBooks: its amounts are zero there. It is not sent again.';
    case 'replayed':
      return 'The first answer was lost; QuickBooks confirmed it when asked again.';
    case 'adopted':
      return 'The first answer was lost; it was found in QuickBooks and taken over.';
    case 'created':
      return undefined;
  }
}

function whyNotMade(params: Extract<Warning, { name: 'update_not_made' }>['params']): string {
  if (params.why === 'setting') return 'the settings do not let suppliers be updated';
  return params.actor === ''
    ? 'no user is named who may update suppliers'
    : `${params.actor} may not update suppliers`;
}

const DRIFTED_SHOWN_MAX = 5;

/** "Changed in QuickBooks: due date (2026-12-20 there, 2026-12-06 here), memo." */
function driftSentence(
  fields: readonly { field: string; theirs: string | null; ours: string | null }[],
): string {
  const shown = fields.slice(0, DRIFTED_SHOWN_MAX).map(({ field, theirs, ours }) => {
    if (theirs === null && ours === null) return field;
    return `${field} (${theirs ?? 'nothing'} there, ${ours ?? 'nothing'} here)`;
  });
  const left = fields.length - shown.length;
  return `Changed in QuickBooks: ${[...shown, ...(left > 0 ? [`${left} more`] : [])].join(', ')}.`;
}

/** "US account: discount 120.00 and tax 89.10 are included in the item prices." */
function foldedSentence(
  parts: Extract<Warning, { name: 'folded' }>['params'],
  money: (amount: string) => string,
): string {
  const named = (['discount', 'shipping', 'tax'] as const).flatMap((part) => {
    const amount = parts[part];
    return amount === null ? [] : [`${part} ${money(amount)}`];
  });
  const last = named.at(-1) ?? '';
  const list = named.length < 2 ? last : `${named.slice(0, -1).join(', ')} and ${last}`;
  return `US account: ${list} ${named.length === 1 ? 'is' : 'are'} included in the item prices.`;
}
