/** Sales tax in the US: lines say `TAX` or `NON`, the form as a whole has one tax code. */

import { invalidTxnTaxCode } from '../../engine/company-faults.js';
import type { Draft } from '../../engine/definition.js';
import { percentOfCents } from '../../engine/money.js';
import { SHIPPING } from '../../engine/shapes.js';
import { type JsonObject, objectOf, refIdOf, textOf } from '../../json.js';
import { overriddenTax, ratesOf, taxDetail } from '../tax/rates.js';
import { sharesOf } from '../tax/shares.js';
import { isPseudoCode } from '../tax/tax-lists.js';
import { discountCents, lineCents, soldLines } from './sales-amounts.js';

/** The value of `TxnTaxDetail`. Tax lines or a total in the request replace the computed tax. */
export function usTax(draft: Draft, given: JsonObject | undefined): JsonObject {
  const override = overriddenTax(given);
  if (override !== undefined) return withCodeOfPlace(draft, override);
  const taxable = taxableCents(draft);
  const code = taxable === 0 ? undefined : transactionTaxCode(draft, given);
  if (code === undefined) return { TotalTax: 0 };
  const rates = ratesOf(draft.company, code, 'Sales', textOf(draft.after, 'TxnDate'));
  const bases = rates.map((rate) => ({
    ...rate,
    netCents: taxable,
    taxCents: percentOfCents(taxable, rate.percent),
  }));
  return { TxnTaxCodeRef: { value: code }, ...taxDetail(bases) };
}

/** An own tax keeps its amounts; a code sent with it is replaced by the engine's all the same. */
function withCodeOfPlace(draft: Draft, override: JsonObject): JsonObject {
  if (override['TxnTaxCodeRef'] === undefined || !usesEngine(draft.company)) return override;
  const { TxnTaxCodeRef: _, ...amounts } = override;
  const code = codeOfPlace(draft);
  return code === undefined ? amounts : { TxnTaxCodeRef: { value: code }, ...amounts };
}

/** `ApplyTaxAfterDiscount` false, the default, taxes what stood there before the discount. */
function taxableCents(draft: Draft): number {
  const { after } = draft;
  const lines = soldLines(after);
  const amounts = lines.map((line) => lineCents(draft, line));
  const discount = after['ApplyTaxAfterDiscount'] === true ? discountCents(after) : 0;
  const discounts = sharesOf(discount, amounts);
  return lines.reduce((sum, line, index) => {
    if (!isTaxable(draft, line)) return sum;
    return sum + (amounts[index] ?? 0) - (discounts[index] ?? 0);
  }, 0);
}

function isTaxable({ company }: Draft, line: JsonObject): boolean {
  const detail = objectOf(line, 'SalesItemLineDetail');
  if (refIdOf(detail, 'TaxCodeRef') === 'TAX') return true;
  const shipping = refIdOf(detail, 'ItemRef') === SHIPPING;
  return shipping && company.behaviours.shippingTaxed && usesEngine(company);
}

function usesEngine(company: Draft['company']): boolean {
  return company.preference('TaxPrefs')?.['PartnerTaxEnabled'] === true;
}

/**
 * The automated engine decides by place and replaces whatever code is sent. Without the engine,
 * the request, the customer or the company names the code.
 */
function transactionTaxCode(draft: Draft, given: JsonObject | undefined): string | undefined {
  const { company, after, errors } = draft;
  const customer = company.find('Customer', refIdOf(after, 'CustomerRef'));
  if (usesEngine(company)) {
    return customer?.['Taxable'] === false ? undefined : codeOfPlace(draft);
  }
  const sent = refIdOf(given, 'TxnTaxCodeRef');
  if (sent !== undefined && isPseudoCode(sent)) errors.push(invalidTxnTaxCode(sent));
  return (
    sent ??
    refIdOf(customer, 'DefaultTaxCodeRef') ??
    refIdOf(company.preference('TaxPrefs'), 'TaxGroupCodeRef')
  );
}

/**
 * The code whose description is the state the goods go to; the company's own state where the form
 * has no address. In a state without such a code the company collects nothing.
 */
function codeOfPlace({ company, after }: Draft): string | undefined {
  const address =
    objectOf(after, 'ShipAddr') ??
    objectOf(after, 'BillAddr') ??
    objectOf(company.find('CompanyInfo', '1'), 'CompanyAddr');
  const state = textOf(address, 'CountrySubDivisionCode');
  if (state === undefined) return undefined;
  for (const code of company.collection('TaxCode').objects()) {
    if (code['Active'] === false) continue;
    if (textOf(code, 'Description') === state) return textOf(code, 'Id');
  }
  return undefined;
}
