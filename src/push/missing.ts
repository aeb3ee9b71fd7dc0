import { isParty } from '../contract/documents/index.js';
import { reason } from '../contract/reasons.js';
import type { DocumentStatus } from '../contract/status.js';
import {
  type Dependency,
  type DependencyState,
  dependencyKey,
  ensureDependencies,
  isMade,
  namesOnTheirWay,
  referredId,
  statedDependencies,
  statedKey,
} from '../ledger/documents/dependencies.js';
import { usingGenericItem } from '../ledger/documents/links.js';
import { LANE_CLASS } from '../ledger/rows.js';
import { type NamedParty, namedKey, statedOnTheirWay } from '../ledger/statements/stated-names.js';
import { foldedNameKey, nameKey } from '../qbo/mapping/names.js';
import type { Mention } from './job.js';
import { typeWord } from './references.js';
import {
  endItem,
  type Rehearsal,
  type RehearsedName,
  type Sending,
  type SendingItem,
} from './sending.js';

/** Something a document of the push mentions. */
export interface Asked {
  item: SendingItem;
  mention: Mention;
}

type Needed = Asked & { dependency: Dependency };

/** Matches by the mirror and the links as they are now; answers what is missing still. */
type MatchAgain = (asked: readonly Asked[]) => Promise<Asked[]>;

/** Fails what may not be created; makes the rest documents of their own, and waits for them. */
export async function createMissing(
  sending: Sending,
  missing: readonly Asked[],
  matchAgain: MatchAgain,
): Promise<void> {
  const wanted: Needed[] = [];
  const refused: Asked[] = [];
  const stated = await statedBy(sending, missing);
  for (const one of await withoutArrived(missing, stated, matchAgain)) {
    const { item, mention } = one;
    if (!sending.open.includes(item) || mention.optional || mention.onlyToCompare) continue;
    if (waitsForStated(sending, one, stated)) continue;
    const { create } = mention;
    const [problem] = create?.problems ?? [];
    if (create === undefined && isParty(mention.type)) refused.push(one);
    else if (create === undefined) {
      endItem(sending, item, { kind: 'failed', reason: mention.missing });
    } else if (problem !== undefined) {
      endItem(sending, item, { kind: 'failed', reason: reason('invalid_field', problem) });
    } else wanted.push({ ...one, dependency: dependencyOf(sending, one, create) });
  }
  const needed = wanted.filter(({ item }) => sending.open.includes(item));
  if (sending.rehearsal !== undefined) {
    noteCreations(sending.rehearsal, needed, await toldOf(sending, needed));
  } else await waitForNames(sending, needed, matchAgain);
  await waitForOthers(sending, refused, matchAgain);
}

/** Without what the app stated itself and has come to QuickBooks since its link was looked for. */
async function withoutArrived(
  missing: readonly Asked[],
  stated: Stated,
  matchAgain: MatchAgain,
): Promise<readonly Asked[]> {
  const arrived = new Set(missing.filter((one) => stateIn(stated, one)?.status === 'synced'));
  if (arrived.size === 0) return missing;
  const still = new Set(await matchAgain([...arrived]));
  return missing.filter((one) => !arrived.has(one) || still.has(one));
}

async function waitForNames(
  sending: Sending,
  needed: readonly Needed[],
  matchAgain: MatchAgain,
): Promise<void> {
  if (needed.length === 0) return;
  const states = await ensureNames(sending, needed, matchAgain);
  const isTold = await toldOf(sending, needed);
  const said = new Set<string>();
  for (const one of needed) {
    const { item, mention, dependency } = one;
    const state = states.get(dependency.key);
    if (state === undefined || item.matched.has(mention.role)) continue;
    // The first to ask is the one whose Details say "created".
    if (state.askedFirst && isTold(one) && !said.has(dependency.key)) {
      said.add(dependency.key);
      item.warnings.push({
        name: 'created',
        params: { type: typeWord(mention.type), name: dependency.name },
      });
    }
    waitFor(sending, item, state, dependency.name);
  }
}

/**
 * Who may not add a supplier waits where somebody who may has it added just now, or where the app
 * stated it itself: what decides is whether it is in QuickBooks, and that is about to be known.
 */
async function waitForOthers(
  sending: Sending,
  refused: readonly Asked[],
  matchAgain: MatchAgain,
): Promise<void> {
  const { tools, push } = sending;
  const keys = refused.flatMap((one) => keyWaitedFor(one) ?? []);
  const made = await namesOnTheirWay(tools.ledger, push.companyId, keys);
  const named = refused.flatMap((one) => partyNamed(one) ?? []);
  const stated = await statedOnTheirWay(tools.ledger, named);
  const nowhere: Asked[] = [];
  for (const one of refused) {
    const { item, mention } = one;
    const [key, party] = [keyWaitedFor(one), partyNamed(one)];
    const state =
      (key === undefined ? undefined : made.get(key)) ??
      (party === undefined ? undefined : stated.get(namedKey(party)));
    if (state !== undefined) waitFor(sending, item, state, nameKey(mention.name ?? ''));
    else nowhere.push(one);
  }
  // It may have arrived since the mirror was read.
  for (const { item, mention } of nowhere.length === 0 ? [] : await matchAgain(nowhere)) {
    if (sending.open.includes(item)) {
      endItem(sending, item, { kind: 'failed', reason: mention.missing });
    }
  }
}

