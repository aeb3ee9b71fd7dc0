import { sameNumber } from './exact-number.js';
import { judgeCandidate, mayBeChanged } from './found-form.js';
import { expenseDetailOf } from './purchase-lines.js';
import type { QuickBooksPurchaseForm, QuickBooksPurchaseLine } from './quickbooks-types.js';
import { comesTo, heldText, holdsHeader, holdsTax } from './same-form.js';

/**
 * Whether a purchase form found in QuickBooks is the one that was sent when no answer came back:
 * without a mark number, supplier, date, lines and total must agree. Suppliers share numbers.
 */
export function samePurchaseForm(
  candidate: QuickBooksPurchaseForm,
  sent: QuickBooksPurchaseForm,
  mark: string | null,
  since: Date | null = null,
): 'same' | 'different' | 'maybe' {
  return judgeCandidate({
    note: candidate.PrivateNote,
    mark,
    isSame: sameTransaction(candidate, sent),
    isChanged:
      candidate.VendorRef.value === sent.VendorRef.value &&
      mayBeChanged(candidate, { since, stored: candidate.DocNumber, sent: sent.DocNumber }),
    number: sent.DocNumber,
  });
}

/** Whether the stored form already holds everything a body says. */
export function purchaseFormHolds(
  stored: QuickBooksPurchaseForm,
  sent: QuickBooksPurchaseForm,
): boolean {
  return (
    sameTransaction(stored, sent) &&
    holdsHeader(stored, sent) &&
    holdsTax(stored, sent) &&
    heldText(stored.APAccountRef?.value, sent.APAccountRef?.value) &&
    heldText(stored.POStatus, sent.POStatus) &&
    holdsLinks(stored, sent)
  );
}

/** What was sent is linked, and no order that was not. */
function holdsLinks(stored: QuickBooksPurchaseForm, sent: QuickBooksPurchaseForm): boolean {
  const idsOf = ({ LinkedTxn = [] }: QuickBooksPurchaseForm) =>
    LinkedTxn.map(({ TxnType, TxnId }) => `${TxnType} ${TxnId}`);
  const held = idsOf(stored);
  const orders = held.filter((link) => link.startsWith('PurchaseOrder '));
  const meant = idsOf(sent);
  return meant.every((link) => held.includes(link)) && orders.every((one) => meant.includes(one));
}

function sameTransaction(stored: QuickBooksPurchaseForm, sent: QuickBooksPurchaseForm): boolean {
  return (
    stored.VendorRef.value === sent.VendorRef.value &&
    heldText(stored.DocNumber, sent.DocNumber) &&
    heldText(stored.TxnDate, sent.TxnDate) &&
    sameLines(stored, sent) &&
    sameTotal(stored, sent)
  );
}

const linesOf = ({ Line }: QuickBooksPurchaseForm) =>
  Line.filter((line) => expenseDetailOf(line) !== undefined);

function sameLines(stored: QuickBooksPurchaseForm, sent: QuickBooksPurchaseForm): boolean {
  const storedLines = linesOf(stored);
  const sentLines = linesOf(sent);
  return (
    storedLines.length === sentLines.length &&
    sentLines.every((line, index) => sameLine(storedLines[index], line))
  );
}

function sameLine(
  stored: QuickBooksPurchaseLine | undefined,
  sent: QuickBooksPurchaseLine,
): boolean {
  if (stored === undefined) return false;
  const was = expenseDetailOf(stored);
  const is = expenseDetailOf(sent);
  return (
    sameAmount(stored, sent) &&
    heldText(stored.Description, sent.Description) &&
    heldText(was?.ItemRef?.value, is?.ItemRef?.value) &&
    heldText(was?.AccountRef?.value, is?.AccountRef?.value) &&
    heldText(was?.TaxCodeRef?.value, is?.TaxCodeRef?.value) &&
    heldText(was?.ClassRef?.value, is?.ClassRef?.value) &&
    heldText(was?.CustomerRef?.value, is?.CustomerRef?.value) &&
    (is?.Qty === undefined || sameNumber(was?.Qty, is.Qty)) &&
    (is?.UnitPrice === undefined || sameNumber(was?.UnitPrice, is.UnitPrice))
  );
}

/** A price that holds tax is kept as it is sent; its net part is QuickBooks' to compute. */
function sameAmount(stored: QuickBooksPurchaseLine, sent: QuickBooksPurchaseLine): boolean {
  const gross = expenseDetailOf(sent)?.TaxInclusiveAmt;
  if (gross === undefined) return sameNumber(stored.Amount, sent.Amount);
  return sameNumber(expenseDetailOf(stored)?.TaxInclusiveAmt, gross);
}

/** The stored total is what the lines that were sent come to, with the tax where it is on top. */
function sameTotal(stored: QuickBooksPurchaseForm, sent: QuickBooksPurchaseForm): boolean {
  const amounts = sent.Line.map(
    (line) => expenseDetailOf(line)?.TaxInclusiveAmt ?? line.Amount ?? 0,
  );
  return comesTo(stored, sent, amounts);
}
