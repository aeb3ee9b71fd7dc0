import { sameAddress } from './address.js';
import { sameNumber, sumOf } from './exact-number.js';
import { filled } from './members.js';
import { readMark } from './provenance.js';
import {
  NUMBER_BY_QUICKBOOKS,
  type QuickBooksLine,
  type QuickBooksSalesForm,
} from './quickbooks-types.js';

/**
 * Whether an invoice found in QuickBooks is the one that was sent when no answer came back.
 * The mark decides where both have one: it is unique to a document. Without it number, customer,
 * date, lines and total must agree; that is `same` only where no mark was sent and the number is
 * known, else `maybe`, which a person decides.
 */
export function sameSalesForm(
  candidate: QuickBooksSalesForm,
  sent: QuickBooksSalesForm,
  mark: string | null,
): 'same' | 'different' | 'maybe' {
  const found = readMark(candidate.PrivateNote);
  if (found !== null) return found === mark ? 'same' : 'different';
  if (!sameTransaction(candidate, sent)) return 'different';
  return mark === null && statedNumber(sent) !== undefined ? 'same' : 'maybe';
}

/**
 * Whether the stored invoice already holds everything a body says: an update whose answer was lost
 * needs no second sending. QuickBooks may have rewritten an address, which then counts as not held;
 * sending it again does no harm.
 */
export function salesFormHolds(stored: QuickBooksSalesForm, sent: QuickBooksSalesForm): boolean {
  return (
    sameTransaction(stored, sent) &&
    heldText(stored.DueDate, sent.DueDate) &&
    heldText(stored.PrivateNote, sent.PrivateNote) &&
    heldText(stored.BillEmail?.Address, sent.BillEmail?.Address) &&
    heldText(stored.CurrencyRef?.value, sent.CurrencyRef?.value) &&
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
function statedNumber(sent: QuickBooksSalesForm): string | undefined {
  return sent.DocNumber === NUMBER_BY_QUICKBOOKS ? undefined : sent.DocNumber;
}

/** True where nothing was sent or the stored text is the same but for line ends and outer space. */
function heldText(stored: string | undefined, sent: string | undefined): boolean {
  const plain = (text: string | undefined) => filled(text?.replaceAll('\r\n', '\n'));
  return sent === undefined || plain(stored) === plain(sent);
}

/** Lines of products; QuickBooks adds a subtotal of its own and may spell DetailType otherwise. */
function productLines(invoice: QuickBooksSalesForm): QuickBooksLine[] {
  return invoice.Line.filter((line) => line.SalesItemLineDetail !== undefined);
}

function sameLines(stored: QuickBooksSalesForm, sent: QuickBooksSalesForm): boolean {
  const storedLines = productLines(stored);
  return (
    storedLines.length === sent.Line.length &&
    sent.Line.every((line, index) => sameLine(storedLines[index], line))
  );
}

function sameLine(stored: QuickBooksLine | undefined, sent: QuickBooksLine): boolean {
  const was = stored?.SalesItemLineDetail;
  const is = sent.SalesItemLineDetail;
  return (
    sameNumber(stored?.Amount, sent.Amount) &&
    heldText(stored?.Description, sent.Description) &&
    heldText(was?.ItemRef?.value, is?.ItemRef?.value) &&
    heldText(was?.TaxCodeRef?.value, is?.TaxCodeRef?.value) &&
    (is?.Qty === undefined || sameNumber(was?.Qty, is.Qty)) &&
    (is?.UnitPrice === undefined || sameNumber(was?.UnitPrice, is.UnitPrice))
  );
}

/** The stored total without its tax is what our lines come to: nothing else is on the form. */
function sameTotal(stored: QuickBooksSalesForm, sent: QuickBooksSalesForm): boolean {
  if (stored.TotalAmt === undefined) return false;
  const net = sumOf([stored.TotalAmt, -(stored.TxnTaxDetail?.TotalTax ?? 0)]);
  return sameNumber(net, sumOf(sent.Line.map((line) => line.Amount ?? 0)));
}
