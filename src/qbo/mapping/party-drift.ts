import type { Customer, PartyKind, Vendor } from '../../contract/documents/index.js';
import { customerBody } from './customer.js';
import type { DriftedField } from './drift.js';
import { filled } from './members.js';
import {
  type QuickBooksCustomer,
  type QuickBooksVendor,
  readEntity,
  type StoredCustomer,
  type StoredVendor,
} from './quickbooks-types.js';
import { vendorBody } from './vendor.js';

/** What is judged of a customer or a supplier by. */
export interface StatedParty {
  /** What the app says of it. */
  document: Customer | Vendor;
  /** What QuickBooks answered to our last write of it; null where that is not known. */
  answered: unknown;
  /** We made it, so that the names of person and company are the app's, too. */
  isOurs: boolean;
  /** Ours will be written over what is found: only what that can change is told then. */
  isResent: boolean;
}

/**
 * What somebody changed in QuickBooks of a customer or supplier that the app states: whatever would be
 * written again if it were stated once more, a display name that is another one than QuickBooks
 * answered, and that it was made inactive. @throws UnexpectedShapeError
 */
export function partyDrift(kind: PartyKind, json: unknown, party: StatedParty): DriftedField[] {
  const entity = kind === 'customer' ? 'Customer' : 'Vendor';
  const current = readEntity(entity, json);
  const members = membersToWrite(kind, current, party);
  const told = FIELDS.flatMap(([member, field]): DriftedField[] => {
    if (members?.[member] === undefined) return [];
    if (member !== 'PrimaryEmailAddr') return [{ field, theirs: null, ours: null }];
    const theirs = filled(current.PrimaryEmailAddr?.Address) ?? null;
    return [{ field, theirs, ours: members.PrimaryEmailAddr?.Address ?? null }];
  });
  return party.isResent ? told : [...standing(entity, current, party), ...told];
}

/** Members and what documents call them. Words of people are kept in no clear text, but for e-mail. */
const FIELDS = [
  ['GivenName', 'givenName'],
  ['FamilyName', 'familyName'],
  ['CompanyName', 'companyName'],
  ['PrimaryEmailAddr', 'email'],
  ['PrimaryPhone', 'phone'],
  ['BillAddr', 'billAddress'],
  ['ShipAddr', 'shipAddress'],
] as const;

type Members = QuickBooksCustomer & QuickBooksVendor;

function membersToWrite(
  kind: PartyKind,
  current: StoredCustomer | StoredVendor,
  { document, isOurs }: StatedParty,
): Members | null {
  const update = { document, mode: 'update', isOurs } as const;
  return kind === 'customer'
    ? customerBody({ ...update, current: current as StoredCustomer }).body
    : vendorBody({ ...update, current: current as StoredVendor }).body;
}

/** An inactive one has " (deleted)" behind its name, which nobody wrote there. */
function standing(
  entity: 'Customer' | 'Vendor',
  current: StoredCustomer | StoredVendor,
  { answered }: StatedParty,
): DriftedField[] {
  if (current.Active === false) return [{ field: 'active', theirs: 'false', ours: 'true' }];
  const ours = answered === null ? undefined : readEntity(entity, answered).DisplayName;
  if (ours === undefined || ours === current.DisplayName) return [];
  return [{ field: 'displayName', theirs: current.DisplayName, ours }];
}
