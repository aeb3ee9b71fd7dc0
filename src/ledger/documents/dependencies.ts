import { type Reason, storedReason } from '../../contract/reasons.js';
import type { DocumentStatus } from '../../contract/status.js';
import { inParts } from '../database/in-parts.js';
import type { Ledger, Transaction } from '../database/open.js';
import type { LaneClass } from '../rows.js';
import { type DocumentKey, encryptWanted, hashWanted, listedFacts } from '../statements/wanted.js';
import {
  type Dependency,
  type DependencyKind,
  type DependencyRow,
  readNames,
} from './dependency-names.js';
import { moveDocuments, ON_ITS_WAY } from './moves.js';

export {
  type Dependency,
  type DependencyKind,
  dependencyKey,
  genericItemId,
  isMade,
  referredId,
} from './dependency-names.js';

/** How names are asked for. */
interface Asked {
  laneClass: LaneClass;
  failed?: boolean;
  synced?: boolean;
}

/** How a dependency stands after it was asked for. */
export interface DependencyState {
  id: number;
  kind: DependencyKind;
  externalId: string;
  status: DocumentStatus;
  reason: Reason | undefined;
  /** This call made it due: whoever asked first says "created". */
  askedFirst: boolean;
}

/**
 * Makes sure each name is a ledger row of its own, with its own push, unique per company. So two
 * invoices, two pushes or two connections never create one name twice.
 *
 * @param asked the lane class of what asks: a name goes with the most urgent of those that need it;
 *   and which of them are made due again: failed ones, where a person retries what depends on them;
 *   synced ones, where QuickBooks has the name no more.
 */
export async function ensureDependencies(
  ledger: Ledger,
  dependencies: readonly Dependency[],
  asked: Asked,
): Promise<Map<string, DependencyState>> {
  // Where one is asked for under several names the first decides, which says that it was created.
  const byKey = new Map([...dependencies].reverse().map((one) => [one.key, one]));
  // In one order, so that two transactions never wait for each other in a circle.
  const ordered = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const [first] = ordered;
  if (first === undefined) return new Map();
  const keys = ordered.map(({ key }) => key);
  const known = await readNames(ledger.sql, ordered, asked);
  const isKnown = new Set(known.map(({ key }) => key));
  const isOthers = (row: DependencyRow) => byKey.get(row.key)?.connectionId !== row.connectionId;
  const isWantedAgain = (row: DependencyRow) => isWanted(row, asked, isOthers(row));
  // Most are on their way already: nothing is locked for these.
  if (known.length === keys.length && !known.some(isWantedAgain)) {
    return new Map(known.map((row) => [row.key, stateOf(row, false)]));
  }
  return ledger.sql.begin(async (tx) => {
    const left = known.filter((row) => isEnded(row) && isOthers(row) && isWantedAgain(row));
    await leaveToTheirOwners(tx, left);
    const leftKeys = new Set(left.map(({ key }) => key));
    const missing = ordered.filter(({ key }) => !isKnown.has(key) || leftKeys.has(key));
    const inserted = await insertNames(ledger, tx, missing.map(asReferred), asked);
    const rows = await readNames(tx, ordered, asked);
    if (rows.length < keys.length) {
      // What was made for the app's id came to nothing: this one goes by its name.
      const there = new Set(rows.map(({ key }) => key));
      const left = ordered.filter(({ key }) => !there.has(key));
      for (const id of await insertNames(ledger, tx, left, asked)) inserted.add(id);
      rows.splice(0, rows.length, ...(await readNames(tx, ordered, asked)));
    }
    if (rows.length < keys.length) throw new Error('A name is there under another key');
    const wanted = rows.filter((row) => inserted.has(row.id) || isWantedAgain(row));
    const made = await makeDue(tx, wanted, inserted, asked);
    for (const row of wanted) {
      const dependency = byKey.get(row.key);
      if (dependency !== undefined && made.has(row.id) && !inserted.has(row.id)) {
        await takeOver(ledger, tx, row, dependency);
      }
    }
    return new Map(
      rows.map((row) => [
        row.key,
        made.has(row.id)
          ? stateOf({ ...row, status: 'queued' }, !row.hasOtherName)
          : stateOf(row, false),
      ]),
    );
  });
}

/** How names stand that others have asked for and that are not settled, by their keys. */
export async function namesOnTheirWay(
  ledger: Ledger,
  companyId: string,
  keys: readonly string[],
): Promise<Map<string, DependencyState>> {
  if (keys.length === 0) return new Map();
  const rows = await ledger.sql<DependencyRow[]>`
    select id, dependency_key as key, kind, external_id, status, reason, params from documents
    where company_id = ${companyId} and dependency_key = any(${[...keys]}::text[])
      and status = any(${[...ON_ITS_WAY]}::text[])`;
  return new Map(rows.map((row) => [row.key, stateOf(row, false)]));
}

const asReferred = (one: Dependency) => ({ ...one, externalId: one.referredAs ?? one.externalId });

function stateOf(row: DependencyRow, askedFirst: boolean): DependencyState {
  const { id, kind, externalId, status } = row;
  return { id, kind, externalId, status, reason: storedReason(row.reason, row.params), askedFirst };
}

/**
 * It is to be made again, or sooner than it would be. What failed for another connection failed by
 * that one's data and settings: whoever asks now tries it with its own.
 */
function isWanted(
  { status, laneClass, isDue }: DependencyRow,
  asked: Asked,
  isOthers: boolean,
): boolean {
  if (status === 'synced') return asked.synced === true;
  if (status === 'failed') return asked.failed === true || isOthers;
  return isDue && laneClass > asked.laneClass;
}

