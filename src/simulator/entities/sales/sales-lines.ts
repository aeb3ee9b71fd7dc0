/** Lines of a sales form: ids, numbers, accounts, the amount rule and the subtotal. */

import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, cents, percentOfCents, productCents } from '../../engine/money.js';
import {
  amountMismatch,
  businessValidation,
  invalidLineTaxCode,
  missingMember,
  referenceNotFound,
} from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';

/** Rebuilds the lines a request sends: known ids stay, others are new, unsent ones are gone. */
export const salesLines: Step = (draft) => {
  const { after, before, sent } = draft;
  if (sent['Line'] === undefined) return;
  const stored = new Map(objectsOf(before, 'Line').map((line) => [textOf(line, 'Id'), line]));
  let lastId = Math.max(0, ...[...stored.keys()].map((id) => Number(id ?? 0) || 0));
  const lines: JsonObject[] = [];
  const discounts: JsonObject[] = [];
  for (const line of objectsOf(after, 'Line')) {
    const type = textOf(line, 'DetailType');
    if (type === 'SubTotalLineDetail') continue;
    const known = stored.has(textOf(line, 'Id')) ? textOf(line, 'Id') : undefined;
    if (type === 'DiscountLineDetail') {
      discounts.push(line);
      continue;
    }
    if (known === undefined) lastId += 1;
    lines.push(checkedLine(draft, line, known ?? String(lastId), lines.length + 1));
  }
  if (draft.errors.length > 0) return;
  const subtotal = lines.reduce((sum, line) => sum + lineCents(draft, line), 0);
  after['Line'] = [
    ...lines,
    { Amount: amountOf(subtotal), DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ...discounts.map((line) => discountLine(draft, line, subtotal)),
  ];
};

function checkedLine(draft: Draft, line: JsonObject, id: string, number: number): JsonObject {
  const { errors } = draft;
  const type = textOf(line, 'DetailType');
  if (type === undefined) errors.push(missingMember('DetailType'));
  const { Id: _, LineNum: __, Description, Amount, LinkedTxn, DetailType, ...rest } = line;
  const head: JsonObject = { Id: id, LineNum: number };
  if (Description !== undefined) head['Description'] = Description;
  if (Amount !== undefined) head['Amount'] = Amount;
  if (LinkedTxn !== undefined) head['LinkedTxn'] = LinkedTxn;
  const full: JsonObject = { ...head, DetailType, ...rest, CustomExtensions: [] };
  if (type === 'SalesItemLineDetail') {
    full['SalesItemLineDetail'] = salesItemDetail(draft, line);
  } else if (type === 'DescriptionOnly') {
    full['DescriptionLineDetail'] = objectOf(line, 'DescriptionLineDetail') ?? {};
  }
  return full;
}

/** The item used where a person picks none: "Services" of a new company. */
const DEFAULT_ITEM_ID = '1';

function salesItemDetail(draft: Draft, line: JsonObject): JsonObject {
  const { company, errors } = draft;
  const sent = objectOf(line, 'SalesItemLineDetail') ?? {};
  const amount = numberOf(line, 'Amount');
  if (amount === undefined) errors.push(missingMember('Line.Amount'));
  else checkAmount(draft, amount, sent);
  const { ItemRef, UnitPrice, Qty, TaxCodeRef, ...rest } = sent;
  const wantsDefault = company.behaviours.lineWithoutItem === 'default_item';
  const itemId = refIdOf(sent, 'ItemRef') ?? (wantsDefault ? DEFAULT_ITEM_ID : undefined);
  const detail: JsonObject = {};
  if (itemId !== undefined) detail['ItemRef'] = ItemRef ?? company.referenceTo('Item', itemId);
  if (UnitPrice !== undefined) detail['UnitPrice'] = UnitPrice;
  if (Qty !== undefined) detail['Qty'] = Qty;
  const income = objectOf(company.find('Item', itemId), 'IncomeAccountRef');
  if (income !== undefined) detail['ItemAccountRef'] = income;
  const taxCode = lineTaxCode(draft, refIdOf(sent, 'TaxCodeRef'));
  if (taxCode !== undefined) detail['TaxCodeRef'] = { value: taxCode };
  return { ...detail, ...rest };
}

/** Fault 6070: the amount is the rounded product, of the net price or of the gross one. */
function checkAmount({ company, errors }: Draft, amount: number, detail: JsonObject): void {
  const price = numberOf(detail, 'UnitPrice');
  const quantity = numberOf(detail, 'Qty');
  if (price === undefined || quantity === undefined) return;
  const product = productCents(price, quantity);
  const tolerance = company.behaviours.amountToleranceCents;
  const gross = numberOf(detail, 'TaxInclusiveAmt');
  const fits = (value: number) => Math.abs(cents(value) - product) <= tolerance;
  if (!fits(amount) && (gross === undefined || !fits(gross))) errors.push(amountMismatch(amount));
}

/** In the US `TAX` or `NON`; elsewhere a real tax code, which every taxed line needs. */
function lineTaxCode(draft: Draft, sent: string | undefined): string | undefined {
  const { company, errors, after } = draft;
  if (company.facts.country === 'US') {
    const code = sent ?? 'NON';
    if (code !== 'TAX' && code !== 'NON') errors.push(invalidLineTaxCode());
    return code;
  }
  if (sent === undefined) {
    if (after['GlobalTaxCalculation'] !== 'NotApplicable') {
      errors.push(
        businessValidation('Make sure all your transactions have a VAT rate before you save.'),
      );
    }
    return undefined;
  }
  if (company.find('TaxCode', sent) === undefined) {
    errors.push(referenceNotFound('TaxCodes', sent));
  }
  return sent;
}

/** What a line adds to the subtotal, in cents. Without an item it is mere documentation. */
export function lineCents({ company }: Draft, line: JsonObject): number {
  const type = textOf(line, 'DetailType');
  if (type === 'GroupLineDetail') return cents(numberOf(line, 'Amount') ?? 0);
  if (type !== 'SalesItemLineDetail') return 0;
  const hasItem = refIdOf(objectOf(line, 'SalesItemLineDetail'), 'ItemRef') !== undefined;
  const counts = hasItem || company.behaviours.lineWithoutItem === 'default_item';
  return counts ? cents(numberOf(line, 'Amount') ?? 0) : 0;
}

function discountLine(draft: Draft, line: JsonObject, subtotal: number): JsonObject {
  const detail = objectOf(line, 'DiscountLineDetail') ?? {};
  const percent = detail['PercentBased'] === true ? numberOf(detail, 'DiscountPercent') : undefined;
  const amount =
    percent === undefined
      ? Math.abs(numberOf(line, 'Amount') ?? 0)
      : amountOf(percentOfCents(subtotal, percent));
  const account = textOf(draft.company.preference('SalesFormsPrefs'), 'DefaultDiscountAccount');
  const given = detail['DiscountAccountRef'];
  const discountAccount =
    given ?? (account === undefined ? undefined : draft.company.referenceTo('Account', account));
  return {
    Amount: amount,
    DetailType: 'DiscountLineDetail',
    DiscountLineDetail: {
      ...detail,
      PercentBased: percent !== undefined,
      ...(discountAccount === undefined ? {} : { DiscountAccountRef: discountAccount }),
    },
  };
}

/** All lines at zero, as voiding leaves them. */
export function voidedLines(object: JsonObject): JsonObject[] {
  return objectsOf(object, 'Line').map((line) => {
    const detail = objectOf(line, 'SalesItemLineDetail');
    const zero: JsonObject = line['Amount'] === undefined ? line : { ...line, Amount: 0 };
    if (detail === undefined) return zero;
    const quantities: JsonObject = { ...detail };
    for (const member of ['Qty', 'UnitPrice', 'TaxInclusiveAmt']) {
      if (quantities[member] !== undefined) quantities[member] = 0;
    }
    return { ...zero, SalesItemLineDetail: quantities };
  });
}
