import type { RecordType } from '../../contract/run.js';
import type { Ledger, Transaction } from '../database/open.js';
import { type LastRequest, readLastRequests } from '../pushes/last-requests.js';

/** Records of lists that are not in QuickBooks any more. */

/** They are offered no more; what a person hid stays hidden. */
export async function deactivateRecords(
  tx: Transaction,
  companyId: string,
  type: RecordType,
  ids: readonly string[],
): Promise<void> {
  await tx`
    update records set active = false where company_id = ${companyId} and type = ${type}
      and quickbooks_id = any(${ids as string[]}::text[]) and active`;
}

/** Those of the ids that are offered by all we know: of the others nothing would follow. */
export async function activeRecords(
  { sql }: Ledger,
  companyId: string,
  type: RecordType,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await sql<{ quickbooksId: string }[]>`
    select quickbooks_id from records where company_id = ${companyId} and type = ${type}
      and quickbooks_id = any(${ids as string[]}::text[]) and active`;
  return rows.map(({ quickbooksId }) => quickbooksId);
}

/** Which records of a type were merged into which, by QuickBooks' ids. */
export async function mergedRecords(
  { sql }: Ledger,
  companyId: string,
  type: RecordType,
): Promise<Map<string, string>> {
  const rows = await sql<{ quickbooksId: string; mergedInto: string }[]>`
    select quickbooks_id, merged_into from records
    where company_id = ${companyId} and type = ${type} and merged_into is not null`;
  return new Map(rows.map(({ quickbooksId, mergedInto }) => [quickbooksId, mergedInto]));
}

/** Ids of transactions that documents of these kinds were sent as and that are there by all we know. */
export async function linkedTransactions(
  { sql }: Ledger,
  companyId: string,
  kinds: readonly string[],
  ids?: readonly string[],
): Promise<string[]> {
  const rows = await sql<{ quickbooksId: string }[]>`
    select distinct l.quickbooks_id from links l join documents d on d.connection_id = l.connection_id
      and d.kind = l.kind and d.external_id = l.external_id
    where l.company_id = ${companyId} and coalesce(l.stored_as, l.kind) = any(${kinds as string[]}::text[])
      and l.exclusive
      and l.origin <> 'imported' and d.status <> 'deleted_in_quickbooks'
      ${ids === undefined ? sql`` : sql`and l.quickbooks_id = any(${ids as string[]}::text[])`}`;
  return rows.map(({ quickbooksId }) => quickbooksId);
}

/** A form that may say who somebody was merged into: its id there, and what was sent for it. */
export interface Witness {
  /** What it is stored as. */
  kind: string;
  quickbooksId: string;
  last: LastRequest;
}

const WITNESSES_MAX = 20;

/** Forms that were sent for a party of this record's name, the newest first. */
export async function witnessesOf(
  ledger: Ledger,
  companyId: string,
  { type, id, kinds }: { type: 'customer' | 'vendor'; id: string; kinds: readonly string[] },
): Promise<Witness[]> {
  return ledger.sql.begin(async (tx) => {
    const rows = await tx<{ id: number; kind: string; quickbooksId: string }[]>`
      select d.id, coalesce(l.stored_as, l.kind) as kind, l.quickbooks_id from records r
      join documents d on d.company_id = r.company_id and d.kind = any(${kinds as string[]}::text[])
        and d.status = 'synced' and lower(d.party) in (lower(r.name), lower(r.email))
      join links l on l.connection_id = d.connection_id and l.company_id = d.company_id
        and l.kind = d.kind and l.external_id = d.external_id
      where r.company_id = ${companyId} and r.type = ${type}
        and r.quickbooks_id = ${id} and r.merged_into is null
      order by d.id desc limit ${WITNESSES_MAX}`;
    const last = await readLastRequests(
      ledger,
      tx,
      rows.map(({ id }) => id),
    );
    return rows.flatMap(({ id, kind, quickbooksId }) => {
      const request = last.get(id);
      return request === undefined ? [] : [{ kind, quickbooksId, last: request }];
    });
  });
}
