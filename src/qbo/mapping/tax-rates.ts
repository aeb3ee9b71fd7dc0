/** What a tax code charges. */
export interface TaxRate {
  /** QuickBooks' id of the TaxRate. */
  id: string;
  /** Decimal string: `"20"` for 20 %. */
  percent: string;
}

/** Rates by QuickBooks' id of the tax code; a code that is not in it is not known well enough. */
export type RatesByCode = ReadonlyMap<string, readonly TaxRate[]>;

/** A value of a rate over time; plain dates, both inclusive. */
export interface RateChange {
  from: string;
  /** Null: still in force. */
  to: string | null;
  percent: string;
}

type Facts = Readonly<Record<string, unknown>>;

/** The side of the books on which a code is used: its rates may be others on each. */
export type TaxSide = 'sales' | 'purchase';

const RATE_IDS = { sales: 'salesTaxRateIds', purchase: 'purchaseTaxRateIds' } as const;
const TAX_ON_TAX = { sales: 'taxOnTax', purchase: 'purchaseTaxOnTax' } as const;

/**
 * Ids of the rates a mirrored tax code charges on that side. Undefined where they are not known: the
 * code was mirrored before the rates of purchases were.
 */
export function rateIdsOf(code: Facts, side: TaxSide): string[] | undefined {
  const ids = code[RATE_IDS[side]];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : undefined;
}

/**
 * The rates of a mirrored tax code on a day, by the mirrored rates. Undefined where one of them is
 * not known, or where tax is charged on tax: QuickBooks' arithmetic is not foreseen then.
 *
 * @param date plain date of the transaction
 */
export function ratesOn(
  code: Facts,
  rates: ReadonlyMap<string, Facts>,
  { date, side }: { date: string | undefined; side: TaxSide },
): TaxRate[] | undefined {
  const ids = rateIdsOf(code, side);
  if (ids === undefined || code[TAX_ON_TAX[side]] === true) return undefined;
  const found: TaxRate[] = [];
  for (const id of ids) {
    const percent = percentOn(rates.get(id), date);
    if (percent === undefined) return undefined;
    found.push({ id, percent });
  }
  return found;
}

function percentOn(rate: Facts | undefined, date: string | undefined): string | undefined {
  const changes = rate?.['changes'];
  const inForce = Array.isArray(changes)
    ? changes.find(
        ({ from, to }: RateChange) =>
          date !== undefined && from <= date && (to === null || date <= to),
      )
    : undefined;
  const percent: unknown = inForce?.percent ?? rate?.['percent'];
  return typeof percent === 'string' ? percent : undefined;
}