/** One that is named by its id in QuickBooks is there or not: nothing that is made is it. */
function keyWaitedFor({ mention: { key, reference } }: Asked): string | undefined {
  return reference.recordId === undefined ? key : undefined;
}

/** Undefined where names do not tell which one is meant. */
function partyNamed({ item, mention }: Asked): NamedParty | undefined {
  const { type: kind, name, matchBy, reference } = mention;
  const isByName = matchBy.includes('name') && reference.recordId === undefined;
  if (!isParty(kind) || name === undefined || !isByName) return undefined;
  return { connectionId: item.loaded.connection.id, kind, name: foldedNameKey(name) };
}

/** Whether it is told of a document that a name was made for it. */
async function toldOf(
  { tools, push }: Sending,
  needed: readonly Needed[],
): Promise<(one: Needed) => boolean> {
  const connectionOf = ({ item }: Needed) => item.loaded.connection.id;
  const bySettings = needed.filter(({ mention }) => mention.bySettings === true);
  const using =
    bySettings.length === 0
      ? new Set<string>()
      : await usingGenericItem(tools.ledger, push.companyId, bySettings.map(connectionOf));
  return (one) => one.mention.bySettings !== true || using.has(connectionOf(one));
}

/** In a rehearsal the name stands where its id will stand. */
function noteCreations(
  { creates }: Rehearsal,
  needed: readonly Needed[],
  isTold: (one: Needed) => boolean,
): void {
  for (const one of needed) {
    const { item, mention, dependency } = one;
    const { key, name } = dependency;
    item.matched.set(mention.role, name);
    const noted = creates.get(item) ?? new Map<string, RehearsedName>();
    creates.set(item, noted);
    if (noted.has(key)) continue;
    const type = typeWord(mention.type);
    noted.set(key, { type, dependency });
    if (isTold(one)) item.warnings.push({ name: 'created', params: { type, name } });
  }
}

/**
 * Asks for names. One that is synced already was made since the mirror was read, and is matched now;
 * one that is not found even so was renamed or removed in QuickBooks, and is made again.
 */
async function ensureNames(
  sending: Sending,
  needed: readonly Needed[],
  matchAgain: MatchAgain,
): Promise<Map<string, DependencyState>> {
  const { ledger } = sending.tools;
  const { laneClass } = sending.push;
  const asked = { laneClass, failed: laneClass === LANE_CLASS.retry };
  const states = await ensureDependencies(ledger, needed.map(dependencyIn), asked);
  const made = needed.filter(({ dependency }) => states.get(dependency.key)?.status === 'synced');
  if (made.length === 0) return states;
  const missing = new Set(await matchAgain(made));
  const renamed = made.filter((one) => missing.has(one));
  const again = await ensureDependencies(ledger, renamed.map(dependencyIn), {
    ...asked,
    synced: true,
  });
  return new Map([...states, ...again]);
}

const dependencyIn = ({ dependency }: Needed): Dependency => dependency;

function dependencyOf(
  sending: Sending,
  { item, mention }: Asked,
  create: NonNullable<Mention['create']>,
): Dependency {
  const { document, kind } = create;
  const name = nameKey('displayName' in document ? document.displayName : document.name);
  const { externalId } = mention.reference;
  return {
    kind,
    connectionId: item.loaded.connection.id,
    companyId: sending.push.companyId,
    name,
    externalId: mention.apart === undefined ? `name:${name}` : `name:<${mention.apart}>`,
    ...(externalId === undefined || mention.bySettings === true
      ? {}
      : { referredAs: referredId(externalId) }),
    key: mention.key ?? dependencyKey(kind, foldedNameKey(name)),
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
    if (blocked.ending.kind === 'blocked') blocked.ending.warnings = item.warnings;
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

type Stated = ReadonlyMap<string, DependencyState>;

/** What the app stated itself of what is missing. */
async function statedBy(sending: Sending, missing: readonly Asked[]): Promise<Stated> {
  return statedDependencies(
    sending.tools.ledger,
    missing.flatMap((one) => nameOfStated(one) ?? []),
  );
}

function nameOfStated({ item, mention: { type, reference } }: Asked) {
  const { externalId } = reference;
  if (externalId === undefined || !isMade(type)) return undefined;
  return { connectionId: item.loaded.connection.id, kind: type, externalId };
}

function stateIn(stated: Stated, one: Asked): DependencyState | undefined {
  const name = nameOfStated(one);
  return name === undefined ? undefined : stated.get(statedKey(name));
}

/** The app stated the customer itself and it is not in QuickBooks yet: it goes first. */
function waitsForStated(sending: Sending, one: Asked, stated: Stated): boolean {
  const state = stateIn(stated, one);
  if (state === undefined || !GOES_FIRST.has(state.status)) return false;
  // Whoever stated it may not add suppliers; who mentions it may.
  if (state.reason?.name === 'vendor_right_missing' && one.mention.create !== undefined)
    return false;
  waitFor(sending, one.item, state, state.externalId);
  return true;
}
