import { toDecimalString, toMinorUnits } from '../src/contract/money.js';
import { reason } from '../src/contract/reasons.js';
import type { Needed } from '../src/ledger/documents/needs.js';
import { asBody } from '../src/push/body.js';
import { definePush, type ItemOf, type Plan, type PlanContext } from '../src/push/job.js';
import {
  currencyProblem,
  currentOf,
  openMinor,
  paymentFacts,
  paymentIsHeld,
  paymentLeftOut,
  paymentLookUp,
  paymentMentions,
  paymentReferences,
} from '../src/push/payment.js';
import { paidThere } from '../src/push/told-back.js';
import { type AppliedTo, paymentBody } from '../src/qbo/mapping/payment.js';

type Item = ItemOf<'payment'>;

/**
 * Makes QuickBooks hold money received: a Payment linked to the invoices it pays. What an invoice
 * does not take stays the customer's credit. It goes after its invoices, and money that is in
 * QuickBooks already does not go there again.
 */
export const pushPayment = definePush({
  name: 'push-payment',
  kind: 'payment',
  entity: 'Payment',
  exclusive: true,

  dateOf: ({ document }) => document.date,

  needs: ({ document }) =>
    document.applies.flatMap(({ invoice: { externalId } }, index) =>
      externalId === undefined ? [] : [{ role: roleOf(index), kind: 'invoice', externalId }],
    ),

  mentions: ({ document, connection: { settings } }) => paymentMentions(document, settings),

  plan(item, context): Plan {
    const { document, link } = item;
    if (link?.origin === 'imported') return { kind: 'have', quickbooksId: link.quickbooksId };
    const refused = refusal(item, context);
    if (refused !== undefined) return refused;
    const references = paymentReferences(context.matched);
    const { body, problems } = paymentBody({
      document,
      amount: document.amount,
      applied: appliedTo(item, context),
      references,
      company: context.company,
      current: currentOf(item),
      mark: context.mark,
    });
    const operation = link === null ? 'create' : 'update';
    const warnings = paymentLeftOut(document, references);
    return { kind: 'write', operation, body: asBody(body), problems, warnings };
  },

  read(entity, item, company) {
    const { amount, applies, currency = company.homeCurrency } = item.document;
    const minor = (text: string) => toMinorUnits(text, currency);
    const wanted = minor(amount);
    const { unappliedMinor, ...facts } = paymentFacts(entity, item, company, wanted);
    const left = wanted - applies.reduce((sum, row) => sum + minor(row.amount), 0);
    if (unappliedMinor <= left) return facts;
    const unapplied = toDecimalString(unappliedMinor, currency);
    return { ...facts, warnings: [{ name: 'left_as_credit', params: { amount: unapplied } }] };
  },

  lookUp: (_, sent, mark, since) => paymentLookUp(sent, mark, since),
  holds: paymentIsHeld,
});

const roleOf = (index: number) => `applies.${index}.invoice`;

function refusal(item: Item, { needed, company }: PlanContext): Plan | undefined {
  const { applies } = item.document;
  for (const [index, { invoice }] of applies.entries()) {
    const found = needed.get(roleOf(index));
    if (found === undefined) continue;
    if (invoice.recordId !== undefined && invoice.recordId !== found.quickbooksId) {
      const other = { a: `invoice ${found.externalId}`, b: `invoice ${invoice.recordId}` };
      return { kind: 'fail', reason: reason('reference_conflict', other) };
    }
    const problem = currencyProblem(found, item.document, company);
    if (problem !== undefined) return { kind: 'fail', reason: problem };
    const known = toldBack(item, found, company.homeCurrency);
    if (known !== undefined) return { kind: 'skip', reason: known };
  }
  return undefined;
}

/** Why it is not sent, where QuickBooks has the money and the app only tells it back. */
function toldBack({ documentId, link, document }: Item, found: Needed, homeCurrency: string) {
  const paid = link === null ? paidThere(documentId, found) : undefined;
  if (paid === undefined) return undefined;
  const currency = document.currency ?? homeCurrency;
  return reason('paid_in_quickbooks', {
    externalId: found.externalId,
    stated: toDecimalString(found.paidMinor ?? 0, currency),
    quickbooks: toDecimalString(paid, currency),
  });
}

/** Each invoice takes what is stated for it, and no more than is open of it. */
function appliedTo({ document }: Item, { needed, company }: PlanContext): AppliedTo[] {
  const currency = document.currency ?? company.homeCurrency;
  const taken = new Map<string, number>();
  for (const [index, { invoice, amount }] of document.applies.entries()) {
    const found = needed.get(roleOf(index));
    const quickbooksId = found?.quickbooksId ?? invoice.recordId ?? '';
    const before = taken.get(quickbooksId) ?? 0;
    const open = found === undefined ? null : openMinor(found);
    const wanted = before + toMinorUnits(amount, currency);
    taken.set(quickbooksId, open === null ? wanted : Math.min(wanted, open));
  }
  return [...taken].flatMap(([quickbooksId, minor]) =>
    minor === 0
      ? []
      : [{ type: 'Invoice', quickbooksId, amount: toDecimalString(minor, currency) }],
  );
}
