import type { Payment } from '../../contract/documents/index.js';
import { AMOUNT_DIGITS_MAX, decimalsOf, type MinorUnits } from '../../contract/money.js';
import { decimalsUsed, exactNumber, minorUnitsOf, sameNumber } from './exact-number.js';
import { judgeCandidate, mayBeChanged } from './found-form.js';
import { checkLimits, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import { noteWithMark } from './provenance.js';
import type { QuickBooksPayment, QuickBooksPaymentLine, Ref, Stored } from './quickbooks-types.js';
import type { CurrentVersion } from './sales-form.js';

/**
 * Money received. QuickBooks keeps it as a Payment: an amount, and lines that say which invoices it
 * is applied to; what no line takes stays the customer's credit (Intuit's reference page of Payment).
 * A payment of zero that links a credit memo and an invoice sets the one against the other.
 */

/** Longest PaymentRefNum QuickBooks shows; a longer reference goes into the private note whole. */
const REF_NUM_LENGTH_MAX = 21;

/** What a payment takes from a document, whatever kind that is. */
export type PaymentFacts = Pick<Payment, 'date' | 'currency' | 'memo' | 'reference'>;

/** One transaction a payment is applied to. */
export interface AppliedTo {
  type: 'Invoice' | 'CreditMemo';
  quickbooksId: string;
  /** Decimal string. */
  amount: string;
}

/** QuickBooks ids of what a payment names; null where nothing is named. */
export interface PaymentReferences {
  customerId: string;
  methodId: string | null;
  depositAccountId: string | null;
  receivableAccountId: string | null;
}

export interface PaymentBodyInput {
  document: PaymentFacts;
  /** Money received: zero where a credit is applied. */
  amount: string;
  applied: readonly AppliedTo[];
  references: PaymentReferences;
  company: { homeCurrency: string; multiCurrency: boolean };
  current: CurrentVersion | null;
  mark: string | null;
}

/**
 * The body that creates or updates a payment. All lines are sent each time: QuickBooks replaces them
 * as a whole, and an empty list takes every application back.
 */
export function paymentBody(input: PaymentBodyInput): {
  body: QuickBooksPayment;
  problems: FieldProblem[];
} {
  const { document, amount, applied, references, company, current, mark } = input;
  const refNum = filled(document.reference);
  const fits = refNum === undefined || refNum.length <= REF_NUM_LENGTH_MAX;
  const memo = fits ? document.memo : [document.memo, refNum].filter(Boolean).join('\n');
  const currency = document.currency ?? company.homeCurrency;
  const body = stated<QuickBooksPayment>({
    ...(current !== null && { Id: current.id, SyncToken: current.syncToken, sparse: true }),
    TxnDate: document.date,
    CustomerRef: { value: references.customerId },
    TotalAmt: exactNumber(amount) ?? Number.NaN,
    CurrencyRef: company.multiCurrency ? { value: currency } : undefined,
    PaymentRefNum: fits ? refNum : undefined,
    PaymentMethodRef: refOf(references.methodId),
    DepositToAccountRef: refOf(references.depositAccountId),
    ARAccountRef: refOf(references.receivableAccountId),
    PrivateNote: noteWithMark(memo, mark),
    Line: applied.map(paymentLine),
  });
  return { body, problems: [...amountProblems(input, currency), ...checkLimits('Payment', body)] };
}

function refOf(id: string | null): Ref | undefined {
  return id === null ? undefined : { value: id };
}

function paymentLine({ type, quickbooksId, amount }: AppliedTo): QuickBooksPaymentLine {
  return {
    Amount: exactNumber(amount),
    LinkedTxn: [{ TxnId: quickbooksId, TxnType: type }],
  };
}

function amountProblems(
  { amount, applied, company }: PaymentBodyInput,
  currency: string,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, rule: string) => problems.push({ field, rule });
  if (currency !== company.homeCurrency && !company.multiCurrency) {
    add('currency', `must be ${company.homeCurrency}, the only currency of this company`);
  }
  const decimals = decimalsOf(currency);
  for (const [field, value] of [
    ['amount', amount],
    ...applied.map((one, index) => [`applies.${index}.amount`, one.amount] as const),
  ] as const) {
    if (value.startsWith('-')) add(field, 'must not be negative; state money given back otherwise');
    if (exactNumber(value) === undefined) {
      add(field, `must have at most ${AMOUNT_DIGITS_MAX} digits`);
    }
    if (decimalsUsed(value) > decimals) {
      add(field, `must have at most ${decimals} decimals in ${currency}`);
    }
  }
  return problems;
}

