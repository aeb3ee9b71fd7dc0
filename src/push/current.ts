import { isWithdrawn } from '../ledger/documents/standing.js';
import type { EntityName } from '../qbo/entities.js';
import type { JsonObject } from '../qbo/fault.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import type { OtherObject } from './job.js';
import { paidId } from './removal.js';
import { endItem, type Sending, type SendingItem } from './sending.js';
import { entityOf } from './stored-as.js';

/**
 * Reads the objects that planning has to see as they are now: one statement for all of an entity. A form
 * that a payment of ours was applied to has another SyncToken since, which no answer has told: one read
 * for all such forms is cheaper than a refusal and a read for each.
 */
export async function readCurrent(sending: Sending): Promise<void> {
  const own = sending.open.flatMap((item): Wanted[] => {
    const id = movedId(sending, item) ?? currentIdOf(sending, item);
    return id === undefined ? [] : [{ item, entity: entityOf(sending, item), id, isOwn: true }];
  });
  const others = sending.open.flatMap((item) =>
    othersOf(sending, item).map((other): Wanted => ({ item, ...other, isOwn: false })),
  );
  const wanted = [...own, ...others];
  for (const entity of new Set(wanted.map((one) => one.entity))) {
    await readOf(
      sending,
      entity,
      wanted.filter((one) => one.entity === entity),
    );
  }
}

interface Wanted extends OtherObject {
  item: SendingItem;
  /** The item's own object. */
  isOwn: boolean;
}

async function readOf(
  sending: Sending,
  entity: EntityName,
  wanted: readonly Wanted[],
): Promise<void> {
  const query = select(entity)
    .whereIn('Id', [...new Set(wanted.map(({ id }) => id))])
    .page(1, MAX_PAGE)
    .text();
  const rows = await sending.tools.quickbooks.query<JsonObject>(sending.push.companyId, query, {
    signal: sending.signal,
  });
  const byId = new Map(rows.map((row) => [String(row['Id']), row]));
  for (const { item, id, isOwn } of wanted) {
    const found = byId.get(id);
    if (!isOwn) {
      if (found !== undefined) item.others.set(id, found);
      continue;
    }
    item.stored = found;
    if (movedId(sending, item) !== undefined) noteToken(sending, item);
  }
}

/** Id of a transaction whose SyncToken is not known. */
function movedId({ job }: Sending, { loaded: { link } }: SendingItem): string | undefined {
  return job.exclusive && link?.syncToken === null ? link.quickbooksId : undefined;
}

function noteToken(sending: Sending, item: SendingItem): void {
  const { link } = item.loaded;
  if (item.stored === undefined) endItem(sending, item, { kind: 'deleted_in_quickbooks' });
  else if (link !== null) link.syncToken = String(item.stored['SyncToken']);
}

/** Id of the object that has to be seen as it is now; undefined where planning needs none. */
export function currentIdOf(
  { job }: Pick<Sending, 'job'>,
  { loaded, matched }: SendingItem,
): string | undefined {
  return isWithdrawn(loaded) ? paidId(loaded) : job.currentId?.(loaded as never, matched);
}

/** Other objects that planning has to see. */
export function othersOf(
  { job }: Pick<Sending, 'job'>,
  { loaded, needed }: SendingItem,
): OtherObject[] {
  return isWithdrawn(loaded) ? [] : (job.alsoReads?.(loaded as never, needed) ?? []);
}
