import { sameAddress } from './address.js';
import { sameNumber, sumOf } from './exact-number.js';
import { filled } from './members.js';
import { appliedKey } from './payment.js';
import {
  type QuickBooksAddress,
  type QuickBooksExpenseDetail,
  type QuickBooksLine,
  type QuickBooksPayment,
  type QuickBooksPurchaseForm,
  type QuickBooksSalesForm,
  type Ref,
  readEntity,
} from './quickbooks-types.js';
import { statedNumber } from './same-sales-form.js';

/**
 * What somebody changed in QuickBooks of what was sent. Compared with what QuickBooks answered to the
 * sending, so that its own spelling of an address or a tax is nobody's change; where that answer is not
 * known, with what was sent. Only members that were sent count.
 */

/** A changed member in the document's words; values of what people may see in clear text, else null. */
export interface DriftedField {
  field: string;
  theirs: string | null;
  ours: string | null;
}

/** What was sent, and what was answered to it; null where that is not known. */
export interface LastSent<Sent> {
  sent: Sent;
  answered: unknown;
  /** Customers or suppliers that were merged away, and into whom: the form went with them. */
  merged: ReadonlyMap<string, string>;
}

/** @throws UnexpectedShapeError */
export function salesDrift(
  entity: 'Invoice' | 'SalesReceipt' | 'CreditMemo',
  json: unknown,
  { sent, answered, merged }: LastSent<QuickBooksSalesForm>,
): DriftedField[] {
  const now: QuickBooksSalesForm = readEntity(entity, json);
  const ours: QuickBooksSalesForm = answered === null ? sent : readEntity(entity, answered);
  const date = entity === 'SalesReceipt' ? 'date' : 'issueDate';
  const hasNumber = statedNumber(sent) !== undefined;
  return [
    ...(hasNumber ? text('number', now.DocNumber, ours.DocNumber) : []),
    ...ifSent(sent.TxnDate, () => text(date, now.TxnDate, ours.TxnDate)),
    ...ifSent(sent.DueDate, () => text('dueDate', now.DueDate, ours.DueDate)),
    ...partyDrift('customer', now.CustomerRef, ours.CustomerRef, merged),
    ...ifSent(sent.BillEmail, () =>
      text('billingEmail', now.BillEmail?.Address, ours.BillEmail?.Address),
    ),
    ...ifSent(sent.PrivateNote, () => hidden('memo', now.PrivateNote, ours.PrivateNote)),
    ...named('location', sent.DepartmentRef, now.DepartmentRef, ours.DepartmentRef),
    ...named('class', sent.ClassRef, now.ClassRef, ours.ClassRef),
    ...named('terms', sent.SalesTermRef, now.SalesTermRef, ours.SalesTermRef),
    ...named(
      'depositAccount',
      sent.DepositToAccountRef,
      now.DepositToAccountRef,
      ours.DepositToAccountRef,
    ),
    ...named('paymentMethod', sent.PaymentMethodRef, now.PaymentMethodRef, ours.PaymentMethodRef),
    ...ifSent(sent.BillAddr, () => address('billAddress', now.BillAddr, ours.BillAddr)),
    ...ifSent(sent.ShipAddr, () => address('shipAddress', now.ShipAddr, ours.ShipAddr)),
    ...lineDrift(soldLines(now), soldLines(ours)),
    ...discountDrift(now.Line, ours.Line),
    ...ifSent(ours.TotalAmt, () => number('total', now.TotalAmt, ours.TotalAmt)),
  ];
}

/** @throws UnexpectedShapeError */
export function purchaseDrift(
  entity: 'PurchaseOrder' | 'Bill' | 'VendorCredit',
  json: unknown,
  { sent, answered, merged }: LastSent<QuickBooksPurchaseForm>,
): DriftedField[] {
  const now: QuickBooksPurchaseForm = readEntity(entity, json);
  const ours: QuickBooksPurchaseForm = answered === null ? sent : readEntity(entity, answered);
  return [
    ...ifSent(sent.DocNumber, () => text('number', now.DocNumber, ours.DocNumber)),
    ...ifSent(sent.TxnDate, () => text('date', now.TxnDate, ours.TxnDate)),
    ...ifSent(sent.DueDate, () => text('dueDate', now.DueDate, ours.DueDate)),
    ...partyDrift('vendor', now.VendorRef, ours.VendorRef, merged),
    ...ifSent(sent.PrivateNote, () => hidden('memo', now.PrivateNote, ours.PrivateNote)),
    ...named('payableAccount', sent.APAccountRef, now.APAccountRef, ours.APAccountRef),
    ...named('location', sent.DepartmentRef, now.DepartmentRef, ours.DepartmentRef),
    ...named('class', sent.ClassRef, now.ClassRef, ours.ClassRef),
    ...named('terms', sent.SalesTermRef, now.SalesTermRef, ours.SalesTermRef),
    ...lineDrift(boughtLines(now), boughtLines(ours)),
    ...ifSent(ours.TotalAmt, () => number('total', now.TotalAmt, ours.TotalAmt)),
  ];
}

