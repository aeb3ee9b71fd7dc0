/** Invoices. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  money,
  reference,
  type Shape,
  text,
  time,
} from '../../engine/fields.js';
import { amountOf, cents } from '../../engine/money.js';
import { businessValidation } from '../../engine/service-fault.js';
import { numberOf, refIdOf, textOf } from '../../json.js';
import { dueDateOf } from '../lists/due-date.js';
import { absentBecomes } from '../steps.js';
import { customerStaysWhileApplied } from '../transaction/applied-stays.js';
import { paymentsFollow } from '../transaction/paying.js';
import { creditIsApplied } from './automatic-credit.js';
import { billableCanBeLinked, bills } from './billing.js';
import { SALES_FORM } from './sales-fields.js';
import { salesForm } from './sales-form.js';
import { deposited, receivable, sells, totalCents } from './sales-postings.js';
import { notDeletedWhileLinked, statedLinks } from './stated-links.js';
import { voidedForm } from './voided-form.js';

/** Recorded: an invoice without terms falls due after 30 days. */
const DUE_DAYS = 30;

const dueDate: Step = ({ after, company }) => {
  const term = company.find('Term', refIdOf(after, 'SalesTermRef'));
  after['DueDate'] ??= dueDateOf(term, textOf(after, 'TxnDate') ?? '', DUE_DAYS);
};

/** Where deposits are switched on an invoice shows its own, if only zero (samples of the page). */
const depositShown: Step = ({ after, company }) => {
  const allows = company.preference('SalesFormsPrefs')?.['AllowDeposit'] === true;
  if (allows) after['Deposit'] ??= 0;
};

/** What is paid already stays paid; `Deposit` is money received with the invoice itself. */
const balance: Step = ({ after, before, errors }) => {
  const centsOf = (object: typeof before, member: string) => cents(numberOf(object, member) ?? 0);
  const deposit = centsOf(after, 'Deposit');
  const paid =
    centsOf(before, 'TotalAmt') - centsOf(before, 'Deposit') - centsOf(before, 'Balance');
  const total = centsOf(after, 'TotalAmt');
  if (deposit > Math.max(total, 0)) {
    errors.push(businessValidation('The deposit is more than the amount of the invoice.'));
  }
  after['Balance'] = amountOf(total - deposit - paid);
};

const OWN: Shape = {
  Deposit: money(),
  AllowIPNPayment: flag(),
  AllowOnlinePayment: flag('r'),
  AllowOnlineCreditCardPayment: flag(),
  AllowOnlineACHPayment: flag(),
  AllowOnlinePayPalPayment: flag(),
  AllowOnlineAffirmPayment: flag(),
  EInvoiceStatus: text(),
  ECloudStatusTimeStamp: time(),
  CfdiUse: integer(),
  Exportation: text(),
  GlobalInfo: anything(),
  invoiceStatus: text(),
  callToAction: text(),
  invoiceStatusLog: listOf(anything()),
  InvoiceEx: anything(),
  LessCIS: decimal(),
  InvoiceLink: text(undefined, 'r'),
  PaymentDetailsMessage: text(),
  ConvenienceFeeDetail: anything(),
  EnabledSurchargeInfo: anything(),
  InvoiceLinkSecurityCode: text(),
  InvoiceLinkExpiryDate: date(),
  AutoPayEligible: flag(),
  SchedulePayEligible: flag(),
  ScheduledPaymentId: text(),
  GratuityEnabled: flag(),
  FinancingProductType: text(),
  SubscriptionPaymentsSetting: text(),
  TxnRetainageDetail: anything(),
};

export const invoicePostings = sells((company, object) => {
  const deposit = cents(numberOf(object, 'Deposit') ?? 0);
  return [
    receivable(company, object, totalCents(object) - deposit),
    deposited(company, object, deposit),
  ];
});

export const invoice: EntityDefinition = salesForm({
  name: 'Invoice',
  path: 'invoice',
  stock: -1,
  operations: ['create', 'update', 'void', 'delete', 'send'],
  required: ['CustomerRef', 'Line'],
  totalCount: true,
  recordsModifier: true,
  numberSequence: 'sales',
  sortedIndexes: ['TxnDate', 'DueDate', 'MetaData.CreateTime'],
  fields: {
    ...OWN,
    ...SALES_FORM,
    SalesTermRef: reference('Term', 'f'),
    DueDate: date('fs'),
    // Marked read-only on the reference page, whose own sample filters by it.
    TotalAmt: money('rfs'),
    Balance: money('rfs'),
  },
  derive: [
    dueDate,
    statedLinks,
    depositShown,
    balance,
    absentBecomes({
      AllowIPNPayment: false,
      AllowOnlinePayment: false,
      AllowOnlineCreditCardPayment: true,
      AllowOnlineACHPayment: true,
    }),
  ],
  checks: [billableCanBeLinked, notDeletedWhileLinked, customerStaysWhileApplied],
  voiding: voidedForm,
  postings: invoicePostings,
  effects: [bills('Invoice'), paymentsFollow('Invoice'), creditIsApplied],
});
