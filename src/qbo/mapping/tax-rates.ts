/** What a tax code charges on a sale. */
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

/** Ids of the rates a mirrored tax code charges on sales. */
export function rateIdsOf(code: Facts): string[] {
  const ids = code['salesTaxRateIds'];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

/**
 * The rates of a mirrored tax code on a day, by the mirrored rates. Undefined where one of them is
 * not known, or where tax is charged on tax: QuickBooks' arithmetic is not foreseen then.
 *
 * @param date plain date of the transaction
 */
export function salesRatesOn(
  code: Facts,
  rates: ReadonlyMap<string, Facts>,
  date: string | undefined,
): TaxRate[] | undefined {
  if (code['taxOnTax'] === true) return undefined;
  const found: TaxRate[] = [];
  for (const id of rateIdsOf(code)) {
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