/**
 * Whether a payment found in QuickBooks is the one that was sent when no answer came back. The mark
 * decides where there is one. Without it everything sent must agree, and even then two payments may:
 * that is `same` only where it has a number of its own, else a person decides.
 */
export function samePayment(
  candidate: Stored<'Payment'>,
  sent: QuickBooksPayment,
  mark: string | null,
  since: Date | null = null,
): 'same' | 'different' | 'maybe' {
  const number = sent.PaymentRefNum;
  return judgeCandidate({
    note: candidate.PrivateNote,
    mark,
    isSame: sameMoney(candidate, sent),
    isChanged:
      candidate.CustomerRef.value === sent.CustomerRef.value &&
      mayBeChanged(candidate, { since, stored: candidate.PaymentRefNum, sent: number }),
    number,
  });
}

/** Whether the stored payment says all that the body says: a lost answer needs no second sending. */
export function paymentHolds(stored: Stored<'Payment'>, sent: QuickBooksPayment): boolean {
  return (
    sameMoney(stored, sent) &&
    held(stored.PrivateNote, sent.PrivateNote) &&
    held(stored.PaymentMethodRef?.value, sent.PaymentMethodRef?.value) &&
    held(stored.DepositToAccountRef?.value, sent.DepositToAccountRef?.value) &&
    held(stored.ARAccountRef?.value, sent.ARAccountRef?.value)
  );
}

function sameMoney(stored: Stored<'Payment'>, sent: QuickBooksPayment): boolean {
  return (
    stored.CustomerRef.value === sent.CustomerRef.value &&
    sameNumber(stored.TotalAmt, sent.TotalAmt) &&
    held(stored.TxnDate, sent.TxnDate) &&
    held(stored.PaymentRefNum, sent.PaymentRefNum) &&
    appliedKey(stored.Line) === appliedKey(sent.Line)
  );
}

/** True where nothing was sent, or the stored text is the same but for line ends and outer space. */
function held(stored: string | undefined, sent: string | undefined): boolean {
  const plain = (text: string | undefined) => filled(text?.replaceAll('\r\n', '\n'));
  return sent === undefined || plain(stored) === plain(sent);
}

/** What is applied to what, in one text, whatever order QuickBooks keeps its lines in. */
export function appliedKey(lines: readonly QuickBooksPaymentLine[] | undefined): string {
  return (lines ?? [])
    .map(({ Amount, LinkedTxn }) => `${LinkedTxn?.[0]?.TxnType} ${LinkedTxn?.[0]?.TxnId} ${Amount}`)
    .sort()
    .join('|');
}

/** What QuickBooks answered about a payment, in minor units of its currency. */
export interface PaymentAfter {
  totalMinor: MinorUnits;
  /** Money that is applied to nothing. */
  unappliedMinor: MinorUnits;
  /** What is applied to each transaction. */
  applied: { type: string; quickbooksId: string; minor: MinorUnits }[];
}

export function paymentAfter(answer: Stored<'Payment'>, currency: string): PaymentAfter {
  const decimals = decimalsOf(currency);
  return {
    totalMinor: minorUnitsOf(answer.TotalAmt, decimals),
    unappliedMinor: minorUnitsOf(answer.UnappliedAmt ?? 0, decimals),
    applied: (answer.Line ?? []).flatMap(({ Amount = 0, LinkedTxn = [] }) =>
      LinkedTxn.map(({ TxnId, TxnType }) => ({
        type: TxnType,
        quickbooksId: TxnId,
        minor: minorUnitsOf(Amount, decimals),
      })),
    ),
  };
}
