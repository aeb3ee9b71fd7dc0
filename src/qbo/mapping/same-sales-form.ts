import { sameAddress } from './address.js';
import { sameNumber } from './exact-number.js';
import { judgeCandidate, mayBeChanged } from './found-form.js';
import {
  NUMBER_BY_QUICKBOOKS,
  type QuickBooksLine,
  type QuickBooksSalesForm,
} from './quickbooks-types.js';
import { comesTo, heldText, holdsHeader, holdsTax } from './same-form.js';

/**
 * Whether an invoice found in QuickBooks is the one that was sent when no answer came back: without a
 * mark number, customer, date, lines and total must agree.
 */
export function sameSalesForm(
  candidate: QuickBooksSalesForm,
  sent: QuickBooksSalesForm,
  mark: string | null,
  since: Date | null = null,
): 'same' | 'different' | 'maybe' {
  return judgeCandidate({
    note: candidate.PrivateNote,
    mark,
    isSame: sameTransaction(candidate, sent),
    isChanged:
      candidate.CustomerRef.value === sent.CustomerRef.value &&
      mayBeChanged(candidate, { since, stored: candidate.DocNumber, sent: statedNumber(sent) }),
    number: statedNumber(sent),
  });
}

/**
 * Whether the stored invoice already holds everything a body says: an update whose answer was lost
 * needs no second sending. QuickBooks may have rewritten an address, which then counts as not held;
 * sending it again does no harm.
 */
export function salesFormHolds(stored: QuickBooksSalesForm, sent: QuickBooksSalesForm): boolean {
  return (
    sameTransaction(stored, sent) &&
    holdsHeader(stored, sent) &&
    holdsTax(stored, sent) &&
    heldText(stored.BillEmail?.Address, sent.BillEmail?.Address) &&
    heldText(stored.DepositToAccountRef?.value, sent.DepositToAccountRef?.value) &&
    heldText(stored.PaymentMethodRef?.value, sent.PaymentMethodRef?.value) &&
    (sent.BillAddr === undefined || sameAddress(stored.BillAddr, sent.BillAddr)) &&
    (sent.ShipAddr === undefined || sameAddress(stored.ShipAddr, sent.ShipAddr))
  );
}

function sameTransaction(stored: QuickBooksSalesForm, sent: QuickBooksSalesForm): boolean {
  return (
    stored.CustomerRef.value === sent.CustomerRef.value &&
    heldText(stored.DocNumber, statedNumber(sent)) &&
    heldText(stored.TxnDate, sent.TxnDate) &&
    sameLines(stored, sent) &&
    sameTotal(stored, sent)
  );
}

/** The number we gave; undefined where QuickBooks was left or told to give one. */
export function statedNumber(sent: QuickBooksSalesForm): string | undefined {
  return sent.DocNumber === NUMBER_BY_QUICKBOOKS ? undefined : sent.DocNumber;
}

/** Lines that sell; QuickBooks adds a subtotal of its own and may spell DetailType otherwise. */
function productLines(invoice: QuickBooksSalesForm): QuickBooksLine[] {
  return invoice.Line.filter((line) => line.SalesItemLineDetail !== undefined);
}

function sameLines(stored: QuickBooksSalesForm, sent: QuickBooksSalesForm): boolean {
  const storedLines = productLines(stored);
  const sentLines = productLines(sent);
  return (
    storedLines.length === sentLines.length &&
    sentLines.every((line, index) => sameLine(storedLines[index], line))
  );
}

function sameLine(stored: QuickBooksLine | undefined, sent: QuickBooksLine): boolean {
  const was = stored?.SalesItemLineDetail;
  const is = sent.SalesItemLineDetail;
  return (
    sameAmount(stored, sent) &&
    heldText(stored?.Description, sent.Description) &&
    heldText(was?.ItemRef?.value, is?.ItemRef?.value) &&
    heldText(was?.TaxCodeRef?.value, is?.TaxCodeRef?.value) &&
    heldText(was?.ClassRef?.value, is?.ClassRef?.value) &&
    (is?.Qty === undefined || sameNumber(was?.Qty, is.Qty)) &&
    (is?.UnitPrice === undefined || sameNumber(was?.UnitPrice, is.UnitPrice))
  );
}

/** A price that holds tax is kept as it is sent; its net part is QuickBooks' to compute. */
function sameAmount(stored: QuickBooksLine | undefined, sent: QuickBooksLine): boolean {
  const gross = sent.SalesItemLineDetail?.TaxInclusiveAmt;
  if (gross === undefined) return sameNumber(stored?.Amount, sent.Amount);
  return sameNumber(stored?.SalesItemLineDetail?.TaxInclusiveAmt, gross);
}

/**
 * The stored total is what the lines that were sent come to, less the discount, with the tax on top
 * where prices do not hold it: nothing else is on the form.
 */
function sameTotal(stored: QuickBooksSalesForm, sent: QuickBooksSalesForm): boolean {
  const amounts = sent.Line.map((line) => {
    if (line.DiscountLineDetail !== undefined) return -(line.Amount ?? 0);
    return line.SalesItemLineDetail?.TaxInclusiveAmt ?? line.Amount ?? 0;
  });
  return comesTo(stored, sent, amounts);
}
