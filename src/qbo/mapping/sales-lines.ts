import type { Line } from '../../contract/documents/parts.js';
import { AMOUNT_DIGITS_MAX, decimalsOf } from '../../contract/money.js';
import { decimalsUsed, exactNumber, isZero, minus, productIs } from './exact-number.js';
import type { FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import type { QuickBooksLine, QuickBooksSalesDetail } from './quickbooks-types.js';

/** How the lines of one invoice are written. */
export interface LineContext {
  currency: string;
  inUnitedStates: boolean;
  taxMode: 'exclusive' | 'inclusive' | 'none';
}

export interface LineReferences {
  itemId: string;
  taxCodeId: string | null;
}

/**
 * One sales line. QuickBooks refuses a line whose quantity × unit price is not its amount
 * (fault 6070), so both are sent only where their rounded product is the amount, and the amount
 * alone otherwise. Where prices include tax the line's Amount is net and TaxInclusiveAmt gross
 * (Intuit's reference page of Invoice).
 */
export function salesLine(
  line: Line,
  references: LineReferences,
  context: LineContext,
): QuickBooksLine {
  const inclusive = context.taxMode === 'inclusive' && !context.inUnitedStates;
  const amount = inclusive ? minus(line.amount, line.taxAmount ?? '0') : line.amount;
  const taxed = !context.inUnitedStates && context.taxMode !== 'none';
  return stated<QuickBooksLine>({
    DetailType: 'SalesItemLineDetail',
    Amount: exactNumber(amount),
    Description: filled(line.description) ?? filled(line.name),
    SalesItemLineDetail: stated<QuickBooksSalesDetail>({
      ItemRef: { value: references.itemId },
      ...quantityAndPrice(line, amount, decimalsOf(context.currency)),
      TaxCodeRef:
        taxed && references.taxCodeId !== null ? { value: references.taxCodeId } : undefined,
      TaxInclusiveAmt: inclusive ? exactNumber(line.amount) : undefined,
    }),
  });
}

function quantityAndPrice(
  { quantity, unitPrice }: Line,
  amount: string,
  decimals: number,
): Pick<QuickBooksSalesDetail, 'Qty' | 'UnitPrice'> {
  const Qty = exactNumber(quantity);
  const UnitPrice = exactNumber(unitPrice);
  if (Qty === undefined || UnitPrice === undefined) return {};
  return productIs(quantity, unitPrice, amount, decimals) ? { Qty, UnitPrice } : {};
}

/** What a line states that QuickBooks, or this version, cannot carry as it is meant. */
export function lineProblems(
  line: Line,
  index: number,
  taxCodeId: string | null,
  context: LineContext,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, rule: string) =>
    problems.push({ field: `lines.${index}.${field}`, rule });

  if (exactNumber(line.amount) === undefined) {
    add('amount', `must have at most ${AMOUNT_DIGITS_MAX} digits`);
  }
  const decimals = decimalsOf(context.currency);
  if (decimalsUsed(line.amount) > decimals) {
    add('amount', `must have at most ${decimals} decimals in ${context.currency}`);
  }
  if (!isZero(line.discount)) add('discount', 'discounts of a line are not sent yet');
  if (line.account !== undefined) {
    add(
      'account',
      'an invoice line has no account of its own; QuickBooks takes it from the product',
    );
  }
  return [...problems, ...lineTaxProblems(line, index, taxCodeId, context)];
}

function lineTaxProblems(
  line: Line,
  index: number,
  taxCodeId: string | null,
  { inUnitedStates, taxMode }: LineContext,
): FieldProblem[] {
  const problem = (field: string, rule: string) => [{ field: `lines.${index}.${field}`, rule }];
  if (inUnitedStates) {
    return isZero(line.taxAmount)
      ? []
      : problem('taxAmount', 'sales tax of a company in the United States is not sent yet');
  }
  if (taxMode === 'none') {
    if (taxCodeId !== null) return problem('taxCode', 'must not be stated where taxMode is none');
    return isZero(line.taxAmount)
      ? []
      : problem('taxAmount', 'must not be stated where taxMode is none');
  }
  if (taxCodeId === null) {
    return problem(
      'taxCode',
      'must be stated for a company outside the United States, unless taxMode is none',
    );
  }
  if (taxMode === 'inclusive' && line.taxAmount === undefined) {
    return problem('taxAmount', 'must be stated where prices include tax');
  }
  return [];
}
