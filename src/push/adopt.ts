import { isParty, type PartyKind, traitsOf } from '../contract/documents/index.js';
import { type Reason, reason } from '../contract/reasons.js';
import { type NewLink, takenIds } from '../ledger/documents/links.js';
import type { Ending } from '../ledger/pushes/ending.js';
import { writtenBody } from '../qbo/batch.js';
import type { JsonObject } from '../qbo/fault.js';
import { isVoided } from '../qbo/mapping/found-form.js';
import { readMark } from '../qbo/mapping/provenance.js';
import { ENTITY_BY_RECORD_TYPE } from '../qbo/mapping/records.js';
import { select } from '../qbo/query.js';
import { type Ask, askAlone, askTogether } from './ask.js';
import { numberHolderOf } from './compare-linked.js';
import { linkOf, takenEnding } from './endings.js';
import type { PolicyClass } from './failure-policy.js';
import type { LookUp } from './job.js';
import { markOf } from './plan.js';
import { typeWord } from './references.js';
import { endItem, type Sending, type SendingItem } from './sending.js';
import { entityOf, storedAs } from './stored-as.js';

/**
 * Looks in QuickBooks for what an item may already have become there, and takes it over. Candidates
 * that belong to another document are out; one that only may be it is a person's to decide.
 *
 * @returns whether the item has its ending now.
 */
export async function adoptFound(
  sending: Sending,
  item: SendingItem,
  why: PolicyClass,
  ask: Ask = askAlone(sending),
): Promise<boolean> {
  const { loaded } = item;
  const sent = item.planned?.body ?? sentBody(sending, item);
  if (sent === undefined) return false;
  if (loaded.operation !== 'create') return adoptUpdated(sending, item, ask);
  const lookUps = [lookUpOf(sending, item, sent)];
  const { found, taken, same, maybe, inactive } = await lookFor(sending, item, lookUps, ask);
  if (why === 'duplicate_number')
    item.numberHolders = found.map((one) => numberHolderOf(one, sent, taken));
  const [only] = same;
  if (only !== undefined && same.length === 1) {
    endItem(sending, item, foundEnding(sending, item, only, why));
    return true;
  }
  if (same.length > 1 || maybe) {
    if (why !== 'unknown_outcome') return false;
    endItem(sending, item, LEFT_TO_A_PERSON);
    return true;
  }
  if (why === 'duplicate_name' && !sending.job.exclusive) {
    return nameTakenElsewhere(sending, item, { found, inactive, sent });
  }
  return false;
}

/**
 * The ending of a creation that was found. What may be somebody else's is found, and not created; what
 * a person has voided since is theirs to decide about.
 */
function foundEnding(
  sending: Sending,
  item: SendingItem,
  one: JsonObject,
  why: PolicyClass,
): Ending {
  const isName = why === 'duplicate_name' && !sending.job.exclusive;
  if (!isName && isVoided(one)) {
    const links = [foundLink(sending, item, one)];
    return { kind: 'failed', reason: reason('voided_in_quickbooks', {}), links };
  }
  const ending = takenEnding(sending, item, 'create', one, isName ? [] : [{ name: 'adopted' }]);
  if (!isName && !maybeMadeByOthers(item, one)) return ending;
  if (ending.kind === 'synced') ending.outcome.operation = 'matched';
  if ('links' in ending) {
    ending.links = ending.links?.map((link) => ({ ...link, origin: 'matched' }));
  }
  return ending;
}

/** The link of a document that was found before it was created again. */
export function foundLink(sending: Sending, item: SendingItem, one: JsonObject): NewLink {
  const facts = sending.job.read(one, item.loaded as never, sending.company);
  const link = linkOf(sending, item, facts, one);
  return maybeMadeByOthers(item, one) ? { ...link, origin: 'matched' } : link;
}

/** A transaction that bears no mark says the same as ours; who wrote it nobody can tell. */
function maybeMadeByOthers({ loaded }: SendingItem, one: JsonObject): boolean {
  return traitsOf(loaded.kind).isTransaction && markIn(one) === null;
}

