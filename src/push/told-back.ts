import type { MinorUnits } from '../contract/money.js';
import type { Needed, UnsentPart } from '../ledger/documents/needs.js';

/**
 * Money that someone recorded in QuickBooks, and that the app tells back as a payment of its own: it is
 * not made again. An invoice says what was paid in all. What its payments would bring beyond that is
 * there already, as far as QuickBooks has money that is not ours; that stands for payments which were
 * not sent: the one of just that amount, else those that come to it together, the oldest of several such,
 * else the oldest until it is used up.
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
  const together = comingTo(unsent, told);
  if (together !== undefined) return together.has(documentId) ? paid : undefined;
  let left = told;
  for (const part of unsent) {
    if (left <= 0) break;
    if (part.documentId === documentId) return paid;
    left -= part.minor;
  }
  return undefined;
}

/** Sums that are looked at; an invoice with more has hundreds of payments that were not sent. */
const SUMS_MAX = 50_000;

/** Payments that come to just the amount, the older ones first; undefined where none do. */
function comingTo(unsent: readonly UnsentPart[], amount: MinorUnits): Set<number> | undefined {
  if (amount <= 0) return undefined;
  // What the payments from a place on can come to, from the last place on.
  const from: ReadonlySet<MinorUnits>[] = [new Set([0])];
  let sums = 0;
  for (const { minor } of [...unsent].reverse()) {
    const behind = from[0] ?? new Set<MinorUnits>();
    const withIt = [...behind].map((sum) => sum + minor).filter((sum) => sum <= amount);
    const all = new Set([...behind, ...withIt]);
    sums += all.size;
    if (sums > SUMS_MAX) return undefined;
    from.unshift(all);
  }
  if (from[0]?.has(amount) !== true) return undefined;
  const taken = new Set<number>();
  let left = amount;
  for (const [place, { documentId, minor }] of unsent.entries()) {
    if (left < minor || from[place + 1]?.has(left - minor) !== true) continue;
    taken.add(documentId);
    left -= minor;
  }
  return taken;
}
