import {
  type AnyDocument,
  asForm,
  belowZeroRule,
  type DocumentByKind,
  type DocumentKind,
  formSums,
} from '../../contract/documents/index.js';
import { type MinorUnits, toDecimalString, toMinorUnits } from '../../contract/money.js';
import { type Reason, reason } from '../../contract/reasons.js';

/**
 * Amounts of a statement that contradict each other, or the statement before, or that no form may have: the document is stored
 * and fails, without a call.
 *
 * @param paidMinor what an invoice said was paid in all, as far as it was taken; null where nothing is known
 */
export function moneyProblem(
  kind: DocumentKind,
  document: AnyDocument,
  paidMinor: MinorUnits | null,
): Reason | undefined {
  if (kind === 'payment') return appliesTooMuch(document as DocumentByKind['payment']);
  const form = asForm(kind, document);
  if (form === undefined) return undefined;
  const { stated, parts } = formSums(form);
  const { currency } = form;
  if (stated < 0) return reason('invalid_field', { field: 'total', rule: belowZeroRule(kind) });
  if (stated !== parts) {
    return reason('total_mismatch', {
      source: toDecimalString(stated, currency),
      lines: toDecimalString(parts, currency),
    });
  }
  const paid = statedPaidMinor(kind, document);
  if (paid === null || paidMinor === null || paid >= paidMinor) return undefined;
  return reason('paid_lowered', {
    before: toDecimalString(paidMinor, currency),
    now: toDecimalString(paid, currency),
  });
}

/** What an invoice says was paid in all; null where it does not say, and for other kinds. */
export function statedPaidMinor(kind: DocumentKind, document: AnyDocument): MinorUnits | null {
  if (kind !== 'invoice') return null;
  const { amountPaid, currency } = document as DocumentByKind['invoice'];
  return amountPaid === undefined ? null : toMinorUnits(amountPaid, currency);
}

/** More than was received cannot be applied. */
function appliesTooMuch({ amount, applies, currency }: DocumentByKind['payment']) {
  const applied = applies.reduce((sum, row) => sum + toMinorUnits(row.amount, currency), 0);
  if (applied <= toMinorUnits(amount, currency)) return undefined;
  return reason('total_mismatch', {
    source: amount,
    lines: toDecimalString(applied, currency),
  });
}
