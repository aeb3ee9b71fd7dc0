import { type Reason, reason } from '../contract/reasons.js';
import type { Warning } from '../contract/warnings.js';
import type { FoundRecord } from '../ledger/records.js';
import { emailKey, foldedNameKey, nameKey } from '../qbo/mapping/names.js';
import type { Mention } from './job.js';

/** What a mention came to. */
export type Resolution =
  | { kind: 'found'; record: FoundRecord; warnings: Warning[] }
  | { kind: 'conflict' | 'inactive'; reason: Reason }
  | { kind: 'missing' };

/** Records that one part of a mention points to, the best first. */
interface Pointed {
  /** The part as people know it. */
  how: string;
  /** The app named the record by it: two such parts may not disagree. */
  names: boolean;
  records: FoundRecord[];
}

/**
 * Finds the record a mention means among the candidates of its type. Precedence: recordId → link of
 * externalId → number → name, or e-mail where the settings say so. Parts of the reference that point
 * to different records are a conflict, and so is one that points to several; neither is ever
 * silently decided.
 */
export function resolveMention(
  mention: Mention,
  candidates: readonly FoundRecord[],
  linkedId: string | undefined,
): Resolution {
  const { recordId } = mention.reference;
  const pointed = pointedTo(mention, candidates, linkedId);
  const [first] = pointed;
  const [record] = first?.records ?? [];
  // A recordId that is stated and unknown is missing, whatever else would match.
  const isUnknownId = recordId !== undefined && record?.quickbooksId !== recordId;
  if (first === undefined || record === undefined || isUnknownId) return { kind: 'missing' };
  const conflict = conflictOf(first, record, pointed);
  if (conflict !== undefined) return { kind: 'conflict', reason: conflict };
  if (!record.active) {
    const { type, name } = record;
    return { kind: 'inactive', reason: reason('record_inactive', { type: typeWord(type), name }) };
  }
  const others = first.names ? [] : first.records.slice(1);
  return {
    kind: 'found',
    record,
    warnings: [...nameWarnings(mention, record), ...others.map(also)],
  };
}

/** Another record of the same e-mail address: someone may have meant that one. */
const also = ({ name }: FoundRecord): Warning => ({ name: 'similar_name', params: { name } });

/** What each stated part points to, by precedence; parts that point to nothing are left out. */
function pointedTo(
  mention: Mention,
  candidates: readonly FoundRecord[],
  linkedId: string | undefined,
): Pointed[] {
  const { reference, matchBy, name } = mention;
  const withId = (id: string | undefined) =>
    candidates.filter((record) => id !== undefined && record.quickbooksId === id);
  const named = byName(mention, candidates);
  const parts: Pointed[] = [
    { how: `record ${reference.recordId}`, names: true, records: withId(reference.recordId) },
    { how: `${reference.externalId}`, names: true, records: withId(linkedId) },
    {
      how: `number ${numberOf(mention)}`,
      names: true,
      records: byNumber(mention, candidates, named),
    },
    ...matchBy.map((way) =>
      way === 'name'
        ? { how: `"${name}"`, names: reference.name !== undefined, records: named }
        : { how: `${emailOf(mention)}`, names: false, records: byEmail(mention, candidates) },
    ),
  ];
  return parts.filter(({ records }) => records.length > 0);
}

function conflictOf(
  first: Pointed,
  record: FoundRecord,
  pointed: readonly Pointed[],
): Reason | undefined {
  const [, twin] = first.records;
  if (first.names && twin !== undefined) {
    const shown = ({ quickbooksId, name }: FoundRecord) =>
      `${first.how} (${name}, Id ${quickbooksId})`;
    return reason('reference_conflict', { a: shown(record), b: shown(twin) });
  }
  const other = pointed.find(
    ({ names, records }) => names && records[0]?.quickbooksId !== record.quickbooksId,
  );
  if (!first.names || other === undefined) return undefined;
  return reason('reference_conflict', { a: first.how, b: other.how });
}

/**
 * Records of that name: one of the very full name (`Parent:Child`) before those whose last part it
 * is, then active before inactive and exact before another case. Several remain only where nothing
 * of this tells them apart.
 */
function byName(mention: Mention, candidates: readonly FoundRecord[]): FoundRecord[] {
  if (mention.name === undefined) return [];
  const folded = foldedNameKey(mention.name);
  const exact = nameKey(mention.name);
  const named = candidates.filter(
    (record) => record.foldedKey === folded || foldedFullName(record) === folded,
  );
  const preferences: ((record: FoundRecord) => boolean)[] = [
    ({ active }) => active,
    (record) => foldedFullName(record) === folded,
    (record) => record.nameKey === exact || record.facts['fullName'] === exact,
  ];
  const best = preferences.reduce((left, isBetter) => {
    const better = left.filter(isBetter);
    return better.length > 0 ? better : left;
  }, named);
  return best.every(({ active }) => active) ? best : best.slice(0, 1);
}

function foldedFullName({ facts }: FoundRecord): string | undefined {
  const fullName = facts['fullName'];
  return typeof fullName === 'string' ? foldedNameKey(fullName) : undefined;
}

/** Active records of the mention's e-mail address, the oldest first. */
function byEmail(mention: Mention, candidates: readonly FoundRecord[]): FoundRecord[] {
  const email = emailOf(mention);
  if (email === undefined) return [];
  const key = emailKey(email);
  const mailed = candidates.filter(
    (record) => record.email !== null && emailKey(record.email) === key && record.active,
  );
  // Ids of QuickBooks grow: the smallest is the oldest.
  return mailed.sort((a, b) => Number(a.quickbooksId) - Number(b.quickbooksId));
}

/** QuickBooks lets several products share a SKU: the name tells them apart, else being active. */
function byNumber(
  mention: Mention,
  candidates: readonly FoundRecord[],
  named: readonly FoundRecord[],
): FoundRecord[] {
  const number = numberOf(mention);
  if (number === undefined) return [];
  const numbered = candidates.filter((record) => record.number === number);
  const alsoNamed = numbered.filter((record) => named.includes(record));
  if (alsoNamed.length > 0) return alsoNamed;
  const active = numbered.filter((record) => record.active);
  return active.length > 0 ? active : numbered.slice(0, 1);
}

export function numberOf({ reference }: Mention): string | undefined {
  return reference.number ?? ('sku' in reference ? reference.sku : undefined);
}

export function emailOf({ reference }: Mention): string | undefined {
  return 'email' in reference ? reference.email : undefined;
}

function nameWarnings(mention: Mention, record: FoundRecord): Warning[] {
  const { name } = mention;
  if (name === undefined || record.nameKey === nameKey(name)) return [];
  return record.foldedKey === foldedNameKey(name)
    ? [{ name: 'case_differs', params: { name: record.name } }]
    : [];
}

const TYPE_WORDS: Record<string, string> = {
  customer: 'customer',
  item: 'product',
  account: 'account',
  tax_code: 'tax code',
};

/** QuickBooks' record types as people call them. */
export function typeWord(type: string): string {
  return TYPE_WORDS[type] ?? type;
}
