/** What the lines of a sales form come to. */

import type { Company } from '../../engine/company.js';
import { cents } from '../../engine/money.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';

/** Lines that sell something, those inside bundles among them. */
export function soldLines(object: JsonObject | undefined): JsonObject[] {
  return objectsOf(object, 'Line').flatMap((line) => {
    if (textOf(line, 'DetailType') === 'SalesItemLineDetail') return [line];
    return soldLines(objectOf(line, 'GroupLineDetail'));
  });
}

/** Without an item a line is mere documentation, whose amount does not count. */
export function hasItem({ company }: { company: Company }, line: JsonObject): boolean {
  const named = refIdOf(objectOf(line, 'SalesItemLineDetail'), 'ItemRef') !== undefined;
  return named || company.behaviours.lineWithoutItem === 'default_item';
}

/** What a line that sells something comes to. */
export function lineCents(context: { company: Company }, line: JsonObject): number {
  if (textOf(line, 'DetailType') !== 'SalesItemLineDetail' || !hasItem(context, line)) return 0;
  return cents(numberOf(line, 'Amount') ?? 0);
}

export function discountCents(object: JsonObject): number {
  return objectsOf(object, 'Line')
    .filter((line) => textOf(line, 'DetailType') === 'DiscountLineDetail')
    .reduce((sum, line) => sum + cents(numberOf(line, 'Amount') ?? 0), 0);
}

export interface Amounts {
  /** Before discount and tax. Shipping and a tip are part of it. */
  soldCents: number;
  discountCents: number;
  taxCents: number;
}

export function amountsOf(company: Company, object: JsonObject): Amounts {
  return {
    soldCents: soldLines(object).reduce((sum, line) => sum + lineCents({ company }, line), 0),
    discountCents: discountCents(object),
    taxCents: cents(numberOf(objectOf(object, 'TxnTaxDetail'), 'TotalTax') ?? 0),
  };
}
