import { reason } from '../src/contract/reasons.js';
import type { Reference } from '../src/contract/reference.js';
import { asBody } from '../src/push/body.js';
import { definePush } from '../src/push/job.js';
import { itemBody } from '../src/qbo/mapping/item.js';
import { mirrored } from '../src/qbo/mapping/mirrored.js';
import { nameKey } from '../src/qbo/mapping/names.js';
import { readEntity } from '../src/qbo/mapping/quickbooks-types.js';
import { recordOf } from '../src/qbo/mapping/records.js';
import { select } from '../src/qbo/query.js';

/** The income account of created products where the settings name none: QuickBooks' own default. */
const DEFAULT_INCOME_ACCOUNT: Reference = { name: 'Sales of Product Income' };

/**
 * Creates a product or service that a line needs and QuickBooks does not have. Never an inventory
 * item: QuickBooks keeps no stock for the app.
 */
export const pushItem = definePush({
  name: 'push-item',
  kind: 'item',
  entity: 'Item',
  exclusive: false,

  dateOf: () => undefined,

  mentions({ document, connection: { settings } }) {
    const reference = settings.accounts.income ?? document.incomeAccount ?? DEFAULT_INCOME_ACCOUNT;
    const shown = reference.name ?? reference.number ?? reference.recordId ?? '';
    return [
      {
        role: 'incomeAccount',
        type: 'account',
        reference,
        matchBy: ['name'],
        name: reference.name,
        missing: reason('setup_incomplete', { missing: [`income account "${shown}"`] }),
      },
    ];
  },

  plan({ document }, { matched }) {
    const incomeAccountId = matched.get('incomeAccount') ?? '';
    const { body, problems } = itemBody({ document, incomeAccountId });
    return { kind: 'write', operation: 'create', body: asBody(body), problems };
  },

  read(entity) {
    const item = readEntity('Item', entity);
    return {
      quickbooksId: item.Id,
      syncToken: item.SyncToken,
      number: null,
      totalMinor: null,
      balanceMinor: null,
      warnings: [],
      record: mirrored(recordOf('item', entity)),
      problem: null,
    };
  },

  lookUp({ document }) {
    const wanted = nameKey(document.name);
    const query = select('Item')
      .where('Name', '=', document.name.trim())
      .whereIn('Active', [true, false]);
    return {
      queries: [query.page(1, 10).text()],
      judge(candidate) {
        const { Name, Active } = readEntity('Item', candidate);
        return Active !== false && nameKey(Name) === wanted ? 'same' : 'different';
      },
    };
  },

  holds: () => false,
});
