import { sameNumber, sumOf } from './exact-number.js';
import { filled } from './members.js';
import { readMark } from './provenance.js';
import type { QuickBooksTaxDetail } from './tax-types.js';

/** Whether what QuickBooks holds of a form is what was sent: parts that both sides compare alike. */

/** True where nothing was sent or the stored text is the same but for line ends and outer space. */
export function heldText(stored: string | undefined, sent: string | undefined): boolean {
  const plain = (text: string | undefined) => filled(text?.replaceAll('\r\n', '\n'));
  return sent === undefined || plain(stored) === plain(sent);
}

/**
 * Whether a candidate is the form that was sent when no answer came back. The mark decides where both
 * have one: it is unique to a document. Without it the transaction must be the same; that is `same`
 * only where no mark was sent and the number is known, else `maybe`, which a person decides.
 */
export function judgeCandidate(o: {
  note: string | undefined;
  mark: string | null;
  isSame: boolean;
  number: string | undefined;
}): 'same' | 'different' | 'maybe' {
  const found = readMark(o.note);
  if (found !== null) return found === o.mark ? 'same' : 'different';
  if (!o.isSame) return 'different';
  return o.mark === null && o.number !== undefined ? 'same' : 'maybe';
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
