/**
 * What all sales forms have in common. An entity's own file states its fields, what it calls
 * open, what it posts, and where it departs from the others.
 */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { NEWEST_FIRST } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import { businessValidation, missingMember } from '../../engine/service-fault.js';
import { numberOf, objectOf, objectsOf, sameJson } from '../../json.js';
import { trackedOnly } from '../company/tracking.js';
import { movesStock, type StockSign, stockHasBegun } from '../lists/stock.js';
import { absentBecomes, emailsLookRight } from '../steps.js';
import { receivableAccountIsOne } from '../transaction/account-types.js';
import { currencyFits, homeAmounts, transactionCurrency } from '../transaction/currency.js';
import { type PostingsOf, posts } from '../transaction/postings.js';
import {
  booksAreOpen,
  documentNumber,
  numberIsFree,
  transactionDate,
} from '../transaction/rules.js';
import { deliveryAhead, sending } from '../transaction/sending.js';
import { customFields } from './custom-fields.js';
import {
  addressesOfCustomer,
  addressesOfNewCustomer,
  idsOfAddresses,
  shipFromAddress,
} from './sales-addresses.js';
import { amountsOf } from './sales-amounts.js';
import { salesLines } from './sales-lines.js';
import { globalTaxMode, inclusiveLines, salesTax } from './sales-tax.js';

type Stated = Pick<
  EntityDefinition,
  'name' | 'path' | 'operations' | 'fields' | 'required' | 'totalCount' | 'recordsModifier'
> &
  Partial<EntityDefinition>;

interface SalesForm extends Stated {
  numberSequence: string;
  /** Between the lines and the defaults, when `TotalAmt` stands. */
  derive: readonly Step[];
  /** When all members stand. */
  last?: readonly Step[];
  /** What it does to the books; an estimate does nothing. */
  postings?: PostingsOf;
  /** Whether goods go out with it or come back. */
  stock?: StockSign;
}

export function salesForm({ postings, stock, last = [], ...form }: SalesForm): EntityDefinition {
  return {
    family: 'transaction',
    ids: { series: 'transaction', first: 1 },
    listName: 'Transactions',
    defaultOrder: NEWEST_FIRST,
    equalityIndexes: ['DocNumber', 'CustomerRef'],
    sortedIndexes: ['TxnDate', 'MetaData.CreateTime'],
    sending,
    ...form,
    defaults: [transactionCurrency, addressesOfCustomer, shipFromAddress, ...(form.defaults ?? [])],
    derive: [
      transactionDate,
      documentNumber,
      trackedOnly,
      addressesOfNewCustomer,
      idsOfAddresses,
      customFields,
      globalTaxMode,
      salesLines,
      inclusiveLines,
      salesTax,
      total,
      ...form.derive,
      absentBecomes({
        ApplyTaxAfterDiscount: false,
        PrintStatus: 'NeedToPrint',
        EmailStatus: 'NotSet',
      }),
      deliveryAhead,
      homeAmounts,
      ...last,
    ],
    checks: [
      booksAreOpen,
      currencyFits,
      numberIsFree,
      emailForSending,
      emailsLookRight(['BillEmail', 'BillEmailCc', 'BillEmailBcc']),
      taxableLineCount,
      receivableAccountIsOne,
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

/** Subtotal less discount, tax, and what stands below the subtotal: shipping and a tip. */
const total: Step = ({ before, after, company, errors }) => {
  const parts = ['Line', 'TxnTaxDetail'];
  const stands = parts.every((member) => sameJson(before?.[member], after[member]));
  // A loaded form may have a total that its lines do not tell, as statement charges do (recorded).
  if (before !== undefined && stands && after['TotalAmt'] !== undefined) return;
  const { soldCents, discountCents, taxCents } = amountsOf(company, after);
  const totalCents = soldCents - discountCents + taxCents;
  if (totalCents < 0) errors.push(businessValidation('Transaction amount must be 0 or greater.'));
  after['TotalAmt'] = amountOf(totalCents);
};

const emailForSending: Step = ({ after, errors }) => {
  if (after['EmailStatus'] === 'NeedToSend' && after['BillEmail'] === undefined) {
    errors.push(missingMember('BillEmail'));
  }
};

const TAXABLE_LINES_MAX = 750;

/** Invoice reference page. That the other forms have the same limit is assumed. */
const taxableLineCount: Step = ({ after, definition, errors }) => {
  const taxed = cents(numberOf(objectOf(after, 'TxnTaxDetail'), 'TotalTax') ?? 0) !== 0;
  if (taxed && objectsOf(after, 'Line').length > TAXABLE_LINES_MAX) {
    const form = definition.name.toLowerCase();
    errors.push(businessValidation(`A taxable ${form} has at most ${TAXABLE_LINES_MAX} lines.`));
  }
};
