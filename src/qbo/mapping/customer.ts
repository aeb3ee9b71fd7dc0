import type { Customer } from '../../contract/documents/index.js';
import type { CustomerReference } from '../../contract/reference.js';
import { addressBody } from './address.js';
import { checkLimits, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import { emailKey, foldedNameKey, nameKey } from './names.js';
import {
  asUpdate,
  changedAddress,
  changedParty,
  currencyProblems,
  filledIn,
  nameInReference,
  newParty,
  type PartyBodyInput,
  problemsInReference,
} from './party.js';
import type { QuickBooksCustomer, StoredCustomer } from './quickbooks-types.js';

export type CustomerBodyInput = PartyBodyInput<Customer, StoredCustomer>;

export interface CustomerBody {
  /** Null where QuickBooks already holds everything the document says. */
  body: QuickBooksCustomer | null;
  /** Where there is any, the body must not be sent. */
  problems: FieldProblem[];
}

/**
 * The body that creates or updates a customer. An update is sparse, carries only what differs, never
 * blanks a value and never touches the display name.
 */
export function customerBody(input: CustomerBodyInput): CustomerBody {
  const body = input.mode === 'create' ? creation(input) : change(input);
  if (body === null) return { body, problems: [] };
  return { body, problems: [...currencyProblems(input), ...checkLimits('Customer', body)] };
}

function creation(input: CustomerBodyInput): QuickBooksCustomer {
  return stated<QuickBooksCustomer>({
    ...newParty('customer', input),
    ShipAddr: addressBody(input.document.shipAddress),
    PrimaryTaxIdentifier: filled(input.document.taxId),
  });
}

function change({ document, current, isOurs }: CustomerBodyInput): QuickBooksCustomer | null {
  if (current === null) throw new TypeError('an update needs the current customer');
  return asUpdate<QuickBooksCustomer>(current, {
    ...changedParty(document, current, isOurs === true),
    ShipAddr: changedAddress(addressBody(document.shipAddress), current.ShipAddr),
    // QuickBooks masks the number when it is read, so a stored one cannot be compared.
    PrimaryTaxIdentifier: filledIn(filled(document.taxId), current.PrimaryTaxIdentifier),
  });
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
  const displayName = nameInReference(reference);
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

/** What keeps the customer of a reference from being created, in the words of the document. */
export function customerReferenceProblems(
  reference: CustomerReference,
  path = 'customer',
): FieldProblem[] {
  const document = customerFromReference(reference);
  const problems =
    document === null
      ? undefined
      : customerBody({ document, current: null, mode: 'create' }).problems;
  return problemsInReference(problems, path, 'customer');
}
