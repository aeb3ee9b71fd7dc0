import type { DocumentByKind } from '../contract/documents/index.js';
import { type MinorUnits, toDecimalString } from '../contract/money.js';
import { type Reason, reason } from '../contract/reasons.js';
import type { CustomerReference, Reference } from '../contract/reference.js';
import type { RecordType } from '../contract/run.js';
import type { Settings } from '../contract/settings.js';
import type { Warning } from '../contract/warnings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import type { AppliedKind } from '../ledger/documents/applications.js';
import type { Needed } from '../ledger/documents/needs.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { JsonObject } from '../qbo/fault.js';
import {
  type PaymentReferences,
  paymentAfter,
  paymentHolds,
  samePayment,
} from '../qbo/mapping/payment.js';
import { type QuickBooksPayment, readEntity } from '../qbo/mapping/quickbooks-types.js';
import { newest, ofCustomer } from './candidates.js';
import type { AnswerFacts, LookUp, Matched, Mention } from './job.js';
import { shownAs } from './mentions.js';
import { customerMention } from './party-mentions.js';

/** What payments and applied credits have in common: both are a Payment in QuickBooks. */

type Money = DocumentByKind['payment' | 'applied_credit'];

/** What money received mentions; a credit that is applied moves none, so it names the customer only. */
export function paymentMentions(
  document: { customer: CustomerReference } & Partial<DocumentByKind['payment']>,
  settings: Settings,
): Mention[] {
  const { deposit, receivable } = settings.accounts;
  return [
    customerMention(document.customer, settings),
    ...recordMention('depositAccount', 'account', document.depositAccount ?? deposit),
    ...recordMention('receivableAccount', 'account', receivable),
    // Every processor has a word of its own for it: money is not kept back for that.
    ...recordMention('method', 'payment_method', document.method).map((mention) => ({
      ...mention,
      optional: true,
    })),
  ];
}

const WORDS = { account: 'account', payment_method: 'payment method' } as const;

function recordMention(
  role: string,
  type: RecordType & keyof typeof WORDS,
  reference: Reference | undefined,
): Mention[] {
  if (reference === undefined) return [];
  const shown = shownAs(reference, reference.name ?? reference.number);
  const rule = `there is no ${WORDS[type]} "${shown}"`;
  return [
    {
      role,
      type,
      reference,
      matchBy: ['name'],
      name: reference.name,
      missing: reason('invalid_field', { field: role, rule }),
    },
  ];
}

export function paymentReferences(matched: Matched): PaymentReferences {
  return {
    customerId: matched.get('customer') ?? '',
    methodId: matched.get('method') ?? null,
    depositAccountId: matched.get('depositAccount') ?? null,
    receivableAccountId: matched.get('receivableAccount') ?? null,
  };
}

/** What the app says of money received, and QuickBooks cannot hold. */
export function paymentLeftOut(
  { method }: DocumentByKind['payment'],
  { methodId }: PaymentReferences,
): Warning[] {
  if (method === undefined || methodId !== null) return [];
  const why = 'QuickBooks has no such payment method';
  return [{ name: 'left_out', params: { field: 'method', why } }];
}

/** The version of it QuickBooks holds, as we know it; null creates. */
export function currentOf({ link }: Pick<LoadedItem, 'link'>) {
  return link === null ? null : { id: link.quickbooksId, syncToken: link.syncToken ?? '0' };
}

/** What of an invoice or a credit is open for this document: without what it takes itself. */
export function openMinor({ balanceMinor, appliedMinor }: Needed): MinorUnits | null {
  return balanceMinor === null ? null : Math.max(0, balanceMinor + appliedMinor);
}

/** QuickBooks applies money to transactions of its own currency only. */
export function currencyProblem(
  needed: Needed,
  { currency }: Money,
  { homeCurrency }: CompanyFacts,
): Reason | undefined {
  if (needed.currency === null || needed.currency === (currency ?? homeCurrency)) return undefined;
  const rule = `must be ${needed.currency}, the currency of invoice ${needed.externalId}`;
  return reason('invalid_field', { field: 'currency', rule });
}

const KIND_OF: Readonly<Record<string, AppliedKind>> = {
  Invoice: 'invoice',
  CreditMemo: 'credit_memo',
};

/** What an answer about a payment means for the ledger. */
export function paymentFacts(
  entity: JsonObject,
  item: LoadedItem & { document: Money },
  { homeCurrency }: CompanyFacts,
  wantedMinor: MinorUnits,
): AnswerFacts & { unappliedMinor: MinorUnits } {
  const stored = readEntity('Payment', entity);
  const currency = item.document.currency ?? homeCurrency;
  const { totalMinor, unappliedMinor, applied } = paymentAfter(stored, currency);
  const amounts = {
    source: toDecimalString(wantedMinor, currency),
    quickbooks: toDecimalString(totalMinor, currency),
  };
  return {
    quickbooksId: stored.Id,
    syncToken: stored.SyncToken,
    number: stored.PaymentRefNum ?? null,
    totalMinor,
    balanceMinor: unappliedMinor,
    unappliedMinor,
    warnings: [],
    record: null,
    applied: applied.flatMap(({ type, quickbooksId, minor }) => {
      const kind = KIND_OF[type];
      return kind === undefined ? [] : [{ kind, quickbooksId, minor }];
    }),
    problem: totalMinor === wantedMinor ? null : reason('amount_differs', amounts),
  };
}

/** Payments have no number that is theirs alone: the customer's newest are looked through. */
export function paymentLookUp(sent: JsonObject, mark: string | null, since: Date | null): LookUp {
  const body = sent as unknown as QuickBooksPayment;
  return {
    queries: [newest(ofCustomer('Payment', body.CustomerRef.value, since))],
    judge: (candidate) => samePayment(readEntity('Payment', candidate), body, mark, since),
  };
}

export function paymentIsHeld(stored: JsonObject, sent: JsonObject): boolean {
  return paymentHolds(readEntity('Payment', stored), sent as unknown as QuickBooksPayment);
}
