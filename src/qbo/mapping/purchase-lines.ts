import { stated } from './members.js';
import { numberOf } from './minor-units.js';
import type { PurchaseFormCompany } from './purchase-document.js';
import type { QuickBooksExpenseDetail, QuickBooksPurchaseLine, Ref } from './quickbooks-types.js';
import type { BoughtForm, BoughtLine } from './written-form.js';

/**
 * The lines of a purchase form as QuickBooks has them. Where prices include tax, a line's Amount is
 * net and TaxInclusiveAmt gross (Intuit's page of Bill).
 */
export function boughtLines(
  form: BoughtForm,
  company: Pick<PurchaseFormCompany, 'classTracking'>,
): QuickBooksPurchaseLine[] {
  return form.lines.map((line) => expenseLine(line, form, company));
}

function expenseLine(
  line: BoughtLine,
  { mode, decimals }: BoughtForm,
  { classTracking }: Pick<PurchaseFormCompany, 'classTracking'>,
): QuickBooksPurchaseLine {
  const isGross = mode === 'TaxInclusive';
  const { what, customerId, orderLine } = line;
  const target = { value: what.id };
  const detail = stated<QuickBooksExpenseDetail>({
    ...(what.kind === 'item' ? { ItemRef: target, ...line.price } : { AccountRef: target }),
    TaxCodeRef: refOf(line.taxCodeId),
    ClassRef: refOf(classTracking === 'line' ? line.classId : null),
    CustomerRef: refOf(customerId),
    // Passing costs on to the customer is for people to decide, in QuickBooks.
    BillableStatus: customerId === null ? undefined : 'NotBillable',
    TaxInclusiveAmt: isGross ? numberOf(line.amount, decimals) : undefined,
  });
  const links = orderLine === null ? undefined : [orderLink(orderLine)];
  const rest = stated<QuickBooksPurchaseLine>({
    Amount: numberOf(isGross ? (line.net ?? line.amount) : line.amount, decimals),
    Description: line.description,
    LinkedTxn: links,
  });
  return what.kind === 'item'
    ? { DetailType: ITEM_LINE, ...rest, [ITEM_LINE]: detail }
    : { DetailType: ACCOUNT_LINE, ...rest, [ACCOUNT_LINE]: detail };
}

const ITEM_LINE = 'ItemBasedExpenseLineDetail';
const ACCOUNT_LINE = 'AccountBasedExpenseLineDetail';

const orderLink = ({ orderId, lineId }: { orderId: string; lineId: string }) => ({
  TxnId: orderId,
  TxnType: 'PurchaseOrder',
  TxnLineId: lineId,
});

/** What a line is for, with its quantity; undefined for mere text. */
export function expenseDetailOf(line: QuickBooksPurchaseLine): QuickBooksExpenseDetail | undefined {
  return line.ItemBasedExpenseLineDetail ?? line.AccountBasedExpenseLineDetail;
}

export function refOf(id: string | null): Ref | undefined {
  return id === null ? undefined : { value: id };
}