function markIn({ PrivateNote: note }: JsonObject): string | null {
  return readMark(typeof note === 'string' ? note : undefined);
}

/** The same for several items, which are looked for together. */
export async function adoptAll(
  sending: Sending,
  items: readonly SendingItem[],
  why: PolicyClass,
): Promise<void> {
  const ask = await askTogether(
    sending,
    items.flatMap((item) => queriesFor(sending, item)),
  );
  for (const item of [...items]) await adoptFound(sending, item, why, ask);
}

/** What is asked to find an item again. */
export function queriesFor(sending: Sending, item: SendingItem): string[] {
  const sent = item.planned?.body ?? sentBody(sending, item);
  if (sent === undefined) return [];
  if (item.loaded.operation === 'create') return lookUpOf(sending, item, sent).queries;
  const { link } = item.loaded;
  return link === null ? [] : [byId(sending, item, link.quickbooksId)];
}

export const LEFT_TO_A_PERSON: Ending = {
  kind: 'failed',
  reason: reason('outcome_unknown', {}),
  inDoubt: true,
};

/** What became of a look. */
interface LookedFor {
  found: JsonObject[];
  /** Surely this document, and no other document's. */
  same: JsonObject[];
  /** Ids of those that belong to other documents. */
  taken: ReadonlySet<string>;
  /** One is there that could be it. */
  maybe: boolean;
  /** It is there, and was made inactive. */
  inactive: boolean;
}

/** CreateTime is looked for from so long before the sending: clocks differ. */
const CLOCKS_DIFFER_MS = 300_000;

/** Since when what was sent so long ago may be in QuickBooks; null where that is not known. */
export function sinceSending(sinceSentMs: number | null, now: Date): Date | null {
  return sinceSentMs === null ? null : new Date(now.getTime() - sinceSentMs - CLOCKS_DIFFER_MS);
}

/** How an item is found again, by what was sent for it and since when that may be there. */
export function lookUpOf(
  sending: Sending,
  item: SendingItem,
  sent: JsonObject,
  since = sinceSending(sending.unresolved?.sinceSentMs ?? null, sending.tools.ledger.clock()),
): LookUp {
  // What was sent bears its mark or none, whatever the settings say by now.
  const { isTransaction } = traitsOf(item.loaded.kind);
  const mark = isTransaction ? markIn(sent) : markOf(sending, item);
  return sending.job.lookUp(item.loaded as never, sent, mark, since);
}

/** The surest word of several look-ups about one candidate. */
const VERDICTS = ['same', 'maybe', 'inactive', 'different'] as const;

/** Asks what look-ups of one item want, and judges what there is by all of them. */
export async function lookFor(
  sending: Sending,
  item: SendingItem,
  lookUps: readonly LookUp[],
  ask: Ask,
): Promise<LookedFor> {
  const byId = new Map<string, JsonObject>();
  for (const query of lookUps.flatMap(({ queries }) => queries)) {
    for (const one of await ask(query)) byId.set(String(one['Id']), one);
  }
  const found = [...byId.values()];
  const taken = await takenAmong(sending, item, found);
  const free = found.filter((candidate) => !taken.has(String(candidate['Id'])));
  const judged = free.map((one) => {
    const said = new Set(lookUps.map(({ judge }) => judge(one)));
    return { one, is: VERDICTS.find((verdict) => said.has(verdict)) };
  });
  const same = judged.filter(({ is }) => is === 'same').map(({ one }) => one);
  item.evidence['lookUp'] = { found: found.length, same: same.length };
  return {
    found,
    taken,
    same,
    maybe: judged.some(({ is }) => is === 'maybe'),
    inactive: judged.some(({ is }) => is === 'inactive'),
  };
}

/** Ids of what belongs to other documents. */
async function takenAmong(
  sending: Sending,
  { loaded }: SendingItem,
  found: readonly JsonObject[],
): Promise<ReadonlySet<string>> {
  if (!sending.job.exclusive) return new Set();
  return takenIds(
    sending.tools.ledger,
    sending.push.companyId,
    storedAs(sending.job, loaded),
    found.map((candidate) => String(candidate['Id'])),
  );
}

