/** What payments do to the transactions they are applied to, and the other way round. */

import type { Company } from '../../engine/company.js';
import type { Effect } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, numberOf, objectsOf, refIdOf, sameJson, textOf } from '../../json.js';
import { homeBalance, homeCents, sameRate } from './currency.js';
import { withExchange } from './home-postings.js';
import { applicationsOf, entityOfTxnType, type Settling, settle, withoutLink } from './links.js';
import { accountOfType, type Posting, type PostingsOf, posts } from './postings.js';
import { appliedCents, paymentsApplying, receivable } from './receivables.js';

/** Recorded: an applied credit memo has its token and its credit moved, and lists no link. */
export const PAYMENT_SETTLING: Settling = {
  txnType: () => 'Payment',
  open: { Invoice: ['Balance'], CreditMemo: ['RemainingCredit', 'Balance'] },
  unlisted: ['CreditMemo', 'JournalEntry', 'Purchase'],
};

/** Charges less credits that a payment's lines take up, in cents. */
export function netAppliedCents(company: Company, payment: JsonObject): number {
  const { charges, credits } = sums(company, payment, objectsOf(payment, 'Line'));
  return charges - credits;
}

/**
 * The money goes to where it is deposited; the receivable falls for the customers whose charges are
 * paid, and by what is unapplied for the customer who pays. Of another currency, each charge falls
 * at the rate it was made at, and what that leaves over is a gain or loss of the exchange.
 */
export const paymentPostings: PostingsOf = (company, payment) => {
  const payer = refIdOf(payment, 'CustomerRef');
  const total = cents(numberOf(payment, 'TotalAmt') ?? 0);
  const account =
    refIdOf(payment, 'ARAccountRef') ??
    accountOfType(company, 'Accounts Receivable', refIdOf(payment, 'CurrencyRef'));
  const credit = (id: string | undefined, change: number): Posting => ({
    accountId: account,
    cents: -change,
    name: { entity: 'Customer', id },
  });
  let unapplied = total;
  const postings: Posting[] = [
    { accountId: refIdOf(payment, 'DepositToAccountRef'), cents: homeCents(payment, total) },
  ];
  for (const application of applicationsOf(payment)) {
    const target = receivable(company, application, payer);
    const change = (target?.sign ?? 1) * application.cents;
    const charge = company.find(application.entity, application.id) ?? payment;
    unapplied -= change;
    postings.push(credit(target?.customerId ?? payer, homeCents(charge, change)));
  }
  postings.push(credit(payer, homeCents(payment, unapplied)));
  return withExchange(company, postings);
};

/** `LineEx` of a payment's line, as recorded: the open amount is the one without this payment. */
export function lineEx(id: string, openCents: number, number: string | undefined): JsonObject {
  const pair = (Name: string, Value: string): JsonObject => ({
    name: '{http://schema.intuit.com/finance/v3}NameValue',
    declaredType: 'com.intuit.schema.finance.v3.NameValue',
    scope: 'javax.xml.bind.JAXBElement$GlobalScope',
    value: { Name, Value },
    nil: false,
    globalScope: true,
    typeSubstituted: false,
  });
  const pairs = [pair('txnId', id), pair('txnOpenBalance', amountOf(openCents).toFixed(2))];
  if (number !== undefined) pairs.push(pair('txnReferenceNumber', number));
  return { any: pairs };
}

/** A payment's lines with the amounts and numbers that their targets have now. */
export function withOpenBalances(
  company: Company,
  lines: readonly JsonObject[],
  payer: string | undefined,
  ownCents: (target: { entity: string; id: string }) => number,
): JsonObject[] {
  return lines.map((line) => {
    const target = targetOf(line);
    const found = receivable(company, target, payer);
    if (found === undefined) return line;
    const number = textOf(company.find(target.entity, target.id), 'DocNumber');
    return { ...line, LineEx: lineEx(target.id, found.openCents + ownCents(target), number) };
  });
}

function targetOf(line: JsonObject): { entity: string; id: string } {
  const [link] = objectsOf(line, 'LinkedTxn');
  return {
    entity: entityOfTxnType(textOf(link, 'TxnType') ?? ''),
    id: textOf(link, 'TxnId') ?? '',
  };
}

/**
 * The open amounts that payments show are those of the moment they are read (recorded: of two
 * payments of an invoice each shows what would be open without it). No token moves for that.
 */
export const openBalancesShown: Effect = (company, before, after) => {
  const payer = refIdOf(after ?? before, 'CustomerRef');
  const targets = [...applicationsOf(before), ...applicationsOf(after)];
  for (const target of targets) showOpenBalances(company, target, payer);
};

/** The effect of an entry's own change on the payments that are applied to it. */
export function openBalancesOf(
  entity: string,
  customersOf: (object: JsonObject) => Iterable<string>,
): Effect {
  return (company, before, after) => {
    const id = textOf(after, 'Id');
    if (before === undefined || after === undefined || id === undefined) return;
    for (const customer of customersOf(after)) showOpenBalances(company, { entity, id }, customer);
  };
}

