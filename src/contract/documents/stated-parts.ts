import type { AppliedCredit } from './applied-credit.js';
import type { CreditMemo } from './credit-memo.js';
import type { Invoice } from './invoice.js';
import type { Payment } from './payment.js';

/** A document that is stated inside another one, under its own key. */
export type StatedPart =
  | { kind: 'payment'; externalId: string; document: Payment }
  | { kind: 'applied_credit'; externalId: string; document: AppliedCredit };

/** Payments of an invoice: each is the payment document of the same externalId. */
export function paymentsOf(externalId: string, invoice: Invoice): StatedPart[] {
  const { customer, currency, location, priority } = invoice;
  return invoice.payments.map(({ externalId: own, date, amount, method, reference }) => ({
    kind: 'payment',
    externalId: own,
    document: stated<Payment>({
      date,
      customer,
      amount,
      method,
      reference,
      currency,
      location,
      priority,
      attributes: {},
      applies: [{ invoice: { externalId }, amount }],
    }),
  }));
}

/** The credit of a memo that says which invoice it is for. */
export function creditOf(externalId: string, memo: CreditMemo): StatedPart[] {
  const { appliesTo, customer, currency, issueDate, priority, total, status } = memo;
  if (appliesTo === undefined || status === 'void') return [];
  const document = stated<AppliedCredit>({
    date: issueDate,
    customer,
    currency,
    priority,
    attributes: {},
    creditMemo: externalId,
    invoice: appliesTo,
    amount: total,
  });
  return [{ kind: 'applied_credit', externalId, document }];
}

/** Without undefined members: two equal parts are equal as text. */
function stated<Document extends object>(document: Document): Document {
  const entries = Object.entries(document).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Document;
}
