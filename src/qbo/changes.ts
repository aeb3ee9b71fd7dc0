import type { EntityName } from './entities.js';
import { QuickBooksRefusal, QuickBooksUnavailable } from './errors.js';
import { faultsInJson, isObject, type JsonObject } from './fault.js';
import { MAX_PAGE, select } from './query.js';
import type { ReadOptions, Reads } from './reads.js';
import type { CompanyId } from './stores.js';

/**
 * What has changed in a company since a moment, by QuickBooks' change data (reference page "change data
 * capture"). That answers at most 1,000 objects of all entities together, without paging and without an
 * upper bound, and looks back 30 days at most: beyond either, changed objects are paged through by
 * query, which shows no deletions.
 */

/** Most objects in one answer of change data, over all its entities. */
const OBJECTS_MAX = 1_000;
/** A day less than QuickBooks looks back, because the clocks differ. */
export const LOOK_BACK_MS = 29 * 24 * 3_600_000;

/** Rows that two pages of one second share. */
const OVERLAP = 100;

/** Entities change data covers and this product follows. It leaves out tax codes and tax rates. */
export const CHANGING_ENTITIES = [
  'Account',
  'Bill',
  'BillPayment',
  'Class',
  'CreditMemo',
  'Customer',
  'Department',
  'Invoice',
  'Item',
  'Payment',
  'PaymentMethod',
  'PurchaseOrder',
  'SalesReceipt',
  'Term',
  'Vendor',
  'VendorCredit',
] as const satisfies readonly EntityName[];
export type ChangingEntity = (typeof CHANGING_ENTITIES)[number];

/** Entities whose lists leave out inactive rows unless they are asked for. */
const NAME_LISTS: ReadonlySet<string> = new Set([
  'Account',
  'Class',
  'Customer',
  'Department',
  'Item',
  'PaymentMethod',
  'Term',
  'Vendor',
]);

/** Part of what has changed, of one entity. */
export interface ChangeBatch {
  entity: ChangingEntity;
  /** Whole objects as they are now; deactivated and voided ones among them. */
  changed: JsonObject[];
  /** Ids that change data calls deleted: hearsay, which a look at the object confirms. */
  deletedIds: string[];
  /** Deletions of the entity could not be seen: whoever knows of its objects has to look for them. */
  deletionsUnseen: boolean;
}

export interface ChangesAsked {
  /** In the order their changes are wanted in. */
  entities: readonly ChangingEntity[];
  since: Date;
  /** The moment of asking, on the clock `since` is from. */
  now: Date;
}

export interface Changes {
  /** QuickBooks' own time of its first answer: everything that changed before is in the batches. */
  asOf: Date;
  /**
   * Entity after entity in the order asked, oldest first within an entity as far as QuickBooks tells;
   * an object may come twice.
   */
  batches: AsyncIterable<ChangeBatch>;
}

/**
 * What has changed since. All that {@link Reads} throws, also while the batches are read; a fault
 * inside an answer is a refusal, never an empty list.
 */
export async function changesSince(
  reads: Reads,
  companyId: CompanyId,
  { entities, since, now }: ChangesAsked,
  o: ReadOptions,
): Promise<Changes> {
  if (now.getTime() - since.getTime() > LOOK_BACK_MS) {
    return { asOf: now, batches: allPaged(reads, companyId, { entities, since }, o) };
  }
  const together = await changeData(reads, companyId, { entities, since }, o);
  if (!isFull(together.batches)) return { asOf: together.asOf, batches: inTurn(together.batches) };
  const alone = eachAlone(reads, companyId, { entities, since }, together.batches, o);
  return { asOf: together.asOf, batches: alone };
}

type Asked = Pick<ChangesAsked, 'entities' | 'since'>;

async function* inTurn(batches: readonly ChangeBatch[]): AsyncGenerator<ChangeBatch> {
  yield* batches;
}

async function* allPaged(
  reads: Reads,
  companyId: CompanyId,
  { entities, since }: Asked,
  o: ReadOptions,
): AsyncGenerator<ChangeBatch> {
  for (const entity of entities) yield* pagedChanges(reads, companyId, { entity, since }, o);
}

/** Which of them were cut short is not told: each is asked alone. */
async function* eachAlone(
  reads: Reads,
  companyId: CompanyId,
  { entities, since }: Asked,
  together: readonly ChangeBatch[],
  o: ReadOptions,
): AsyncGenerator<ChangeBatch> {
  for (const entity of entities) {
    const alone =
      entities.length === 1
        ? together
        : (await changeData(reads, companyId, { entities: [entity], since }, o)).batches;
    if (isFull(alone)) yield* pagedChanges(reads, companyId, { entity, since }, o);
    else yield* alone;
  }
}

