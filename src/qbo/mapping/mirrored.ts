import { foldedNameKey, nameBeforeDeactivation, nameKey } from './names.js';
import type { QuickBooksRecord } from './records.js';

/** QuickBooks' record as the mirror keeps it: an inactive one under the name it had before. */
export function mirrored(record: QuickBooksRecord) {
  const name = record.active ? record.name : nameBeforeDeactivation(record.name);
  return {
    type: record.type,
    quickbooksId: record.quickbooksId,
    name: record.name,
    nameKey: nameKey(name),
    foldedKey: foldedNameKey(name),
    number: record.number,
    email: record.email,
    active: record.active,
    syncToken: record.syncToken,
    updatedAt: record.updatedAt?.toISOString() ?? null,
    facts: { ...record.facts, fullName: record.fullName },
  };
}
