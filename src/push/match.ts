import { reason } from '../contract/reasons.js';
import type { RecordType } from '../contract/run.js';
import type { DocumentStatus } from '../contract/status.js';
import {
  type Dependency,
  type DependencyState,
  dependencyKey,
  ensureDependencies,
  statedDependency,
} from '../ledger/dependencies.js';
import { linkedIds } from '../ledger/links.js';
import { type FoundRecord, findRecords, listAgeMs } from '../ledger/records.js';
import { LANE_CLASS } from '../ledger/rows.js';
import { emailKey, foldedNameKey } from '../qbo/mapping/names.js';
import type { Mention } from './job.js';
import { lookUpRecords } from './look-up-records.js';
import { emailOf, numberOf, resolveMention, typeWord } from './references.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

interface Asked {
  item: SendingItem;
  mention: Mention;
}

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
  for (const [type, group] of groupByType(asked)) {
    const candidates = await candidatesFor(sending, type, group, links);
    let left = resolveAll(sending, group, candidates, links);
    if (left.length > 0 && (await mirrorMayBeBehind(sending, type, left))) {
      await lookUpRecords(
        sending,
        type,
        left.map(({ mention }) => mention),
      );
      left = resolveAll(sending, left, await candidatesFor(sending, type, left, links), links);
    }
    missing.push(...left);
  }
  await createMissing(sending, missing);
}

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
  type: RecordType,
  asked: readonly Asked[],
  links: ReadonlyMap<string, string>,
): Promise<FoundRecord[]> {
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
  return findRecords(sending.tools.ledger, sending.push.companyId, type, {
    ids: [...keys.ids],
    foldedKeys: [...keys.foldedKeys],
    emailKeys: [...keys.emailKeys],
    numbers: [...keys.numbers],
  });
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

/** Fails what may not be created; makes the rest documents of their own, and waits for them. */
async function createMissing(sending: Sending, missing: readonly Asked[]): Promise<void> {
  const wanted: (Asked & { dependency: Dependency })[] = [];
  for (const one of missing) {
    const { item, mention } = one;
    if (!sending.open.includes(item) || mention.optional === true) continue;
    if (await waitsForStated(sending, one)) continue;
    const { create } = mention;
    const [problem] = create?.problems ?? [];
    if (create === undefined) endItem(sending, item, { kind: 'failed', reason: mention.missing });
    else if (problem !== undefined) {
      endItem(sending, item, { kind: 'failed', reason: reason('invalid_field', problem) });
    } else wanted.push({ ...one, dependency: dependencyOf(sending, one, create) });
  }
  const needed = wanted.filter(({ item }) => sending.open.includes(item));
  if (needed.length === 0) return;
  const again = sending.push.laneClass === LANE_CLASS.retry;
  const states = await ensureDependencies(
    sending.tools.ledger,
    needed.map(({ dependency }) => dependency),
    again,
  );
  const said = new Set<string>();
  for (const { item, mention, dependency } of needed) {
    const state = states.get(dependency.key);
    if (state === undefined) continue;
    // The first to ask is the one whose Details say "created".
    if (state.askedFirst && !said.has(dependency.key)) {
      said.add(dependency.key);
      item.warnings.push({
        name: 'created',
        params: { type: typeWord(mention.type), name: dependency.name },
      });
    }
    waitFor(sending, item, state, dependency.name);
  }
}

function dependencyOf(
  sending: Sending,
  { item }: Asked,
  create: NonNullable<Mention['create']>,
): Dependency {
  const { document, kind } = create;
  const name = 'displayName' in document ? document.displayName : document.name;
  return {
    kind,
    connectionId: item.loaded.connection.id,
    companyId: sending.push.companyId,
    name: name.trim(),
    key: dependencyKey(kind, foldedNameKey(name)),
    document,
  };
}

/** Blocks an item, unless what it waits for has failed already. */
function waitFor(sending: Sending, item: SendingItem, state: DependencyState, name: string): void {
  if (state.status === 'failed' && state.reason !== undefined) {
    if (sending.open.includes(item))
      endItem(sending, item, { kind: 'failed', reason: state.reason });
    return;
  }
  const blocked = sending.ended.find(({ item: ended }) => ended === item.loaded);
  // Already blocked by another name: it looks for this one again once that is there.
  if (blocked !== undefined) {
    if (blocked.ending.kind === 'blocked') blocked.ending.warnings = [...item.warnings];
    return;
  }
  endItem(sending, item, {
    kind: 'blocked',
    by: state.id,
    reason: reason('blocked_by', { kind: state.kind, externalId: name }),
    warnings: item.warnings,
  });
}

/** Statuses of a stated document that decide what becomes of those that need it. */
const GOES_FIRST: ReadonlySet<DocumentStatus> = new Set([
  'queued',
  'syncing',
  'checking',
  'waiting',
  'failed',
]);

/** The app stated the customer itself and it is not in QuickBooks yet: it goes first. */
async function waitsForStated(sending: Sending, { item, mention }: Asked): Promise<boolean> {
  const { externalId } = mention.reference;
  if (externalId === undefined || (mention.type !== 'customer' && mention.type !== 'item'))
    return false;
  const state = await statedDependency(
    sending.tools.ledger,
    item.loaded.connection.id,
    mention.type,
    externalId,
  );
  if (state === undefined || !GOES_FIRST.has(state.status)) return false;
  waitFor(sending, item, state, externalId);
  return true;
}
