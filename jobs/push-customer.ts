import { asBody } from '../src/push/body.js';
import { definePush, type ItemOf, type Plan } from '../src/push/job.js';
import { knownId, PARTY_JOB, partyItself } from '../src/push/party.js';
import { customerBody } from '../src/qbo/mapping/customer.js';
import { readEntity } from '../src/qbo/mapping/quickbooks-types.js';

/**
 * Makes QuickBooks have the customer: one the app states, or one a document needs. A customer that
 * is there already is taken as it is, or updated where the settings say so; nothing is ever blanked
 * and the display name never changes.
 */
export const pushCustomer = definePush<'customer'>({
  ...PARTY_JOB,
  name: 'push-customer',
  kind: 'customer',
  entity: 'Customer',

  mentions: partyItself,

  currentId(item, matched) {
    return mayUpdate(item) ? knownId(item, matched) : undefined;
  },

  plan(item, { company, matched, stored }): Plan {
    const { document, link } = item;
    const known = knownId(item, matched);
    if (known === undefined) {
      const name = item.givenName ?? undefined;
      const { body, problems } = customerBody({
        document,
        current: null,
        mode: 'create',
        company,
        name,
      });
      return { kind: 'write', operation: 'create', body: asBody(body ?? {}), problems };
    }
    if (!mayUpdate(item)) return { kind: 'have', quickbooksId: known };
    if (stored === undefined) return { kind: 'gone' };
    const current = readEntity('Customer', stored);
    const { body, problems } = customerBody({
      document,
      current,
      mode: 'update',
      company,
      isOurs: link?.origin === 'pushed',
    });
    if (body === null) return { kind: 'have', quickbooksId: known };
    return { kind: 'write', operation: 'update', body: asBody(body), problems };
  },
});

/** A customer we created is the app's to update; one that was found there only by the settings. */
function mayUpdate({ link, connection: { settings } }: ItemOf<'customer'>): boolean {
  return link?.origin === 'pushed' || settings.customer.update;
}
