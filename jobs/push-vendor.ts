import { asBody } from '../src/push/body.js';
import { definePush, type ItemOf, type Plan, type PlanContext } from '../src/push/job.js';
import { listed } from '../src/push/list-mentions.js';
import { knownId, PARTY_JOB, partyItself } from '../src/push/party.js';
import {
  mayAddSupplier,
  mayUpdateSupplier,
  notUpdated,
  rightMissing,
} from '../src/push/supplier-right.js';
import { readEntity } from '../src/qbo/mapping/quickbooks-types.js';
import { vendorBody } from '../src/qbo/mapping/vendor.js';

/**
 * Makes QuickBooks have the supplier: one the app states, or one a document needs. It is added and
 * changed only where the settings and the right of who acts allow it, also one that was added by us;
 * nothing is ever blanked and the display name never changes.
 */
export const pushVendor = definePush<'vendor'>({
  ...PARTY_JOB,
  name: 'push-vendor',
  kind: 'vendor',
  entity: 'Vendor',

  mentions(item) {
    const { terms } = item.document;
    return [
      ...partyItself(item),
      ...(terms === undefined ? [] : [listed('term', terms, 'terms', 'term')]),
    ];
  },

  /** Also where it must not be changed: only then is it known whether that is worth a word. */
  currentId(item, matched) {
    return mayUpdate(item) || !item.isDependency ? knownId(item, matched) : undefined;
  },

  plan(item, context): Plan {
    const known = knownId(item, context.matched);
    return known === undefined ? creation(item, context) : change(item, known, context);
  },
});

function creation(item: ItemOf<'vendor'>, { company, matched }: PlanContext): Plan {
  const { document, connection, givenName } = item;
  if (!mayAddSupplier(connection.settings, document.actor)) {
    return { kind: 'fail', reason: rightMissing(document.actor) };
  }
  const { body, problems } = vendorBody({
    document,
    current: null,
    mode: 'create',
    company,
    name: givenName ?? undefined,
    termId: matched.get('terms'),
  });
  return { kind: 'write', operation: 'create', body: asBody(body ?? {}), problems };
}

function change(
  item: ItemOf<'vendor'>,
  quickbooksId: string,
  { company, matched, stored }: PlanContext,
): Plan {
  const { document, link, isDependency, connection } = item;
  if (!mayUpdate(item) && isDependency) return { kind: 'have', quickbooksId };
  if (stored === undefined) return { kind: 'gone' };
  const { body, problems } = vendorBody({
    document,
    current: readEntity('Vendor', stored),
    mode: 'update',
    company,
    isOurs: link?.origin === 'pushed',
    termId: matched.get('terms'),
  });
  if (body === null) return { kind: 'have', quickbooksId };
  if (!mayUpdate(item)) {
    const warnings = [notUpdated(connection.settings, document.actor)];
    return { kind: 'have', quickbooksId, warnings };
  }
  return { kind: 'write', operation: 'update', body: asBody(body), problems };
}

function mayUpdate({ document, connection: { settings } }: ItemOf<'vendor'>): boolean {
  return mayUpdateSupplier(settings, document.actor);
}
