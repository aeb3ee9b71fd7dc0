import type { MinorUnits } from '../contract/money.js';
import type { Needed } from '../ledger/needs.js';

/**
 * Money that someone recorded in QuickBooks, and that the app tells back as a payment of its own: it is
 * not made again. An invoice says what was paid in all. What its payments would bring beyond that is
 * there already, as far as QuickBooks has money that is not ours; that stands for payments which were
 * not sent: the one of just that amount, else the oldest until it is used up.
 *
 * The answer stays the same whatever of them is sent first.
 *
 * @returns what QuickBooks has as paid, where it has this payment's money; undefined: send it
 */
export function paidThere(documentId: number, invoice: Needed): MinorUnits | undefined {
  const { statesIt, paidMinor, totalMinor, balanceMinor } = invoice;
  if (!statesIt || paidMinor === null || totalMinor === null || balanceMinor === null) {
    return undefined;
  }
  const { oursMinor, creditsMinor, growingMinor, unsent } = invoice;
  const settled = totalMinor - balanceMinor;
  const paid = settled - creditsMinor;
  const coming = unsent.reduce((sum, { minor }) => sum + minor, growingMinor);
  const told = Math.min(settled - oursMinor, paid + coming - paidMinor);
  const exact = unsent.find(({ minor }) => minor === told);
  if (exact !== undefined) return exact.documentId === documentId ? paid : undefined;
  let left = told;
  for (const part of unsent) {
    if (left <= 0) break;
    if (part.documentId === documentId) return paid;
    left -= part.minor;
  }
  return undefined;
}