const isEnded = ({ status }: DependencyRow) => status === 'synced' || status === 'failed';

/**
 * A name another connection asked for, and that is made again for this one, stays that one's with all
 * its history: neither may read what the other one said or was told.
 */
async function leaveToTheirOwners(tx: Transaction, rows: readonly DependencyRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    update documents set dependency_key = dependency_key || ' of ' || connection_id
    where id = any(${rows.map(({ id }) => id).sort((a, b) => a - b)}::bigint[])`;
}

/** Ids of those that nobody had asked for. */
async function insertNames(
  ledger: Ledger,
  tx: Transaction,
  names: readonly Dependency[],
  { laneClass }: Asked,
): Promise<Set<number>> {
  const inserted = new Set<number>();
  for (const part of inParts(names)) {
    for (const id of await insertPart(ledger, tx, part, laneClass)) inserted.add(id);
  }
  return inserted;
}

async function insertPart(
  ledger: Ledger,
  tx: Transaction,
  names: readonly Dependency[],
  laneClass: LaneClass,
): Promise<number[]> {
  const rows = names.map(({ kind, connectionId, companyId, key, externalId, document }) => {
    const documentKey = { connectionId, kind, externalId };
    return {
      ...documentKey,
      companyId,
      dependencyKey: key,
      laneClass,
      wantedCipher: encryptWanted(ledger, documentKey, document),
      wantedHash: hashWanted(ledger, document, null),
      ...listedFacts(kind, document),
    };
  });
  const inserted = await tx<{ id: number }[]>`
    insert into documents ${tx(rows)} on conflict do nothing returning id`;
  if (inserted.length < names.length) await takeBack(tx, rows);
  return inserted.map(({ id }) => id);
}

/** A name the connection had asked for before another one did is its own again. */
async function takeBack(
  tx: Transaction,
  rows: readonly {
    connectionId: string;
    kind: string;
    externalId: string;
    dependencyKey: string;
  }[],
): Promise<void> {
  await tx`
    update documents d set dependency_key = n."dependencyKey"
    from jsonb_to_recordset(${tx.json(
      rows.map(({ connectionId, kind, externalId, dependencyKey }) => ({
        connectionId,
        kind,
        externalId,
        dependencyKey,
      })),
    )})
      as n("connectionId" uuid, kind text, "externalId" text, "dependencyKey" text)
    where d.connection_id = n."connectionId" and d.kind = n.kind
      and d.external_id = n."externalId"
      and d.dependency_key = n."dependencyKey" || ' of ' || d.connection_id`;
}

/** Ids of those that are due by it: new, made again, or sooner than before. */
async function makeDue(
  tx: Transaction,
  rows: readonly DependencyRow[],
  inserted: ReadonlySet<number>,
  { laneClass }: Asked,
): Promise<Set<number>> {
  const ids = (match: (row: DependencyRow) => boolean) => rows.filter(match).map(({ id }) => id);
  const sooner = ids((row) => !inserted.has(row.id) && !isEnded(row));
  await tx`
    update documents set lane_class = ${laneClass}
    where id = any(${sooner}::bigint[]) and due_at is not null and lane_class > ${laneClass}`;
  // It was renamed or removed there, so what is made now is new.
  await tx`
    delete from links l using documents d
    where d.id = any(${ids(isEnded)}::bigint[]) and d.status = 'synced'
      and l.connection_id = d.connection_id and l.kind = d.kind and l.external_id = d.external_id`;
  const moved = await moveDocuments(
    tx,
    ids((row) => inserted.has(row.id) || isEnded(row)),
    (current) => ({
      to: 'queued',
      what: inserted.has(current.id) ? 'wanted' : 'wanted_again',
      releasedRevision: current.revision,
      syncedRevision: 0,
      attempts: 0,
      laneClass,
      dueInMs: 0,
    }),
    'worker',
  );
  return new Set(moved);
}

/**
 * A name wanted again is made with what is known of it now, and by the settings of who asks now:
 * what it failed for may have been corrected since.
 */
async function takeOver(
  ledger: Ledger,
  tx: Transaction,
  { id, ...row }: DependencyRow,
  { kind, connectionId, document, ...asked }: Dependency,
): Promise<void> {
  const isOwn = row.connectionId === connectionId;
  const externalId = isOwn ? row.externalId : asked.externalId;
  const documentKey = { connectionId, kind, externalId };
  await tx`
    update documents d set ${tx({
      ...documentKey,
      givenName: null,
      wantedCipher: encryptWanted(ledger, documentKey, document),
      wantedHash: hashWanted(ledger, document, null),
      ...listedFacts(kind, document),
    })}
    where d.id = ${id} and not exists (
      select 1 from documents o where o.connection_id = ${connectionId} and o.kind = ${kind}
        and o.external_id = ${documentKey.externalId} and o.id <> d.id)`;
}

/** Documents stated by the app that externalIds of references name, by kind and externalId. */
export async function statedDependencies(
  ledger: Ledger,
  named: readonly DocumentKey[],
): Promise<Map<string, DependencyState>> {
  if (named.length === 0) return new Map();
  const rows = await ledger.sql<DependencyRow[]>`
    select d.id, d.connection_id, d.kind, d.external_id, d.status, d.reason, d.params
    from jsonb_to_recordset(${ledger.sql.json(named as never)})
      as n("connectionId" uuid, kind text, "externalId" text)
    join documents d on d.connection_id = n."connectionId" and d.kind = n.kind
      and d.external_id = n."externalId"`;
  return new Map(rows.map((row) => [statedKey(row), stateOf(row, false)]));
}

export const statedKey = ({ connectionId, kind, externalId }: DocumentKey): string =>
  [connectionId, kind, externalId].join(' ');
