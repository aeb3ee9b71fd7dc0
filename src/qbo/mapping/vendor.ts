import type { Vendor } from '../../contract/documents/index.js';
import type { VendorReference } from '../../contract/reference.js';
import { checkLimits, type FieldProblem } from './limits.js';
import { filled, stated } from './members.js';
import {
  asUpdate,
  changedParty,
  currencyProblems,
  filledIn,
  nameInReference,
  newParty,
  type PartyBodyInput,
  problemsInReference,
} from './party.js';
import type { QuickBooksVendor, StoredVendor } from './quickbooks-types.js';

export interface VendorBodyInput extends PartyBodyInput<Vendor, StoredVendor> {
  /** QuickBooks' id of the terms the document states. */
  termId?: string | undefined;
}

export interface VendorBody {
  /** Null where QuickBooks already holds everything the document says. */
  body: QuickBooksVendor | null;
  /** Where there is any, the body must not be sent. */
  problems: FieldProblem[];
}

/**
 * The body that creates or updates a supplier. An update is sparse, carries only what differs, never
 * blanks a value and never touches the display name.
 */
export function vendorBody(input: VendorBodyInput): VendorBody {
  const body = input.mode === 'create' ? creation(input) : change(input);
  if (body === null) return { body, problems: [] };
  return { body, problems: [...currencyProblems(input), ...checkLimits('Vendor', body)] };
}

function creation(input: VendorBodyInput): QuickBooksVendor {
  const { document, termId } = input;
  return stated<QuickBooksVendor>({
    ...newParty('vendor', input),
    TaxIdentifier: filled(document.taxId),
    TermRef: termId === undefined ? undefined : { value: termId },
  });
}

function change({ document, current, isOurs, termId }: VendorBodyInput): QuickBooksVendor | null {
  if (current === null) throw new TypeError('an update needs the current supplier');
  const isNewTerm = termId !== undefined && termId !== current.TermRef?.value;
  return asUpdate<QuickBooksVendor>(current, {
    ...changedParty(document, current, isOurs === true),
    // QuickBooks masks the number when it is read, so a stored one cannot be compared.
    TaxIdentifier: filledIn(filled(document.taxId), current.TaxIdentifier),
    TermRef: isNewTerm ? { value: termId } : undefined,
  });
}

/**
 * The supplier to create for a reference that points to none. Null where the reference names only an
 * id or a number: nothing in it can be a display name.
 */
export function vendorFromReference(reference: VendorReference): Vendor | null {
  const displayName = nameInReference(reference);
  if (displayName === undefined) return null;
  return stated<Vendor>({
    displayName,
    companyName: reference.companyName,
    email: reference.email,
    phone: reference.phone,
    billAddress: reference.billAddress,
    taxId: reference.taxId,
    attributes: {},
    priority: 'live',
  });
}

/** What keeps the supplier of a reference from being created, in the words of the document. */
export function vendorReferenceProblems(
  reference: VendorReference,
  path = 'vendor',
): FieldProblem[] {
  const document = vendorFromReference(reference);
  const problems =
    document === null
      ? undefined
      : vendorBody({ document, current: null, mode: 'create' }).problems;
  return problemsInReference(problems, path, 'supplier');
}
