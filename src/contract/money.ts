import { Decimal } from 'decimal.js';

/**
 * Money as the contract states it: decimal strings with the currency's own decimals at the edges,
 * whole minor units (cents, pence, yen) inside. Minor units are safe integers: 15 digits is also
 * the most QuickBooks takes for an amount (Intuit's reference page of Invoice, `Line.Amount`).
 */
export type MinorUnits = number;

/** Currencies whose minor unit is not a hundredth (ISO 4217). Every other currency has 2 decimals. */
const DECIMALS_BY_CURRENCY: Readonly<Record<string, number>> = {
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
  const scaled = new Decimal(amount).times(new Decimal(10).pow(decimalsOf(currency)));
  if (!scaled.isInteger()) throw new RangeError(`${amount} has too many decimals`);
  const minor = scaled.toNumber();
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${amount} is too large`);
  return minor;
}

/** 1250 in GBP → `"12.50"`. */
export function toDecimalString(minor: MinorUnits, currency?: string): string {
  const decimals = decimalsOf(currency);
  return new Decimal(minor).dividedBy(new Decimal(10).pow(decimals)).toFixed(decimals);
}

/** 114500 in USD → `"1,145.00"`, as people read it in Details. */
export function toReadableAmount(minor: MinorUnits, currency?: string): string {
  const [whole = '0', fraction] = toDecimalString(minor, currency).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Quantity × unit price, rounded half away from zero to the currency's minor unit. */
export function multiplyToMinorUnits(
  quantity: string,
  unitPrice: string,
  currency?: string,
): MinorUnits {
  const scale = new Decimal(10).pow(decimalsOf(currency));
  return new Decimal(quantity)
    .times(unitPrice)
    .times(scale)
    .toDecimalPlaces(0, Decimal.ROUND_HALF_UP)
    .toNumber();
}
