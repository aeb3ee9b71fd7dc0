import { reason } from '../src/contract/reasons.js';
import { asBody } from '../src/push/body.js';
import { definePush, type ItemOf, type Plan } from '../src/push/job.js';
import { customerBody } from '../src/qbo/mapping/customer.js';
import { mirrored } from '../src/qbo/mapping/mirrored.js';
import { nameKey } from '../src/qbo/mapping/names.js';
import { readEntity } from '../src/qbo/mapping/quickbooks-types.js';
import { recordOf } from '../src/qbo/mapping/records.js';
import { select } from '../src/qbo/query.js';

/**
 * Makes QuickBooks have the customer: one the app states, or one a document needs. A customer that
 * is there already is taken as it is, or updated where the settings say so; nothing is ever blanked
 * and the display name never changes.
 */
export const pushCustomer = definePush({
  name: 'push-customer',
  kind: 'customer',
  entity: 'Customer',
  exclusive: false,

  dateOf: () => undefined,

  /** The customer may be there under its name or e-mail; only then is nothing created. */
  mentions({ document, link, isDependency, connection: { settings } }) {
    if (link !== null || isDependency) return [];
    return [
      {
        role: 'self',
        type: 'customer',
        reference: { name: document.displayName, email: document.email },
        matchBy: settings.customer.match,
        name: document.displayName,
        optional: settings.customer.missing === 'create',
        missing: reason('customer_missing', { name: document.displayName }),
      },
    ];
  },

  currentId(item, matched) {
    return mayUpdate(item) ? (item.link?.quickbooksId ?? matched.get('self')) : undefined;
  },

  plan(item, { company, matched, stored }): Plan {
    const { document, link } = item;
    const known = link?.quickbooksId ?? matched.get('self');
    if (known === undefined) {
      const { body, problems } = customerBody({ document, current: null, mode: 'create', company });
      return { kind: 'write', operation: 'create', body: asBody(body ?? {}), problems };
    }
    if (!mayUpdate(item)) return { kind: 'have', quickbooksId: known };
    if (stored === undefined) return { kind: 'gone' };
    const current = readEntity('Customer', stored);
    const { body, problems } = customerBody({ document, current, mode: 'update', company });
    if (body === null) return { kind: 'have', quickbooksId: known };
    return { kind: 'write', operation: 'update', body: asBody(body), problems };
  },

  read(entity) {
    const customer = readEntity('Customer', entity);
    return {
      quickbooksId: customer.Id,
      syncToken: customer.SyncToken,
      number: null,
      totalMinor: null,
      balanceMinor: null,
      warnings: [],
      record: mirrored(recordOf('customer', entity)),
      problem: null,
    };
  },

  lookUp({ document }) {
    const wanted = nameKey(document.displayName);
    const query = select('Customer')
      .where('DisplayName', '=', document.displayName.trim())
      .whereIn('Active', [true, false]);
    return {
      queries: [query.page(1, 10).text()],
      // QuickBooks compares without regard to case; a name is only ours when it is the same.
      judge(candidate) {
        const { DisplayName, Active } = readEntity('Customer', candidate);
        return Active !== false && nameKey(DisplayName) === wanted ? 'same' : 'different';
      },
    };
  },

  holds: () => false,
});

/** A customer we created is the app's to update; one that was found there only by the settings. */
function mayUpdate({ link, connection: { settings } }: ItemOf<'customer'>): boolean {
  return link?.origin === 'pushed' || settings.customer.update;
}
