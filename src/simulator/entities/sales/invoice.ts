/** Invoices. */

import type { Draft, Effect, EntityDefinition, Step } from '../../engine/definition.js';
import { NEWEST_FIRST } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  reference,
  text,
  time,
} from '../../engine/fields.js';
import { amountOf, cents } from '../../engine/money.js';
import { businessValidation, cannotDelete, missingMember } from '../../engine/service-fault.js';
import {
  ADDRESS,
  DELIVERY_INFO,
  EMAIL,
  LINKED_TXN,
  SALES_LINE,
  SYSTEM,
  TXN_TAX_DETAIL,
} from '../../engine/shapes.js';
import { touch } from '../../engine/write.js';
import { numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { addDays } from '../../pacific.js';
import { customer } from '../people/customer.js';
import { absentBecomes, addressIds, emailsLookRight, homeCurrency } from '../steps.js';
import {
  booksAreOpen,
  documentNumber,
  numberIsFree,
  transactionDate,
} from '../transaction/rules.js';
import { sending } from '../transaction/sending.js';
import { salesLines, voidedLines } from './sales-lines.js';
import { discountCents, globalTaxMode, inclusiveLines, salesTax } from './sales-tax.js';

/** Recorded: an invoice without terms falls due after 30 days. */
const DUE_DAYS = 30;

const dueDate: Step = ({ after, company }) => {
  const own = company.find('Term', refIdOf(after, 'SalesTermRef'));
  const days = numberOf(own, 'DueDays') ?? DUE_DAYS;
  after['DueDate'] ??= addDays(textOf(after, 'TxnDate') ?? '', days);
};

/** Recorded: addresses are copied from the customer, the e-mail address is not. */
const customerAddresses: Step = ({ after, company }) => {
  const buyer = company.find('Customer', refIdOf(after, 'CustomerRef'));
  for (const member of ['BillAddr', 'ShipAddr']) {
    const address = objectOf(buyer, member);
    if (after[member] === undefined && address !== undefined) after[member] = address;
  }
};

/** Total and balance. What is paid already stays paid. */
const totals: Step = ({ after, before, errors }) => {
  const subtotal = objectsOf(after, 'Line')
    .filter((line) => textOf(line, 'DetailType') === 'SubTotalLineDetail')
    .reduce((sum, line) => sum + cents(numberOf(line, 'Amount') ?? 0), 0);
  const tax = cents(numberOf(objectOf(after, 'TxnTaxDetail'), 'TotalTax') ?? 0);
  const total = subtotal - discountCents(after) + tax;
  const paid = cents(numberOf(before, 'TotalAmt') ?? 0) - cents(numberOf(before, 'Balance') ?? 0);
  if (total < 0) errors.push(businessValidation('Transaction amount must be 0 or greater.'));
  after['TotalAmt'] = amountOf(total);
  after['Balance'] = amountOf(total - paid);
};

const emailForSending: Step = ({ after, errors }) => {
  if (after['EmailStatus'] === 'NeedToSend' && after['BillEmail'] === undefined) {
    errors.push(missingMember('BillEmail'));
  }
};

const TAXABLE_LINES_MAX = 750;

const lineCount: Step = ({ after, errors }) => {
  const taxed = (numberOf(objectOf(after, 'TxnTaxDetail'), 'TotalTax') ?? 0) !== 0;
  if (taxed && objectsOf(after, 'Line').length > TAXABLE_LINES_MAX) {
    errors.push(businessValidation(`A taxable invoice has at most ${TAXABLE_LINES_MAX} lines.`));
  }
};

const unlinkedBeforeDelete: Step = ({ operation, before, errors }) => {
  if (operation === 'delete' && objectsOf(before, 'LinkedTxn').length > 0) {
    errors.push(cannotDelete());
  }
};

const VOIDED = 'Voided';

function voidInvoice({ after }: Draft): void {
  const note = textOf(after, 'PrivateNote');
  const already = after['TotalAmt'] === 0 && note?.startsWith(VOIDED) === true;
  if (!already) after['PrivateNote'] = note === undefined ? VOIDED : `${VOIDED} - ${note}`;
  after['Line'] = voidedLines(after);
  if (after['TxnTaxDetail'] !== undefined) after['TxnTaxDetail'] = { TotalTax: 0 };
  after['LinkedTxn'] = [];
  after['TotalAmt'] = 0;
  after['Balance'] = 0;
}

/** The customer's balance moves with the invoice's; its SyncToken does not (recorded). */
const customerBalance: Effect = (company, before, after, nowMs) => {
  const move = (id: string | undefined, change: number) => {
    if (id === undefined || change === 0) return;
    const owner = company.find('Customer', id);
    const balance = cents(numberOf(owner, 'Balance') ?? 0) + change;
    const withJobs = cents(numberOf(owner, 'BalanceWithJobs') ?? 0) + change;
    const members = { Balance: amountOf(balance), BalanceWithJobs: amountOf(withJobs) };
    touch(company, customer, id, members, { bump: false, nowMs });
  };
  const owed = (invoice: typeof before) => cents(numberOf(invoice, 'Balance') ?? 0);
  const from = refIdOf(before, 'CustomerRef');
  const to = refIdOf(after, 'CustomerRef');
  if (from === to) {
    move(to, owed(after) - owed(before));
    return;
  }
  move(from, -owed(before));
  move(to, owed(after));
};

export const invoice: EntityDefinition = {
  name: 'Invoice',
  path: 'invoice',
  family: 'transaction',
  operations: ['create', 'update', 'void', 'delete', 'send'],
  required: ['CustomerRef', 'Line'],
  ids: { series: 'transaction', first: 1 },
  listName: 'Transactions',
  totalCount: true,
  recordsModifier: true,
  numberSequence: 'sales',
  defaultOrder: NEWEST_FIRST,
  equalityIndexes: ['DocNumber', 'CustomerRef'],
  sortedIndexes: ['TxnDate', 'DueDate', 'MetaData.CreateTime'],
  fields: {
    ...SYSTEM,
    AllowIPNPayment: flag(),
    AllowOnlinePayment: flag('r'),
    AllowOnlineCreditCardPayment: flag(),
    AllowOnlineACHPayment: flag(),
    AllowOnlinePayPalPayment: flag(),
    AllowOnlineAffirmPayment: flag(),
    DocNumber: text(21, 'fs'),
    AutoDocNumber: flag(),
    TxnDate: date('fs'),
    TxnSubType: text(),
    DepartmentRef: reference('Department'),
    CurrencyRef: reference('Currency', 'c'),
    ExchangeRate: decimal(),
    PrivateNote: text(4000),
    TxnStatus: text(),
    LinkedTxn: listOf(object(LINKED_TXN)),
    Line: listOf(object(SALES_LINE)),
    TxnTaxDetail: object(TXN_TAX_DETAIL),
    TxnSource: text(),
    TaxFormType: text(),
    TaxFormNum: text(),
    TransactionLocationType: text(),
    Tag: listOf(anything()),
    TxnApprovalInfo: anything(),
    RecurDataRef: reference(undefined, 'r'),
    RecurringInfo: anything(),
    ProjectRef: reference('Customer', 'f'),
    TotalCostAmount: decimal(),
    HomeTotalCostAmount: decimal(),
    CustomerRef: reference('Customer', 'f'),
    CustomerMemo: object({ value: text(1000), id: text() }),
    BillAddr: object(ADDRESS),
    ShipAddr: object(ADDRESS),
    FreeFormAddress: flag('r'),
    ShipFromAddr: object(ADDRESS),
    RemitToRef: reference(),
    ClassRef: reference('Class'),
    SalesTermRef: reference('Term', 'f'),
    DueDate: date('fs'),
    SalesRepRef: reference(),
    PONumber: text(15),
    FOB: text(15),
    ShipMethodRef: reference(),
    ShipDate: date(),
    TrackingNum: text(),
    GlobalTaxCalculation: oneOf(['TaxExcluded', 'TaxInclusive', 'NotApplicable']),
    TotalAmt: decimal('rfs'),
    HomeTotalAmt: decimal('r'),
    ApplyTaxAfterDiscount: flag(),
    ShippingTaxIncludedInTotalTax: flag(),
    TemplateRef: reference(),
    PrintStatus: oneOf(['NotSet', 'NeedToPrint', 'PrintComplete']),
    EmailStatus: oneOf(['NotSet', 'NeedToSend', 'EmailSent']),
    BillEmail: object(EMAIL),
    BillEmailCc: object({ ...EMAIL, Address: text(200) }),
    BillEmailBcc: object({ ...EMAIL, Address: text(200) }),
    ARAccountRef: reference('Account'),
    Balance: decimal('rfs'),
    HomeBalance: decimal('r'),
    FinanceCharge: flag(),
    PaymentMethodRef: reference('PaymentMethod'),
    PaymentRefNum: text(),
    PaymentType: text(),
    CheckPayment: anything(),
    CreditCardPayment: anything(),
    DepositToAccountRef: reference('Account'),
    DeliveryInfo: object(DELIVERY_INFO, 'r'),
    DiscountRate: decimal(),
    DiscountAmt: decimal(),
    GovtTxnRefIdentifier: text(30),
    TaxExemptionRef: reference(undefined, 'r'),
    Deposit: decimal(),
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
  },
  defaults: [homeCurrency, customerAddresses],
  derive: [
    transactionDate,
    documentNumber,
    dueDate,
    addressIds(['BillAddr', 'ShipAddr', 'ShipFromAddr']),
    globalTaxMode,
    salesLines,
    inclusiveLines,
    salesTax,
    totals,
    absentBecomes({
      AllowIPNPayment: false,
      AllowOnlinePayment: false,
      AllowOnlineCreditCardPayment: true,
      AllowOnlineACHPayment: true,
      CustomField: [],
      LinkedTxn: [],
      ApplyTaxAfterDiscount: false,
      PrintStatus: 'NeedToPrint',
      EmailStatus: 'NotSet',
    }),
  ],
  checks: [
    booksAreOpen,
    numberIsFree,
    emailForSending,
    emailsLookRight(['BillEmail', 'BillEmailCc', 'BillEmailBcc']),
    lineCount,
    unlinkedBeforeDelete,
  ],
  voiding: voidInvoice,
  sending,
  effects: [customerBalance],
};
