/** The tax of a sales form, to the cent: the US engine, and codes with rates elsewhere. */

import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, cents, netOfGrossCents, percentOfCents } from '../../engine/money.js';
import { invalidTxnTaxDetail } from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { lineCents } from './sales-lines.js';

/** What the tax follows from; without any of these in an update, the stored tax stays. */
const CAUSES = [
  'Line',
  'TxnTaxDetail',
  'CustomerRef',
  'ShipAddr',
  'BillAddr',
  'GlobalTaxCalculation',
  'ApplyTaxAfterDiscount',
  'TxnDate',
];

/** Fills `TxnTaxDetail`. Runs after the lines. */
export const salesTax: Step = (draft) => {
  const { after, before, sent, company } = draft;
  const recompute = before === undefined || CAUSES.some((member) => sent[member] !== undefined);
  if (!recompute) return;
  const isUs = company.facts.country === 'US';
  if (isUs && company.preference('TaxPrefs')?.['UsingSalesTax'] !== true) {
    delete after['TxnTaxDetail'];
    return;
  }
  const given = objectOf(sent, 'TxnTaxDetail');
  after['TxnTaxDetail'] = isUs ? usTax(draft, given) : globalTax(draft, given);
};

/** Mode of a company outside the US. It is set here because the lines need it first. */
export const globalTaxMode: Step = ({ after, company }) => {
  if (company.facts.country === 'US') delete after['GlobalTaxCalculation'];
  else after['GlobalTaxCalculation'] ??= 'TaxExcluded';
};

interface TaxBase {
  rateId: string;
  percent: number;
  netCents: number;
  taxCents: number;
}

function usTax(draft: Draft, given: JsonObject | undefined): JsonObject {
  const override = overridden(given);
  if (override !== undefined) return override;
  const taxable = saleLines(draft)
    .filter(({ code }) => code === 'TAX')
    .reduce((sum, { baseCents }) => sum + baseCents, 0);
  const code = taxable === 0 ? undefined : transactionTaxCode(draft, given);
  if (code === undefined) return { TotalTax: 0 };
  const bases = ratesOf(draft, code).map(({ rateId, percent }) => ({
    rateId,
    percent,
    netCents: taxable,
    taxCents: percentOfCents(taxable, percent),
  }));
  return { TxnTaxCodeRef: { value: code }, ...taxDetail(bases) };
}

/**
 * The automated engine decides by the ship-to state: a tax code whose description is that state.
 * Without the engine, the request, the customer or the company names the code.
 */
function transactionTaxCode(draft: Draft, given: JsonObject | undefined): string | undefined {
  const { company, after } = draft;
  const prefs = company.preference('TaxPrefs');
  if (prefs?.['PartnerTaxEnabled'] === true) {
    const address = objectOf(after, 'ShipAddr') ?? objectOf(after, 'BillAddr');
    const state = textOf(address, 'CountrySubDivisionCode');
    for (const code of company.collection('TaxCode').objects()) {
      if (state !== undefined && textOf(code, 'Description') === state) return textOf(code, 'Id');
    }
    return undefined;
  }
  const customer = company.find('Customer', refIdOf(after, 'CustomerRef'));
  return (
    refIdOf(given, 'TxnTaxCodeRef') ??
    refIdOf(customer, 'DefaultTaxCodeRef') ??
    refIdOf(prefs, 'TaxGroupCodeRef')
  );
}

function globalTax(draft: Draft, given: JsonObject | undefined): JsonObject {
  const mode = textOf(draft.after, 'GlobalTaxCalculation');
  const override = overridden(given);
  if (mode === 'NotApplicable') {
    const claimsTax = objectsOf(given, 'TaxLine').length > 0 || numberOf(given, 'TotalTax');
    if (claimsTax) draft.errors.push(invalidTxnTaxDetail());
    return { TotalTax: 0 };
  }
  const bases = mode === 'TaxInclusive' ? inclusiveBases(draft) : exclusiveBases(draft);
  return override ?? taxDetail(bases);
}

/** Tax lines or a total in the request replace the computed tax. */
function overridden(given: JsonObject | undefined): JsonObject | undefined {
  if (given === undefined) return undefined;
  const lines = objectsOf(given, 'TaxLine');
  const total = numberOf(given, 'TotalTax');
  if (lines.length === 0 && total === undefined) return undefined;
  const { TxnTaxCodeRef, TaxLine } = given;
  const sum = lines.reduce((all, line) => all + cents(numberOf(line, 'Amount') ?? 0), 0);
  const detail: JsonObject = {};
  if (TxnTaxCodeRef !== undefined) detail['TxnTaxCodeRef'] = TxnTaxCodeRef;
  detail['TotalTax'] = lines.length > 0 ? amountOf(sum) : total;
  if (lines.length > 0) detail['TaxLine'] = TaxLine;
  return detail;
}

interface SaleLine {
  code: string | undefined;
  /** What the line is taxed on, its share of the discount taken off where that comes first. */
  baseCents: number;
}

