import type { Customer, PartyKind, Vendor } from '../../contract/documents/index.js';
import type { CustomerReference, VendorReference } from '../../contract/reference.js';
import { addressBody, mergedAddress, sameAddress } from './address.js';
import { fittingName } from './given-names.js';
import type { FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import { emailKey } from './names.js';
import type {
  QuickBooksAddress,
  QuickBooksParty,
  StoredCustomer,
  StoredVendor,
} from './quickbooks-types.js';

/**
 * What customers and suppliers have in common: a name of the one list of people and companies
 * QuickBooks keeps, and the ways to reach them. What only one of them has stands in its own file.
 */

/** What an app says of a customer or a supplier. */
export type Party = Customer | Vendor;

export interface PartyBodyInput<Document extends Party, Stored> {
  document: Document;
  /** The party as QuickBooks holds it; needed for an update. */
  current: Stored | null;
  mode: 'create' | 'update';
  /** The name it is created under, where that is another one than the document's. */
  name?: string | undefined;
  /** Whether it was created by us: then its person's and company's name are the app's to change. */
  isOurs?: boolean;
  /** Needed to state a currency, which is fixed once the party exists. */
  company?: { homeCurrency: string; multiCurrency: boolean };
}

/** A party to create: all that is stated. */
export function newParty(
  kind: PartyKind,
  { document, company, name }: PartyBodyInput<Party, unknown>,
): QuickBooksParty {
  const currency = company?.multiCurrency ? document.currency : undefined;
  return {
    DisplayName: name ?? fittingName(document.displayName, kind),
    ...contactMembers(document),
    BillAddr: addressBody(document.billAddress),
    CurrencyRef: currency === undefined ? undefined : { value: currency },
  };
}

/**
 * What of a party differs from what QuickBooks holds; members that do not are undefined. Nothing is
 * blanked, and the display name is left alone: by that people know the party. The app owns e-mail,
 * phone and address; names of person and company are filled in where there are none.
 */
export function changedParty(
  document: Party,
  current: StoredCustomer | StoredVendor,
  isOurs: boolean,
): QuickBooksParty {
  const wanted = contactMembers(document);
  const named = isOurs ? changed : filledIn;
  const phone = changed(wanted.PrimaryPhone?.FreeFormNumber, current.PrimaryPhone?.FreeFormNumber);
  return {
    GivenName: named(wanted.GivenName, current.GivenName),
    FamilyName: named(wanted.FamilyName, current.FamilyName),
    CompanyName: named(wanted.CompanyName, current.CompanyName),
    PrimaryEmailAddr: sameEmail(wanted.PrimaryEmailAddr?.Address, current.PrimaryEmailAddr?.Address)
      ? undefined
      : wanted.PrimaryEmailAddr,
    PrimaryPhone: phone === undefined ? undefined : wanted.PrimaryPhone,
    BillAddr: changedAddress(addressBody(document.billAddress), current.BillAddr),
  };
}

/** The sparse body of an update; null where QuickBooks already holds everything the document says. */
export function asUpdate<Body extends QuickBooksParty>(
  { Id, SyncToken }: StoredCustomer | StoredVendor,
  members: Body,
): Body | null {
  const changes = stated(members);
  if (Object.keys(changes).length === 0) return null;
  return { Id, SyncToken, sparse: true, ...changes };
}

function contactMembers(document: Party): QuickBooksParty {
  const email = filled(document.email);
  const phone = filled(document.phone);
  return {
    GivenName: filled(document.givenName),
    FamilyName: filled(document.familyName),
    CompanyName: filled(document.companyName),
    PrimaryEmailAddr: email === undefined ? undefined : { Address: email },
    PrimaryPhone: phone === undefined ? undefined : { FreeFormNumber: phone },
  };
}

function changed(wanted: string | undefined, current: string | undefined): string | undefined {
  return wanted === filled(current) ? undefined : wanted;
}

/** Also where nothing is stated; in another case it is the same address. */
function sameEmail(wanted: string | undefined, current: string | undefined): boolean {
  return wanted === undefined || emailKey(wanted) === emailKey(current ?? '');
}

/** What is stated, where QuickBooks has nothing of it. */
export function filledIn(
  wanted: string | undefined,
  current: string | undefined,
): string | undefined {
  return filled(current) === undefined ? wanted : undefined;
}

export function changedAddress(
  wanted: QuickBooksAddress | undefined,
  current: QuickBooksAddress | undefined,
): QuickBooksAddress | undefined {
  if (wanted === undefined) return undefined;
  const merged = mergedAddress(current, wanted);
  return sameAddress(current, merged) ? undefined : merged;
}

/** A company with one currency has its parties in that one. */
export function currencyProblems({
  document,
  company,
  mode,
}: PartyBodyInput<Party, unknown>): FieldProblem[] {
  if (mode === 'update' || company === undefined || company.multiCurrency) return [];
  if (document.currency === undefined || document.currency === company.homeCurrency) return [];
  return [
    {
      field: 'currency',
      rule: `must be ${company.homeCurrency}, the only currency of this company`,
    },
  ];
}

/** What a reference can be a display name of; undefined where it names only an id or a number. */
export function nameInReference(
  reference: CustomerReference | VendorReference,
): string | undefined {
  return filled(reference.name) ?? filled(reference.companyName) ?? filled(reference.email);
}

const FIELD_IN_REFERENCE: Readonly<Record<string, string>> = { displayName: 'name' };

/**
 * What keeps the party of a reference from being created, in the words of the document that refers
 * to it: `customer.name` and not `displayName`.
 *
 * @param problems of the party that would be created; undefined where nothing can be its name
 * @param word what people call such a party
 */
export function problemsInReference(
  problems: readonly FieldProblem[] | undefined,
  path: string,
  word: string,
): FieldProblem[] {
  if (problems === undefined) {
    return [{ field: `${path}.name`, rule: `must be stated where the ${word} is to be created` }];
  }
  return problems.map(({ field, rule }) => ({
    field: `${path}.${FIELD_IN_REFERENCE[field] ?? field}`,
    rule,
  }));
}
