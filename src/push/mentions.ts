import type { Line } from '../contract/documents/parts.js';
import { reason } from '../contract/reasons.js';
import type { ItemReference, Reference } from '../contract/reference.js';
import type { Settings } from '../contract/settings.js';
import type { FoundRecord } from '../ledger/companies/found-records.js';
import { dependencyKey } from '../ledger/documents/dependencies.js';
import { fittingName } from '../qbo/mapping/given-names.js';
import { itemFromLine, itemLineProblems } from '../qbo/mapping/item.js';
import { foldedNameKey } from '../qbo/mapping/names.js';
import type { Mention } from './job.js';

/** Role of the account that the products of a document are compared with. */
export const INCOME_ACCOUNT = 'incomeAccount';

/** Products and accounts that documents mention, and by which settings they are found or made. */

/** The product or service of a line. */
export function itemMention(line: Line, index: number, settings: Settings): Mention {
  const reference: ItemReference = line.item ?? { name: line.name, sku: line.sku };
  const name = reference.name ?? line.name;
  const fitting = fittingName(name, 'item');
  const document = itemFromLine(line);
  return {
    role: `lines.${index}.item`,
    type: 'item',
    reference,
    matchBy: ['name'],
    name,
    ...(fitting === name ? {} : { fittingName: fitting }),
    key: dependencyKey('item', foldedNameKey(fitting)),
    unusable: notSold,
    create:
      settings.item.missing === 'create' && reference.recordId === undefined
        ? {
            kind: 'item',
            document: { ...document, incomeAccount: settings.accounts.income },
            problems: itemLineProblems(line, index),
          }
        : undefined,
    missing: reason('item_missing', { name: shownAs(reference, name) }),
  };
}

/** The income account that products ought to post to, where the settings name one. */
export function incomeAccountMention({ accounts: { income } }: Settings): Mention[] {
  if (income === undefined) return [];
  return [
    {
      role: INCOME_ACCOUNT,
      type: 'account',
      reference: income,
      matchBy: ['name'],
      name: income.name,
      onlyToCompare: true,
      missing: reason('setup_incomplete', { missing: ['income account'] }),
    },
  ];
}

/** Types of QuickBooks' list of products that no line can sell, as people call them. */
const NOT_SOLD: Readonly<Record<string, string>> = { Category: 'category', Group: 'bundle' };

/**
 * Categories only hold products together, and a bundle needs a line of its own kind, which apps
 * cannot make (Item reference page).
 */
export function notSold({ name, facts }: Pick<FoundRecord, 'name' | 'facts'>) {
  const type = NOT_SOLD[String(facts['itemType'])];
  return type === undefined ? undefined : reason('item_not_sold', { name, type });
}

/** What is missing, in words: an id that is stated and unknown is what people have to look at. */
export function shownAs({ recordId }: Reference, name: string | undefined): string {
  if (recordId === undefined) return name ?? '';
  return name === undefined ? `Id ${recordId}` : `${name} (Id ${recordId})`;
}
