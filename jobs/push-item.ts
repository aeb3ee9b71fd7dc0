import { reason } from '../src/contract/reasons.js';
import type { Reference } from '../src/contract/reference.js';
import { asBody } from '../src/push/body.js';
import { definePush, type Mention } from '../src/push/job.js';
import { notSold } from '../src/push/mentions.js';
import { itemBody } from '../src/qbo/mapping/item.js';
import { mirrored } from '../src/qbo/mapping/mirrored.js';
import { foldedNameKey, nameKey } from '../src/qbo/mapping/names.js';
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
    const { income, expense } = settings.accounts;
    const bought = document.expenseAccount;
    return [
      account('income', income ?? document.incomeAccount ?? DEFAULT_INCOME_ACCOUNT),
      ...(bought === undefined ? [] : [account('expense', expense ?? bought)]),
    ];
  },

  plan({ document }, { matched }) {
    const { body, problems } = itemBody({
      document,
      incomeAccountId: matched.get('incomeAccount') ?? '',
      expenseAccountId: matched.get('expenseAccount') ?? null,
    });
    return { kind: 'write', operation: 'create', body: asBody(body), problems };
  },

  read(entity, { document, operation }) {
    const item = readEntity('Item', entity);
    return {
      quickbooksId: item.Id,
      syncToken: item.SyncToken,
      number: null,
      totalMinor: null,
      balanceMinor: null,
      warnings:
        operation === 'create' && nameKey(item.Name) !== nameKey(document.name)
          ? [{ name: 'name_given', params: { wanted: document.name, used: item.Name } }]
          : [],
      record: mirrored(recordOf('item', entity)),
      problem: null,
    };
  },

  /** QuickBooks compares names without regard to case, so one of another case is this one too. */
  lookUp(_, sent) {
    const name = String(sent['Name']);
    const query = select('Item').where('Name', '=', name).whereIn('Active', [true, false]);
    return {
      queries: [query.page(1, 10).text()],
      judge(candidate) {
        const { Name, Active } = readEntity('Item', candidate);
        if (foldedNameKey(Name) !== foldedNameKey(name)) return 'different';
        if (notSold(mirrored(recordOf('item', candidate))) !== undefined) return 'different';
        return Active === false ? 'inactive' : 'same';
      },
    };
  },

  /** A category or a bundle of the name. */
  heldBy(found) {
    const reasons = found.map((one) => notSold(mirrored(recordOf('item', one))));
    return reasons.find((why) => why !== undefined);
  },

  holds: () => false,
});

function account(use: 'income' | 'expense', reference: Reference): Mention {
  const shown = reference.name ?? reference.number ?? reference.recordId ?? '';
  return {
    role: `${use}Account`,
    type: 'account',
    reference,
    matchBy: ['name'],
    name: reference.name,
    missing: reason('setup_incomplete', { missing: [`${use} account "${shown}"`] }),
  };
}