/** @throws UnexpectedShapeError */
export function paymentDrift(
  json: unknown,
  { sent, answered, merged }: LastSent<QuickBooksPayment>,
): DriftedField[] {
  const now: QuickBooksPayment = readEntity('Payment', json);
  const ours: QuickBooksPayment = answered === null ? sent : readEntity('Payment', answered);
  return [
    ...number('amount', now.TotalAmt, ours.TotalAmt),
    ...ifSent(sent.TxnDate, () => text('date', now.TxnDate, ours.TxnDate)),
    ...partyDrift('customer', now.CustomerRef, ours.CustomerRef, merged),
    ...ifSent(sent.PaymentRefNum, () => hidden('reference', now.PaymentRefNum, ours.PaymentRefNum)),
    ...named('method', sent.PaymentMethodRef, now.PaymentMethodRef, ours.PaymentMethodRef),
    ...named(
      'depositAccount',
      sent.DepositToAccountRef,
      now.DepositToAccountRef,
      ours.DepositToAccountRef,
    ),
    ...ifSent(sent.PrivateNote, () => hidden('memo', now.PrivateNote, ours.PrivateNote)),
    ...hidden('applies', appliedKey(now.Line), appliedKey(ours.Line)),
  ];
}

function ifSent(sent: unknown, drift: () => DriftedField[]): DriftedField[] {
  return sent === undefined ? [] : drift();
}

const plain = (value: string | undefined) => filled(value?.replaceAll('\r\n', '\n')) ?? null;

function text(field: string, now: string | undefined, ours: string | undefined): DriftedField[] {
  const [theirs, own] = [plain(now), plain(ours)];
  return theirs === own ? [] : [{ field, theirs, ours: own }];
}

/** Words of people are kept in no clear text: that they changed is all that is said. */
function hidden(field: string, now: string | undefined, ours: string | undefined): DriftedField[] {
  return plain(now) === plain(ours) ? [] : [{ field, theirs: null, ours: null }];
}

function number(field: string, now: number | undefined, ours: number | undefined): DriftedField[] {
  if (sameNumber(now, ours)) return [];
  return [{ field, theirs: shown(now), ours: shown(ours) }];
}

const shown = (value: number | undefined) => (value === undefined ? null : String(value));

/** A reference, shown by the name QuickBooks gives it. */
function named(
  field: string,
  sent: Ref | undefined,
  now: Partial<Ref> | undefined,
  ours: Partial<Ref> | undefined,
): DriftedField[] {
  if (sent === undefined || (now?.value ?? null) === (ours?.value ?? null)) return [];
  return [{ field, theirs: nameOf(now), ours: nameOf(ours) }];
}

function partyDrift(
  field: 'customer' | 'vendor',
  now: Ref,
  ours: Ref,
  merged: ReadonlyMap<string, string>,
): DriftedField[] {
  return merged.get(ours.value) === now.value ? [] : named(field, ours, now, ours);
}

const nameOf = (ref: Partial<Ref> | undefined) =>
  ref?.name ?? (ref?.value === undefined ? null : `Id ${ref.value}`);

function address(
  field: string,
  now: QuickBooksAddress | undefined,
  ours: QuickBooksAddress | undefined,
): DriftedField[] {
  return sameAddress(now, ours ?? {}) ? [] : [{ field, theirs: null, ours: null }];
}

/** What of a line is compared, whatever kind of form it is on. */
interface ComparedLine {
  amount: number | undefined;
  description: string | undefined;
  detail: Omit<QuickBooksExpenseDetail, 'TaxInclusiveAmt' | 'BillableStatus'>;
}

/** Lines that sell; QuickBooks adds a subtotal of its own. */
function soldLines({ Line }: Pick<QuickBooksSalesForm, 'Line'>): ComparedLine[] {
  return Line.flatMap(({ Amount, Description, SalesItemLineDetail: detail }) =>
    detail === undefined ? [] : [{ amount: Amount, description: Description, detail }],
  );
}

function boughtLines({ Line }: Pick<QuickBooksPurchaseForm, 'Line'>): ComparedLine[] {
  return Line.flatMap(({ Amount, Description, ...line }) => {
    const detail = line.ItemBasedExpenseLineDetail ?? line.AccountBasedExpenseLineDetail;
    return detail === undefined ? [] : [{ amount: Amount, description: Description, detail }];
  });
}

function lineDrift(now: readonly ComparedLine[], ours: readonly ComparedLine[]): DriftedField[] {
  if (now.length !== ours.length) {
    return [{ field: 'lines', theirs: `${now.length} lines`, ours: `${ours.length} lines` }];
  }
  return now.flatMap(({ amount, description, detail: is }, index) => {
    const was = ours[index];
    const own = was?.detail ?? {};
    const at = `lines.${index}`;
    const priced = (member: 'Qty' | 'UnitPrice', field: string) =>
      own[member] === undefined ? [] : number(`${at}.${field}`, is[member], own[member]);
    return [
      ...number(`${at}.amount`, amount, was?.amount),
      ...priced('Qty', 'quantity'),
      ...priced('UnitPrice', 'unitPrice'),
      ...hidden(`${at}.description`, description, was?.description),
      ...named(`${at}.item`, own.ItemRef, is.ItemRef, own.ItemRef),
      ...named(`${at}.account`, own.AccountRef, is.AccountRef, own.AccountRef),
      ...named(`${at}.taxCode`, own.TaxCodeRef, is.TaxCodeRef, own.TaxCodeRef),
      ...named(`${at}.class`, own.ClassRef, is.ClassRef, own.ClassRef),
      ...named(`${at}.customerOrProject`, own.CustomerRef, is.CustomerRef, own.CustomerRef),
    ];
  });
}

function discountDrift(
  now: readonly QuickBooksLine[],
  ours: readonly QuickBooksLine[],
): DriftedField[] {
  const taken = (lines: readonly QuickBooksLine[]) =>
    sumOf(
      lines.flatMap(({ DiscountLineDetail, Amount }) =>
        DiscountLineDetail === undefined ? [] : [Amount ?? 0],
      ),
    );
  return number('discount', taken(now), taken(ours));
}
