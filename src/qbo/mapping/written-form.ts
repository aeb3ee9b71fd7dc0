import type { LinePrice } from './line-price.js';
import type { Minor } from './minor-units.js';
import type { GlobalTaxCalculation } from './quickbooks-types.js';
import type { TaxRate } from './tax-rates.js';

/**
 * A form as it is going to be written, before it has QuickBooks' members: what its total will be is
 * foreseen from this, and its body is made from it. Amounts are minor units.
 */
export interface WrittenForm<Line extends WrittenLine = WrittenLine> {
  /** `us` where QuickBooks has no such mode: one tax for the form, lines with or without it. */
  mode: 'us' | GlobalTaxCalculation;
  decimals: number;
  lines: Line[];
  /** Taken off by a discount line of its own; positive. */
  discount: Minor;
  tax: WrittenTax;
}

export interface WrittenLine {
  /** Where the document states it: `lines.3`, `shipping`; `rounding` for a line of ours. */
  field: string;
  description: string | undefined;
  /** With tax where prices include it. */
  amount: Minor;
  /** The part without tax where prices include it; null where it is not known. */
  net: Minor | null;
  price: LinePrice;
  /** QuickBooks' id of the tax code; `TAX` or `NON` in the United States; null: none is sent. */
  taxCodeId: string | null;
  classId: string | null;
}

/** A line of a sales form. */
export interface SoldLine extends WrittenLine {
  itemId: string;
}
export type SoldForm = WrittenForm<SoldLine>;

/** A line of a purchase form: goods by an item, or an amount for an account. */
export interface BoughtLine extends WrittenLine {
  what: { kind: 'item' | 'account'; id: string };
  /** The customer or project it was bought for. */
  customerId: string | null;
  /** The line of a purchase order it delivers. */
  orderLine: OrderLine | null;
}
export type BoughtForm = WrittenForm<BoughtLine>;

/** QuickBooks' ids of a purchase order and of one of its lines. */
export interface OrderLine {
  orderId: string;
  lineId: string;
}

/** How the tax of a form comes about. */
export type WrittenTax =
  /** QuickBooks computes it from the codes of the lines. */
  | { kind: 'computed' }
  /** QuickBooks computes it by one code for the form (United States, without automated tax). */
  | { kind: 'code'; taxCodeId: string }
  /** The document's own, as a sum (United States). */
  | { kind: 'total'; tax: Minor; taxCodeId: string | null }
  /** The document's own, per rate. */
  | { kind: 'rates'; rates: TaxOfRate[] };

/** The tax of one rate of a form. */
export interface TaxOfRate extends TaxRate {
  /** What it is charged on. */
  net: Minor;
  tax: Minor;
}
