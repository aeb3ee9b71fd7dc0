import type { RecordType } from '../contract/run.js';
import { linkedIds } from '../ledger/links.js';
import { type FoundRecord, findRecords, listAgeMs, type RecordKeys } from '../ledger/records.js';
import { emailKey, foldedNameKey } from '../qbo/mapping/names.js';
import { lookUpRecords } from './look-up-records.js';
import { type Asked, createMissing } from './missing.js';
import { emailOf, numberOf, resolveMention } from './references.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

/**
 * Finds what the documents of a push mention: customers, products, accounts, tax codes. One read of
 * the mirror per type, one look in QuickBooks where the mirror cannot know. What is missing and may
 * be created becomes a document of its own, and what needs it waits.
 */
export async function matchReferences(sending: Sending): Promise<void> {
  const asked: Asked[] = sending.open.flatMap((item) =>
    sending.job
      .mentions(item.loaded as never, sending.company)
      .map((mention) => ({ item, mention })),
  );
  const links = await linksOf(sending, asked);
  const missing: Asked[] = [];
  const candidates = await candidatesFor(sending, asked, links);
  for (const [type, group] of groupByType(asked)) {
    let left = resolveAll(sending, group, ofType(candidates, type), links);
    if (left.length > 0 && (await mirrorMayBeBehind(sending, type, left))) {
      await lookUpRecords(
        sending,
        type,
        left.map(({ mention }) => mention),
      );
      left = resolveAll(sending, left, await candidatesFor(sending, left, links), links);
    }
    missing.push(...left);
  }
  await createMissing(sending, missing, (again) => matchAgain(sending, again, links));
}

/** What is still missing in the mirror as it is now. */
async function matchAgain(
  sending: Sending,
  asked: readonly Asked[],
  links: ReadonlyMap<string, string>,
): Promise<Asked[]> {
  const candidates = await candidatesFor(sending, asked, links);
  return [...groupByType(asked)].flatMap(([type, group]) =>
    resolveAll(sending, group, ofType(candidates, type), links),
  );
}

const ofType = (records: readonly FoundRecord[], wanted: RecordType) =>
  records.filter(({ type }) => type === wanted);

function groupByType(asked: readonly Asked[]): Map<RecordType, Asked[]> {
  const groups = new Map<RecordType, Asked[]>();
  for (const one of asked) {
    groups.set(one.mention.type, [...(groups.get(one.mention.type) ?? []), one]);
  }
  return groups;
}

/** Links by connection, type and the app's own id, for every externalId mentioned. */
async function linksOf(sending: Sending, asked: readonly Asked[]): Promise<Map<string, string>> {
  const wanted = asked.flatMap(({ item, mention }) =>
    mention.reference.externalId === undefined
      ? []
      : [
          {
            connectionId: item.loaded.connection.id,
            kind: mention.type,
            externalId: mention.reference.externalId,
          },
        ],
  );
  return linkedIds(sending.tools.ledger, sending.push.companyId, wanted);
}

const linkKey = ({ item, mention }: Asked) =>
  [item.loaded.connection.id, mention.type, mention.reference.externalId].join(' ');

async function candidatesFor(
  sending: Sending,
  asked: readonly Asked[],
  links: ReadonlyMap<string, string>,
): Promise<FoundRecord[]> {
  const { ledger } = sending.tools;
  const groups = [...groupByType(asked)].map(([type, group]) => ({
    type,
    ...keysOf(group, links),
  }));
  return groups.length === 0 ? [] : findRecords(ledger, sending.push.companyId, groups);
}

function keysOf(asked: readonly Asked[], links: ReadonlyMap<string, string>): RecordKeys {
  const keys = {
    ids: new Set<string>(),
    foldedKeys: new Set<string>(),
    emailKeys: new Set<string>(),
    numbers: new Set<string>(),
  };
  for (const one of asked) {
    const { mention } = one;
    const linked = links.get(linkKey(one));
    const email = emailOf(mention);
    const number = numberOf(mention);
    if (mention.reference.recordId !== undefined) keys.ids.add(mention.reference.recordId);
    if (linked !== undefined) keys.ids.add(linked);
    if (number !== undefined) keys.numbers.add(number);
    if (email !== undefined) keys.emailKeys.add(emailKey(email));
    if (mention.name !== undefined) {
      keys.foldedKeys.add(foldedNameKey(mention.name));
      // A full name such as "Parent:Child" is indexed by its last part.
      keys.foldedKeys.add(foldedNameKey(mention.name.split(':').at(-1) ?? mention.name));
    }
  }
  return {
    ids: [...keys.ids],
    foldedKeys: [...keys.foldedKeys],
    emailKeys: [...keys.emailKeys],
    numbers: [...keys.numbers],
  };
}

/** Resolves what can be; items that cannot be sent end here. Answers what is missing. */
function resolveAll(
  sending: Sending,
  asked: readonly Asked[],
  candidates: readonly FoundRecord[],
  links: ReadonlyMap<string, string>,
): Asked[] {
  const missing: Asked[] = [];
  for (const one of asked) {
    const { item, mention } = one;
    if (!sending.open.includes(item)) continue;
    const resolution = resolveMention(mention, candidates, links.get(linkKey(one)));
    if (resolution.kind === 'missing') missing.push(one);
    else if (resolution.kind === 'found')
      take(sending, one, resolution.record, resolution.warnings);
    else endItem(sending, item, { kind: 'failed', reason: resolution.reason });
  }
  return missing;
}

function take(
  sending: Sending,
  { item, mention }: Asked,
  record: FoundRecord,
  warnings: SendingItem['warnings'],
): void {
  item.matched.set(mention.role, record.quickbooksId);
  item.warnings.push(...warnings);
  const { externalId } = mention.reference;
  if (externalId === undefined || (mention.type !== 'customer' && mention.type !== 'item')) return;
  item.links.push({
    connectionId: item.loaded.connection.id,
    companyId: sending.push.companyId,
    kind: mention.type,
    externalId,
    quickbooksId: record.quickbooksId,
    origin: 'matched',
    exclusive: false,
    syncToken: null,
    number: null,
    totalMinor: null,
    balanceMinor: null,
    currency: null,
  });
}

/**
 * Whether QuickBooks is asked before a name counts as missing: always when its list was never
 * read, and before creating when the list is not fresh. A document that would fail instead costs no
 * call: a refresh is the person's to press.
 */
async function mirrorMayBeBehind(
  sending: Sending,
  type: RecordType,
  missing: readonly Asked[],
): Promise<boolean> {
  const { ledger, waits } = sending.tools;
  const ageMs = await listAgeMs(ledger, sending.push.companyId, type);
  if (ageMs === undefined) return true;
  return (
    ageMs > waits.recordsTrustMs &&
    missing.some(({ mention }) => mention.create !== undefined || mention.optional === true)
  );
}
