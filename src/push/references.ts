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

/**
 * Finds the record a mention means among the candidates of its type. Precedence: recordId → link of
 * externalId → number → name, or e-mail where the settings say so. Parts that point to different
 * records are a conflict, never silently decided.
 */
export function resolveMention(
  mention: Mention,
  candidates: readonly FoundRecord[],
  linkedId: string | undefined,
): Resolution {
  const { reference } = mention;
  const byId = (id: string | undefined) =>
    id === undefined ? undefined : candidates.find((record) => record.quickbooksId === id);
  const mailed = byEmail(mention, candidates);
  const pointed = [
    { how: `record ${reference.recordId}`, record: byId(reference.recordId) },
    { how: `${reference.externalId}`, record: byId(linkedId) },
    { how: `number ${numberOf(mention)}`, record: byNumber(mention, candidates) },
    ...mention.matchBy.map((way) => ({
      how: way === 'name' ? `"${mention.name}"` : `${emailOf(mention)}`,
      record: way === 'name' ? byName(mention, candidates) : mailed[0],
    })),
  ].flatMap(({ how, record }) => (record === undefined ? [] : [{ how, record }]));
  const [first] = pointed;
  // A recordId that is stated and unknown is missing, whatever else would match.
  if (
    first === undefined ||
    (reference.recordId !== undefined && byId(reference.recordId) === undefined)
  ) {
    return { kind: 'missing' };
  }
  const other = pointed.find(({ record }) => record.quickbooksId !== first.record.quickbooksId);
  if (other !== undefined && isContradiction(first.how, mention)) {
    return {
      kind: 'conflict',
      reason: reason('reference_conflict', { a: first.how, b: other.how }),
    };
  }
  if (!first.record.active) {
    const { type, name } = first.record;
    return { kind: 'inactive', reason: reason('record_inactive', { type: typeWord(type), name }) };
  }
  const warnings = nameWarnings(mention, first.record);
  if (first.how === emailOf(mention)) warnings.push(...mailed.slice(1).map(alsoThere));
  return { kind: 'found', record: first.record, warnings };
}

/** Another record of the same e-mail address: someone may have meant that one. */
const alsoThere = ({ name }: FoundRecord): Warning => ({ name: 'similar_name', params: { name } });

/** Ways of matching may disagree with each other (first wins); stated parts may not. */
function isContradiction(firstHow: string, mention: Mention): boolean {
  const byMatchingOnly = firstHow === `"${mention.name}"` || firstHow === emailOf(mention);
  return !byMatchingOnly || mention.reference.number !== undefined;
}

function byName(mention: Mention, candidates: readonly FoundRecord[]): FoundRecord | undefined {
  if (mention.name === undefined) return undefined;
  const folded = foldedNameKey(mention.name);
  const exact = nameKey(mention.name);
  const named = candidates.filter(
    (record) => record.foldedKey === folded || foldedFullName(record) === folded,
  );
  return (
    named.find((record) => record.active && record.nameKey === exact) ??
    named.find((record) => record.active) ??
    named[0]
  );
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

function byNumber(mention: Mention, candidates: readonly FoundRecord[]): FoundRecord | undefined {
  const number = numberOf(mention);
  return number === undefined ? undefined : candidates.find((record) => record.number === number);
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
