import { isZero } from './exact-number.js';
import type { FormDocument } from './form-document.js';
import { decimalOf, type Minor, minorOf, sumOfMinor } from './minor-units.js';
import { largestRemainder } from './shares.js';

/** What is part of the prices where everything is folded into them; decimal strings. */
export interface Folded {
  discount: string | null;
  shipping: string | null;
  tax: string | null;
}

/**
 * The lines of a form whose discounts, shipping and tax are part of their prices: each line after
 * its own discount × total ÷ subtotal, rounded by largest remainder, so that the lines add up to the
 * total to the minor unit. Undefined where there is no proportion: the lines come to zero or less
 * and the total to something else.
 */
export function foldedAmounts(document: FormDocument, decimals: number): Minor[] | undefined {
  const net = document.lines.map(
    ({ amount, discount }) => minorOf(amount, decimals) - minorOf(discount, decimals),
  );
  const subtotal = sumOfMinor(net);
  const total = minorOf(document.total, decimals);
  if (subtotal === total) return net;
  if (subtotal <= 0n || total < 0n) return undefined;
  return largestRemainder(total, net);
}

/** What folding makes part of the prices; null where there is nothing of it to fold. */
export function foldedParts(document: FormDocument, decimals: number): Folded | null {
  const discount = sumOfMinor([
    minorOf(document.discount, decimals),
    ...document.lines.map((line) => minorOf(line.discount, decimals)),
  ]);
  const parts = {
    discount: discount === 0n ? null : discount,
    shipping: isZero(document.shipping) ? null : minorOf(document.shipping, decimals),
    tax:
      document.taxMode !== 'exclusive' || isZero(document.tax?.total)
        ? null
        : minorOf(document.tax?.total, decimals),
  };
  if (parts.discount === null && parts.shipping === null && parts.tax === null) return null;
  const shown = (minor: Minor | null) => (minor === null ? null : decimalOf(minor, decimals));
  return {
    discount: shown(parts.discount),
    shipping: shown(parts.shipping),
    tax: shown(parts.tax),
  };
}
