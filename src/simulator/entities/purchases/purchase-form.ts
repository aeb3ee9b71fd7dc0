/**
 * What all purchase forms have in common. An entity's own file states its fields, what it calls
 * open, what it posts, and where it departs from the others.
 */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { NEWEST_FIRST } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import { businessValidation, invalidAccountType } from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf } from '../../json.js';
import { trackedOnly } from '../company/tracking.js';
import { movesStock, type Stock, stockHasBegun } from '../lists/stock.js';
import { accountIs, accountType } from '../transaction/account-types.js';
import { currencyFits, homeAmounts, transactionCurrency } from '../transaction/currency.js';
import { accountOfType, type PostingsOf, posts } from '../transaction/postings.js';
import { booksAreOpen, documentNumber, transactionDate } from '../transaction/rules.js';
import { expenseDetailOf, expenseLines, type LineStyle } from './expense-lines.js';
import { purchaseTax, purchaseTaxMode } from './purchase-tax.js';

type Stated = Pick<
  EntityDefinition,
  'name' | 'path' | 'operations' | 'fields' | 'required' | 'totalCount' | 'recordsModifier'
> &
  Partial<EntityDefinition>;

interface PurchaseForm extends Stated {
  lines: LineStyle;
  /** Runs when the lines, the tax and `TotalAmt` stand. */
  derive: readonly Step[];
  /** What it does to the books; a purchase order does nothing. */
  postings?: PostingsOf;
  /** Whether goods come in with it or go back. */
  stock?: Stock;
}

export function purchaseForm({ postings, stock, lines, ...form }: PurchaseForm): EntityDefinition {
  return {
    family: 'transaction',
    ids: { series: 'transaction', first: 1 },
    listName: 'Transactions',
    defaultOrder: NEWEST_FIRST,
    equalityIndexes: ['DocNumber', 'VendorRef'],
    sortedIndexes: ['TxnDate', 'MetaData.CreateTime'],
    ...form,
    defaults: [transactionCurrency, ...(form.defaults ?? [])],
    derive: [
      transactionDate,
      documentNumber,
      trackedOnly,
      purchaseTaxMode,
      expenseLines(lines),
      purchaseTax,
      total,
      ...form.derive,
      homeAmounts,
    ],
    checks: [
      booksAreOpen,
      currencyFits,
      ...(stock === undefined ? [] : [stockHasBegun]),
      ...(form.checks ?? []),
    ],
    effects: [
      ...(postings === undefined ? [] : [posts(form.name, postings)]),
      ...(stock === undefined ? [] : [movesStock(stock)]),
      ...(form.effects ?? []),
    ],
  };
}

/** Net lines and tax; mere text does not count. */
const total: Step = ({ after, errors }) => {
  const net = objectsOf(after, 'Line')
    .filter((line) => expenseDetailOf(line) !== undefined)
    .reduce((sum, line) => sum + cents(numberOf(line, 'Amount') ?? 0), 0);
  const totalCents = net + taxCents(after);
  if (totalCents < 0) errors.push(businessValidation('Transaction amount must be 0 or greater.'));
  after['TotalAmt'] = amountOf(totalCents);
};

export function taxCents(object: JsonObject): number {
  return cents(numberOf(objectOf(object, 'TxnTaxDetail'), 'TotalTax') ?? 0);
}

/** Recorded for bills: the vendor's address as it stands, with the id it has there. */
export const addressOfVendor: Step = ({ after, company }) => {
  const address = objectOf(company.find('Vendor', refIdOf(after, 'VendorRef')), 'BillAddr');
  if (after['VendorAddr'] === undefined && address !== undefined) after['VendorAddr'] = address;
};

/** Implied where the company has one account for it (Bill reference page). */
export const payableAccount: Step = ({ after, company }) => {
  const id = accountOfType(company, PAYABLE, refIdOf(after, 'CurrencyRef'));
  if (id !== undefined) after['APAccountRef'] ??= company.referenceTo('Account', id);
};

const PAYABLE = 'Accounts Payable';

export const payableAccountIsOne: Step = accountIs('APAccountRef', [PAYABLE]);

/** Fault 6430; what a bill is for cannot be the account that holds what is owed. */
export const linesAreNotPayable: Step = (draft) => {
  for (const line of objectsOf(draft.after, 'Line')) {
    const id = refIdOf(expenseDetailOf(line), 'AccountRef');
    if (accountType(draft, id) === PAYABLE) draft.errors.push(invalidAccountType());
  }
};

/** What is open: the total less what is applied already, which an edit can not undercut. */
export const openBalance: Step = ({ after, before, errors }) => {
  const applied = appliedCents(before);
  const open = cents(numberOf(after, 'TotalAmt') ?? 0) - applied;
  const vendorMoves = refIdOf(before, 'VendorRef') !== refIdOf(after, 'VendorRef');
  if (applied > 0 && (open < 0 || vendorMoves)) {
    errors.push(
      businessValidation('Other transactions are applied to this one; remove them first.'),
    );
  }
  after['Balance'] = amountOf(open);
};

function appliedCents(stored: JsonObject | undefined): number {
  return cents(numberOf(stored, 'TotalAmt') ?? 0) - cents(numberOf(stored, 'Balance') ?? 0);
}

/** Links are made and taken away by the other side; no request changes them. */
export const linksStay: Step = ({ after, before }) => {
  if (before?.['LinkedTxn'] === undefined) delete after['LinkedTxn'];
  else after['LinkedTxn'] = before['LinkedTxn'];
};
