import type { PartyKind } from '../../contract/documents/index.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Ledger } from '../database/open.js';
import type { DependencyState } from '../documents/dependencies.js';
import { ON_ITS_WAY } from '../documents/moves.js';

/** A customer or a supplier as documents name it, without an id of the app. */
export interface NamedParty {
  connectionId: string;
  kind: PartyKind;
  /** Folded, as names are compared. */
  name: string;
}

export const namedKey = ({ connectionId, kind, name }: NamedParty): string =>
  [connectionId, kind, name].join(' ');

/** Customers and suppliers of these names that an app stated itself and that are not settled, by {@link namedKey}. */
export async function statedOnTheirWay(
  ledger: Ledger,
  named: readonly NamedParty[],
): Promise<Map<string, DependencyState>> {
  if (named.length === 0) return new Map();
  const rows = await ledger.sql<
    (NamedParty &
      Pick<DependencyState, 'id' | 'externalId'> & {
        status: DocumentStatus;
      })[]
  >`
    select distinct on (n."connectionId", n.kind, n.name)
      n."connectionId" as connection_id, n.kind, n.name, d.id, d.external_id, d.status
    from jsonb_to_recordset(${ledger.sql.json(named as never)})
      as n("connectionId" uuid, kind text, name text)
    join documents d on d.connection_id = n."connectionId" and d.kind = n.kind
      and d.status = any(${[...ON_ITS_WAY]}::text[]) and d.dependency_key is null
      and lower(regexp_replace(btrim(d.party), '\\s+', ' ', 'g')) = n.name
    order by n."connectionId", n.kind, n.name, d.id`;
  return new Map(
    rows.map((row) => [namedKey(row), { ...row, reason: undefined, askedFirst: false }]),
  );
}
