import type { Ledger, Transaction } from '../database/open.js';
import { appendEvents } from '../events/events.js';
import type { ChangesScope } from './changes-scope.js';

/** Records documents are linked to. */
const MERGED_TYPES = ['customer', 'vendor', 'item'] as const;

/** Two records that somebody made one in QuickBooks. */
export interface Merge {
  type: (typeof MERGED_TYPES)[number];
  /** QuickBooks' id of the one that is gone. */
  from: string;
  /** QuickBooks' id of the one that stays. */
  into: string;
}

/**
 * Follows a merge: links and what is remembered of a contact go to the one that stays, and whatever
 * document means the one that is gone, waiting or stated later, means the other. Said twice it changes
 * nothing more. Each document of the record itself tells it with one line of its history.
 */
export async function followMerge(
  tx: Transaction,
  { id: companyId, connections }: Pick<ChangesScope, 'id' | 'connections'>,
  { type, from, into: toldInto }: Merge,
): Promise<void> {
  // Merges are told in any order: who stayed in this one may have gone in another.
  const [gone] = await tx<{ mergedInto: string }[]>`
    select merged_into from records where company_id = ${companyId} and type = ${type}
      and quickbooks_id = ${toldInto} and merged_into is not null`;
  const into = gone?.mergedInto ?? toldInto;
  if (from === into) return;
  await tx`
    update records set merged_into = ${into}, active = false
    where company_id = ${companyId} and type = ${type}
      and (quickbooks_id = ${from} or merged_into = ${from}) and quickbooks_id <> ${into}`;
  // Made by us a moment ago, it may not be known yet, and neither may the other one: its answer, once it
  // is in, is about that. Nobody finds it by the name it has until then.
  await tx`
    insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active,
      merged_into)
    select ${companyId}, ${type}, ${from}, coalesce(r.name, ''), coalesce(r.name_key, ''),
      coalesce(r.folded_key, ''), false, ${into}
    from (select 1) one left join records r on r.company_id = ${companyId} and r.type = ${type}
      and r.quickbooks_id = ${into}
    on conflict do nothing`;
  await tx`
    with moved as (
      update links set quickbooks_id = ${into}, sync_token = null, changed_at = null
      where company_id = ${companyId} and kind = ${type} and quickbooks_id = ${from}
      returning connection_id, external_id
    )
    insert into document_history (document_id, revision, what, status, reason, params, evidence, by)
    select d.id, d.revision, 'merged', d.status, d.reason, d.params,
      ${tx.json({ from, into })}, 'quickbooks'
    from moved m join documents d on d.connection_id = m.connection_id and d.kind = ${type}
      and d.external_id = m.external_id
    order by d.id`;
  if (type !== 'customer') return;
  await tx`
    insert into review_requests (connection_id, company_id, customer_id, invoice_id, at)
    select connection_id, company_id, ${into}, invoice_id, at from review_requests
    where company_id = ${companyId} and customer_id = ${from}
    on conflict do nothing`;
  const told = await tx<{ connectionId: string }[]>`
    delete from contacts where company_id = ${companyId} and quickbooks_id = ${from}
    returning connection_id`;
  await appendEvents(
    tx,
    told.flatMap(({ connectionId }) => {
      const connection = connections.get(connectionId);
      if (connection === undefined || !connection.settings.imports.contacts) return [];
      return [
        {
          connectionId,
          appId: connection.appId,
          type: 'contact.updated' as const,
          record: { type: 'customer' as const, recordId: from },
        },
      ];
    }),
  );
}

/**
 * Follows the merges that Intuit told of and that led to this run, or to one that was given up: change
 * data names no survivor.
 */
export async function followToldMerges(
  { sql }: Ledger,
  scope: Pick<ChangesScope, 'id' | 'connections'>,
  runId: number,
): Promise<void> {
  const merges = await sql<Merge[]>`
    select entity as type, other_id as from, entity_id as into from inbound_webhooks
    where company_id = ${scope.id} and action = 'merged'
      and run_id = any(array(select id from runs where company_id = ${scope.id}
        and job = 'pull_changes' and (id = ${runId} or status in ('failed', 'cancelled'))))
      and other_id is not null and entity = any(${[...MERGED_TYPES]}::text[])
    order by occurred_at, id`;
  for (const merge of merges) await sql.begin((tx) => followMerge(tx, scope, merge));
}
