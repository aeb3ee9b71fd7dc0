import type { Reason } from '../contract/reasons.js';
import type { RecordType } from '../contract/run.js';
import {
  type FoundRecord,
  findRecords,
  type RecordKeys,
} from '../ledger/companies/found-records.js';
import { listAgeMs } from '../ledger/companies/records.js';
import { isMade, referredId } from '../ledger/documents/dependencies.js';
import { linkedIds } from '../ledger/documents/links.js';
import { isWithdrawn } from '../ledger/documents/standing.js';
import { LANE_CLASS } from '../ledger/rows.js';
import { emailKey, foldedNameKey } from '../qbo/mapping/names.js';
import { compareAccounts } from './income-accounts.js';
import { lookUpRecords } from './look-up-records.js';
import { updateMentioned } from './mentioned.js';
import { type Asked, createMissing } from './missing.js';
import { findPayableAccounts } from './payable-account.js';
import { Pointers } from './pointers.js';
import { emailOf, numberOf, resolveMention } from './references.js';
import { endItem, type Rehearsal, type Sending, type SendingItem } from './sending.js';
import { knowTaxRates } from './tax-rates.js';
import { sendUsedFirst } from './used.js';

/**
 * Finds what the documents of a push mention: customers, products, accounts, tax codes. One read of
 * the mirror per type, one look in QuickBooks where the mirror cannot know. What is missing and may
 * be created becomes a document of its own, and what needs it waits.
 */
export async function matchReferences(sending: Sending): Promise<void> {
  await matchMentioned(sending);
  await findPayableAccounts(sending);
  await knowTaxRates(sending);
  await compareAccounts(sending);
  if (sending.rehearsal === undefined) await updateMentioned(sending);
}

/** The first part of it: what is mentioned is found, waited for, or missing. */
export function matchMentioned(sending: Sending): Promise<void> {
  return matchMentions(sending, mentionedBy(sending));
}

/** What is taken back needs nothing it mentions any more. */
function mentionedBy(sending: Sending): Asked[] {
  const staying = sending.open.filter(({ loaded }) => !isWithdrawn(loaded));
  return staying.flatMap((item) =>
    sending.job
      .mentions(item.loaded as never, sending.company)
      .map((mention) => ({ item, mention })),
  );
}

/** Finds what is asked for. What is missing ends the item that asks, or makes it wait. */
export async function matchMentions(sending: Sending, asked: readonly Asked[]): Promise<void> {
  const links = await linksOf(sending, asked);
  if (sending.rehearsal === undefined) {
    await sendUsedFirst(sending, asked, (one) => links.has(linkKey(one)));
  }
  const missing: Asked[] = [];
  const candidates = await candidatesFor(sending, asked, links);
  for (const [type, group] of groupByType(asked)) {
    let left = resolveAll(sending, group, candidates.get(type), links);
    if (await mirrorMayBeBehind(sending, type, left, links)) {
      const again = [...left.missing, ...left.refused.map(({ one }) => one)];
      await lookUpRecords(
        sending,
        type,
        again.map(({ mention }) => mention),
        [
          ...left.refused.flatMap(({ record }) => record?.quickbooksId ?? []),
          ...left.missing.flatMap((one) => links.get(linkKey(one)) ?? []),
        ],
      );
      const now = await candidatesFor(sending, again, links);
      left = resolveAll(sending, again, now.get(type), links);
    }
    failRefused(sending, left);
    if (sending.rehearsal?.unread.has(type)) leaveUnknown(sending, sending.rehearsal, left.missing);
    else missing.push(...left.missing);
  }
  await createMissing(sending, missing, (again) => matchAgain(sending, again));
}

/** What is still missing in the mirror, and by the links, as they are now. */
async function matchAgain(sending: Sending, asked: readonly Asked[]): Promise<Asked[]> {
  const links = await linksOf(sending, asked);
  const candidates = await candidatesFor(sending, asked, links);
  return [...groupByType(asked)].flatMap(([type, group]) => {
    const left = resolveAll(sending, group, candidates.get(type), links);
    failRefused(sending, left);
    return left.missing;
  });
}

const groupByType = (asked: readonly Asked[]) => grouped(asked, ({ mention }) => mention.type);

function grouped<One>(all: Iterable<One>, typeOf: (one: One) => RecordType) {
  const groups = new Map<RecordType, One[]>();
  for (const one of all) {
    const type = typeOf(one);
    const group = groups.get(type);
    if (group === undefined) groups.set(type, [one]);
    else group.push(one);
  }
  return groups;
}

/**
 * Links by connection, type and the app's own id, for every externalId mentioned: its own, else that
 * of what was made for it and that nothing has been sent with yet.
 */
async function linksOf(sending: Sending, asked: readonly Asked[]): Promise<Map<string, string>> {
  const wanted = asked.flatMap(({ item, mention }) => {
    const { externalId } = mention.reference;
    if (externalId === undefined) return [];
    const key = { connectionId: item.loaded.connection.id, kind: mention.type };
    return [externalId, referredId(externalId)].map((id) => ({ ...key, externalId: id }));
  });
  const found = await linkedIds(sending.tools.ledger, sending.push.companyId, wanted);
  return new Map(
    asked.flatMap((one) => {
      const linked = found.get(linkKey(one)) ?? found.get(linkKey(one, referredId));
      return linked === undefined ? [] : [[linkKey(one), linked] as const];
    }),
  );
}

