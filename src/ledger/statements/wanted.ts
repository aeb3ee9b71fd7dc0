import type { AnyDocument, DocumentByKind, DocumentKind } from '../../contract/documents/index.js';
import {
  asForm,
  dateOf,
  type PurchaseFormKind,
  type SalesFormKind,
} from '../../contract/documents/index.js';
import { toMinorUnits } from '../../contract/money.js';
import type { CustomerReference, VendorReference } from '../../contract/reference.js';
import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';

/** The key of a document: its place in the ledger and in its ciphertext. */
export interface DocumentKey {
  connectionId: string;
  kind: DocumentKind;
  externalId: string;
}

export function encryptWanted(ledger: Ledger, key: DocumentKey, document: AnyDocument): Buffer {
  return ledger.cipher.encrypt(PLACES.wanted(key), JSON.stringify(document));
}

/** What the app wants, as it was validated when it was stated. */
export function decryptWanted<Kind extends DocumentKind>(
  ledger: Ledger,
  key: DocumentKey & { kind: Kind },
  cipher: Buffer,
): DocumentByKind[Kind] {
  return JSON.parse(ledger.cipher.decrypt(PLACES.wanted(key), cipher)) as DocumentByKind[Kind];
}

/** Keyed hash that is equal for equal contents, whatever the order of members. */
export function hashWanted(
  ledger: Ledger,
  document: AnyDocument,
  withdrawal: string | null,
): Buffer {
  // The version and the sender's rights say who speaks, not what is wanted.
  const { sourceVersion: _, actor: __, ...content } = document;
  return ledger.hash.hash('wanted', `${withdrawal ?? ''}|${canonicalJson(content)}`);
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What lists show of a document in clear text. */
export interface ListedFacts {
  number: string | null;
  party: string | null;
  documentDate: string | null;
  currency: string | null;
  totalMinor: number | null;
}

export function listedFacts<Kind extends DocumentKind>(
  kind: Kind,
  document: DocumentByKind[Kind],
): ListedFacts {
  const form = asForm(kind, document);
  if (form !== undefined) return formFacts(form);
  if (kind === 'payment' || kind === 'applied_credit') {
    return paymentListed(document as DocumentByKind['payment' | 'applied_credit']);
  }
  if (kind === 'attachment') return fileListed(document as DocumentByKind['attachment']);
  const party =
    'displayName' in document ? document.displayName : 'name' in document ? document.name : null;
  return {
    number: null,
    party,
    documentDate: null,
    currency: document.currency ?? null,
    totalMinor: null,
  };
}

function paymentListed(document: DocumentByKind['payment' | 'applied_credit']): ListedFacts {
  const { customer, currency, date, amount, reference } = document;
  return {
    // What people wrote on it; longer texts are no numbers.
    number: reference === undefined || reference.length > 100 ? null : reference,
    party: partyOf(customer),
    documentDate: date,
    currency: currency ?? null,
    totalMinor: toMinorUnits(amount, currency),
  };
}

/** A file is called by its name. */
function fileListed({ fileName }: DocumentByKind['attachment']): ListedFacts {
  return { number: fileName, party: null, documentDate: null, currency: null, totalMinor: null };
}

function partyOf(party: CustomerReference | VendorReference): string | null {
  const { name, email, externalId, recordId } = party;
  return name ?? email ?? externalId ?? recordId ?? null;
}

function formFacts(form: DocumentByKind[SalesFormKind | PurchaseFormKind]): ListedFacts {
  return {
    number: form.number,
    party: partyOf('vendor' in form ? form.vendor : form.customer),
    documentDate: dateOf(form) ?? null,
    currency: form.currency ?? null,
    totalMinor: toMinorUnits(form.total, form.currency),
  };
}
