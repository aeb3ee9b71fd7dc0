import { reason } from '../src/contract/reasons.js';
import type { Warning } from '../src/contract/warnings.js';
import { asBody } from '../src/push/body.js';
import { definePush, type ItemOf, type Plan } from '../src/push/job.js';
import { customerIdentity, waysToMatch } from '../src/push/mentions.js';
import { customerBody } from '../src/qbo/mapping/customer.js';
import { fittingName, nextName } from '../src/qbo/mapping/given-names.js';
import { filled } from '../src/qbo/mapping/members.js';
import { mirrored } from '../src/qbo/mapping/mirrored.js';
import { emailKey, foldedNameKey, nameKey } from '../src/qbo/mapping/names.js';
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

  /**
   * The customer may be there under its name or e-mail; only then is nothing created. Stating one is
   * a wish for it, so `customer.missing` says nothing here: it is about what other documents mention.
   */
  mentions({ document, link, isDependency, connection: { settings } }) {
    if (link !== null || isDependency) return [];
    const { displayName } = document;
    const email = filled(document.email);
    const { key: _, ...identity } = customerIdentity(displayName, email, settings);
    return [
      {
        role: 'self',
        type: 'customer',
        reference: { name: displayName, email },
        ...identity,
        matchBy: waysToMatch(settings.customer.match, email),
        optional: true,
        missing: reason('customer_missing', { name: displayName }),
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

  read(entity, item) {
    const customer = readEntity('Customer', entity);
    return {
      quickbooksId: customer.Id,
      syncToken: customer.SyncToken,
      number: null,
      totalMinor: null,
      balanceMinor: null,
      warnings: item.operation === 'create' ? nameWarning(item, customer.DisplayName) : [],
      record: mirrored(recordOf('customer', entity)),
      problem: null,
    };
  },

  /** QuickBooks compares names without regard to case, so one of another case is this one too. */
  lookUp({ document, connection: { settings } }, sent) {
    const name = String(sent['DisplayName']);
    const query = select('Customer')
      .where('DisplayName', '=', name)
      .whereIn('Active', [true, false]);
    const email = filled(document.email);
    return {
      queries: [query.page(1, 10).text()],
      judge(candidate) {
        const { DisplayName, Active, PrimaryEmailAddr } = readEntity('Customer', candidate);
        if (foldedNameKey(DisplayName) !== foldedNameKey(name)) return 'different';
        const theirs = filled(PrimaryEmailAddr?.Address);
        // Where addresses tell customers apart, one name may be two of them.
        const isOther =
          !waysToMatch(settings.customer.match, email).includes('name') &&
          email !== undefined &&
          (theirs === undefined || emailKey(theirs) !== emailKey(email));
        if (isOther) return 'different';
        return Active === false ? 'inactive' : 'same';
      },
    };
  },

  nextName({ document, connection: { settings } }, tried) {
    const { nameTaken, suffix } = settings.customer;
    if (nameTaken !== 'suffix') return undefined;
    const wanted = fittingName(document.displayName, 'customer');
    return nextName(wanted, suffix, tried === wanted ? undefined : tried);
  },

  holds: () => false,
});

/** What the name in QuickBooks has of the one that was wanted. */
function nameWarning({ document }: ItemOf<'customer'>, used: string): Warning[] {
  const wanted = document.displayName;
  if (nameKey(used) === nameKey(wanted)) return [];
  return foldedNameKey(used) === foldedNameKey(wanted)
    ? [{ name: 'case_differs', params: { name: used } }]
    : [{ name: 'name_given', params: { wanted, used } }];
}

/** A customer we created is the app's to update; one that was found there only by the settings. */
function mayUpdate({ link, connection: { settings } }: ItemOf<'customer'>): boolean {
  return link?.origin === 'pushed' || settings.customer.update;
}
