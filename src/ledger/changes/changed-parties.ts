import type { PartyKind } from '../../contract/documents/index.js';
import type { Ledger, Transaction } from '../database/open.js';
import type { LockedDocument } from '../documents/moves.js';
import type { ChangesScope } from './changes-scope.js';
import { type JudgeDrift, noteDrift } from './noted-drift.js';

/** A customer or a supplier as QuickBooks holds it now. */
export interface PartyNow {
  quickbooksId: string;
  syncToken: string;
  isVoided: false;
}

/** What is known of the one a document was written to. */
export interface PartyLink {
  quickbooksId: string;
  /** SyncToken of our last answer about it. */
  syncToken: string;
  origin: string;
}

/**
 * Says of customers and suppliers that the app states what somebody changed of them in QuickBooks. The
 * document that wrote one last speaks for it: an older one knows what it wrote and not what was written
 * since. Balances move the object without a SyncToken, so they are nobody's change.
 */
export async function applyParties(
  ledger: Ledger,
  tx: Transaction,
  { id, connections }: Pick<ChangesScope, 'id' | 'connections'>,
  { kind, now }: { kind: PartyKind; now: readonly PartyNow[] },
  judge: JudgeDrift<PartyNow, PartyLink>,
): Promise<void> {
  const nowById = new Map(now.map((one) => [one.quickbooksId, one]));
  const rows = await tx<Row[]>`
    select d.*, c.app_id, l.quickbooks_id as link_quickbooks_id, l.sync_token as link_sync_token,
      l.origin as link_origin,
      exists (select 1 from push_items i where i.document_id = d.id and i.outcome is null)
        as is_being_sent
    from links l join documents d on d.connection_id = l.connection_id and d.kind = l.kind
      and d.external_id = l.external_id and d.dependency_key is null
    join connections c on c.id = d.connection_id
    where l.company_id = ${id} and l.kind = ${kind} and l.sync_token is not null
      and l.origin <> 'imported' and l.quickbooks_id = any(${[...nowById.keys()]}::text[])
      and not exists (
        select 1 from links o where o.company_id = l.company_id and o.kind = l.kind
          and o.quickbooks_id = l.quickbooks_id and o.sync_token::bigint > l.sync_token::bigint)
    order by d.id for no key update of d`;
  const changed = rows.flatMap((row) => {
    const { linkQuickbooksId, linkSyncToken, linkOrigin, ...document } = row;
    const party = nowById.get(linkQuickbooksId);
    const settings = connections.get(document.connectionId)?.settings;
    if (party === undefined || settings === undefined) return [];
    if (Number(party.syncToken) <= Number(linkSyncToken)) return [];
    const link = { quickbooksId: linkQuickbooksId, syncToken: linkSyncToken, origin: linkOrigin };
    // Whether a supplier may be written to is up to whoever states it.
    const isKept = kind === 'vendor' || !(linkOrigin === 'pushed' || settings.customer.update);
    return [{ document: { ...document, link, settings }, now: party, isKept }];
  });
  await noteDrift(ledger, tx, changed, judge);
}

type Row = LockedDocument & {
  isBeingSent: boolean;
  linkQuickbooksId: string;
  linkSyncToken: string;
  linkOrigin: string;
};
