/** What purchases do to the books. Debits count up. */

import type { Company } from '../../engine/company.js';
import { cents } from '../../engine/money.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { homeCents } from '../transaction/currency.js';
import { inHomeCurrency, withExchange } from '../transaction/home-postings.js';
import { applicationsOf } from '../transaction/links.js';
import { accountOfSubType, accountOfType, type Posting } from '../transaction/postings.js';
import { expenseDetailOf } from './expense-lines.js';
import { taxCents } from './purchase-form.js';

/** Bill: the payable account against the lines and the tax. */
export function billPostings(company: Company, object: JsonObject): Posting[] {
  return inHomeCurrency(company, object, [
    payable(company, object, -totalCents(object)),
    ...spent(company, object, 1),
  ]);
}

/** Vendor credit: a bill the other way round. */
export function vendorCreditPostings(company: Company, object: JsonObject): Posting[] {
  return inHomeCurrency(company, object, [
    payable(company, object, totalCents(object)),
    ...spent(company, object, -1),
  ]);
}

/**
 * Bill payment: the payable account against the bank or the card. Of another currency, each bill
 * and credit is taken off at its own rate, and what that leaves over is a gain or a loss.
 */
export function billPaymentPostings(company: Company, object: JsonObject): Posting[] {
  const total = totalCents(object);
  const postings = [{ accountId: paidFrom(object), cents: -homeCents(object, total) }];
  let unapplied = total;
  for (const { entity, id, cents: applied } of applicationsOf(object)) {
    const change = entity === 'VendorCredit' ? -applied : applied;
    unapplied -= change;
    postings.push(payable(company, object, homeCents(company.find(entity, id) ?? object, change)));
  }
  postings.push(payable(company, object, homeCents(object, unapplied)));
  return withExchange(company, postings);
}

/** Check, expense or card charge: the account it is paid from against the lines and the tax. */
export function purchasePostings(company: Company, object: JsonObject): Posting[] {
  const sign = object['Credit'] === true ? -1 : 1;
  const accountId = refIdOf(object, 'AccountRef');
  return inHomeCurrency(company, object, [
    { accountId, cents: -sign * totalCents(object) },
    ...spent(company, object, sign),
  ]);
}

/** The account a bill payment is made from. */
function paidFrom(object: JsonObject): string | undefined {
  return (
    refIdOf(objectOf(object, 'CheckPayment'), 'BankAccountRef') ??
    refIdOf(objectOf(object, 'CreditCardPayment'), 'CCAccountRef')
  );
}

function totalCents(object: JsonObject): number {
  return cents(numberOf(object, 'TotalAmt') ?? 0);
}

function payable(company: Company, object: JsonObject, debit: number): Posting {
  return {
    accountId:
      refIdOf(object, 'APAccountRef') ??
      accountOfType(company, 'Accounts Payable', refIdOf(object, 'CurrencyRef')),
    cents: debit,
    name: { entity: 'Vendor', id: refIdOf(object, 'VendorRef') },
  };
}

/** What was bought, line by line, and its tax. */
function spent(company: Company, object: JsonObject, sign: 1 | -1): Posting[] {
  const lines = objectsOf(object, 'Line').flatMap((line): Posting[] => {
    const detail = expenseDetailOf(line);
    if (detail === undefined) return [];
    const accountId = refIdOf(detail, 'AccountRef') ?? itemAccount(company, detail);
    const posting = { accountId, cents: sign * cents(numberOf(line, 'Amount') ?? 0) };
    const name = nameOf(company, object, detail, accountId);
    return [name === undefined ? posting : { ...posting, name }];
  });
  const tax = sign * taxCents(object);
  const taxAccount = accountOfSubType(company, 'GlobalTaxPayable');
  return tax === 0 ? lines : [...lines, { accountId: taxAccount, cents: tax }];
}

/** Stock goes to its asset account, other items to their expense account. */
function itemAccount(company: Company, detail: JsonObject): string | undefined {
  const item = company.find('Item', refIdOf(detail, 'ItemRef'));
  const member = textOf(item, 'Type') === 'Inventory' ? 'AssetAccountRef' : 'ExpenseAccountRef';
  return refIdOf(item, member) ?? refIdOf(item, 'IncomeAccountRef');
}

/** A line on a receivable or payable account moves the balance of whom it is for. */
function nameOf(
  company: Company,
  object: JsonObject,
  detail: JsonObject,
  accountId: string | undefined,
): Posting['name'] {
  const type = textOf(company.find('Account', accountId), 'AccountType');
  const payee = refIdOf(object, 'EntityRef');
  if (type === 'Accounts Payable') return { entity: 'Vendor', id: payee };
  if (type !== 'Accounts Receivable') return undefined;
  return { entity: 'Customer', id: refIdOf(detail, 'CustomerRef') ?? payee };
}
