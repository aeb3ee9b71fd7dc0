import { type DocumentByKind, isParty, type PartyKind } from '../../contract/documents/index.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { AnySql } from '../database/open.js';
import type { LaneClass } from '../rows.js';

/** Kinds the worker creates on the way; an app may have ids of its own for them. */
export type DependencyKind = PartyKind | 'item';

export function isMade(type: string): type is DependencyKind {
  return type === 'item' || isParty(type);
}

/** A name that must exist in QuickBooks before what mentions it can be sent. */
export interface Dependency {
  kind: DependencyKind;
  connectionId: string;
  companyId: string;
  /** Name as it is to be created. */
  name: string;
  /** Its own among those of the connection. */
  externalId: string;
  /** {@link referredId} of the app's own id, where one is stated: it goes before `externalId`. */
  referredAs?: string;
  /** Namespace and folded name: unique per company, whoever asks. */
  key: string;
  document: DocumentByKind[DependencyKind];
}

/** What keeps names of one kind apart from those of another. */
const NAMESPACES: Record<DependencyKind, string> = {
  customer: 'name',
  vendor: 'supplier',
  item: 'item',
};

/**
 * A customer and a supplier of one name are two that have to be made, although QuickBooks lets only
 * one of them have it: names of people and companies are sent one push at a time, and which of both
 * comes second is told by QuickBooks that the name is taken.
 *
 * @param known folded name, or what says more than it: the e-mail address, where that decides
 */
export function dependencyKey(kind: DependencyKind, known: string): string {
  return `${NAMESPACES[kind]}:${known}`;
}

/** What is made for an id of the app: one at a time, under whatever names it is stated. */
export function referredId(externalId: string): string {
  return `reference:${externalId}`;
}

/** Under what the one product of all lines is linked, by its folded name in the settings. */
export function genericItemId(folded: string): string {
  return `generic:${folded}`;
}

/** A name as its row has it. */
export interface DependencyRow {
  id: number;
  connectionId: string;
  key: string;
  kind: DependencyKind;
  externalId: string;
  status: DocumentStatus;
  reason: string | null;
  params: unknown;
  laneClass: LaneClass;
  isDue: boolean;
  /** Known by the app's id alone: it is made under another name. */
  hasOtherName: boolean;
}

/** How names stand, by the keys they are asked for; else what is made for the same id of the app. */
export async function readNames(
  sql: AnySql,
  asked: readonly Dependency[],
  { synced: isGone = false }: { synced?: boolean },
): Promise<DependencyRow[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const { companyId } = first;
  const referred = asked.flatMap(({ key, kind, connectionId, referredAs }) =>
    referredAs === undefined ? [] : [{ key, kind, connectionId, externalId: referredAs }],
  );
  const columns = sql`d.kind, d.external_id, d.status, d.reason, d.params, d.lane_class,
    d.due_at is not null as is_due`;
  return sql<DependencyRow[]>`
    select d.id, d.connection_id, d.dependency_key as key, ${columns}, false as has_other_name
    from documents d where d.company_id = ${companyId}
      and d.dependency_key = any(${asked.map(({ key }) => key)}::text[])
    union all
    select d.id, d.connection_id, n.key, ${columns}, true
    from jsonb_to_recordset(${sql.json(referred)})
      as n(key text, "connectionId" uuid, kind text, "externalId" text)
    join documents d on d.connection_id = n."connectionId" and d.kind = n.kind
      and d.external_id = n."externalId" and d.company_id = ${companyId}
    where d.dependency_key is not null and d.status <> 'failed'
      and not (${isGone} and d.status = 'synced')
      and not exists (select 1 from documents k
        where k.company_id = ${companyId} and k.dependency_key = n.key)`;
}
