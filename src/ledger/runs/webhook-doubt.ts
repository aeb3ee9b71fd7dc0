import type { Ledger } from '../database/open.js';

/**
 * Stops relying on a company's webhooks for a while where something new was found that none has told
 * of; see change-pace.ts.
 *
 * @param found new objects of one entity, in Intuit's word for it in lower case.
 */
export async function doubtWebhooks(
  { sql, clock }: Ledger,
  companyId: string,
  { entity, ids }: { entity: string; ids: readonly string[] },
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update companies m set webhooks_doubted_at = ${clock()}
    where m.id = ${companyId} and m.webhook_at is not null and exists (
      select 1 from unnest(${[...ids]}::text[]) as found(id)
      where not exists (select 1 from inbound_webhooks w
        where w.realm_hash = m.realm_hash and w.entity = ${entity} and w.entity_id = found.id))`;
}