function isFull(batches: readonly ChangeBatch[]): boolean {
  const objects = batches.reduce(
    (sum, { changed, deletedIds }) => sum + changed.length + deletedIds.length,
    0,
  );
  return objects >= OBJECTS_MAX;
}

async function changeData(
  reads: Reads,
  companyId: CompanyId,
  { entities, since }: Asked,
  o: ReadOptions,
): Promise<{ asOf: Date; batches: ChangeBatch[] }> {
  const asked = new URLSearchParams({
    entities: entities.join(','),
    changedSince: since.toISOString(),
  });
  const answer = await reads.read(companyId, `cdc?${asked}`, o);
  const batches = readChangeData(answer, entities);
  const place = (batch: ChangeBatch) => entities.indexOf(batch.entity);
  batches.sort((a, b) => place(a) - place(b));
  return { asOf: answeredAt(answer), batches };
}

function answeredAt({ time }: JsonObject): Date {
  const at = new Date(typeof time === 'string' ? time : '');
  if (Number.isNaN(at.getTime())) throw malformed('no_time_of_answer');
  return at;
}

/**
 * Reads an answer of change data, in whatever order its parts come. Entities are found by their name, because what has not changed is an
 * empty object in an order nobody promises.
 *
 * @throws QuickBooksRefusal for a fault anywhere in it, QuickBooksUnavailable where it is no such answer
 */
export function readChangeData(
  json: JsonObject,
  entities: readonly ChangingEntity[],
): ChangeBatch[] {
  const responses = json['CDCResponse'];
  if (!Array.isArray(responses)) throw malformed('no_change_data');
  const batches: ChangeBatch[] = [];
  for (const response of responses) {
    const groups = isObject(response) ? groupsOf(response) : undefined;
    if (groups === undefined) throw malformed('no_query_response');
    for (const group of groups) {
      refuseFaults(group);
      for (const entity of entities) {
        const rows = group[entity];
        if (rows !== undefined) batches.push(batchOf(entity, rows));
      }
    }
  }
  return batches;
}

function groupsOf(response: JsonObject): JsonObject[] | undefined {
  refuseFaults(response);
  const groups = response['QueryResponse'];
  return Array.isArray(groups) && groups.every(isObject) ? groups : undefined;
}

function refuseFaults(json: JsonObject): void {
  const faults = faultsInJson(json);
  if (faults.length > 0) throw new QuickBooksRefusal({ status: 200, faults, intuitTid: null });
}

function batchOf(entity: ChangingEntity, rows: unknown): ChangeBatch {
  if (!Array.isArray(rows)) throw malformed('rows_missing');
  const batch: ChangeBatch = { entity, changed: [], deletedIds: [], deletionsUnseen: false };
  for (const row of rows) {
    if (!isObject(row) || typeof row['Id'] !== 'string') throw malformed('row_without_id');
    if (row['status'] === 'Deleted') batch.deletedIds.push(row['Id']);
    else batch.changed.push(row);
  }
  return batch;
}

/**
 * Pages by the time of change: the next page begins where the last one ended. Rows that change
 * meanwhile come again at the end and rows that are deleted meanwhile move nothing, so that none is
 * ever skipped, as it would be by counting positions.
 */
async function* pagedChanges(
  reads: Reads,
  companyId: CompanyId,
  { entity, since }: { entity: ChangingEntity; since: Date },
  o: ReadOptions,
): AsyncGenerator<ChangeBatch> {
  let from = since.toISOString();
  let start = 1;
  for (;;) {
    const all = NAME_LISTS.has(entity)
      ? select(entity).whereIn('Active', [true, false])
      : select(entity);
    const query = all
      .where('MetaData.LastUpdatedTime', '>=', from)
      .orderBy('MetaData.LastUpdatedTime')
      .page(start, MAX_PAGE)
      .text();
    const changed = await reads.query(companyId, query, o);
    const isLast = changed.length < MAX_PAGE;
    yield { entity, changed, deletedIds: [], deletionsUnseen: isLast };
    if (isLast) return;
    const reached = updatedAt(changed.at(-1));
    // A whole page of one second: only positions lead further, and those move when such a row changes.
    start = reached === from ? start + MAX_PAGE - OVERLAP : 1;
    from = reached;
  }
}

function updatedAt(row: JsonObject | undefined): string {
  const metaData = row?.['MetaData'];
  const text = isObject(metaData) ? metaData['LastUpdatedTime'] : undefined;
  const at = new Date(typeof text === 'string' ? text : '');
  if (Number.isNaN(at.getTime())) throw malformed('no_time_of_change');
  return at.toISOString();
}

function malformed(cause: string): QuickBooksUnavailable {
  return new QuickBooksUnavailable({ status: 200, cause });
}
