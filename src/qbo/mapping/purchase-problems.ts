import { belowZeroRule } from '../../contract/documents/index.js';
import { LINES_MAX } from '../../contract/documents/parts.js';
import { decimalsOf } from '../../contract/money.js';
import {
  amountProblems,
  classProblems,
  currencyProblems,
  lineTaxProblems,
  taxSumProblems,
} from './form-problems.js';
import type { FieldProblem } from './limits.js';
import { minorOf } from './minor-units.js';
import {
  type PurchaseDocument,
  type PurchaseFormCompany,
  type PurchaseFormEntity,
  taxesPurchases,
} from './purchase-document.js';
import type { BoughtForm } from './written-form.js';

/** What a purchase document states that QuickBooks cannot carry as it is meant, in its own words. */

interface Stated {
  entity: PurchaseFormEntity;
  document: PurchaseDocument;
  company: PurchaseFormCompany;
  references: {
    itemIds: readonly (string | null)[];
    accountIds: readonly (string | null)[];
    taxCodeIds: readonly (string | null)[];
    classIds: readonly (string | null)[];
    vendorCurrency: string | null;
  };
}

export function purchaseProblems(
  { entity, document, company, references }: Stated,
  currency: string,
  form: BoughtForm,
): FieldProblem[] {
  const { itemIds, accountIds, taxCodeIds, classIds, vendorCurrency } = references;
  const isTaxed = taxesPurchases(company);
  const party = { word: 'supplier', currency: vendorCurrency } as const;
  return [
    ...currencyProblems(document, currency, company, party),
    ...signProblems(entity, document, currency),
    ...(isTaxed ? taxSumProblems(document) : []),
    ...document.lines.flatMap((line, index) => [
      ...amountProblems(line, index, currency),
      ...targetProblems(index, itemIds[index] ?? accountIds[index] ?? null),
      ...(isTaxed ? lineTaxProblems(line, index, taxCodeIds[index] ?? null, document, form) : []),
    ]),
    ...classProblems(classIds, company),
    ...(form.lines.length > LINES_MAX
      ? [{ field: 'lines', rule: `must be at most ${LINES_MAX} in all` }]
      : []),
  ];
}

function targetProblems(index: number, targetId: string | null): FieldProblem[] {
  if (targetId !== null) return [];
  const rule = 'must be stated, where a line has no product and no expense account is set';
  return [{ field: `lines.${index}.account`, rule }];
}

function signProblems(
  entity: PurchaseFormEntity,
  { total }: PurchaseDocument,
  currency: string,
): FieldProblem[] {
  if (minorOf(total, decimalsOf(currency)) >= 0n) return [];
  const rule = belowZeroRule(entity === 'VendorCredit' ? 'vendor_credit' : 'bill');
  return [{ field: 'total', rule }];
}
