import { type Reason, reason } from '../contract/reasons.js';
import type { Settings } from '../contract/settings.js';
import type { FoundRecord } from '../ledger/companies/found-records.js';
import { dependencyKey, genericItemId } from '../ledger/documents/dependencies.js';
import { fittingName } from '../qbo/mapping/given-names.js';
import { genericItem } from '../qbo/mapping/item.js';
import { foldedNameKey } from '../qbo/mapping/names.js';
import type { Mention } from './job.js';
import { notSold } from './mentions.js';

/** Role of the one product of all lines. */
export const GENERIC_ITEM = 'genericItem';

/** Where lines use it: QuickBooks needs an expense account of what is bought. */
type Use = 'sold' | 'bought';

/**
 * The one product of all lines, by the name the settings give it now. What was used under that name
 * once stays the product, whatever QuickBooks calls it since. Another name in the settings is another
 * product: found, or made once for the company, whoever asks; none is ever renamed.
 */
export function genericItemMention(settings: Settings, use: Use): Mention {
  const { item, accounts } = settings;
  const { genericName: name, missing } = item;
  const fitting = fittingName(name, 'item');
  const lacksExpense = use === 'bought' && accounts.expense === undefined;
  return {
    role: GENERIC_ITEM,
    type: 'item',
    reference: { externalId: genericItemId(foldedNameKey(fitting)) },
    matchBy: ['name'],
    name,
    bySettings: true,
    ...(fitting === name ? {} : { fittingName: fitting }),
    key: dependencyKey('item', foldedNameKey(fitting)),
    unusable: (record) => unusable(record, use),
    create:
      missing === 'create' && !lacksExpense
        ? { kind: 'item', document: genericItem(name, accounts), problems: [] }
        : undefined,
    missing:
      missing === 'create'
        ? reason('setup_incomplete', { missing: ['expense account'] })
        : reason('item_missing', { name }),
  };
}

/** Stock would be counted of things QuickBooks is told nothing of. */
function unusable(record: FoundRecord, use: Use): Reason | undefined {
  const { name, facts } = record;
  if (facts['itemType'] === 'Inventory') {
    return reason('item_not_sold', { name, type: 'stock item' });
  }
  return notSold(record) ?? (use === 'bought' ? notBought(record) : undefined);
}

/** QuickBooks books what is bought to the expense account of its product (Item reference page). */
export function notBought({ name, facts }: Pick<FoundRecord, 'name' | 'facts'>) {
  if (typeof facts['expenseAccountId'] === 'string') return undefined;
  const missing = [`an expense account of the product "${name}" in QuickBooks`];
  return reason('setup_incomplete', { missing });
}
