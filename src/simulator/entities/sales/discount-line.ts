/** The discount of a sales form: one line below the subtotal, by percent or by amount. */

import type { Draft } from '../../engine/definition.js';
import { amountOf, percentOfCents } from '../../engine/money.js';
import {
  businessValidation,
  discountIncomplete,
  featureNotSupported,
} from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, textOf } from '../../json.js';

/** @param subtotal in cents: what a percentage is taken of */
export function discountLines(
  draft: Draft,
  lines: readonly JsonObject[],
  subtotal: number,
): JsonObject[] {
  const { company, errors } = draft;
  if (lines.length === 0) return [];
  if (company.preference('SalesFormsPrefs')?.['AllowDiscount'] === false) {
    errors.push(featureNotSupported('Discount'));
  }
  if (lines.length > 1) errors.push(businessValidation('Only one discount line is allowed.'));
  return lines.map((line) => discountLine(draft, line, subtotal));
}

function discountLine(draft: Draft, line: JsonObject, subtotal: number): JsonObject {
  const detail = objectOf(line, 'DiscountLineDetail') ?? {};
  const given = numberOf(line, 'Amount');
  const byPercent = detail['PercentBased'] === true || given === undefined;
  const percent = byPercent ? numberOf(detail, 'DiscountPercent') : undefined;
  const account = detail['DiscountAccountRef'] ?? defaultAccount(draft);
  if ((byPercent && percent === undefined) || account === undefined) {
    draft.errors.push(discountIncomplete());
  }
  const amount =
    percent === undefined ? Math.abs(given ?? 0) : amountOf(percentOfCents(subtotal, percent));
  return {
    Amount: amount,
    DetailType: 'DiscountLineDetail',
    DiscountLineDetail: { ...detail, PercentBased: byPercent, DiscountAccountRef: account },
  };
}

function defaultAccount({ company }: Draft): JsonObject | undefined {
  const id = textOf(company.preference('SalesFormsPrefs'), 'DefaultDiscountAccount');
  return company.find('Account', id) === undefined || id === undefined
    ? undefined
    : company.referenceTo('Account', id);
}
