import { dateOf } from '../../contract/documents/index.js';
import { decimalsOf } from '../../contract/money.js';
import type { Warning } from '../../contract/warnings.js';
import { addressBody } from './address.js';
import { agreeing, type Refusal } from './agreement.js';
import { expectedTotals } from './expected-total.js';
import { formClass } from './form-class.js';
import { type LayoutReferences, layOut } from './form-layout.js';
import { noteOf } from './form-note.js';
import { atPlaces, groupedForm, type StatedLines, statedProblems } from './grouped-form.js';
import { checkLimits, DOC_NUMBER_LENGTH_MAX, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import { noteWithMark } from './provenance.js';
import { NUMBER_BY_QUICKBOOKS, type QuickBooksSalesForm, type Ref } from './quickbooks-types.js';
import {
  isFolded,
  type SalesDocument,
  type SalesFormCompany,
  type SalesFormEntity,
  type SalesFormSettings,
} from './sales-document.js';
import { writtenLines } from './sales-lines.js';
import { documentProblems } from './sales-problems.js';
import { taxDetail } from './tax-detail.js';
import type { RatesByCode } from './tax-rates.js';
import type { SoldForm } from './written-form.js';

export { salesFormAfter } from './sales-answer.js';
export type {
  SalesDocument,
  SalesFormCompany,
  SalesFormEntity,
  SalesFormSettings,
} from './sales-document.js';
export { salesFormHolds, sameSalesForm } from './same-sales-form.js';

/** The object in QuickBooks that is to be changed. */
export interface CurrentVersion {
  id: string;
  syncToken: string;
}

/** QuickBooks ids of what the document refers to. */
export interface SalesFormReferences extends LayoutReferences {
  customerId: string;
  /** ISO 4217, where it is known: a customer has one currency for life. */
  customerCurrency: string | null;
  depositAccountId: string | null;
  paymentMethodId: string | null;
  locationId: string | null;
  termId: string | null;
  /** Known once a rounding line was asked for. */
  roundingItemId: string | null;
  /** A code that charges nothing, for rounding lines outside the United States. */
  untaxedCodeId: string | null;
}

export interface SalesFormBodyInput {
  entity: SalesFormEntity;
  document: SalesDocument;
  references: SalesFormReferences;
  company: SalesFormCompany;
  settings: SalesFormSettings;
  rates: RatesByCode;
  /** Null creates; else an update of exactly the members an app states. */
  current: CurrentVersion | null;
  /** Opaque provenance token, or null where none is written. */
  mark: string | null;
}

export interface SalesFormBody {
  body: QuickBooksSalesForm;
  /** Where there is any, the body must not be sent. */
  problems: FieldProblem[];
  /** Nor where QuickBooks would come to other amounts, and the settings refuse that. */
  refusal: Refusal | null;
  /** Nor before the item of rounding lines is known: one is needed. */
  needsRoundingItem: boolean;
  warnings: Warning[];
  /** The number is longer than QuickBooks takes: QuickBooks gives one, or keeps the one it has. */
  numberOmitted: boolean;
}

/**
 * The body that creates or updates a sales form. Whole on creation; on an update sparse, with every
 * line, because QuickBooks replaces the list of lines as a whole. What QuickBooks will come to is
 * judged before anything is sent, where it can be foreseen. Lines are put together as the settings
 * want; what is said of one names the document's own.
 */
export function salesFormBody(asked: SalesFormBodyInput): SalesFormBody {
  assertOnePerLine(asked.document, asked.references);
  const { document, stated: lines } = groupedForm(asked.document, asked.settings, asked.company);
  const input = { ...asked, document, references: written(asked.references, lines) };
  const { entity, company } = input;
  const currency = document.currency ?? company.homeCurrency;
  const decimals = decimalsOf(currency);
  const layout = layOut({ ...input, decimals });
  const stands = agreed({ ...input, decimals, stated: lines }, layout.form);
  const number = document.number.trim();
  const numberOmitted = number.length > DOC_NUMBER_LENGTH_MAX;
  const body = bodyOf(input, stands.form, currency);
  const problems = [
    ...documentProblems(input, currency, stands.form),
    ...layout.problems,
    ...checkLimits(entity, body),
  ];
  return {
    body,
    problems: statedProblems(problems, lines),
    refusal: stands.refusal,
    needsRoundingItem: stands.needsRounding,
    warnings: leftOut(input),
    numberOmitted,
  };
}

/** The references of the lines that are written. */
function written(references: SalesFormReferences, lines: StatedLines): SalesFormReferences {
  const { itemIds, taxCodeIds, classIds } = references;
  return {
    ...references,
    itemIds: atPlaces(itemIds, lines, ''),
    taxCodeIds: atPlaces(taxCodeIds, lines, null),
    classIds: atPlaces(classIds, lines, null),
  };
}

/** The form as it may be sent. */
function agreed(
  input: SalesFormBodyInput & { decimals: number; stated: StatedLines },
  form: SoldForm,
) {
  const { document, company, settings, rates, decimals, references, stated: lines } = input;
  const { roundingItemId, untaxedCodeId } = references;
  return agreeing({
    form,
    document,
    company,
    settings,
    rates,
    decimals,
    stated: lines,
    isFolded: isFolded(settings, company),
    foresee: (one) => expectedTotals(one, company, rates),
    rounding: {
      lineOf: (line) => ({ ...line, itemId: roundingItemId ?? '' }),
      isKnown: roundingItemId !== null,
      untaxedCodeId,
    },
  });
}

function bodyOf(input: SalesFormBodyInput, form: SoldForm, currency: string): QuickBooksSalesForm {
  const { document, references, company, settings, current, mark } = input;
  const number = document.number.trim();
  const email = emailOf(document, settings);
  const emails = settings.quickbooksEmails && email !== undefined && current === null;
  const isUs = form.mode === 'us';
  return stated<QuickBooksSalesForm>({
    ...(current !== null && { Id: current.id, SyncToken: current.syncToken, sparse: true }),
    DocNumber: number.length > DOC_NUMBER_LENGTH_MAX ? numberInstead(company, current) : number,
    TxnDate: dateOf(document),
    DueDate: 'dueDate' in document ? document.dueDate : undefined,
    SalesTermRef: refOf(references.termId),
    CustomerRef: { value: references.customerId },
    CurrencyRef: company.multiCurrency ? { value: currency } : undefined,
    DepartmentRef: refOf(references.locationId),
    ClassRef: refOf(formClass(references.classIds, company)),
    DepositToAccountRef: refOf(references.depositAccountId),
    PaymentMethodRef: refOf(references.paymentMethodId),
    BillEmail: email === undefined ? undefined : { Address: email },
    EmailStatus: emails ? 'NeedToSend' : undefined,
    BillAddr: addressBody(document.customer.billAddress),
    ShipAddr: addressBody(document.customer.shipAddress),
    // Needed outside the United States; the member does not apply inside (Intuit's page of Invoice).
    GlobalTaxCalculation: isUs ? undefined : form.mode,
    ApplyTaxAfterDiscount: isUs && form.discount !== 0n ? true : undefined,
    PrivateNote: noteWithMark(noteOf(document.reference, document.memo), mark),
    Line: writtenLines(form, company),
    TxnTaxDetail: taxDetail(form),
  });
}

/** A form without an address of its own is e-mailed to its customer's. */
function emailOf(
  document: SalesDocument,
  { quickbooksEmails }: Pick<SalesFormSettings, 'quickbooksEmails'>,
): string | undefined {
  const own = 'billingEmail' in document ? filled(document.billingEmail) : undefined;
  return own ?? (quickbooksEmails ? filled(document.customer.email) : undefined);
}

function assertOnePerLine(
  document: SalesDocument,
  { itemIds, taxCodeIds }: LayoutReferences,
): void {
  const lines = document.lines.length;
  if (itemIds.length !== lines || taxCodeIds.length !== lines) {
    throw new RangeError('itemIds and taxCodeIds need one entry per line');
  }
}

function refOf(id: string | null): Ref | undefined {
  return id === null ? undefined : { value: id };
}

function numberInstead(company: SalesFormCompany, current: CurrentVersion | null) {
  return current === null && company.customTxnNumbers ? NUMBER_BY_QUICKBOOKS : undefined;
}

/** What the document states and the company has no place for, or no entry. */
function leftOut({ document, company, settings, references }: SalesFormBodyInput): Warning[] {
  const { dimensions } = settings;
  const off: [string, boolean, string][] = [
    [
      'class',
      dimensions.class && company.classTracking === 'off' && document.lines.some(hasClass),
      'classes are switched off in QuickBooks',
    ],
    [
      'location',
      dimensions.location && !company.trackLocations && document.location !== undefined,
      'locations are switched off in QuickBooks',
    ],
    [
      'paymentMethod',
      'paymentMethod' in document &&
        document.paymentMethod !== undefined &&
        references.paymentMethodId === null,
      'QuickBooks has no such payment method',
    ],
  ];
  return off.flatMap(([field, isOut, why]): Warning[] =>
    isOut ? [{ name: 'left_out', params: { field, why } }] : [],
  );
}

const hasClass = (line: SalesDocument['lines'][number]) => line.class !== undefined;
