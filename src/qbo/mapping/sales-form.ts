import { type DocumentByKind, dateOf, type SalesFormKind } from '../../contract/documents/index.js';
import { decimalsOf, type MinorUnits, toDecimalString } from '../../contract/money.js';
import type { Warning } from '../../contract/warnings.js';
import { addressBody } from './address.js';
import { decimalsUsed, isZero, minorUnitsOf } from './exact-number.js';
import { checkLimits, DOC_NUMBER_LENGTH_MAX, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import { noteWithMark } from './provenance.js';
import {
  type GlobalTaxCalculation,
  NUMBER_BY_QUICKBOOKS,
  type QuickBooksSalesForm,
  type Ref,
  type StoredSalesForm,
} from './quickbooks-types.js';
import { type LineContext, lineProblems, salesLine } from './sales-lines.js';

export { salesFormHolds, sameSalesForm } from './same-sales-form.js';

/** A document that becomes a sales form in QuickBooks. */
export type SalesDocument = DocumentByKind[SalesFormKind];

/** QuickBooks' names of sales forms. */
export type SalesFormEntity = 'Invoice' | 'SalesReceipt' | 'CreditMemo';

/** Facts of the company a form is written for; see `companyFacts`. */
export interface SalesFormCompany {
  /** ISO 3166 alpha-2. */
  country: string;
  homeCurrency: string;
  multiCurrency: boolean;
  /** True where people number sales forms themselves; QuickBooks then gives no number of its own. */
  customTxnNumbers: boolean;
}

/** The object in QuickBooks that is to be changed. */
export interface CurrentVersion {
  id: string;
  syncToken: string;
}

/** QuickBooks ids of what the document refers to; one entry per line where they belong to lines. */
export interface SalesFormReferences {
  customerId: string;
  itemIds: readonly string[];
  taxCodeIds: readonly (string | null)[];
  depositAccountId: string | null;
  paymentMethodId: string | null;
}

export interface SalesFormBodyInput {
  entity: SalesFormEntity;
  document: SalesDocument;
  references: SalesFormReferences;
  company: SalesFormCompany;
  /** Null creates; else an update of exactly the members an app states. */
  current: CurrentVersion | null;
  /** Opaque provenance token, or null where none is written. */
  mark: string | null;
}

export interface SalesFormBody {
  body: QuickBooksSalesForm;
  /** Where there is any, the body must not be sent. */
  problems: FieldProblem[];
  warnings: Warning[];
  /** The number is longer than QuickBooks takes: QuickBooks gives one, or keeps the one it has. */
  numberOmitted: boolean;
}

/**
 * The body that creates or updates a sales form. Whole on creation; on an update sparse, with every
 * line, because QuickBooks replaces the list of lines as a whole.
 */
export function salesFormBody(input: SalesFormBodyInput): SalesFormBody {
  const { entity, document, references, company, current, mark } = input;
  assertOnePerLine(document, references);
  const context = lineContext(document, company);
  const number = document.number.trim();
  const numberOmitted = number.length > DOC_NUMBER_LENGTH_MAX;
  const email = 'billingEmail' in document ? filled(document.billingEmail) : undefined;
  const body = stated<QuickBooksSalesForm>({
    ...(current !== null && { Id: current.id, SyncToken: current.syncToken, sparse: true }),
    DocNumber: numberOmitted ? numberInstead(company, current) : number,
    TxnDate: dateOf(document),
    DueDate: 'dueDate' in document ? document.dueDate : undefined,
    CustomerRef: { value: references.customerId },
    CurrencyRef: currencyRef(context.currency, company),
    DepositToAccountRef: refOf(references.depositAccountId),
    PaymentMethodRef: refOf(references.paymentMethodId),
    BillEmail: email === undefined ? undefined : { Address: email },
    BillAddr: addressBody(document.customer.billAddress),
    ShipAddr: addressBody(document.customer.shipAddress),
    GlobalTaxCalculation: taxCalculation(context),
    PrivateNote: noteWithMark(document.memo, mark),
    Line: document.lines.map((line, index) =>
      salesLine(
        line,
        {
          itemId: references.itemIds[index] ?? '',
          taxCodeId: references.taxCodeIds[index] ?? null,
        },
        context,
      ),
    ),
  });
  const problems = [
    ...documentProblems(document, company, context),
    ...document.lines.flatMap((line, index) =>
      lineProblems(line, index, references.taxCodeIds[index] ?? null, context),
    ),
    ...checkLimits(entity, body),
  ];
  return { body, problems, warnings: [], numberOmitted };
}

function assertOnePerLine(
  document: SalesDocument,
  { itemIds, taxCodeIds }: SalesFormReferences,
): void {
  const lines = document.lines.length;
  if (itemIds.length !== lines || taxCodeIds.length !== lines) {
    throw new RangeError('itemIds and taxCodeIds need one entry per line');
  }
}

function refOf(id: string | null): Ref | undefined {
  return id === null ? undefined : { value: id };
}

function lineContext(document: SalesDocument, company: SalesFormCompany): LineContext {
  return {
    currency: document.currency ?? company.homeCurrency,
    inUnitedStates: company.country === 'US',
    taxMode: document.taxMode,
  };
}

function numberInstead(company: SalesFormCompany, current: CurrentVersion | null) {
  return current === null && company.customTxnNumbers ? NUMBER_BY_QUICKBOOKS : undefined;
}

function currencyRef(currency: string, company: SalesFormCompany): Ref | undefined {
  return company.multiCurrency ? { value: currency } : undefined;
}

const TAX_CALCULATION: Record<LineContext['taxMode'], GlobalTaxCalculation> = {
  exclusive: 'TaxExcluded',
  inclusive: 'TaxInclusive',
  none: 'NotApplicable',
};

/** Needed outside the United States; the member does not apply inside (Intuit's page of Invoice). */
function taxCalculation({ inUnitedStates, taxMode }: LineContext) {
  return inUnitedStates ? undefined : TAX_CALCULATION[taxMode];
}

function documentProblems(
  document: SalesDocument,
  company: SalesFormCompany,
  { currency, inUnitedStates, taxMode }: LineContext,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, rule: string) => problems.push({ field, rule });

  if (currency !== company.homeCurrency && !company.multiCurrency) {
    add('currency', `must be ${company.homeCurrency}, the only currency of this company`);
  }
  const decimals = decimalsOf(currency);
  if (decimalsUsed(document.total) > decimals) {
    add('total', `must have at most ${decimals} decimals in ${currency}`);
  }
  if (!isZero(document.discount)) {
    add('discount', 'discounts of a whole invoice are not sent yet');
  }
  if (!isZero(document.shipping)) add('shipping', 'shipping is not sent yet');
  if (inUnitedStates) {
    if (taxMode === 'inclusive') {
      add('taxMode', 'must not be inclusive for a company in the United States');
    }
    if (!isZero(document.tax?.total)) {
      add('tax.total', 'sales tax of a company in the United States is not sent yet');
    }
  } else {
    if (taxMode === 'none' && !isZero(document.tax?.total)) {
      add('tax.total', 'must be zero where taxMode is none');
    }
    if ((document.tax?.lines.length ?? 0) > 0) {
      add('tax.lines', 'tax per code is not sent yet; QuickBooks computes it from the lines');
    }
  }
  return problems;
}

