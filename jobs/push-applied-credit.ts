import { toDecimalString, toMinorUnits } from '../src/contract/money.js';
import { reason } from '../src/contract/reasons.js';
import { asBody } from '../src/push/body.js';
import { definePush, type Plan } from '../src/push/job.js';
import { customerMention } from '../src/push/party-mentions.js';
import {
  currencyProblem,
  currentOf,
  openMinor,
  paymentFacts,
  paymentIsHeld,
  paymentLookUp,
  paymentReferences,
} from '../src/push/payment.js';
import { paymentBody } from '../src/qbo/mapping/payment.js';

const MEMO = 'creditMemo';
const INVOICE = 'appliesTo';

/**
 * Sets a credit memo against the invoice it says it is for: a Payment of zero that links the two. One
 * thing with the memo for the app, and a document of its own here, so that it is made once.
 */
export const pushAppliedCredit = definePush({
  name: 'push-applied-credit',
  kind: 'applied_credit',
  entity: 'Payment',
  exclusive: true,

  dateOf: ({ document }) => document.date,

  needs({ document: { creditMemo, invoice } }) {
    const memo = { role: MEMO, kind: 'credit_memo', externalId: creditMemo } as const;
    const { externalId } = invoice;
    return externalId === undefined
      ? [memo]
      : [memo, { role: INVOICE, kind: 'invoice', externalId }];
  },

  mentions: ({ document, connection: { settings } }) => [
    customerMention(document.customer, settings),
  ],

  plan({ document, link }, { needed, matched, company, mark }): Plan {
    const currency = document.currency ?? company.homeCurrency;
    const memo = needed.get(MEMO);
    const invoice = needed.get(INVOICE);
    const problem = invoice && currencyProblem(invoice, document, company);
    if (problem !== undefined) return { kind: 'fail', reason: problem };
    // The company may have QuickBooks apply credits by itself; it has done so with this one then.
    const isUsed = link === null && memo !== undefined && openMinor(memo) === 0;
    if (isUsed) return { kind: 'skip', reason: reason('credit_used', {}) };
    const open = [memo, invoice].flatMap((one) => (one && openMinor(one)) ?? []);
    const minor = Math.min(toMinorUnits(document.amount, currency), ...open);
    if (minor <= 0) {
      const rule = 'nothing of the invoice or of the credit is open in QuickBooks';
      return { kind: 'recheck', reason: reason('invalid_field', { field: INVOICE, rule }) };
    }
    const amount = toDecimalString(minor, currency);
    const invoiceId = invoice?.quickbooksId ?? document.invoice.recordId ?? '';
    const { body, problems } = paymentBody({
      document,
      amount: '0',
      applied: [
        { type: 'Invoice', quickbooksId: invoiceId, amount },
        { type: 'CreditMemo', quickbooksId: memo?.quickbooksId ?? '', amount },
      ],
      references: paymentReferences(matched),
      company,
      current: currentOf({ link }),
      mark,
    });
    const operation = link === null ? 'create' : 'update';
    return { kind: 'write', operation, body: asBody(body), problems };
  },

  read(entity, item, company) {
    const { unappliedMinor: _, ...facts } = paymentFacts(entity, item, company, 0);
    return facts;
  },

  lookUp: (_, sent, mark, since) => paymentLookUp(sent, mark, since),
  holds: paymentIsHeld,
});