function showOpenBalances(
  company: Company,
  target: { entity: string; id: string },
  customerId: string | undefined,
): void {
  const definition = company.definitions.get('Payment');
  if (definition === undefined) return;
  for (const payment of paymentsApplying(company, target, customerId)) {
    const payer = refIdOf(payment, 'CustomerRef');
    const stored = objectsOf(payment, 'Line');
    const Line = withOpenBalances(company, stored, payer, (one) => appliedCents(payment, one));
    if (!sameJson(stored, Line)) company.store(definition, { ...payment, Line });
  }
}

/**
 * The effect, for invoices and credit memos, that keeps payments within what there is to pay: a
 * voided one loses all its payments, a smaller one what is too much, the newest payment first. The
 * payments keep their money as unapplied; their SyncTokens grow. What QuickBooks does is not
 * recorded.
 */
export function paymentsFollow(entity: 'Invoice' | 'CreditMemo'): Effect {
  return (company, before, after, nowMs) => {
    const id = textOf(after, 'Id');
    const definition = company.definitions.get(entity);
    if (before === undefined || after === undefined || id === undefined) return;
    if (definition === undefined || !company.definitions.has('Payment')) return;
    const target = { entity, id };
    const customerId = refIdOf(after, 'CustomerRef');
    const payments = paymentsApplying(company, target, customerId, before);
    if (payments.length === 0) return;
    // What came with the invoice itself is no payment's to settle.
    const total = cents(numberOf(after, 'TotalAmt') ?? 0) - cents(numberOf(after, 'Deposit') ?? 0);
    const applied = payments.reduce((sum, payment) => sum + appliedCents(payment, target), 0);
    let excess = Math.max(0, applied - total);
    if (excess > 0) {
      let links = objectsOf(after, 'LinkedTxn');
      const open = amountOf(total - applied + excess);
      for (const payment of payments) {
        const cut = Math.min(excess, appliedCents(payment, target));
        excess -= cut;
        if (cut === 0) continue;
        if (cut === appliedCents(payment, target)) {
          links = withoutLink(links, textOf(payment, 'Id') ?? '');
        }
        unapply(company, payment, target, cut, nowMs);
      }
      const isCredit = entity === 'CreditMemo';
      const side: JsonObject = isCredit ? { RemainingCredit: open } : { LinkedTxn: links };
      const home = homeBalance(company, after, open);
      company.store(definition, { ...after, Balance: open, ...side, ...home });
    }
    showOpenBalances(company, target, customerId);
    if (sameRate(before, after)) return;
    for (const payment of paymentsApplying(company, target, customerId)) {
      posts('Payment', paymentPostings)(company, payment, payment, nowMs);
    }
  };
}

/** Takes cents off a payment's application to one target. */
function unapply(
  company: Company,
  payment: JsonObject,
  target: { entity: string; id: string },
  cutCents: number,
  nowMs: number,
): void {
  const definition = company.definitions.get('Payment');
  const id = textOf(payment, 'Id') ?? '';
  if (definition === undefined) return;
  const signOf = (line: JsonObject) => signed(company, payment, line);
  const isTarget = (line: JsonObject) => sameJson(targetOf(line), target);
  let lines = reduced(objectsOf(payment, 'Line'), isTarget, cutCents);
  // Credits are only there to pay charges, and charges only as far as money and credits go.
  const spare = sums(company, payment, lines);
  lines = reduced(lines, (line) => signOf(line) < 0, spare.credits - spare.charges);
  const total = cents(numberOf(payment, 'TotalAmt') ?? 0);
  const rest = sums(company, payment, lines);
  lines = reduced(lines, (line) => signOf(line) > 0, rest.charges - rest.credits - total);
  const { charges, credits } = sums(company, payment, lines);
  const members = { Line: lines, UnappliedAmt: amountOf(total - charges + credits) };
  touch(company, definition, id, members, { bump: true, nowMs });
  const after = company.find('Payment', id);
  settle(PAYMENT_SETTLING, company, { before: payment, after }, nowMs, target);
  posts('Payment', paymentPostings)(company, payment, after, nowMs);
}

function signed(company: Company, payment: JsonObject, line: JsonObject): 1 | -1 {
  return receivable(company, targetOf(line), refIdOf(payment, 'CustomerRef'))?.sign ?? 1;
}

function sums(company: Company, payment: JsonObject, lines: readonly JsonObject[]) {
  let charges = 0;
  let credits = 0;
  for (const line of lines) {
    const amount = cents(numberOf(line, 'Amount') ?? 0);
    if (signed(company, payment, line) > 0) charges += amount;
    else credits += amount;
  }
  return { charges, credits };
}

/** The lines with so many cents less on those that match, the last one first. */
function reduced(
  lines: readonly JsonObject[],
  matches: (line: JsonObject) => boolean,
  lessCents: number,
): JsonObject[] {
  let left = Math.max(0, lessCents);
  return [...lines]
    .reverse()
    .map((line) => {
      const amount = cents(numberOf(line, 'Amount') ?? 0);
      const cut = left > 0 && matches(line) ? Math.min(left, amount) : 0;
      left -= cut;
      return cut === 0 ? line : { ...line, Amount: amountOf(amount - cut) };
    })
    .filter((line, index) => line['Amount'] !== 0 || lines[lines.length - 1 - index] === line)
    .reverse();
}