/** Two amounts of one thing, in decimal strings, and QuickBooks' minus the document's. */
export interface AmountDifference {
  source: string;
  quickbooks: string;
  differenceMinor: MinorUnits;
}

/** What QuickBooks holds after a write, compared with the document to the cent. */
export interface SalesFormAfter {
  /** QuickBooks' number; null where it has none. */
  number: string | null;
  /** Decimal strings in the document's currency, or the home currency where none is stated. */
  sourceTotal: string;
  quickbooksTotal: string;
  balance: string;
  totalMinor: MinorUnits;
  balanceMinor: MinorUnits;
  /** QuickBooks' total minus the document's; 0 where they agree. */
  differenceMinor: MinorUnits;
  /** Null where the document states no tax or both agree. */
  taxDifference: AmountDifference | null;
  /** `number_assigned` where QuickBooks holds another number than the document states. */
  warnings: Warning[];
}

/** Compares an answer with the document it was made from. Both totals include tax. */
export function salesFormAfter(
  answer: StoredSalesForm,
  document: SalesDocument,
  company: Pick<SalesFormCompany, 'homeCurrency'>,
): SalesFormAfter {
  const currency = document.currency ?? company.homeCurrency;
  const decimals = decimalsOf(currency);
  const total = compared(document.total, answer.TotalAmt, currency);
  const balanceMinor = minorUnitsOf(answer.Balance ?? answer.TotalAmt, decimals);
  const tax =
    document.tax === undefined
      ? null
      : compared(document.tax.total, answer.TxnTaxDetail?.TotalTax ?? 0, currency);
  const number = filled(answer.DocNumber) ?? null;
  return {
    number,
    sourceTotal: total.source,
    quickbooksTotal: total.quickbooks,
    balance: toDecimalString(balanceMinor, currency),
    totalMinor: minorUnitsOf(answer.TotalAmt, decimals),
    balanceMinor,
    differenceMinor: total.differenceMinor,
    taxDifference: tax === null || tax.differenceMinor === 0 ? null : tax,
    warnings:
      number === null || number === document.number.trim()
        ? []
        : [{ name: 'number_assigned', params: { number } }],
  };
}

function compared(source: string, quickbooks: number, currency: string): AmountDifference {
  const decimals = decimalsOf(currency);
  const sourceMinor = minorUnitsOf(source, decimals);
  const quickbooksMinor = minorUnitsOf(quickbooks, decimals);
  return {
    source: toDecimalString(sourceMinor, currency),
    quickbooks: toDecimalString(quickbooksMinor, currency),
    differenceMinor: quickbooksMinor - sourceMinor,
  };
}
