import type { Ref } from './answer-parts.js';
import { sameNumber, sumOf } from './exact-number.js';
import { filled } from './members.js';
import type { QuickBooksTaxDetail } from './tax-types.js';

/** Whether what QuickBooks holds of a form is what was sent: parts that both sides compare alike. */

/** True where nothing was sent or the stored text is the same but for line ends and outer space. */
export function heldText(stored: string | undefined, sent: string | undefined): boolean {
  const plain = (text: string | undefined) => filled(text?.replaceAll('\r\n', '\n'));
  return sent === undefined || plain(stored) === plain(sent);
}

interface Taxed {
  TxnTaxDetail?: QuickBooksTaxDetail | undefined;
}

/** Tax of ours that was sent is there; where none was, none of an earlier sending is left. */
export function holdsTax(stored: Taxed, sent: Taxed): boolean {
  const own = sent.TxnTaxDetail;
  if (own?.TaxLine !== undefined) {
    const sum = sumOf(own.TaxLine.map(({ Amount }) => Amount ?? 0));
    return sameNumber(stored.TxnTaxDetail?.TotalTax, sum);
  }
  if (own?.TotalTax !== undefined) {
    return sameNumber(stored.TxnTaxDetail?.TotalTax, own.TotalTax);
  }
  const isOwn = stored.TxnTaxDetail?.TaxLine?.some(
    ({ TaxLineDetail: detail }) => detail?.PercentBased === false,
  );
  return isOwn !== true;
}

interface Header {
  DueDate?: string | undefined;
  PrivateNote?: string | undefined;
  CurrencyRef?: Ref | undefined;
  DepartmentRef?: Ref | undefined;
  ClassRef?: Ref | undefined;
  SalesTermRef?: Ref | undefined;
}

/** What forms of both sides say above their lines is there. */
export function holdsHeader(stored: Header, sent: Header): boolean {
  return (
    heldText(stored.DueDate, sent.DueDate) &&
    heldText(stored.PrivateNote, sent.PrivateNote) &&
    heldText(stored.CurrencyRef?.value, sent.CurrencyRef?.value) &&
    heldText(stored.DepartmentRef?.value, sent.DepartmentRef?.value) &&
    heldText(stored.ClassRef?.value, sent.ClassRef?.value) &&
    heldText(stored.SalesTermRef?.value, sent.SalesTermRef?.value)
  );
}

/**
 * Whether the stored total is what the amounts that were sent come to, with the tax on top where prices
 * do not hold it: nothing else is on the form.
 */
export function comesTo(
  stored: Taxed & { TotalAmt?: number | undefined },
  sent: { GlobalTaxCalculation?: string | undefined },
  amounts: readonly number[],
): boolean {
  if (stored.TotalAmt === undefined) return false;
  const isGross = sent.GlobalTaxCalculation === 'TaxInclusive';
  const held = isGross ? 0 : (stored.TxnTaxDetail?.TotalTax ?? 0);
  return sameNumber(sumOf([stored.TotalAmt, -held]), sumOf(amounts));
}
