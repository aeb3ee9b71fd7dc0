import type { FieldError } from '../../contract/problem.js';

/** The fields of a correction: places in the document, each a text. */

export type Draft = Readonly<Record<string, unknown>>;
export type Path = readonly (string | number)[];

export interface Field {
  label: string;
  path: Path;
  /** Words to choose from; default: any text. */
  choices?: readonly { value: string; label: string }[];
}

/** Lines that have fields; of more, the rest is corrected as JSON. */
export const LINES_SHOWN = 50;

const TAX_MODES = [
  { value: 'exclusive', label: 'on top of the lines' },
  { value: 'inclusive', label: 'included in the lines' },
  { value: 'none', label: 'none' },
];

/** Fields of the document itself: those every form has, and of others what they say. */
export function fieldsOf(draft: Draft): Field[] {
  const isForm = Array.isArray(draft['lines']);
  const date = 'issueDate' in draft ? 'issueDate' : 'date';
  const party = 'vendor' in draft ? 'vendor' : 'customer';
  const fields: (Field | false)[] = [
    (isForm || 'number' in draft) && { label: 'Number', path: ['number'] },
    'displayName' in draft && { label: 'Name', path: ['displayName'] },
    (isForm || date in draft) && { label: 'Date', path: [date] },
    'issueDate' in draft && { label: 'Due date', path: ['dueDate'] },
    (isForm || party in draft) && {
      label: party === 'vendor' ? 'Supplier' : 'Customer',
      path: [party, 'name'],
    },
    'amount' in draft && { label: 'Amount received', path: ['amount'] },
    { label: 'Memo', path: ['memo'] },
  ];
  return fields.filter((field) => field !== false);
}

/** What the lines come to by the rule of forms, and the total. */
export function totalsOf(draft: Draft): Field[] {
  if (!Array.isArray(draft['lines'])) return [];
  const sales: Field[] = [
    { label: 'Discount of the whole', path: ['discount'] },
    { label: 'Shipping', path: ['shipping'] },
  ];
  return [
    ...('customer' in draft ? sales : []),
    { label: 'Tax', path: ['tax', 'total'] },
    { label: 'Tax is', path: ['taxMode'], choices: TAX_MODES },
    { label: 'Total', path: ['total'] },
  ];
}

export function lineFieldsOf(line: unknown, index: number): Field[] {
  const at = (...path: string[]): Path => ['lines', index, ...path];
  const item = isObject(line) && 'item' in line ? at('item', 'name') : at('name');
  return [
    { label: 'Product', path: item },
    { label: 'Description', path: at('description') },
    { label: 'Quantity', path: at('quantity') },
    { label: 'Unit price', path: at('unitPrice') },
    { label: 'Amount', path: at('amount') },
    { label: 'Tax code', path: at('taxCode', 'name') },
  ];
}

export function linesOf(draft: Draft): readonly unknown[] {
  const { lines } = draft;
  return Array.isArray(lines) ? lines : [];
}

export function textAt(draft: Draft, path: Path): string {
  const found = path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined,
    draft,
  );
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

/** The draft with the text at the place; an emptied field is not stated any more. */
export function withText(draft: Draft, path: Path, text: string): Draft {
  // A product being written anew stays one, and is refused while it has no name.
  const isKept = text !== '' || path.at(-2) === 'item';
  return placed(draft, path, isKept ? text : undefined) as Draft;
}

export function withLines(draft: Draft, lines: readonly unknown[]): Draft {
  return { ...draft, lines };
}

function placed(value: unknown, [key, ...rest]: Path, text: string | undefined): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value)) {
    return value.map((member, index) => (index === key ? placed(member, rest, text) : member));
  }
  const { [key]: inner, ...others } = isObject(value) ? value : {};
  const next = placed(inner, rest, text);
  return next === undefined || isEmptied(next, text) ? others : { ...others, [key]: next };
}

/** A reference of which nothing is left names nothing. */
function isEmptied(value: unknown, text: string | undefined): boolean {
  return text === undefined && isObject(value) && Object.values(value).every(isNothing);
}

const isNothing = (value: unknown) => Array.isArray(value) && value.length === 0;

/** What is wrong at a field, also where the whole of what it belongs to is. */
export function errorAt(errors: readonly FieldError[], path: Path): string | undefined {
  const place = path.join('.');
  const found = errors.filter(
    ({ field }) => field === place || (path.length > 1 && field === path.slice(0, -1).join('.')),
  );
  return found.length === 0 ? undefined : found.map(ruleOf).join('; ');
}

/** The rule a field breaks, for people: what is missing has no other fault. */
export function ruleOf({ rule, got }: FieldError): string {
  return got === undefined && rule.startsWith('Invalid input') ? 'must be stated' : rule;
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
