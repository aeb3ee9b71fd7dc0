import { type Reason, reason } from '../contract/reasons.js';
import type { Warning } from '../contract/warnings.js';
import type { FoundRecord } from '../ledger/companies/found-records.js';
import { foldedNameKey, nameBeforeDeactivation, nameKey } from '../qbo/mapping/names.js';
import type { Mention } from './job.js';
import { foldedFullName, type Pointers } from './pointers.js';

/** What a mention came to. */
export type Resolution =
  | { kind: 'found'; record: FoundRecord; warnings: Warning[] }
  /** It is there and cannot be taken; with the record where it is one. */
  | { kind: 'conflict' | 'inactive' | 'unusable'; reason: Reason; record?: FoundRecord }
  | { kind: 'missing' };

/** Who mentions it. */
export interface Mentioner {
  connectionId: string;
  /** QuickBooks' id behind the app's own id, where that is linked. */
  linkedId: string | undefined;
}

/** Records that one part of a mention points to, the best first. */
interface Pointed {
  by: 'id' | 'link' | 'number' | 'name' | 'email' | 'given';
  /** The part as people know it. */
  how: string;
  /** The app named the record by it: two such parts may not disagree. */
  names: boolean;
  records: readonly FoundRecord[];
}

/**
 * Finds the record a mention means among the candidates of its type. Precedence: recordId → link of
 * externalId → number → name, or e-mail where the settings say so; last the record that got another
 * name because this one was taken. Parts of the reference that point to different records are a
 * conflict, and so is one that points to several; neither is ever silently decided.
 */
export function resolveMention(
  mention: Mention,
  candidates: Pointers,
  mentioner: Mentioner,
): Resolution {
  const { recordId } = mention.reference;
  const pointed = pointedTo(mention, candidates, mentioner);
  const [first] = pointed;
  const [record] = first?.records ?? [];
  // A recordId that is stated and unknown is missing, whatever else would match.
  const isUnknownId = recordId !== undefined && record !== candidates.withId(recordId)[0];
  if (first === undefined || record === undefined || isUnknownId) {
    const twin = recordId === undefined ? inactiveTwin(mention, candidates) : undefined;
    return twin === undefined ? { kind: 'missing' } : inactive(twin);
  }
  const conflict = conflictOf(first, record, pointed);
  if (conflict !== undefined) return { kind: 'conflict', reason: conflict };
  if (!record.active) return inactive(record);
  const unusable = mention.unusable?.(record);
  if (unusable !== undefined) return { kind: 'unusable', reason: unusable, record };
  const others = first.by === 'email' ? first.records.slice(1) : [];
  return {
    kind: 'found',
    record,
    warnings: [
      ...nameWarnings(mention, record, first),
      ...others.map(({ name }): Warning => ({ name: 'same_email', params: shownOf(record, name) })),
    ],
  };
}

/** The party's name, and what it is where that is no customer. */
function shownOf({ type }: FoundRecord, name: string) {
  return type === 'customer' ? { name } : { name, type: typeWord(type) };
}

function inactive(record: FoundRecord): Resolution {
  const { type, name } = record;
  const params = { type: typeWord(type), name: nameBeforeDeactivation(name) };
  return { kind: 'inactive', reason: reason('record_inactive', params), record };
}

/**
 * Where e-mail addresses decide, only active records are found by one. An inactive one with the same
 * name and address is the very customer all the same: no twin of it is made.
 */
function inactiveTwin(mention: Mention, candidates: Pointers): FoundRecord | undefined {
  const email = emailOf(mention);
  const { name, matchBy } = mention;
  if (email === undefined || name === undefined || !matchBy.includes('email')) return undefined;
  const folded = foldedNameKey(name);
  return candidates.mailed(email).find(({ active, foldedKey }) => !active && foldedKey === folded);
}

/** What each stated part points to, by precedence; parts that point to nothing are left out. */
function pointedTo(
  mention: Mention,
  candidates: Pointers,
  { linkedId, connectionId }: Mentioner,
): Pointed[] {
  const { reference, matchBy, name, key } = mention;
  const named = byName(mention, candidates);
  const parts: Pointed[] = [
    {
      by: 'id',
      how: `record ${reference.recordId}`,
      names: true,
      records: candidates.withId(reference.recordId),
    },
    {
      by: 'link',
      how: `${reference.externalId}`,
      names: true,
      records: linkedTo(mention, candidates.withId(linkedId), named),
    },
    {
      by: 'number',
      how: `number ${numberOf(mention)}`,
      names: true,
      records: byNumber(mention, candidates, named),
    },
    ...matchBy.map((by): Pointed => {
      if (by === 'name') {
        return { by, how: `"${name}"`, names: reference.name !== undefined, records: named };
      }
      const records = byEmail(mention, candidates, connectionId);
      return { by, how: `${emailOf(mention)}`, names: false, records };
    }),
    {
      by: 'given',
      how: `"${name}"`,
      names: false,
      records: candidates.givenFor(key),
    },
  ];
  return parts.filter(({ records }) => records.length > 0);
}