function saleLines(draft: Draft): SaleLine[] {
  const { after, company } = draft;
  const lines = objectsOf(after, 'Line');
  const subtotal = lines.reduce((sum, line) => sum + lineCents(draft, line), 0);
  // ApplyTaxAfterDiscount is a US choice; elsewhere the discount always comes first.
  const discountFirst = company.facts.country !== 'US' || after['ApplyTaxAfterDiscount'] === true;
  const discount = discountFirst ? discountCents(after) : 0;
  return lines
    .filter((line) => textOf(line, 'DetailType') === 'SalesItemLineDetail')
    .map((line) => {
      const amount = lineCents(draft, line);
      const share = subtotal === 0 ? 0 : Math.round((discount * amount) / subtotal);
      return {
        code: refIdOf(objectOf(line, 'SalesItemLineDetail'), 'TaxCodeRef'),
        baseCents: amount - share,
      };
    });
}

export function discountCents(object: JsonObject): number {
  return objectsOf(object, 'Line')
    .filter((line) => textOf(line, 'DetailType') === 'DiscountLineDetail')
    .reduce((sum, line) => sum + cents(numberOf(line, 'Amount') ?? 0), 0);
}

/** Tax is computed once per rate on the sum of its lines, so line rounding cannot add up. */
function exclusiveBases(draft: Draft): TaxBase[] {
  const bases = new Map<string, TaxBase>();
  for (const { code, baseCents } of saleLines(draft)) {
    for (const { rateId, percent } of ratesOf(draft, code)) {
      const base = bases.get(rateId) ?? { rateId, percent, netCents: 0, taxCents: 0 };
      bases.set(rateId, { ...base, netCents: base.netCents + baseCents });
    }
  }
  return [...bases.values()].map((base) => ({
    ...base,
    taxCents: percentOfCents(base.netCents, base.percent),
  }));
}

/** The gross amounts are fixed; the tax is what the net parts leave of them. */
function inclusiveBases(draft: Draft): TaxBase[] {
  const bases = new Map<string, TaxBase>();
  for (const line of objectsOf(draft.after, 'Line')) {
    const detail = objectOf(line, 'SalesItemLineDetail');
    const [rate] = ratesOf(draft, refIdOf(detail, 'TaxCodeRef'));
    if (detail === undefined || rate === undefined) continue;
    const net = lineCents(draft, line);
    const gross = cents(numberOf(detail, 'TaxInclusiveAmt') ?? amountOf(net));
    const base = bases.get(rate.rateId) ?? { ...rate, netCents: 0, taxCents: 0 };
    bases.set(rate.rateId, {
      ...base,
      netCents: base.netCents + net,
      taxCents: base.taxCents + gross - net,
    });
  }
  return [...bases.values()];
}

/** With `TaxInclusive` a line keeps its gross amount and answers the net as `Amount`. */
export const inclusiveLines: Step = (draft) => {
  const { after, sent } = draft;
  if (after['GlobalTaxCalculation'] !== 'TaxInclusive' || sent['Line'] === undefined) return;
  let subtotal = 0;
  const lines = objectsOf(after, 'Line').map((line) => {
    if (textOf(line, 'DetailType') === 'SubTotalLineDetail') {
      return { ...line, Amount: amountOf(subtotal) };
    }
    const detail = objectOf(line, 'SalesItemLineDetail');
    if (detail === undefined) return line;
    const percent = ratesOf(draft, refIdOf(detail, 'TaxCodeRef'))[0]?.percent ?? 0;
    const amount = lineCents(draft, line);
    const given = numberOf(detail, 'TaxInclusiveAmt');
    const gross = given === undefined ? amount + percentOfCents(amount, percent) : cents(given);
    const net = given === undefined ? amount : netOfGrossCents(gross, percent);
    subtotal += net;
    return {
      ...line,
      Amount: amountOf(net),
      SalesItemLineDetail: { ...detail, TaxInclusiveAmt: amountOf(gross) },
    };
  });
  after['Line'] = lines;
};

interface Rate {
  rateId: string;
  percent: number;
}

function ratesOf({ company }: Draft, code: string | undefined): Rate[] {
  const list = objectOf(company.find('TaxCode', code), 'SalesTaxRateList');
  return objectsOf(list, 'TaxRateDetail').flatMap((detail) => {
    const rateId = refIdOf(detail, 'TaxRateRef');
    const percent = numberOf(company.find('TaxRate', rateId), 'RateValue');
    return rateId === undefined || percent === undefined ? [] : [{ rateId, percent }];
  });
}

function taxDetail(bases: readonly TaxBase[]): JsonObject {
  const total = bases.reduce((sum, { taxCents }) => sum + taxCents, 0);
  const detail: JsonObject = { TotalTax: amountOf(total) };
  if (bases.length === 0) return detail;
  detail['TaxLine'] = bases.map(({ rateId, percent, netCents, taxCents }) => ({
    Amount: amountOf(taxCents),
    DetailType: 'TaxLineDetail',
    TaxLineDetail: {
      TaxRateRef: { value: rateId },
      PercentBased: true,
      TaxPercent: percent,
      NetAmountTaxable: amountOf(netCents),
    },
  }));
  return detail;
}