/** An update, void or delete whose answer was lost: the object itself tells. */
async function adoptUpdated(sending: Sending, item: SendingItem, ask: Ask): Promise<boolean> {
  const { loaded } = item;
  if (loaded.link === null) return false;
  const [stored] = await ask(byId(sending, item, loaded.link.quickbooksId));
  item.evidence['lookUp'] = { found: stored === undefined ? 0 : 1 };
  if (stored === undefined) {
    if (loaded.operation === 'delete')
      endItem(sending, item, takenEnding(sending, item, 'delete', {}));
    else endItem(sending, item, { kind: 'deleted_in_quickbooks' });
    return true;
  }
  if (!isDone(sending, item, stored)) return false;
  endItem(
    sending,
    item,
    takenEnding(sending, item, loaded.operation ?? 'update', stored, [{ name: 'adopted' }]),
  );
  return true;
}

const byId = (sending: Sending, item: SendingItem, id: string) =>
  select(entityOf(sending, item)).where('Id', '=', id).text();

/** Whether the object is there as the last sending of the item wanted it. */
export function isDone(sending: Sending, item: SendingItem, stored: JsonObject): boolean {
  if (item.loaded.operation === 'void') return isVoided(stored);
  if (item.loaded.operation === 'delete') return false;
  const sent = item.planned?.body ?? sentBody(sending, item);
  return sent !== undefined && sending.job.holds(stored, sent, item.loaded as never);
}

/** The body an earlier execution sent for the item. */
export function sentBody(sending: Sending, item: SendingItem): JsonObject | undefined {
  const { unresolved } = sending;
  const own = { bId: item.loaded.batchItemId ?? '', entity: entityOf(sending, item) };
  return unresolved === undefined ? undefined : writtenBody(unresolved, own);
}

/**
 * 6240 and no such customer or product: an inactive namesake has the name, or somebody else. Then
 * another name is tried where the settings say so, and noted before it is sent, so that it stays
 * this one's name whatever happens.
 */
async function nameTakenElsewhere(
  sending: Sending,
  item: SendingItem,
  { found, inactive, sent }: Pick<LookedFor, 'found' | 'inactive'> & { sent: JsonObject },
): Promise<boolean> {
  const { document, kind } = item.loaded;
  const name =
    'displayName' in document ? document.displayName : 'name' in document ? document.name : '';
  const fail = (why: Reason) => {
    endItem(sending, item, { kind: 'failed', reason: why });
    return true;
  };
  if (inactive) return fail(reason('record_inactive', { type: typeWord(kind), name }));
  const heldBy = sending.job.heldBy?.(found);
  if (heldBy !== undefined) return fail(heldBy);
  if (!isParty(kind)) return false;
  const tried = String(sent['DisplayName']);
  const givenName = sending.job.nextName?.(item.loaded as never, tried);
  if (givenName !== undefined) {
    endItem(sending, item, { kind: 'returned', what: 'name_taken', givenName });
    return true;
  }
  const type = found.length > 0 ? typeWord(kind) : await holderOf(sending, kind, tried);
  return fail(reason('duplicate_name', { name, type }));
}

/** Who else of the common list of names has it; asked only where a person has to be told. */
async function holderOf(
  { tools, push, signal }: Sending,
  kind: PartyKind,
  name: string,
): Promise<string> {
  const other = kind === 'customer' ? 'vendor' : 'customer';
  const holders = [
    [ENTITY_BY_RECORD_TYPE[other], typeWord(other)],
    ['Employee', 'employee'],
  ] as const;
  for (const [entity, word] of holders) {
    const query = select(entity).where('DisplayName', '=', name).page(1, 1).text();
    const rows = await tools.quickbooks.query(push.companyId, query, { signal });
    if (rows.length > 0) return word;
  }
  return `${typeWord(other)} or employee`;
}
