import { type DocumentKind, isParty, traitsOf } from '../../contract/documents/index.js';
import type { Connection } from '../connections/connections.js';
import type { Transaction } from '../database/open.js';
import type { DocumentRow } from '../rows.js';
import { removeLinks, saveLinks } from './links.js';

/** Why a document that is something in QuickBooks already is not linked to something else. */
export function unlinkable(linkId: string): string {
  return `It is in QuickBooks already (Id ${linkId}).`;
}

/**
 * Ties a document to an object that is in QuickBooks, by its id there. A form is looked at before it is
 * written to: one of another customer or supplier is left alone.
 *
 * @returns why it cannot be; undefined where it is done.
 */
export async function linkTo(
  tx: Transaction,
  { id: connectionId, companyId, settings }: Connection,
  row: DocumentRow,
  recordId: string,
): Promise<string | undefined> {
  const kind = row.kind as DocumentKind;
  if (companyId === null) return 'QuickBooks is not connected.';
  const isBill = kind === 'purchase_order' && settings.purchaseOrdersAs === 'bill';
  const storedAs: DocumentKind | undefined = isBill ? 'bill' : undefined;
  const problem = isParty(kind)
    ? await unknownParty(tx, companyId, kind, recordId)
    : await ownerOf(tx, { connectionId, companyId, kind: storedAs ?? kind, recordId });
  if (problem !== undefined) return problem;
  const key = { connectionId, companyId, kind, externalId: row.externalId };
  await removeLinks(tx, [key]);
  await saveLinks(tx, [
    {
      ...key,
      storedAs,
      quickbooksId: recordId,
      origin: 'matched',
      exclusive: traitsOf(kind).isTransaction,
      // Not known: it is read before it is written to.
      syncToken: null,
      number: null,
      totalMinor: null,
      balanceMinor: null,
      currency: null,
    },
  ]);
  return undefined;
}

/**
 * Says that what was found in QuickBooks is the document's own: from now on it is taken back like what
 * we made.
 *
 * @returns why it cannot be; undefined where it is done.
 */
export async function confirmLink(
  tx: Transaction,
  { connectionId, companyId, kind, externalId }: DocumentRow,
  recordId: string,
): Promise<string | undefined> {
  const [link] = await tx<{ quickbooksId: string }[]>`
    select quickbooks_id from links where connection_id = ${connectionId}
      and company_id = ${companyId} and kind = ${kind} and external_id = ${externalId} for update`;
  if (link === undefined) return 'It is not in QuickBooks any more.';
  if (link.quickbooksId !== recordId) return unlinkable(link.quickbooksId);
  await tx`
    update links set origin = 'pushed' where connection_id = ${connectionId}
      and company_id = ${companyId} and kind = ${kind} and external_id = ${externalId}`;
  return undefined;
}

async function unknownParty(
  tx: Transaction,
  companyId: string,
  kind: string,
  recordId: string,
): Promise<string | undefined> {
  const [record] = await tx<{ active: boolean }[]>`
    select active from records
    where company_id = ${companyId} and type = ${kind} and quickbooks_id = ${recordId}`;
  if (record === undefined) {
    return `The lists of QuickBooks have no such ${kind} (Id ${recordId}). Refresh them, then link it.`;
  }
  return record.active ? undefined : `It is inactive in QuickBooks (Id ${recordId}).`;
}

/** One object of QuickBooks never belongs to two documents; another account's is not named. */
async function ownerOf(
  tx: Transaction,
  at: { connectionId: string; companyId: string; kind: string; recordId: string },
): Promise<string | undefined> {
  const [owner] = await tx<{ connectionId: string; kind: string; externalId: string }[]>`
    select connection_id, kind, external_id from links
    where company_id = ${at.companyId} and coalesce(stored_as, kind) = ${at.kind}
      and quickbooks_id = ${at.recordId} and exclusive`;
  if (owner === undefined) return undefined;
  const whose =
    owner.connectionId === at.connectionId
      ? `${owner.kind} ${owner.externalId}`
      : 'a document of another account';
  return `It belongs to ${whose} already (Id ${at.recordId}).`;
}
