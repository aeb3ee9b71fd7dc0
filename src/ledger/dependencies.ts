import type { DocumentByKind } from '../contract/documents/index.js';
import { type Reason, storedReason } from '../contract/reasons.js';
import type { DocumentStatus } from '../contract/status.js';
import { moveDocuments } from './moves.js';
import type { Ledger, Transaction } from './open.js';
import type { LaneClass } from './rows.js';
import { encryptWanted, hashWanted, listedFacts } from './wanted.js';

/** Kinds the worker creates on the way. */
export type DependencyKind = 'customer' | 'item';

/** A name that must exist in QuickBooks before what mentions it can be sent. */
export interface Dependency {
  kind: DependencyKind;
  connectionId: string;
  companyId: string;
  /** Name as it is to be created. */
  name: string;
  /** Namespace and folded name: unique per company, whoever asks. */
  key: string;
  document: DocumentByKind[DependencyKind];
}

/** Names of customers, suppliers and employees are one namespace in QuickBooks; items another. */
export function dependencyKey(kind: DependencyKind, foldedName: string): string {
  return `${kind === 'item' ? 'item' : 'name'}:${foldedName}`;
}

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
  const byKey = new Map(dependencies.map((dependency) => [dependency.key, dependency]));
  const ordered = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return ledger.sql.begin(async (tx) => {
    const states = new Map<string, DependencyState>();
    for (const dependency of ordered) {
      states.set(dependency.key, await ensureOne(ledger, tx, dependency, asked));
    }
    return states;
  });
}

interface DependencyRow {
  id: number;
  kind: DependencyKind;
  externalId: string;
  status: DocumentStatus;
  reason: string | null;
  params: unknown;
}

async function ensureOne(
  ledger: Ledger,
  tx: Transaction,
  dependency: Dependency,
  asked: Asked,
): Promise<DependencyState> {
  const { kind, connectionId, companyId, key, document } = dependency;
  const externalId = externalIdOf(dependency.name);
  const documentKey = { connectionId, kind, externalId };
  const [inserted] = await tx<DependencyRow[]>`
    insert into documents ${tx({
      ...documentKey,
      companyId,
      dependencyKey: key,
      laneClass: asked.laneClass,
      wantedCipher: encryptWanted(ledger, documentKey, document),
      wantedHash: hashWanted(ledger, document, null),
      ...listedFacts(kind, document),
    })}
    on conflict do nothing returning id, kind, external_id, status, reason, params`;
  const row = inserted ?? (await existing(tx, companyId, key));
  const stateOf = (status: DocumentStatus, askedFirst: boolean) => ({
    id: row.id,
    kind: row.kind,
    externalId: row.externalId,
    status,
    reason: storedReason(row.reason, row.params),
    askedFirst,
  });
  const wants =
    inserted !== undefined ||
    (row.status === 'synced' && asked.synced === true) ||
    (row.status === 'failed' && asked.failed === true);
  if (!wants) {
    await tx`
      update documents set lane_class = ${asked.laneClass}
      where id = ${row.id} and due_at is not null and lane_class > ${asked.laneClass}`;
    return stateOf(row.status, false);
  }
  // It was renamed or removed there, so what is made now is new.
  await tx`
    delete from links l using documents d where d.id = ${row.id} and d.status = 'synced'
      and l.connection_id = d.connection_id and l.kind = d.kind and l.external_id = d.external_id`;
  const moved = await moveDocuments(
    tx,
    [row.id],
    (current) => ({
      to: 'queued',
      what: inserted === undefined ? 'wanted_again' : 'wanted',
      releasedRevision: current.revision,
      syncedRevision: 0,
      attempts: 0,
      laneClass: asked.laneClass,
      dueInMs: 0,
    }),
    'worker',
  );
  if (moved.length === 0) return stateOf(row.status, false);
  if (inserted === undefined) await takeOver(ledger, tx, row.id, dependency);
  return stateOf('queued', true);
}

/**
 * A name wanted again is made with what is known of it now, and by the settings of who asks now:
 * what it failed for may have been corrected since.
 */
async function takeOver(
  ledger: Ledger,
  tx: Transaction,
  id: number,
  { kind, connectionId, name, document }: Dependency,
): Promise<void> {
  const documentKey = { connectionId, kind, externalId: externalIdOf(name) };
  await tx`
    update documents d set ${tx({
      ...documentKey,
      wantedCipher: encryptWanted(ledger, documentKey, document),
      wantedHash: hashWanted(ledger, document, null),
      ...listedFacts(kind, document),
    })}
    where d.id = ${id} and not exists (
      select 1 from documents o where o.connection_id = ${connectionId} and o.kind = ${kind}
        and o.external_id = ${documentKey.externalId} and o.id <> d.id)`;
}

const externalIdOf = (name: string) => `name:${name}`;

async function existing(tx: Transaction, companyId: string, key: string): Promise<DependencyRow> {
  const [row] = await tx<DependencyRow[]>`
    select id, kind, external_id, status, reason, params from documents
    where company_id = ${companyId} and dependency_key = ${key} for update`;
  if (row === undefined) throw new Error('A dependency is there under another key');
  return row;
}

/** A document stated by the app that a reference's externalId names and that is not yet sent. */
export async function statedDependency(
  ledger: Ledger,
  connectionId: string,
  kind: DependencyKind,
  externalId: string,
): Promise<DependencyState | undefined> {
  const [row] = await ledger.sql<DependencyRow[]>`
    select id, kind, external_id, status, reason, params from documents
    where connection_id = ${connectionId} and kind = ${kind} and external_id = ${externalId}`;
  if (row === undefined) return undefined;
  const reason = storedReason(row.reason, row.params);
  return { id: row.id, kind, externalId, status: row.status, reason, askedFirst: false };
}
