import type { Line } from '../../contract/documents/parts.js';
import { exactNumber, productIs, quotient } from './exact-number.js';
import { decimalOf, type Minor } from './minor-units.js';
import type { QuickBooksSalesDetail } from './quickbooks-types.js';

export type LinePrice = Partial<Pick<QuickBooksSalesDetail, 'Qty' | 'UnitPrice'>>;

/** Most decimals of a unit price. */
const PRICE_DECIMALS_MAX = 7;

/**
 * Quantity and unit price of a line. QuickBooks refuses a line whose rounded quantity × unit price is
 * not its amount (fault 6070), so both are sent only where the product is the amount, and the
 * amount alone otherwise.
 */
export function statedPrice(
  { quantity, unitPrice }: Pick<Line, 'quantity' | 'unitPrice'>,
  amount: Minor,
  decimals: number,
): LinePrice {
  return priceWhere(quantity, unitPrice, decimalOf(amount, decimals), decimals) ?? {};
}

/**
 * The same where the amount is not the stated one, because discounts or tax are part of the price:
 * then the price is the one of the amount, with as few decimals as make the product fit.
 */
export function pricedAnew(
  { quantity, unitPrice }: Pick<Line, 'quantity' | 'unitPrice'>,
  amount: Minor,
  decimals: number,
): LinePrice {
  const wanted = decimalOf(amount, decimals);
  const stated = priceWhere(quantity, unitPrice, wanted, decimals);
  if (stated !== undefined) return stated;
  for (let places = decimals; places <= PRICE_DECIMALS_MAX; places += 1) {
    const price = quotient(wanted, quantity, places);
    const found = price === undefined ? undefined : priceWhere(quantity, price, wanted, decimals);
    if (found !== undefined) return found;
  }
  return {};
}

function priceWhere(
  quantity: string,
  unitPrice: string,
  amount: string,
  decimals: number,
): LinePrice | undefined {
  const Qty = exactNumber(quantity);
  const UnitPrice = exactNumber(unitPrice);
  if (Qty === undefined || UnitPrice === undefined) return undefined;
  return productIs(quantity, unitPrice, amount, decimals) ? { Qty, UnitPrice } : undefined;
}