const linkKey = ({ item, mention }: Asked, idOf = (id: string) => id) =>
  [item.loaded.connection.id, mention.type, idOf(mention.reference.externalId ?? '')].join(' ');

async function candidatesFor(
  sending: Sending,
  asked: readonly Asked[],
  links: ReadonlyMap<string, string>,
): Promise<Map<RecordType, Pointers>> {
  const { ledger } = sending.tools;
  const groups = [...groupByType(asked)].map(([type, group]) => ({
    type,
    ...keysOf(group, links),
  }));
  if (groups.length === 0) return new Map();
  const found = await findRecords(ledger, sending.push.companyId, groups);
  const byType = grouped(found, ({ type }) => type);
  return new Map([...byType].map(([type, records]) => [type, new Pointers(records)]));
}

function keysOf(asked: readonly Asked[], links: ReadonlyMap<string, string>): RecordKeys {
  const keys = {
    ids: new Set<string>(),
    foldedKeys: new Set<string>(),
    emailKeys: new Set<string>(),
    numbers: new Set<string>(),
    nameKeys: new Set<string>(),
    lastingKeys: new Set<string>(),
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
    if (mention.key !== undefined) keys.nameKeys.add(mention.key);
    if (mention.key !== undefined && mention.bySettings) keys.lastingKeys.add(mention.key);
    for (const name of [mention.name, mention.fittingName]) {
      if (name === undefined) continue;
      keys.foldedKeys.add(foldedNameKey(name));
      // A full name such as "Parent:Child" is indexed by its last part.
      keys.foldedKeys.add(foldedNameKey(name.split(':').at(-1) ?? name));
    }
  }
  return {
    ids: [...keys.ids],
    foldedKeys: [...keys.foldedKeys],
    emailKeys: [...keys.emailKeys],
    numbers: [...keys.numbers],
    nameKeys: [...keys.nameKeys],
    lastingKeys: [...keys.lastingKeys],
  };
}

/** What could not be resolved. */
interface Unresolved {
  missing: Asked[];
  refused: { one: Asked; reason: Reason; record: FoundRecord | undefined }[];
}

function failRefused(sending: Sending, { refused }: Unresolved): void {
  for (const { one, reason } of refused) {
    const { item, mention } = one;
    if (mention.onlyToCompare === true || !sending.open.includes(item)) continue;
    endItem(sending, item, { kind: 'failed', reason });
  }
}

/** Its list was never read, so that nobody can say whether QuickBooks has it. */
function leaveUnknown(sending: Sending, { unknown }: Rehearsal, missing: readonly Asked[]): void {
  for (const { item, mention } of missing) {
    if (mention.onlyToCompare !== true) unknown.set(item, mention.type);
  }
  sending.open = sending.open.filter((item) => !unknown.has(item));
}

const NONE = new Pointers([]);

/** Resolves what can be. */
function resolveAll(
  sending: Sending,
  asked: readonly Asked[],
  candidates: Pointers | undefined,
  links: ReadonlyMap<string, string>,
): Unresolved {
  const left: Unresolved = { missing: [], refused: [] };
  for (const one of asked) {
    const { item, mention } = one;
    if (!sending.open.includes(item)) continue;
    const mentioner = {
      connectionId: item.loaded.connection.id,
      linkedId: links.get(linkKey(one)),
    };
    const resolution = resolveMention(mention, candidates ?? NONE, mentioner);
    if (resolution.kind === 'missing') left.missing.push(one);
    else if (resolution.kind === 'found')
      take(sending, one, resolution.record, resolution.warnings);
    else left.refused.push({ one, reason: resolution.reason, record: resolution.record });
  }
  return left;
}

function take(
  sending: Sending,
  { item, mention }: Asked,
  record: FoundRecord,
  warnings: SendingItem['warnings'],
): void {
  item.matched.set(mention.role, record.quickbooksId);
  item.records.set(mention.role, record);
  item.warnings.push(...warnings);
  if (mention.told !== undefined) item.told.push({ ...mention.told, record });
  const { externalId } = mention.reference;
  if (externalId === undefined || !isMade(mention.type)) return;
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
 * read or a link leads to it, and before creating when the list is not fresh. A document that would fail instead costs no
 * call: a refresh is the person's to press. Of a record that is there and cannot be taken a retry
 * wants to know how it is now: made active, or renamed.
 */
async function mirrorMayBeBehind(
  sending: Sending,
  type: RecordType,
  { missing, refused }: Unresolved,
  links: ReadonlyMap<string, string>,
): Promise<boolean> {
  if (missing.length === 0 && refused.length === 0) return false;
  if (sending.rehearsal !== undefined) return false;
  // It is there: a link went to one that nobody has read yet, as after a merge.
  if (missing.some((one) => links.has(linkKey(one)))) return true;
  const { ledger, waits } = sending.tools;
  if (refused.length > 0 && sending.push.laneClass === LANE_CLASS.retry) return true;
  const ageMs = await listAgeMs(ledger, sending.push.companyId, type);
  if (ageMs === undefined) return true;
  const decides = ({ mention }: Asked) =>
    mention.create !== undefined || mention.optional === true || mention.onlyToCompare === true;
  return ageMs > waits.recordsTrustMs && (refused.length > 0 || missing.some(decides));
}
