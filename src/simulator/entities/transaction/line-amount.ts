/** Fault 6070: the amount of a line is the rounded product of its quantity and price. */

import type { Draft } from '../../engine/definition.js';
import { cents, productCents } from '../../engine/money.js';
import { amountMismatch } from '../../engine/service-fault.js';
import { type JsonObject, numberOf } from '../../json.js';

/** The price may be the net one or, where the line has `TaxInclusiveAmt`, the gross one. */
export function lineAmountFits(
  { company, errors }: Draft,
  amount: number,
  detail: JsonObject,
): void {
  const price = numberOf(detail, 'UnitPrice');
  const quantity = numberOf(detail, 'Qty');
  if (price === undefined || quantity === undefined) return;
  const product = productCents(price, quantity);
  const tolerance = company.behaviours.amountToleranceCents;
  const gross = numberOf(detail, 'TaxInclusiveAmt');
  const fits = (value: number) => Math.abs(cents(value) - product) <= tolerance;
  if (!fits(amount) && (gross === undefined || !fits(gross))) errors.push(amountMismatch(amount));
}
