import { dateOf } from '../../contract/documents/index.js';
import { decimalsOf } from '../../contract/money.js';
import type { Warning } from '../../contract/warnings.js';
import { agreeing, type Refusal } from './agreement.js';
import { expectedTotals } from './expected-total.js';
import { formClass } from './form-class.js';
import { noteOf } from './form-note.js';
import { atPlaces, type StatedLines, statedProblems } from './grouped-form.js';
import { groupedPurchase } from './grouped-purchase.js';
import { checkLimits, DOC_NUMBER_LENGTH_MAX, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import { noteWithMark } from './provenance.js';
import {
  isCost,
  type PurchaseDocument,
  type PurchaseFormCompany,
  type PurchaseFormEntity,
  type PurchaseFormSettings,
} from './purchase-document.js';
import { layOutPurchase, type PurchaseLayoutReferences } from './purchase-layout.js';
import { boughtLines, refOf } from './purchase-lines.js';
import { purchaseProblems } from './purchase-problems.js';
import { type StoredObject, wholeUpdate } from './purchase-update.js';
import type { QuickBooksPurchaseForm } from './quickbooks-types.js';
import { purchaseTaxDetail } from './tax-detail.js';
import type { RatesByCode } from './tax-rates.js';
import type { BoughtForm, BoughtLine } from './written-form.js';

/** QuickBooks ids of what the document refers to. */
export interface PurchaseFormReferences extends PurchaseLayoutReferences {
  vendorId: string;
  /** ISO 4217, where it is known: a supplier has one currency for life. */
  vendorCurrency: string | null;
  payableAccountId: string;
  locationId: string | null;
  termId: string | null;
  /** Known once a rounding line was asked for. */
  rounding: BoughtLine['what'] | null;
  /** A code that charges nothing, for rounding lines outside the United States. */
  untaxedCodeId: string | null;
}

export interface PurchaseFormBodyInput {
  entity: PurchaseFormEntity;
  document: PurchaseDocument;
  references: PurchaseFormReferences;
  company: PurchaseFormCompany;
  settings: PurchaseFormSettings;
  /** Purchase rates. */
  rates: RatesByCode;
  /** The object as QuickBooks holds it, which is updated; null creates. */
  stored: StoredObject | null;
  /** QuickBooks' ids of the purchase orders that the document names or named before. */
  ownOrders: readonly string[];
  /** Opaque provenance token, or null where none is written. */
  mark: string | null;
}

export interface PurchaseFormBody {
  body: QuickBooksPurchaseForm;
  /** Where there is any, the body must not be sent. */
  problems: FieldProblem[];
  /** Nor where QuickBooks would come to other amounts, and the settings refuse that. */
  refusal: Refusal | null;
  /** Nor before it is known what rounding lines are for: one is needed. */
  needsRounding: boolean;
  warnings: Warning[];
}

/**
 * The body that creates or updates a purchase order, a bill or a vendor credit. Intuit documents no
 * sparse update of any of them, and a whole one clears what is not in it: an update says what
 * QuickBooks holds, with all that the document states laid over it. Lines are put together as the
 * settings want; what is said of one names the document's own.
 */
export function purchaseFormBody(asked: PurchaseFormBodyInput): PurchaseFormBody {
  const { document, stated: lines } = groupedPurchase(
    asked.document,
    asked.settings,
    asked.company,
  );
  const input = { ...asked, document, references: written(asked.references, lines) };
  const { entity, references, company, settings, rates, stored } = input;
  const currency = document.currency ?? company.homeCurrency;
  const decimals = decimalsOf(currency);
  const layout = layOutPurchase({ ...input, decimals });
  const { rounding, untaxedCodeId } = references;
  const stands = agreeing({
    form: layout.form,
    document,
    company,
    settings,
    rates,
    decimals,
    stated: lines,
    isFolded: isCost(document, company),
    foresee: (one: BoughtForm) => expectedTotals(one, company, rates),
    rounding: {
      lineOf: (line) => ({
        ...line,
        what: rounding ?? { kind: 'item', id: '' },
        customerId: null,
        orderLine: null,
      }),
      isKnown: rounding !== null,
      untaxedCodeId,
    },
  });
  const own = bodyOf(input, stands.form, currency);
  return {
    body: stored === null ? own : wholeUpdate(own, stored, entity, asked.ownOrders),
    problems: statedProblems(
      [
        ...purchaseProblems(input, currency, stands.form),
        ...layout.problems,
        ...checkLimits(entity, own),
      ],
      lines,
    ),
    refusal: stands.refusal,
    needsRounding: stands.needsRounding,
    warnings: leftOut(input),
  };
}

/** The references of the lines that are written. */
function written(references: PurchaseFormReferences, lines: StatedLines): PurchaseFormReferences {
  const { itemIds, accountIds, taxCodeIds, classIds, customerIds } = references;
  return {
    ...references,
    itemIds: atPlaces(itemIds, lines, null),
    accountIds: atPlaces(accountIds, lines, null),
    taxCodeIds: atPlaces(taxCodeIds, lines, null),
    classIds: atPlaces(classIds, lines, null),
    customerIds: atPlaces(customerIds, lines, null),
  };
}

function bodyOf(
  input: PurchaseFormBodyInput,
  form: BoughtForm,
  currency: string,
): QuickBooksPurchaseForm {
  const { entity, document, references, company, settings, mark } = input;
  const { number, note } = headingOf(document, settings);
  const isOrder = entity === 'PurchaseOrder';
  const { order } = references;
  return stated<QuickBooksPurchaseForm>({
    DocNumber: number.length > DOC_NUMBER_LENGTH_MAX ? undefined : number,
    TxnDate: dateOf(document),
    DueDate: 'dueDate' in document ? document.dueDate : undefined,
    SalesTermRef: refOf(references.termId),
    VendorRef: { value: references.vendorId },
    APAccountRef: { value: references.payableAccountId },
    CurrencyRef: company.multiCurrency ? { value: currency } : undefined,
    DepartmentRef: refOf(references.locationId),
    ClassRef: refOf(isOrder ? formClass(references.classIds, company) : null),
    // Needed outside the United States; the member does not apply inside (Intuit's page of Bill).
    GlobalTaxCalculation: form.mode === 'us' ? undefined : form.mode,
    PrivateNote: noteWithMark(note, mark),
    POStatus: isOrder && isClosed(document) ? 'Closed' : undefined,
    LinkedTxn: order === null ? undefined : [{ TxnId: order.id, TxnType: 'PurchaseOrder' }],
    Line: boughtLines(form, company),
    TxnTaxDetail: purchaseTaxDetail(form),
  });
}

/** An order that is closed and not by a bill: whoever closed it opens it again. */
function wasClosed(stored: StoredObject | null): boolean {
  const links = stored?.['LinkedTxn'];
  const isBilled = Array.isArray(links) && links.length > 0;
  return stored?.['POStatus'] === 'Closed' && !isBilled;
}

function isClosed({ status }: PurchaseDocument): boolean {
  return status === 'closed';
}

/** Number and note. Where the reference is the number, the app's own number leads the note. */
export function headingOf(
  { number, reference, memo }: PurchaseDocument,
  { referenceTo }: Pick<PurchaseFormSettings, 'referenceTo'>,
): { number: string; note: string | undefined } {
  const own = filled(reference);
  return referenceTo === 'number' && own !== undefined
    ? { number: own, note: noteOf(own === number.trim() ? undefined : number, memo) }
    : { number: number.trim(), note: noteOf(reference, memo) };
}

/** What the document states and the company has no place for, or people have decided. */
function leftOut({
  entity,
  document,
  company,
  settings,
  stored,
}: PurchaseFormBodyInput): Warning[] {
  const { dimensions } = settings;
  const hasClass = dimensions.class && document.lines.some((line) => line.class !== undefined);
  const { number } = headingOf(document, settings);
  const off: [string, boolean, string][] = [
    [
      'number',
      number.length > DOC_NUMBER_LENGTH_MAX,
      `it has more than ${DOC_NUMBER_LENGTH_MAX} characters`,
    ],
    [
      'class',
      hasClass && company.classTracking === 'off',
      'classes are switched off in QuickBooks',
    ],
    [
      'class',
      hasClass && company.classTracking === 'transaction' && entity !== 'PurchaseOrder',
      'this company keeps one class per form, which QuickBooks lets apps set on purchase orders only',
    ],
    [
      'location',
      dimensions.location && !company.trackLocations && document.location !== undefined,
      'locations are switched off in QuickBooks',
    ],
    ['status', wasClosed(stored) && !isClosed(document), 'it was closed in QuickBooks'],
  ];
  return off.flatMap(([field, isOut, why]): Warning[] =>
    isOut ? [{ name: 'left_out', params: { field, why } }] : [],
  );
}
