import type { RecordType } from '../../contract/run.js';
import type { Ledger, SqlPart } from '../database/open.js';
import type { MirroredRecord } from './records.js';

/** A record as matching reads it. */
export interface FoundRecord extends Omit<MirroredRecord, 'updatedAt'> {
  companyId: string;
  /** Keys of names it was given another name for, because theirs was taken. */
  givenFor: readonly string[];
  /** Connections whose own ids are linked to it; only where it was found by e-mail. */
  linkedBy: readonly string[];
  /** Records that were merged into it in QuickBooks: who means one of them means this one. */
  mergedFrom?: readonly FoundRecord[];
}

/** What matching asks for: every record of a type that one of the keys could mean. */
export interface RecordKeys {
  ids: readonly string[];
  foldedKeys: readonly string[];
  emailKeys: readonly string[];
  numbers: readonly string[];
  /** Keys under which names made on the way are known. */
  nameKeys: readonly string[];
  /** Those of them that are meant whatever QuickBooks calls them by now. */
  lastingKeys?: readonly string[];
}

/** All candidates for a whole push in one statement, each once. */
export async function findRecords(
  ledger: Ledger,
  companyId: string,
  asked: readonly (RecordKeys & { type: RecordType })[],
): Promise<FoundRecord[]> {
  const { sql } = ledger;
  const lasting = asked.flatMap(({ lastingKeys = [] }) => [...lastingKeys]);
  const columns = sql`r.company_id, r.type, r.quickbooks_id, r.name, r.name_key, r.folded_key,
    r.number, r.email, r.active, r.sync_token, r.facts, r.merged_into`;
  // Key by key: of a list that just grew the planner knows nothing, and compares all with all.
  const by = (column: string) => (pairs: SqlPart) =>
    sql`
    select ${columns}, null::text as given_for, '[]'::jsonb as linked_by from ${pairs}
    cross join lateral (select * from records where company_id = ${companyId} and type = k.type
      and ${sql(column)} = k.key offset 0) r`;
  const byEmail = (pairs: SqlPart) => sql`
    select ${columns}, null::text as given_for, coalesce((
        select jsonb_agg(l.connection_id) from links l where l.company_id = r.company_id
          and l.kind = r.type and l.quickbooks_id = r.quickbooks_id
      ), '[]') as linked_by from ${pairs}
      cross join lateral (select * from records where company_id = ${companyId} and type = k.type
        and email_key = k.key offset 0) r`;
  const byNameMade = (pairs: SqlPart) => sql`
    select ${columns}, k.key as given_for, '[]'::jsonb as linked_by from ${pairs}
      cross join lateral (select * from documents where company_id = ${companyId}
        and dependency_key = k.key
        and (given_name is not null or k.key = any(${lasting}::text[])) offset 0) d
      cross join lateral (select quickbooks_id from links where connection_id = d.connection_id
        and company_id = d.company_id and kind = d.kind and external_id = d.external_id offset 0) l
      cross join lateral (select * from records where company_id = d.company_id and type = k.type
        and quickbooks_id = l.quickbooks_id offset 0) r`;
  const ways: [KeysOf, (pairs: SqlPart) => SqlPart][] = [
    [({ ids }) => ids, by('quickbooks_id')],
    [({ foldedKeys }) => foldedKeys, by('folded_key')],
    [({ numbers }) => numbers, by('number')],
    [({ emailKeys }) => emailKeys, byEmail],
    [({ nameKeys }) => nameKeys, byNameMade],
  ];
  // Where nothing is asked for by a key nothing is planned for it; planning is most of the work.
  const looks = ways.flatMap(([keysOf, look]) => {
    const pairs = asked.flatMap((keys) => keysOf(keys).map((key) => ({ type: keys.type, key })));
    // As JSON: of lists PostgreSQL counts the members, and makes a plan anew each time.
    const part = sql`jsonb_to_recordset(${sql.json(pairs)}) as k(type text, key text)`;
    return pairs.length === 0 ? [] : [look(part)];
  });
  if (looks.length === 0) return [];
  const rows = await sql<FoundRow[]>`
    ${looks.reduce((all, look) => sql`${all} union all ${look}`)}`;
  return withSurvivors(ledger, companyId, eachOnce(rows));
}

type KeysOf = (keys: RecordKeys) => readonly string[];

type FoundRow = FoundRecord & { givenFor: string | null; mergedInto: string | null };

/** In the place of each record that was merged away, the one it was merged into. */
async function withSurvivors(
  { sql }: Ledger,
  companyId: string,
  found: readonly (FoundRecord & { mergedInto: string | null })[],
): Promise<FoundRecord[]> {
  const merged = found.filter(({ mergedInto }) => mergedInto !== null);
  if (merged.length === 0) return [...found];
  const keys = merged.map(({ type, mergedInto }) => ({ type, id: mergedInto }));
  const survivors = await sql<Omit<FoundRecord, 'givenFor' | 'linkedBy' | 'mergedFrom'>[]>`
    select distinct r.company_id, r.type, r.quickbooks_id, r.name, r.name_key, r.folded_key,
      r.number, r.email, r.active, r.sync_token, r.facts
    from jsonb_to_recordset(${sql.json(keys)}) as k(type text, id text)
    join records r on r.company_id = ${companyId} and r.type = k.type and r.quickbooks_id = k.id`;
  const kept = found.filter(({ mergedInto }) => mergedInto === null);
  const byId = new Map<string, FoundRecord>(
    [...survivors.map((record) => ({ ...record, givenFor: [], linkedBy: [] })), ...kept].map(
      (record) => [`${record.type} ${record.quickbooksId}`, record],
    ),
  );
  return [...byId.values()].map((record) => ({
    ...record,
    mergedFrom: merged.filter(
      ({ type, mergedInto }) => type === record.type && mergedInto === record.quickbooksId,
    ),
  }));
}

/** A record that several keys lead to, with what each of them tells. */
function eachOnce(rows: readonly FoundRow[]): (FoundRecord & { mergedInto: string | null })[] {
  const byId = new Map<string, FoundRecord & { mergedInto: string | null }>();
  for (const { givenFor, linkedBy, ...row } of rows) {
    const id = `${row.type} ${row.quickbooksId}`;
    const known = byId.get(id);
    byId.set(id, {
      ...row,
      givenFor: [...(known?.givenFor ?? []), ...(givenFor === null ? [] : [givenFor])],
      linkedBy: [...(known?.linkedBy ?? []), ...linkedBy],
    });
  }
  return [...byId.values()];
}
