import { reason } from '../contract/reasons.js';
import type { Ending } from '../ledger/ending.js';
import { takenIds } from '../ledger/links.js';
import type { StoredRequest } from '../ledger/requests.js';
import { isObject, type JsonObject } from '../qbo/fault.js';
import { select } from '../qbo/query.js';
import { linkOf, takenEnding } from './endings.js';
import type { PolicyClass } from './failure-policy.js';
import { markOf } from './plan.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

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
): Promise<boolean> {
  const { loaded } = item;
  const sent = item.planned?.body ?? sentBody(sending, item);
  if (sent === undefined) return false;
  if (loaded.operation !== 'create') return adoptUpdated(sending, item);
  const { found, same, maybe } = await lookFor(sending, item, sent);
  const [only] = same;
  if (only !== undefined && same.length === 1) {
    const isName = why === 'duplicate_name';
    const ending = takenEnding(sending, item, 'create', only, isName ? [] : [{ name: 'adopted' }]);
    if (isName && ending.kind === 'synced') {
      ending.outcome.operation = 'matched';
      ending.links = ending.links.map((link) => ({ ...link, origin: 'matched' }));
    }
    endItem(sending, item, ending);
    return true;
  }
  if (same.length > 1 || maybe) {
    if (why !== 'unknown_outcome') return false;
    endItem(sending, item, LEFT_TO_A_PERSON);
    return true;
  }
  if (why === 'duplicate_name') return nameTakenElsewhere(sending, item, found);
  return false;
}

const LEFT_TO_A_PERSON: Ending = {
  kind: 'failed',
  reason: reason('outcome_unknown', {}),
  inDoubt: true,
};

/**
 * A document that once failed without anyone knowing whether QuickBooks took it is looked for before
 * it is created. Found, it gets its link and is planned again, as an update to what is wanted now.
 */
export async function lookBeforeCreating(sending: Sending): Promise<void> {
  for (const item of [...sending.open]) {
    if (!item.loaded.inDoubt || item.planned?.operation !== 'create') continue;
    const { same, maybe } = await lookFor(sending, item, item.planned.body);
    const [only] = same;
    if (only !== undefined && same.length === 1) {
      const facts = sending.job.read(only, item.loaded as never, sending.company);
      endItem(sending, item, { kind: 'reread', links: [linkOf(sending, item, facts)] });
    } else if (same.length > 1 || maybe) endItem(sending, item, LEFT_TO_A_PERSON);
  }
}

interface LookedFor {
  found: JsonObject[];
  /** Surely this document, and no other document's. */
  same: JsonObject[];
  /** One is there that could be it. */
  maybe: boolean;
}

async function lookFor(sending: Sending, item: SendingItem, sent: JsonObject): Promise<LookedFor> {
  const { queries, judge } = sending.job.lookUp(item.loaded as never, sent, markOf(sending, item));
  const found: JsonObject[] = [];
  for (const query of queries) {
    found.push(
      ...(await sending.tools.quickbooks.query<JsonObject>(sending.push.companyId, query, {
        signal: sending.signal,
      })),
    );
  }
  const judged = (await withoutTaken(sending, found)).map((one) => ({ one, is: judge(one) }));
  const same = judged.filter(({ is }) => is === 'same').map(({ one }) => one);
  item.evidence['lookUp'] = { found: found.length, same: same.length };
  return { found, same, maybe: judged.some(({ is }) => is === 'maybe') };
}

async function withoutTaken(sending: Sending, found: readonly JsonObject[]): Promise<JsonObject[]> {
  if (!sending.job.exclusive) return [...found];
  const taken = await takenIds(
    sending.tools.ledger,
    sending.push.companyId,
    sending.job.kind,
    found.map((candidate) => String(candidate['Id'])),
  );
  return found.filter((candidate) => !taken.has(String(candidate['Id'])));
}

/** An update, void or delete whose answer was lost: the object itself tells. */
async function adoptUpdated(sending: Sending, item: SendingItem): Promise<boolean> {
  const { loaded } = item;
  if (loaded.link === null) return false;
  const { entity } = sending.job;
  const query = select(entity).where('Id', '=', loaded.link.quickbooksId).text();
  const [stored] = await sending.tools.quickbooks.query<JsonObject>(sending.push.companyId, query, {
    signal: sending.signal,
  });
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

/** Whether the object is there as the last sending of the item wanted it. */
export function isDone(sending: Sending, item: SendingItem, stored: JsonObject): boolean {
  if (item.loaded.operation === 'void') return isVoided(stored);
  if (item.loaded.operation === 'delete') return false;
  const sent = item.planned?.body ?? sentBody(sending, item);
  return sent !== undefined && sending.job.holds(stored, sent);
}

/** Void leaves a form of zero amounts whose note says so (Intuit's reference page of Invoice). */
function isVoided(stored: JsonObject): boolean {
  const note = stored['PrivateNote'];
  return stored['TotalAmt'] === 0 && typeof note === 'string' && /^voided/i.test(note);
}

/** The body an earlier execution sent for the item. */
export function sentBody(
  { unresolved, job }: Sending,
  { loaded }: SendingItem,
): JsonObject | undefined {
  return unresolved === undefined ? undefined : bodyOf(unresolved, job.entity, loaded.batchItemId);
}

function bodyOf(
  request: StoredRequest,
  entity: string,
  batchItemId: string | null,
): JsonObject | undefined {
  const sent: unknown = JSON.parse(request.body);
  if (!isObject(sent)) return undefined;
  if (request.call === 'single') return sent;
  const items = sent['BatchItemRequest'];
  if (!Array.isArray(items)) return undefined;
  const own: unknown = items.find((one: unknown) => isObject(one) && one['bId'] === batchItemId);
  const body = isObject(own) ? own[entity] : undefined;
  return isObject(body) ? body : undefined;
}

/** 6240 and no such customer or product: an inactive namesake, a supplier or an employee has it. */
async function nameTakenElsewhere(
  sending: Sending,
  item: SendingItem,
  found: readonly JsonObject[],
): Promise<boolean> {
  const { document } = item.loaded;
  const name =
    'displayName' in document ? document.displayName : 'name' in document ? document.name : '';
  if (found.some((candidate) => candidate['Active'] === false)) {
    const type = sending.job.kind === 'item' ? 'product' : 'customer';
    endItem(sending, item, { kind: 'failed', reason: reason('record_inactive', { type, name }) });
    return true;
  }
  if (sending.job.kind !== 'customer') return false;
  const query = select('Vendor').where('DisplayName', '=', name.trim()).page(1, 1).text();
  const vendors = await sending.tools.quickbooks.query(sending.push.companyId, query, {
    signal: sending.signal,
  });
  const type = vendors.length > 0 ? 'supplier' : 'supplier or employee';
  endItem(sending, item, { kind: 'failed', reason: reason('duplicate_name', { name, type }) });
  return true;
}
