import { Decimal } from 'decimal.js';

/**
 * Money as the contract states it: decimal strings with the currency's own decimals at the edges,
 * whole minor units (cents, pence, yen) inside. Minor units are safe integers: 15 digits is also
 * the most QuickBooks takes for an amount (Intuit's reference page of Invoice, `Line.Amount`).
 */
export type MinorUnits = number;

/** Products of two contract numbers (22 digits each) stay exact until they are rounded once. */
const Exact = Decimal.clone({ precision: 60 });

/** Most digits of an amount, its currency's decimals included. */
export const AMOUNT_DIGITS_MAX = 15;

/** Currencies whose minor unit is not a hundredth (ISO 4217). Every other currency has 2 decimals. */
export const DECIMALS_BY_CURRENCY: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** Decimals of a currency; 2 where none is stated, because the company's home currency rules then. */
export function decimalsOf(currency: string | undefined): number {
  return (currency === undefined ? undefined : DECIMALS_BY_CURRENCY[currency]) ?? 2;
}

/** `"12.50"` in GBP → 1250. Throws RangeError when the amount has more decimals than the currency. */
export function toMinorUnits(amount: string, currency?: string): MinorUnits {
  const scaled = new Exact(amount).times(new Exact(10).pow(decimalsOf(currency)));
  if (!scaled.isInteger()) throw new RangeError(`${amount} has too many decimals`);
  // Adding 0 turns a negative zero into zero.
  const minor = scaled.toNumber() + 0;
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${amount} is too large`);
  return minor;
}

/** 1250 in GBP → `"12.50"`. */
export function toDecimalString(minor: MinorUnits, currency?: string): string {
  const decimals = decimalsOf(currency);
  return new Exact(minor).dividedBy(new Exact(10).pow(decimals)).toFixed(decimals);
}

/**
 * `"1145"` in USD → `"1,145.00"`, as people read it in Details. An amount with more decimals than
 * the currency is shown as it is: a sentence never fails.
 */
export function toReadableAmount(amount: string, currency?: string): string {
  const value = new Exact(amount);
  const decimals = Math.max(decimalsOf(currency), value.decimalPlaces());
  const [whole = '0', fraction] = value.toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Quantity × unit price, rounded half away from zero to the currency's minor unit. */
export function multiplyToMinorUnits(
  quantity: string,
  unitPrice: string,
  currency?: string,
): MinorUnits {
  const scale = new Exact(10).pow(decimalsOf(currency));
  const product = new Exact(quantity).times(unitPrice).times(scale);
  return product.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber() + 0;
}
