import type { Customer } from '../../contract/documents/index.js';
import type { CustomerReference } from '../../contract/reference.js';
import { addressBody, mergedAddress, sameAddress } from './address.js';
import { fittingName } from './given-names.js';
import { checkLimits, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import { emailKey, foldedNameKey, nameKey } from './names.js';
import type { QuickBooksAddress, QuickBooksCustomer, StoredCustomer } from './quickbooks-types.js';

export interface CustomerBodyInput {
  document: Customer;
  /** The customer as QuickBooks holds it; needed for an update. */
  current: StoredCustomer | null;
  mode: 'create' | 'update';
  /** The name it is created under, where that is another one than the document's. */
  name?: string | undefined;
  /** Whether it was created by us: then its person's and company's name are the app's to change. */
  isOurs?: boolean;
  /** Needed to state a currency, which is fixed once the customer exists. */
  company?: { homeCurrency: string; multiCurrency: boolean };
}

export interface CustomerBody {
  /** Null where QuickBooks already holds everything the document says. */
  body: QuickBooksCustomer | null;
  /** Where there is any, the body must not be sent. */
  problems: FieldProblem[];
}

/**
 * The body that creates or updates a customer. An update is sparse, carries only what differs, never
 * blanks a value and never touches the display name, by which people know the customer. The app owns
 * e-mail, phone and addresses; names of person and company are filled in where there are none.
 */
export function customerBody(input: CustomerBodyInput): CustomerBody {
  const body = input.mode === 'create' ? creation(input) : change(input);
  if (body === null) return { body, problems: [] };
  return { body, problems: [...currencyProblems(input), ...checkLimits('Customer', body)] };
}

function creation({ document, company, name }: CustomerBodyInput): QuickBooksCustomer {
  const currency = company?.multiCurrency ? document.currency : undefined;
  return stated<QuickBooksCustomer>({
    DisplayName: name ?? fittingName(document.displayName, 'customer'),
    ...contactMembers(document),
    BillAddr: addressBody(document.billAddress),
    ShipAddr: addressBody(document.shipAddress),
    PrimaryTaxIdentifier: filled(document.taxId),
    CurrencyRef: currency === undefined ? undefined : { value: currency },
  });
}

function change({ document, current, isOurs }: CustomerBodyInput): QuickBooksCustomer | null {
  if (current === null) throw new TypeError('an update needs the current customer');
  const wanted = contactMembers(document);
  const named = isOurs === true ? changed : filledIn;
  const changes = stated<QuickBooksCustomer>({
    GivenName: named(wanted.GivenName, current.GivenName),
    FamilyName: named(wanted.FamilyName, current.FamilyName),
    CompanyName: named(wanted.CompanyName, current.CompanyName),
    PrimaryEmailAddr: sameEmail(wanted.PrimaryEmailAddr?.Address, current.PrimaryEmailAddr?.Address)
      ? undefined
      : wanted.PrimaryEmailAddr,
    PrimaryPhone:
      changed(wanted.PrimaryPhone?.FreeFormNumber, current.PrimaryPhone?.FreeFormNumber) ===
      undefined
        ? undefined
        : wanted.PrimaryPhone,
    BillAddr: changedAddress(addressBody(document.billAddress), current.BillAddr),
    ShipAddr: changedAddress(addressBody(document.shipAddress), current.ShipAddr),
    // QuickBooks masks the number when it is read, so a stored one cannot be compared.
    PrimaryTaxIdentifier:
      filled(current.PrimaryTaxIdentifier) === undefined ? filled(document.taxId) : undefined,
  });
  if (Object.keys(changes).length === 0) return null;
  return { Id: current.Id, SyncToken: current.SyncToken, sparse: true, ...changes };
}

function contactMembers(document: Customer): QuickBooksCustomer {
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

function filledIn(wanted: string | undefined, current: string | undefined): string | undefined {
  return filled(current) === undefined ? wanted : undefined;
}

function changedAddress(
  wanted: QuickBooksAddress | undefined,
  current: QuickBooksAddress | undefined,
): QuickBooksAddress | undefined {
  if (wanted === undefined) return undefined;
  const merged = mergedAddress(current, wanted);
  return sameAddress(current, merged) ? undefined : merged;
}

function currencyProblems({ document, company, mode }: CustomerBodyInput): FieldProblem[] {
  if (mode === 'update' || company === undefined || company.multiCurrency) return [];
  if (document.currency === undefined || document.currency === company.homeCurrency) return [];
  return [
    {
      field: 'currency',
      rule: `must be ${company.homeCurrency}, the only currency of this company`,
    },
  ];
}

/** What a customer is looked for by, in the forms the mirrored records are indexed by. */
export interface CustomerNeedles {
  name: string;
  nameKey: string;
  foldedNameKey: string;
  email: string | null;
  emailKey: string | null;
}

export function customerNeedles(
  document: Pick<Customer, 'displayName' | 'email'>,
): CustomerNeedles {
  const email = filled(document.email) ?? null;
  return {
    name: document.displayName.trim(),
    nameKey: nameKey(document.displayName),
    foldedNameKey: foldedNameKey(document.displayName),
    email,
    emailKey: email === null ? null : emailKey(email),
  };
}

/**
 * The customer to create for a reference that points to none. Null where the reference names only an
 * id or a number: nothing in it can be a display name.
 */
export function customerFromReference(reference: CustomerReference): Customer | null {
  const displayName =
    filled(reference.name) ?? filled(reference.companyName) ?? filled(reference.email);
  if (displayName === undefined) return null;
  return stated<Customer>({
    displayName,
    companyName: reference.companyName,
    email: reference.email,
    phone: reference.phone,
    billAddress: reference.billAddress,
    shipAddress: reference.shipAddress,
    attributes: {},
    priority: 'live',
  });
}

const FIELD_IN_REFERENCE: Readonly<Record<string, string>> = { displayName: 'name' };

/**
 * What keeps the customer of a reference from being created, in the words of the document that
 * refers to it: `customer.name` and not `displayName`.
 */
export function customerReferenceProblems(
  reference: CustomerReference,
  path = 'customer',
): FieldProblem[] {
  const document = customerFromReference(reference);
  if (document === null) {
    return [{ field: `${path}.name`, rule: 'must be stated where the customer is to be created' }];
  }
  return customerBody({ document, current: null, mode: 'create' }).problems.map(
    ({ field, rule }) => ({ field: `${path}.${FIELD_IN_REFERENCE[field] ?? field}`, rule }),
  );
}
