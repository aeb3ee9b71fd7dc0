import type { PartyKind, PurchaseForm } from '../contract/documents/index.js';
import { reason } from '../contract/reasons.js';
import type { CustomerReference, VendorReference } from '../contract/reference.js';
import type { Settings } from '../contract/settings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import { dependencyKey } from '../ledger/documents/dependencies.js';
import { customerFromReference, customerReferenceProblems } from '../qbo/mapping/customer.js';
import { fittingName } from '../qbo/mapping/given-names.js';
import { emailKey, foldedNameKey } from '../qbo/mapping/names.js';
import { vendorFromReference, vendorReferenceProblems } from '../qbo/mapping/vendor.js';
import type { Mention } from './job.js';
import { shownAs } from './mentions.js';
import { mayAddSupplier, mayUpdateSupplier, rightMissing } from './supplier-right.js';

/** Customers and suppliers that documents mention, and by which settings they are found or made. */

/** The customer of a document. */
export function customerMention(reference: CustomerReference, settings: Settings): Mention {
  const { missing, update } = settings.customer;
  const document = customerFromReference(reference);
  return {
    role: 'customer',
    ...partyOf('customer', reference, document?.displayName, settings),
    ...(update && document !== null ? { told: { kind: 'customer', document } } : {}),
    create:
      missing === 'create' && document !== null && reference.recordId === undefined
        ? { kind: 'customer', document, problems: customerReferenceProblems(reference) }
        : undefined,
    missing: reason('customer_missing', { name: shownParty(reference) }),
  };
}

/**
 * The supplier of a purchase form. What the form says of it is told, and a supplier QuickBooks does
 * not have is added, where the settings and the right of who acts allow it. One that is made for a
 * form deals in the form's currency: that is fixed for life.
 */
export function vendorMention(
  { vendor: reference, actor, currency }: Pick<PurchaseForm, 'vendor' | 'actor' | 'currency'>,
  settings: Settings,
  { multiCurrency }: Pick<CompanyFacts, 'multiCurrency'>,
): Mention {
  const { missing } = settings.vendor;
  const stated = vendorFromReference(reference);
  // With who acts: the supplier is written by that one's right, whenever that is.
  const document = stated === null || actor === undefined ? stated : { ...stated, actor };
  const mayAdd = missing !== 'fail' && mayAddSupplier(settings, actor);
  const deals = multiCurrency && currency !== undefined ? { currency } : {};
  const isKnownId = reference.recordId !== undefined;
  return {
    role: 'vendor',
    ...partyOf('vendor', reference, document?.displayName, settings),
    ...(mayUpdateSupplier(settings, actor) && document !== null
      ? { told: { kind: 'vendor', document } }
      : {}),
    create:
      mayAdd && document !== null && !isKnownId
        ? {
            kind: 'vendor',
            document: { ...document, ...deals },
            problems: vendorReferenceProblems(reference),
          }
        : undefined,
    missing:
      missing === 'needs_right' && !mayAdd && !isKnownId
        ? rightMissing(actor)
        : reason('vendor_missing', { name: shownParty(reference) }),
  };
}

function partyOf(
  type: PartyKind,
  reference: CustomerReference | VendorReference,
  displayName: string | undefined,
  settings: Settings,
): Pick<
  Mention,
  'type' | 'reference' | 'matchBy' | 'name' | 'fittingName' | 'lacksEmail' | 'key' | 'apart'
> {
  return {
    type,
    reference,
    // The name it would be created under: what was created for it is then found again.
    ...partyIdentity(type, reference.name ?? displayName, reference.email, settings),
    matchBy: waysToMatch(settings[type].match, reference.email),
  };
}

const shownParty = (reference: CustomerReference | VendorReference) =>
  shownAs(reference, reference.name ?? reference.email ?? reference.externalId);

type Match = Settings[PartyKind]['match'];

/** One without an e-mail address is found by its name, also where only addresses count. */
export function waysToMatch(match: Match, email: string | undefined): Match {
  return email === undefined && !match.includes('name') ? ['name'] : match;
}

/** By what a party is known: its name, or its address where that decides, however it is spelt. */
export function partyIdentity(
  kind: PartyKind,
  name: string | undefined,
  email: string | undefined,
  settings: Settings,
): Pick<Mention, 'name' | 'fittingName' | 'lacksEmail' | 'key' | 'apart'> {
  const { match } = settings[kind];
  const lacksEmail = email === undefined && !match.includes('name');
  if (name === undefined) return { name };
  const fitting = fittingName(name, kind);
  const apart = email === undefined || match.includes('name') ? undefined : emailKey(email);
  return {
    name,
    lacksEmail,
    ...(fitting === name ? {} : { fittingName: fitting }),
    key: dependencyKey(kind, apart === undefined ? foldedNameKey(fitting) : `<${apart}>`),
    apart,
  };
}
