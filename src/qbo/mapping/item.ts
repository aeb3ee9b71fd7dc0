import type { Item } from '../../contract/documents/index.js';
import type { Line } from '../../contract/documents/parts.js';
import type { Settings } from '../../contract/settings.js';
import { fittingName } from './given-names.js';
import { checkLimits, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import type { QuickBooksItem } from './quickbooks-types.js';

export interface ItemBodyInput {
  document: Item;
  incomeAccountId: string;
  /** Null where it is never bought. */
  expenseAccountId: string | null;
}

export interface ItemBody {
  body: QuickBooksItem;
  /** Where there is any, the body must not be sent. */
  problems: FieldProblem[];
}

/**
 * The body that creates a product or service. Its type is `Service`: QuickBooks then needs the
 * income account, and the expense account of what is bought, in every plan (recorded companies keep
 * services on "Sales of Product Income" without an expense account); stock is never tracked for the
 * app's products.
 */
export function itemBody({ document, incomeAccountId, expenseAccountId }: ItemBodyInput): ItemBody {
  const body = stated<QuickBooksItem>({
    Name: fittingName(document.name, 'item'),
    Type: 'Service',
    Sku: filled(document.sku),
    Description: filled(document.description),
    IncomeAccountRef: { value: incomeAccountId },
    ExpenseAccountRef: expenseAccountId === null ? undefined : { value: expenseAccountId },
  });
  return { body, problems: checkLimits('Item', body) };
}

/** The product to create for a line whose product QuickBooks does not have. */
export function itemFromLine(line: Line): Item {
  return stated<Item>({
    name: filled(line.item?.name) ?? line.name.trim(),
    sku: filled(line.item?.sku) ?? filled(line.sku) ?? filled(line.item?.number),
    description: filled(line.item?.description),
    attributes: {},
    priority: 'live',
  });
}

/** The one product of all lines, to sell by and, where there is an account for it, to buy by. */
export function genericItem(
  name: string,
  { income, expense }: Pick<Settings['accounts'], 'income' | 'expense'>,
): Item {
  return stated<Item>({
    name,
    incomeAccount: income,
    expenseAccount: expense,
    attributes: {},
    priority: 'live',
  });
}

/**
 * What keeps the product of a line from being created, in the words of the document: for example
 * `lines.0.item.name`, or `lines.0.name` where the line's own name is used.
 */
export function itemLineProblems(line: Line, index: number): FieldProblem[] {
  const { problems } = itemBody({
    document: itemFromLine(line),
    incomeAccountId: '',
    expenseAccountId: null,
  });
  return problems.map(({ field, rule }) => ({
    field: `lines.${index}.${source(line, field)}`,
    rule,
  }));
}

function source(line: Line, field: string): string {
  if (field === 'name') return filled(line.item?.name) === undefined ? 'name' : 'item.name';
  if (field !== 'sku') return `item.${field}`;
  if (filled(line.item?.sku) !== undefined) return 'item.sku';
  return filled(line.sku) === undefined ? 'item.number' : 'sku';
}
