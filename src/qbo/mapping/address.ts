import type { Address } from '../../contract/reference.js';
import { filled, stated } from './members.js';
import type { QuickBooksAddress } from './quickbooks-types.js';

/** The contract's address as QuickBooks writes it; undefined where no part of it says anything. */
export function addressBody(address: Address | undefined): QuickBooksAddress | undefined {
  if (address === undefined) return undefined;
  const body = stated<QuickBooksAddress>({
    Line1: filled(address.line1),
    Line2: filled(address.line2),
    Line3: filled(address.line3),
    Line4: filled(address.line4),
    Line5: filled(address.line5),
    City: filled(address.city),
    CountrySubDivisionCode: filled(address.region),
    PostalCode: filled(address.postalCode),
    Country: filled(address.country),
  });
  return Object.keys(body).length === 0 ? undefined : body;
}

const LINES = ['Line1', 'Line2', 'Line3', 'Line4', 'Line5'] as const;
const PARTS = ['City', 'CountrySubDivisionCode', 'PostalCode', 'Country'] as const;

/**
 * An address of a customer laid over the one QuickBooks holds. Parts that are not stated stay. The
 * street lines are one text: where any is stated, they replace the old ones together, because a
 * new street over an old "Suite 5" is an address that does not exist.
 */
export function mergedAddress(
  current: QuickBooksAddress | undefined,
  change: QuickBooksAddress,
): QuickBooksAddress {
  const streetFrom = LINES.some((name) => change[name] !== undefined) ? change : (current ?? {});
  const merged: QuickBooksAddress = {};
  for (const name of LINES) merged[name] = streetFrom[name];
  for (const name of PARTS) merged[name] = change[name] ?? current?.[name];
  return stated(merged);
}

/** True where both addresses have the same text in every part. */
export function sameAddress(
  left: QuickBooksAddress | undefined,
  right: QuickBooksAddress | undefined,
): boolean {
  return [...LINES, ...PARTS].every((name) => filled(left?.[name]) === filled(right?.[name]));
}