/** What the settings name goes on as another one of the name, once the one that was used is retired. */
function linkedTo(
  { bySettings, unusable }: Mention,
  linked: readonly FoundRecord[],
  named: readonly FoundRecord[],
): readonly FoundRecord[] {
  const isUsable = (record: FoundRecord) => record.active && unusable?.(record) === undefined;
  return bySettings === true && !linked.some(isUsable) && named.some(isUsable) ? [] : linked;
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

/** Records of the name, else of the one QuickBooks takes in its place. */
function byName(mention: Mention, candidates: Pointers): FoundRecord[] {
  if (mention.name === undefined) return [];
  const named = recordsNamed(mention, mention.name, candidates);
  const { fittingName } = mention;
  return named.length > 0 || fittingName === undefined
    ? named
    : recordsNamed(mention, fittingName, candidates);
}

/**
 * Records of that name: one of the very full name (`Parent:Child`) before those whose last part it
 * is, then active before inactive and exact before another case. Several remain only where nothing
 * of this tells them apart.
 */
function recordsNamed({ unusable }: Mention, name: string, candidates: Pointers): FoundRecord[] {
  const folded = foldedNameKey(name);
  const exact = nameKey(name);
  const named = [...candidates.named(folded)];
  const preferences: ((record: FoundRecord) => boolean)[] = [
    (record) => unusable?.(record) === undefined,
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

/** Active records of the mention's e-mail address: one the app knows already first, else the oldest. */
function byEmail(mention: Mention, candidates: Pointers, connectionId: string): FoundRecord[] {
  const email = emailOf(mention);
  if (email === undefined) return [];
  const mailed = candidates.mailed(email).filter(({ active }) => active);
  const unknown = ({ linkedBy }: FoundRecord) => Number(!linkedBy.includes(connectionId));
  // Ids of QuickBooks grow: the smallest is the oldest.
  return mailed.sort(
    (a, b) => unknown(a) - unknown(b) || Number(a.quickbooksId) - Number(b.quickbooksId),
  );
}

/** QuickBooks lets several products share a SKU: the name tells them apart, else being active. */
function byNumber(
  mention: Mention,
  candidates: Pointers,
  named: readonly FoundRecord[],
): FoundRecord[] {
  const number = numberOf(mention);
  if (number === undefined) return [];
  const numbered = candidates.numbered(number);
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

function nameWarnings(mention: Mention, record: FoundRecord, { by }: Pointed): Warning[] {
  const { name, fittingName, key, bySettings } = mention;
  if (name === undefined) return [];
  const found: Warning[] = [];
  if (by === 'name' && mention.lacksEmail === true) {
    found.push({ name: 'no_email', params: shownOf(record, name) });
  }
  const isFitting = fittingName !== undefined && record.foldedKey === foldedNameKey(fittingName);
  const folded = foldedNameKey(name);
  // However it is found now: it got another name because this one was taken.
  const isGiven = !bySettings && key !== undefined && record.givenFor.includes(key);
  const { name: used, facts } = record;
  if (record.nameKey === nameKey(name) || facts['fullName'] === nameKey(name)) return found;
  if (record.foldedKey === folded || foldedFullName(record) === folded) {
    const isFull = record.foldedKey !== folded;
    found.push({ name: 'case_differs', params: { name: isFull ? `${facts['fullName']}` : used } });
  } else if (isGiven || (by === 'name' && isFitting)) {
    found.push({ name: 'name_given', params: { wanted: name, used } });
  }
  return found;
}

const TYPE_WORDS: Record<string, string> = {
  customer: 'customer',
  vendor: 'supplier',
  item: 'product',
  account: 'account',
  tax_code: 'tax code',
  tax_rate: 'tax rate',
  class: 'class',
  department: 'location',
  term: 'term',
  payment_method: 'payment method',
};

/** QuickBooks' record types as people call them. */
export function typeWord(type: string): string {
  return TYPE_WORDS[type] ?? type;
}
